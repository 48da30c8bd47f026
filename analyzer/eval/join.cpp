#include "analyzer/eval/join.h"

#include <algorithm>
#include <numeric>

#include "analyzer/eval/compare.h"

namespace pgfk {

namespace {

constexpr std::size_t kMostTuples = 50'000'000;

/// The leaves that an expression reads: [first, end). Sub-selects may read them all.
struct LeafRange {
  std::size_t first = SIZE_MAX, end = 0;
  void add(std::size_t leaf) {
    first = std::min(first, leaf);
    end = std::max(end, leaf + 1);
  }
  bool empty() const { return end == 0; }
  bool within(std::size_t low, std::size_t high) const { return empty() || (first >= low && end <= high); }
};

void collect(const Node& node, std::size_t leaf_count, LeafRange& range) {
  if (node.kind == NodeKind::column && node.level == 0) range.add(node.row);
  if (node.sublink != nullptr && leaf_count > 0) {
    range.add(0);
    range.add(leaf_count - 1);
  }
  for (const NodePtr& argument : node.args) {
    if (argument) collect(*argument, leaf_count, range);
  }
}

LeafRange leaves_of(const Node& node, std::size_t leaf_count) {
  LeafRange range;
  collect(node, leaf_count, range);
  return range;
}

/// Whether equal values of the two types have equal keys, integers brought to one width.
bool keys_meet(const TypeLookup& types, TypeId left, TypeId right) {
  if (is_array(left) || is_array(right)) return false;
  if (is_integer(left) && is_integer(right)) return true;
  return base_type(types, left) == base_type(types, right) && has_equality(types, base_type(types, left)) &&
         !(types.type(base_type(types, left)) != nullptr && types.type(base_type(types, left))->kind == TypeKind::composite);
}

std::string key_of(const TypeContext& types, const Value& value) {
  std::string key;
  append_key(types, is_integer(value.type()) ? value.relabel(TypeId::int8) : value, key);
  return key;
}

class Joiner {
 public:
  Joiner(const Catalog& catalog, EvaluationHost& host, LeafRows& rows, BoundSelect& select, const Scope& surroundings)
      : host_(host), rows_(rows), select_(select), executor_(catalog, host), scope_(select.scope_for(&surroundings)), surroundings_(surroundings) {}

  Outcome<Tuples> all() {
    Tuples tuples = {Tuple(select_.leaves.size(), nullptr)};
    std::vector<const Node*> open;
    for (const NodePtr& condition : select_.where) open.push_back(condition.get());
    for (std::size_t item = 0; item < select_.from.size(); ++item) {
      const JoinTree& tree = *select_.from[item];
      std::vector<const Node*> ready, later;
      for (const Node* condition : open) {
        const bool last = item + 1 == select_.from.size();
        (last || leaves_of(*condition, select_.leaves.size()).within(0, tree.end_leaf) ? ready : later).push_back(condition);
      }
      Outcome<Tuples> joined = combine(std::move(tuples), tree, ready, {}, JoinKind::inner);
      if (!joined) return joined;
      tuples = std::move(*joined);
      open = std::move(later);
    }
    if (!select_.from.empty()) return tuples;
    Tuples kept;
    for (Tuple& tuple : tuples) {
      const Outcome<bool> holds = test(open, tuple);
      if (!holds) return holds.as<Tuples>();
      if (*holds) kept.push_back(std::move(tuple));
    }
    return kept;
  }

 private:
  /// The rows to join: those of a leaf, or tuples of a tree.
  struct Side {
    const RowList* leaf_rows = nullptr;
    Tuples tuples;
    std::size_t size() const { return leaf_rows != nullptr ? leaf_rows->size() : tuples.size(); }
  };

  struct HashPlan {
    const Node* left = nullptr;   // evaluated for each left tuple
    const Node* right = nullptr;  // evaluated for each right one
  };

  Outcome<bool> test(const std::vector<const Node*>& conditions, const Tuple& tuple) {
    set_rows(scope_, tuple);
    std::optional<Doubt> doubt;
    for (const Node* condition : conditions) {
      const Outcome<Value> holds = executor_.run(*condition, scope_);
      if (holds.refused()) return holds.as<bool>();
      if (holds.doubtful()) {
        if (!doubt) doubt = holds.doubt();
      } else if (holds->is_unknown()) {
        if (!doubt) doubt = Doubt{host_.symbols()[holds->symbol()].reason, condition->location};
      } else if (!holds->is_true()) {
        return false;
      }
    }
    if (doubt) return *doubt;
    return true;
  }

  /// `pushed` are conditions that WHERE asks of the whole tree: rows that do not pass them may be left out.
  Outcome<Tuples> evaluate(const JoinTree& tree, const Tuple& base, const std::vector<const Node*>& pushed) {
    if (tree.left == nullptr) {
      const Outcome<std::optional<Tuples>> found = look_up({base}, tree, {}, within(pushed, tree), false);
      if (!found) return found.as<Tuples>();
      if (*found) return **found;
      Outcome<Side> side = leaf(tree, base);
      if (!side) return side.as<Tuples>();
      Tuples tuples;
      for (const ResultRow* row : *side->leaf_rows) {
        tuples.push_back(base);
        tuples.back()[tree.leaf] = row;
      }
      return tuples;
    }
    const bool keeps_right = tree.kind == JoinKind::right || tree.kind == JoinKind::full;
    Outcome<Tuples> lefts = evaluate(*tree.left, base, keeps_right ? std::vector<const Node*>() : within(pushed, *tree.left));
    if (!lefts) return lefts;
    std::vector<const Node*> conditions;
    for (const NodePtr& condition : tree.conditions) add_conjuncts(*condition, conditions);
    const bool inner = tree.kind == JoinKind::inner || tree.kind == JoinKind::cross;
    return combine(std::move(*lefts), *tree.right, conditions, inner ? within(pushed, tree) : std::vector<const Node*>(), tree.kind, &tree);
  }

  /// Those that read nothing but the tree's leaves, and have no other effect.
  std::vector<const Node*> within(const std::vector<const Node*>& conditions, const JoinTree& tree) const {
    std::vector<const Node*> inside;
    for (const Node* condition : conditions) {
      const LeafRange leaves = leaves_of(*condition, select_.leaves.size());
      if (!leaves.empty() && leaves.within(tree.first_leaf, tree.end_leaf) && is_repeatable(*condition)) inside.push_back(condition);
    }
    return inside;
  }

  static void add_conjuncts(const Node& node, std::vector<const Node*>& into) {
    if (node.kind != NodeKind::and_) {
      into.push_back(&node);
      return;
    }
    for (const NodePtr& part : node.args) add_conjuncts(*part, into);
  }

  Outcome<Side> leaf(const JoinTree& tree, const Tuple& base) {
    const Leaf& leaf = select_.leaves[tree.leaf];
    set_rows(scope_, base);
    // Functions and LATERAL see the rows to their left, others only what lies outside of the query.
    const bool inside = leaf.kind == LeafKind::function || leaf.lateral;
    const Outcome<const RowList*> rows = rows_.rows_of(leaf, inside ? scope_ : surroundings_);
    if (!rows) return rows.as<Side>();
    return Side{*rows, {}};
  }

  bool depends_on_left(const JoinTree& tree) const {
    if (tree.left != nullptr) return depends_on_left(*tree.left) || depends_on_left(*tree.right);
    const Leaf& leaf = select_.leaves[tree.leaf];
    if (leaf.kind == LeafKind::function) return leaf.function->sublink != nullptr || !leaves_of(*leaf.function, select_.leaves.size()).empty();
    return leaf.lateral;
  }

  Outcome<Side> side_of(const JoinTree& tree, const Tuple& base, const std::vector<const Node*>& pushed) {
    if (tree.left == nullptr) return leaf(tree, base);
    Outcome<Tuples> tuples = evaluate(tree, base, pushed);
    if (!tuples) return tuples.as<Side>();
    return Side{nullptr, std::move(*tuples)};
  }

  Tuple merged(const Tuple& left, const Side& side, std::size_t at, const JoinTree& right) const {
    Tuple tuple = left;
    if (side.leaf_rows != nullptr) {
      tuple[right.leaf] = (*side.leaf_rows)[at];
    } else {
      for (std::size_t leaf = right.first_leaf; leaf < right.end_leaf; ++leaf) tuple[leaf] = side.tuples[at][leaf];
    }
    return tuple;
  }

  HashPlan find_hash(const std::vector<const Node*>& conditions, const JoinTree& right) const {
    const TypeLookup& types = host_.types().types;
    for (const Node* condition : conditions) {
      if (!is_plain_equality(*condition)) continue;
      for (const bool swapped : {false, true}) {
        const Node& left_side = *condition->args[swapped ? 1 : 0];
        const Node& right_side = *condition->args[swapped ? 0 : 1];
        const LeafRange left_leaves = leaves_of(left_side, select_.leaves.size());
        const LeafRange right_leaves = leaves_of(right_side, select_.leaves.size());
        const bool split = left_leaves.within(0, right.first_leaf) && !right_leaves.empty() && right_leaves.within(right.first_leaf, right.end_leaf);
        if (split && keys_meet(types, left_side.type, right_side.type)) return {&left_side, &right_side};
      }
    }
    return {};
  }

  Outcome<HashIndex> build(const Side& side, const Node& key, const JoinTree& right, const Tuple& base) {
    HashIndex index;
    for (std::size_t at = 0; at < side.size(); ++at) {
      set_rows(scope_, merged(base, side, at, right));
      const Outcome<Value> value = executor_.run(key, scope_);
      if (!value) return value.as<HashIndex>();
      if (value->is_unknown()) index.vague.push_back(at);
      else if (!value->is_null()) index.places[key_of(host_.types(), *value)].push_back(at);
    }
    return index;
  }

  /// A relation's column is indexed once for all queries of the statement.
  Outcome<const HashIndex*> index_for(const Side& side, const Node& key, const JoinTree& right, const Tuple& base) {
    std::unique_ptr<HashIndex>* place = &made_;
    if (right.left == nullptr && key.kind == NodeKind::column && select_.leaves[right.leaf].kind == LeafKind::relation) {
      const Leaf& leaf = select_.leaves[right.leaf];
      place = &rows_.index_of(leaf.relation, leaf.only, key.column);
      if (*place) return place->get();
    }
    Outcome<HashIndex> index = build(side, key, right, base);
    if (!index) return index.as<const HashIndex*>();
    *place = std::make_unique<HashIndex>(std::move(*index));
    return place->get();
  }

  /// `pushed` are conditions of an inner join that are tested later on.
  Outcome<Tuples> combine(Tuples lefts, const JoinTree& right, const std::vector<const Node*>& conditions, const std::vector<const Node*>& pushed,
                          JoinKind kind, const JoinTree* join = nullptr) {
    const bool keeps_left = kind == JoinKind::left || kind == JoinKind::full;
    const bool keeps_right = kind == JoinKind::right || kind == JoinKind::full;
    const bool dependent = depends_on_left(right);
    if (lefts.empty() && !keeps_right) return Tuples();
    if (!keeps_right) {
      Outcome<std::optional<Tuples>> found = look_up(lefts, right, conditions, pushed, keeps_left);
      if (!found) return found.as<Tuples>();
      if (*found) return **std::move(found);
    }
    const Tuple base(select_.leaves.size(), nullptr);
    // The rows of an inner join's right side have to pass its conditions, those that are joined otherwise do not.
    std::vector<const Node*> asked_of_right = pushed;
    if (kind == JoinKind::inner || kind == JoinKind::cross) asked_of_right.insert(asked_of_right.end(), conditions.begin(), conditions.end());
    std::optional<Side> side;
    HashPlan plan;
    const HashIndex* index = nullptr;
    if (!dependent) {
      Outcome<Side> made = side_of(right, base, asked_of_right);
      if (!made) return made.as<Tuples>();
      side = std::move(*made);
      plan = find_hash(conditions, right);
      if (plan.left != nullptr) {
        const Outcome<const HashIndex*> built = index_for(*side, *plan.right, right, base);
        if (!built) return built.as<Tuples>();
        index = *built;
      }
    }
    Tuples result;
    std::vector<bool> right_matched(keeps_right && side ? side->size() : 0, false);
    std::vector<std::size_t> candidates;
    for (const Tuple& left : lefts) {
      if (dependent) {
        Outcome<Side> made = side_of(right, left, asked_of_right);
        if (!made) return made.as<Tuples>();
        side = std::move(*made);
      }
      bool all = true;
      if (index != nullptr) {
        const Outcome<bool> narrowed = narrow(*plan.left, *index, left, candidates);
        if (!narrowed) return narrowed.as<Tuples>();
        all = !*narrowed;
      }
      bool matched = false;
      const std::size_t count = all ? side->size() : candidates.size();
      for (std::size_t step = 0; step < count; ++step) {
        const std::size_t at = all ? step : candidates[step];
        Tuple tuple = merged(left, *side, at, right);
        const Outcome<bool> holds = test(conditions, tuple);
        if (!holds) return holds.as<Tuples>();
        if (!*holds) continue;
        matched = true;
        if (keeps_right && at < right_matched.size()) right_matched[at] = true;
        result.push_back(std::move(tuple));
        if (result.size() > kMostTuples) return Doubt{"a join of very many rows is not run"};
      }
      if (!matched && keeps_left) result.push_back(with_nulls(left, right.first_leaf, right.end_leaf));
    }
    for (std::size_t at = 0; at < right_matched.size(); ++at) {
      if (right_matched[at] || join == nullptr) continue;
      result.push_back(with_nulls(merged(base, *side, at, right), join->left->first_leaf, join->left->end_leaf));
    }
    return result;
  }

  /// The join where few rows are joined to one table by a column's value: each looks its own up. Nothing where that cannot be done.
  Outcome<std::optional<Tuples>> look_up(const Tuples& lefts, const JoinTree& right, const std::vector<const Node*>& conditions,
                                         const std::vector<const Node*>& pushed, bool keeps_left) {
    constexpr std::size_t kFew = 64;  // with more of them a pass over the table is as good
    const std::optional<Tuples> none;
    if (lefts.size() > kFew || right.left != nullptr || select_.leaves[right.leaf].kind != LeafKind::relation) return none;
    const TypeLookup& types = host_.types().types;
    std::vector<LookupEquality> equalities;
    for (const std::vector<const Node*>* asked : {&conditions, &pushed}) {
      for (const Node* condition : *asked) add_equalities(types, *condition, static_cast<std::uint32_t>(right.leaf), UINT32_MAX, equalities);
    }
    if (equalities.empty()) return none;
    Tuples result;
    for (const Tuple& left : lefts) {
      set_rows(scope_, left);
      const std::optional<RowLookup> wanted = first_lookup(types, executor_, equalities, scope_);
      if (!wanted) return none;
      const Outcome<std::optional<RowList>> found = rows_.rows_with(select_.leaves[right.leaf], *wanted);
      if (!found) return found.as<std::optional<Tuples>>();
      if (!*found) return none;
      const std::size_t before = result.size();
      for (const ResultRow* row : **found) {
        Tuple tuple = left;
        tuple[right.leaf] = row;
        const Outcome<bool> holds = test(conditions, tuple);
        if (!holds) return holds.as<std::optional<Tuples>>();
        if (*holds) result.push_back(std::move(tuple));
        if (result.size() > kMostTuples) return Doubt{"a join of very many rows is not run"};
      }
      if (result.size() == before && keeps_left) result.push_back(with_nulls(left, right.first_leaf, right.end_leaf));
    }
    return std::optional<Tuples>(std::move(result));
  }

  /// Candidates for the left tuple by hash; false where all rows are.
  Outcome<bool> narrow(const Node& key, const HashIndex& index, const Tuple& left, std::vector<std::size_t>& candidates) {
    set_rows(scope_, left);
    const Outcome<Value> value = executor_.run(key, scope_);
    if (!value) return value.as<bool>();
    candidates.clear();
    if (value->is_null()) return true;
    if (value->is_unknown()) return false;
    const auto found = index.places.find(key_of(host_.types(), *value));
    if (found != index.places.end()) candidates = found->second;
    if (!index.vague.empty()) {
      candidates.insert(candidates.end(), index.vague.begin(), index.vague.end());
      std::sort(candidates.begin(), candidates.end());
    }
    return true;
  }

  Tuple with_nulls(Tuple tuple, std::size_t first, std::size_t end) const {
    for (std::size_t leaf = first; leaf < end; ++leaf) tuple[leaf] = &select_.leaves[leaf].nulls;
    return tuple;
  }

  EvaluationHost& host_;
  LeafRows& rows_;
  BoundSelect& select_;
  Executor executor_;
  Scope scope_;
  const Scope& surroundings_;
  std::unique_ptr<HashIndex> made_;
};

}  // namespace

void set_rows(Scope& scope, const Tuple& tuple) {
  for (std::size_t at = 0; at < scope.rows.size() && at < tuple.size(); ++at) scope.rows[at].row = tuple[at];
}

Tuple null_tuple(const BoundSelect& select) {
  Tuple tuple;
  for (const Leaf& leaf : select.leaves) tuple.push_back(&leaf.nulls);
  return tuple;
}

Outcome<Tuples> join_all(const Catalog& catalog, EvaluationHost& host, LeafRows& rows, BoundSelect& select, const Scope& surroundings) {
  return Joiner(catalog, host, rows, select, surroundings).all();
}

Outcome<std::vector<std::size_t>> sort_permutation(EvaluationHost& host, const std::vector<std::vector<Value>>& keys,
                                                   const std::vector<SortOrder>& orders) {
  std::vector<std::size_t> permutation(keys.size());
  std::iota(permutation.begin(), permutation.end(), std::size_t{0});
  if (keys.size() < 2) return permutation;
  const TypeContext types = host.types();
  for (const std::vector<Value>& key : keys) {
    for (const Value& value : key) {
      if (value.is_unknown()) return Doubt{host.symbols()[value.symbol()].reason};
      if (value.is_known() && !has_equality(types.types, base_type(types.types, value.type()))) {
        return Doubt{"values of type " + format_type(types.types, value.type()) + " cannot be ordered offline"};
      }
    }
  }
  std::stable_sort(permutation.begin(), permutation.end(), [&](std::size_t left, std::size_t right) {
    for (std::size_t at = 0; at < orders.size(); ++at) {
      const Value& a = keys[left][at];
      const Value& b = keys[right][at];
      if (a.is_null() && b.is_null()) continue;
      if (a.is_null() || b.is_null()) return a.is_null() == orders[at].nulls_first;
      const int compared = order(types, a, b);
      if (compared != 0) return (compared < 0) != orders[at].descending;
    }
    return false;
  });
  return permutation;
}

}  // namespace pgfk
