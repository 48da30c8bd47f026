// Running bound queries. The order of steps is the server's: FROM, WHERE, GROUP BY, HAVING, targets, DISTINCT, ORDER BY, LIMIT.
#include <algorithm>
#include <tuple>
#include <unordered_set>

#include "analyzer/eval/casts.h"
#include "analyzer/eval/compare.h"
#include "analyzer/eval/join.h"
#include "analyzer/eval/query_plan.h"

namespace pgfk {

namespace {

/// Rows of a statement's intermediate results; past this the answer is a Doubt rather than a machine out of memory.
constexpr std::size_t kMostRows = 20'000'000;
/// Rounds of WITH RECURSIVE.
constexpr std::size_t kMostRounds = 1'000'000;

}  // namespace

class QueryRunner::State : public LeafRows {
 public:
  State(const Catalog& catalog, EvaluationHost& host, RowProvider& provider) : catalog_(catalog), host_(host), provider_(provider) {}

  Outcome<BoundSelect*> prepare(const Select& select, const Scope& outer, bool keep_untyped) {
    Prepared& prepared = prepared_[{&select, keep_untyped, shape_of(outer)}];
    if (!prepared) {
      Outcome<std::unique_ptr<BoundSelect>> bound = bind_select(catalog_, host_, select, outer, keep_untyped);
      if (!bound) return bound.as<BoundSelect*>();
      prepared = std::move(*bound);
    }
    return prepared.get();
  }

  Outcome<QueryResult> run(const Select& select, const Scope& outer, bool keep_untyped) {
    const auto known = answers_.find(&select);
    if (known != answers_.end()) return *known->second;
    const Outcome<BoundSelect*> bound = prepare(select, outer, keep_untyped);
    if (!bound) return bound.as<QueryResult>();
    // What reads nothing of its surroundings, and calls nothing volatile, answers the same again.
    std::vector<std::pair<const Scope*, bool>> marks;
    for (const Scope* at = &outer; at != nullptr; at = at->outer) {
      marks.emplace_back(at, at->touched);
      at->touched = false;
    }
    Outcome<QueryResult> result = run_bound(**bound, outer);
    bool independent = !marks.empty();
    for (const auto& [scope, touched] : marks) {
      independent = independent && !scope->touched;
      scope->touched = scope->touched || touched;
    }
    if (independent && result.ok() && !keep_untyped) {
      answers_[&select] = std::make_unique<QueryResult>(*result);
    }
    return result;
  }

  Outcome<Joined> join_only(std::span<const FromItem> from, const Scope& outer, const std::vector<const Expr*>& wanted) {
    auto bound = std::make_unique<BoundSelect>();
    Done made = bind_from(catalog_, host_, from, outer, *bound);
    if (!made) return made.as<Joined>();
    const Scope scope = bound->scope_for(&outer);
    for (const Expr* condition : wanted) {
      Outcome<NodePtr> node = Binder(catalog_, host_).bind_condition(*condition, scope, "WHERE");
      if (node) bound->where.push_back(std::move(*node));
    }
    kept_.push_back(std::move(bound));
    BoundSelect& select = *kept_.back();
    Outcome<Tuples> tuples = join_all(catalog_, host_, *this, select, outer);
    if (!tuples) return tuples.as<Joined>();
    return Joined{select.scope_for(nullptr).rows, std::move(*tuples)};
  }

  Outcome<const RowList*> rows_of(const Leaf& leaf, const Scope& outer) override {
    if (leaf.kind == LeafKind::relation) {
      const std::pair<RelationId, bool> place(leaf.relation, leaf.only);
      const auto known = relations_.find(place);
      if (known != relations_.end()) return &known->second;
      Outcome<RowList> rows = relation_rows(leaf.relation, leaf.only);
      if (!rows) return rows.as<const RowList*>();
      return &(relations_[place] = std::move(*rows));
    }
    Outcome<RowList> rows = made_rows(leaf, outer);
    if (!rows) return rows.as<const RowList*>();
    lists_.push_back(std::move(*rows));
    return &lists_.back();
  }

  Outcome<std::optional<RowList>> rows_with(const Leaf& leaf, const RowLookup& wanted) override {
    const Relation* relation = leaf.kind == LeafKind::relation ? &catalog_[leaf.relation] : nullptr;
    const bool alone = relation != nullptr && relation->holds_rows() && (leaf.only || (relation->partitions.empty() && relation->heirs.empty()));
    if (!alone) return std::optional<RowList>();
    return provider_.rows_with(leaf.relation, wanted);
  }

  std::unique_ptr<HashIndex>& index_of(RelationId relation, bool only, std::uint32_t column) override {
    return indexes_[{relation, only, column}];
  }

 private:
  Outcome<RowList> made_rows(const Leaf& leaf, const Scope& outer) {
    switch (leaf.kind) {
      case LeafKind::relation: break;
      case LeafKind::common: {
        for (const Scope* at = &outer; at != nullptr; at = at->outer) {
          const CommonTables::Entry* entry = at->common == nullptr ? nullptr : at->common->find(leaf.common_name);
          if (entry == nullptr) continue;
          if (entry->rows == nullptr) break;
          return pointers(*entry->rows);
        }
        return Doubt{"the rows of WITH \"" + leaf.common_name + "\" are not known"};
      }
      case LeafKind::view: return keep(run_bound(*leaf.select, Scope{}));
      case LeafKind::select: return keep(run_bound(*leaf.select, outer));
      case LeafKind::function: return function_rows(leaf, outer);
      case LeafKind::system:
        stored_.push_back(leaf.own_rows);
        return pointers(stored_.back());
    }
    return Doubt{"rows of an unknown kind"};
  }

  using Prepared = std::unique_ptr<BoundSelect>;

  /// Tells scopes apart in which names may mean something else.
  static std::string shape_of(const Scope& scope) {
    std::string shape;
    for (const Scope* at = &scope; at != nullptr; at = at->outer) {
      for (const ScopeRow& row : at->rows) {
        shape += row.schema + '.' + row.name;
        for (std::size_t column = 0; row.columns != nullptr && column < row.columns->size(); ++column) shape += ',' + (*row.columns)[column];
        shape += ';';
      }
      for (const CommonTables* common = at->common; common != nullptr; common = common->outer) {
        for (const CommonTables::Entry& entry : common->entries) shape += entry.name + '(' + std::to_string(entry.columns.size()) + ')';
      }
      shape += '/';
    }
    return shape;
  }

  static RowList pointers(const std::vector<ResultRow>& rows) {
    RowList result;
    result.reserve(rows.size());
    for (const ResultRow& row : rows) result.push_back(&row);
    return result;
  }

  Outcome<RowList> keep(Outcome<QueryResult> result) {
    if (!result) return result.as<RowList>();
    stored_.push_back(std::move(result->rows));
    return pointers(stored_.back());
  }

  /// With heirs and partitions unless ONLY, each row in the columns of the relation asked for.
  Outcome<RowList> relation_rows(RelationId id, bool only) {
    RowList result;
    const Relation& relation = catalog_[id];
    if (relation.holds_rows()) {
      Outcome<RowList> own = provider_.rows(id);
      if (!own) return own;
      result = std::move(*own);
    }
    if (only) return result;
    for (const std::vector<RelationId>* below : {&relation.partitions, &relation.heirs}) {
      for (const RelationId child : *below) {
        if (below == &relation.heirs && std::find(relation.partitions.begin(), relation.partitions.end(), child) != relation.partitions.end()) continue;
        Outcome<RowList> rows = relation_rows(child, false);
        if (!rows) return rows;
        const Outcome<RowList> moved = in_columns_of(relation, catalog_[child], *rows);
        if (!moved) return moved;
        result.insert(result.end(), moved->begin(), moved->end());
      }
    }
    return result;
  }

  Outcome<RowList> in_columns_of(const Relation& parent, const Relation& child, const RowList& rows) {
    std::vector<std::size_t> places;
    bool same = parent.columns.size() == child.columns.size();
    for (std::size_t at = 0; at < parent.columns.size(); ++at) {
      const ColumnIndex place = parent.columns[at].dropped ? kNoColumn : child.column(parent.columns[at].name);
      places.push_back(place);
      same = same && place == at;
    }
    if (same) return rows;
    std::vector<ResultRow> moved;
    for (const ResultRow* row : rows) {
      ResultRow cells;
      for (std::size_t at = 0; at < places.size(); ++at) {
        cells.push_back(places[at] < row->size() ? (*row)[places[at]] : Value::null(parent.columns[at].type));
      }
      moved.push_back(std::move(cells));
    }
    stored_.push_back(std::move(moved));
    return pointers(stored_.back());
  }

  Outcome<RowList> function_rows(const Leaf& leaf, const Scope& scope) {
    Executor executor(catalog_, host_);
    std::vector<ResultRow> rows;
    if (leaf.function->kind == NodeKind::user_call) {
      const Outcome<std::vector<Value>> arguments = executor.arguments(*leaf.function, scope);
      if (!arguments) return arguments.as<RowList>();
      Outcome<std::vector<ResultRow>> made = host_.call_rows(*leaf.function->user, *arguments);
      if (!made) return made.as<RowList>();
      rows = std::move(*made);
      const std::size_t width = leaf.columns.size() - (leaf.ordinality ? 1 : 0);
      for (ResultRow& row : rows) row.resize(width);
    } else if (leaf.function->kind == NodeKind::call && leaf.function->implementation == nullptr) {
      const Outcome<std::vector<Value>> arguments = executor.arguments(*leaf.function, scope);
      if (!arguments) return arguments.as<RowList>();
      std::vector<OutputColumn> columns;
      for (std::size_t at = 0; at + (leaf.ordinality ? 1 : 0) < leaf.columns.size(); ++at) columns.push_back({leaf.columns[at], leaf.types[at]});
      Outcome<std::vector<ResultRow>> made = run_set_function({catalog_, host_, host_.types(), leaf.function->type, leaf.function->text},
                                                             *leaf.function, *arguments, columns);
      if (!made) return made.as<RowList>();
      rows = std::move(*made);
    } else {
      Outcome<Value> value = executor.run(*leaf.function, scope);
      if (!value) return value.as<RowList>();
      if (value->is_known() && value->type() == TypeId::record) rows.push_back(value->compound().items);
      else rows.push_back({std::move(*value)});
    }
    if (leaf.ordinality) {
      std::int64_t number = 0;
      for (ResultRow& row : rows) row.push_back(Value::of(TypeId::int8, ++number));
    }
    stored_.push_back(std::move(rows));
    return pointers(stored_.back());
  }

  /// What a function of the input gives in a target list: one value a row.
  Outcome<std::vector<ResultRow>> rows_of(const Node& call, const std::vector<Value>& arguments) {
    Outcome<std::vector<ResultRow>> rows = host_.call_rows(*call.user, arguments);
    if (!rows) return rows;
    for (ResultRow& row : *rows) {
      if (row.size() == 1) continue;
      Compound whole;
      whole.items = std::move(row);
      row = {Value::of(TypeId::record, std::move(whole))};
    }
    return rows;
  }

  Outcome<QueryResult> run_bound(BoundSelect& select, const Scope& outer) {
    if (!select.doubt.empty()) return Doubt{select.doubt};
    CommonTables common;
    std::deque<std::vector<ResultRow>> parts;
    Scope surroundings;
    surroundings.outer = &outer;
    surroundings.common = &common;
    const Done with = run_parts(select, surroundings, common, parts);
    if (!with) return with.as<QueryResult>();
    Outcome<QueryResult> result = select.left ? set_operation(select, surroundings) : !select.values.empty() ? values(select, surroundings)
                                                                                                              : plain(select, surroundings);
    if (!result) return result;
    return limited(select, surroundings, std::move(*result));
  }

  Done run_parts(BoundSelect& select, const Scope& surroundings, CommonTables& common, std::deque<std::vector<ResultRow>>& parts) {
    for (std::size_t at = 0; at < select.parts.size(); ++at) {
      BoundSelect::Part& part = select.parts[at];
      CommonTables::Entry entry = select.common.entries[at];
      if (!part.query) {
        // Given from outside: hidden by nothing, found further out.
        continue;
      }
      Outcome<QueryResult> first = run_bound(*part.query, surroundings);
      if (!first) return first.as<std::monostate>();
      parts.push_back(std::move(first->rows));
      if (part.recursive) {
        Done rounds = iterate(part, entry, surroundings, common, parts.back());
        if (!rounds) return rounds;
      }
      entry.rows = &parts.back();
      common.entries.push_back(std::move(entry));
    }
    return done();
  }

  /// Each round sees the rows of the round before.
  Done iterate(BoundSelect::Part& part, const CommonTables::Entry& entry, const Scope& surroundings, CommonTables& common, std::vector<ResultRow>& all) {
    std::unordered_set<std::string> seen;
    const auto add_new = [&](std::vector<ResultRow> rows, std::vector<ResultRow>& fresh) -> Done {
      for (ResultRow& row : rows) {
        if (part.distinct) {
          std::string key;
          for (const Value& value : row) {
            Done told = append_distinct_key(host_, value, key);
            if (!told) return told;
          }
          if (!seen.insert(std::move(key)).second) continue;
        }
        fresh.push_back(std::move(row));
      }
      return done();
    };
    std::vector<ResultRow> last;
    Done first = add_new(std::move(all), last);
    if (!first) return first;
    all = last;
    for (std::size_t round = 0; !last.empty(); ++round) {
      if (round >= kMostRounds || all.size() > kMostRows) return Doubt{"WITH RECURSIVE does not come to an end"};
      common.entries.push_back(entry);
      common.entries.back().rows = &last;
      Outcome<QueryResult> next = run_bound(*part.recursive, surroundings);
      common.entries.pop_back();
      if (!next) return next.as<std::monostate>();
      Outcome<QueryResult> typed = in_types(std::move(*next), entry.columns);
      if (!typed) return typed.as<std::monostate>();
      std::vector<ResultRow> fresh;
      Done added = add_new(std::move(typed->rows), fresh);
      if (!added) return added;
      all.insert(all.end(), fresh.begin(), fresh.end());
      last = std::move(fresh);
    }
    return done();
  }

  Outcome<QueryResult> in_types(QueryResult result, const std::vector<OutputColumn>& columns) {
    for (ResultRow& row : result.rows) {
      for (std::size_t at = 0; at < row.size() && at < columns.size(); ++at) {
        if (row[at].type() == columns[at].type) continue;
        Outcome<Value> cast = run_cast(catalog_, host_, row[at], columns[at].type, -1, CastContext::implicit);
        if (!cast) return cast.as<QueryResult>();
        row[at] = std::move(*cast);
      }
    }
    result.columns = columns;
    return result;
  }

  Outcome<std::string> row_key(const ResultRow& row) {
    std::string key;
    for (const Value& value : row) {
      Done told = append_distinct_key(host_, value, key);
      if (!told) return told.as<std::string>();
    }
    return key;
  }

  Outcome<QueryResult> set_operation(BoundSelect& select, const Scope& surroundings) {
    Outcome<QueryResult> left = run_bound(*select.left, surroundings);
    if (!left) return left;
    Outcome<QueryResult> right = run_bound(*select.right, surroundings);
    if (!right) return right;
    left = in_types(std::move(*left), select.columns);
    if (!left) return left;
    right = in_types(std::move(*right), select.columns);
    if (!right) return right;
    const SetOperation operation = select.select->operation;
    const bool all = select.select->all;
    QueryResult result{select.columns, {}};
    if (operation == SetOperation::union_ && all) {
      result.rows = std::move(left->rows);
      result.rows.insert(result.rows.end(), right->rows.begin(), right->rows.end());
      return sorted(select, std::move(result), nullptr);
    }
    std::unordered_map<std::string, std::size_t> counts;
    if (operation == SetOperation::union_) {
      left->rows.insert(left->rows.end(), right->rows.begin(), right->rows.end());
    } else {
      for (const ResultRow& row : right->rows) {
        const Outcome<std::string> key = row_key(row);
        if (!key) return key.as<QueryResult>();
        ++counts[*key];
      }
    }
    std::unordered_set<std::string> seen;
    for (ResultRow& row : left->rows) {
      const Outcome<std::string> key = row_key(row);
      if (!key) return key.as<QueryResult>();
      if (operation != SetOperation::union_) {
        const auto found = counts.find(*key);
        const bool there = found != counts.end() && found->second > 0;
        if (there && all) --found->second;
        if (there != (operation == SetOperation::intersect)) continue;
      }
      if (!all && !seen.insert(*key).second) continue;
      result.rows.push_back(std::move(row));
    }
    return sorted(select, std::move(result), nullptr);
  }

  Outcome<QueryResult> values(BoundSelect& select, const Scope& surroundings) {
    Executor executor(catalog_, host_);
    Scope scope;
    scope.outer = &surroundings;
    QueryResult result{select.columns, {}};
    for (const std::vector<NodePtr>& nodes : select.values) {
      ResultRow row;
      for (const NodePtr& node : nodes) {
        Outcome<Value> value = executor.run(*node, scope);
        if (!value) return value.as<QueryResult>();
        row.push_back(std::move(*value));
      }
      result.rows.push_back(std::move(row));
    }
    return sorted(select, std::move(result), nullptr);
  }

  Outcome<QueryResult> plain(BoundSelect& select, const Scope& surroundings) {
    Outcome<Tuples> tuples = join_all(catalog_, host_, *this, select, surroundings);
    if (!tuples) return tuples.as<QueryResult>();
    QueryResult result{select.columns, {}};
    const Done made = select.grouped ? groups(select, surroundings, *tuples, result.rows) : rows(select, surroundings, *tuples, result.rows);
    if (!made) return made.as<QueryResult>();
    return sorted(select, std::move(result), &select);
  }

  Done rows(BoundSelect& select, const Scope& surroundings, const Tuples& tuples, std::vector<ResultRow>& into) {
    Executor executor(catalog_, host_);
    Scope scope = select.scope_for(&surroundings);
    for (const Tuple& tuple : tuples) {
      set_rows(scope, tuple);
      Done made = select.sets.empty() ? one_row(select, executor, scope, into) : set_rows_of(select, executor, scope, into);
      if (!made) return made;
      if (into.size() > kMostRows) return Doubt{"a query of very many rows is not run"};
    }
    return done();
  }

  Done one_row(BoundSelect& select, Executor& executor, const Scope& scope, std::vector<ResultRow>& into) {
    ResultRow row;
    row.reserve(select.targets.size());
    for (const NodePtr& target : select.targets) {
      Outcome<Value> value = executor.run(*target, scope);
      if (!value) return value.as<std::monostate>();
      row.push_back(std::move(*value));
    }
    into.push_back(std::move(row));
    return done();
  }

  /// Set-returning functions of a target list go in step, the shorter ones filled up with NULL.
  Done set_rows_of(BoundSelect& select, Executor& executor, const Scope& scope, std::vector<ResultRow>& into) {
    std::vector<std::vector<ResultRow>> sets;
    std::size_t longest = 0;
    for (const NodePtr& call : select.sets) {
      if (call->type == TypeId::record && call->user == nullptr) return Doubt{"function " + call->text + " in a target list is not evaluated offline", call->location};
      const Outcome<std::vector<Value>> arguments = executor.arguments(*call, scope);
      if (!arguments) return arguments.as<std::monostate>();
      Outcome<std::vector<ResultRow>> made =
          call->user != nullptr ? rows_of(*call, *arguments)
                                : run_set_function({catalog_, host_, host_.types(), call->type, call->text}, *call, *arguments, {{call->text, call->type}});
      if (!made) return made.as<std::monostate>();
      longest = std::max(longest, made->size());
      sets.push_back(std::move(*made));
    }
    for (std::size_t step = 0; step < longest; ++step) {
      std::vector<Value> elements;
      for (std::size_t at = 0; at < sets.size(); ++at) {
        elements.push_back(step < sets[at].size() ? sets[at][step][0] : Value::null(select.sets[at]->type));
      }
      executor.set_aggregates(&elements);
      Done made = one_row(select, executor, scope, into);
      if (!made) return made;
    }
    executor.set_aggregates(nullptr);
    return done();
  }

  Done groups(BoundSelect& select, const Scope& surroundings, const Tuples& tuples, std::vector<ResultRow>& into) {
    Executor executor(catalog_, host_);
    Scope scope = select.scope_for(&surroundings);
    std::vector<std::vector<const Tuple*>> members;
    std::unordered_map<std::string, std::size_t> places;
    for (const Tuple& tuple : tuples) {
      set_rows(scope, tuple);
      std::string key;
      for (const NodePtr& part : select.group_by) {
        const Outcome<Value> value = executor.run(*part, scope);
        if (!value) return value.as<std::monostate>();
        Done told = append_distinct_key(host_, *value, key);
        if (!told) return told;
      }
      const auto [place, added] = places.emplace(std::move(key), members.size());
      if (added) members.emplace_back();
      members[place->second].push_back(&tuple);
    }
    if (members.empty() && select.group_by.empty()) members.emplace_back();
    const Tuple nothing = null_tuple(select);
    for (const std::vector<const Tuple*>& group : members) {
      std::vector<Value> results;
      for (const AggregateCall& call : select.aggregates) {
        Outcome<Value> value = aggregate(call, executor, scope, group);
        if (!value) return value.as<std::monostate>();
        results.push_back(std::move(*value));
      }
      set_rows(scope, group.empty() ? nothing : *group.front());
      executor.set_aggregates(&results);
      if (select.having) {
        const Outcome<Value> kept = executor.run(*select.having, scope);
        if (!kept) return kept.as<std::monostate>();
        if (kept->is_unknown()) return Doubt{host_.symbols()[kept->symbol()].reason};
        if (!kept->is_true()) {
          executor.set_aggregates(nullptr);
          continue;
        }
      }
      Done made = one_row(select, executor, scope, into);
      executor.set_aggregates(nullptr);
      if (!made) return made;
    }
    return done();
  }

  Outcome<Value> aggregate(const AggregateCall& call, Executor& executor, Scope& scope, const std::vector<const Tuple*>& group) {
    std::vector<std::vector<Value>> rows;
    std::vector<std::vector<Value>> keys;
    for (const Tuple* tuple : group) {
      set_rows(scope, *tuple);
      if (call.filter) {
        const Outcome<Value> kept = executor.run(*call.filter, scope);
        if (!kept) return kept;
        if (kept->is_unknown()) return Doubt{host_.symbols()[kept->symbol()].reason};
        if (!kept->is_true()) continue;
      }
      std::vector<Value> row, key;
      for (const NodePtr& argument : call.args) {
        Outcome<Value> value = executor.run(*argument, scope);
        if (!value) return value;
        row.push_back(std::move(*value));
      }
      for (const AggregateCall::Order& order : call.order) {
        Outcome<Value> value = executor.run(*order.node, scope);
        if (!value) return value;
        key.push_back(std::move(*value));
      }
      rows.push_back(std::move(row));
      keys.push_back(std::move(key));
    }
    if (!call.order.empty()) {
      std::vector<SortOrder> orders;
      for (const AggregateCall::Order& order : call.order) orders.push_back({order.descending, order.nulls_first});
      const Outcome<std::vector<std::size_t>> permutation = sort_permutation(host_, keys, orders);
      if (!permutation) return permutation.as<Value>();
      std::vector<std::vector<Value>> ordered;
      for (const std::size_t at : *permutation) ordered.push_back(std::move(rows[at]));
      rows = std::move(ordered);
    }
    return run_aggregate({catalog_, host_, host_.types(), call.type, call.name}, call, std::move(rows));
  }

  /// DISTINCT, ORDER BY, and off with the columns that served them.
  Outcome<QueryResult> sorted(BoundSelect& select, QueryResult result, const BoundSelect* plain) {
    std::vector<SortOrder> orders;
    for (const BoundSelect::Order& order : select.order) orders.push_back({order.descending, order.nulls_first});
    const auto sort = [&]() -> Done {
      if (orders.empty()) return done();
      std::vector<std::vector<Value>> keys;
      for (const ResultRow& row : result.rows) {
        std::vector<Value> key;
        for (const BoundSelect::Order& order : select.order) key.push_back(row[order.target]);
        keys.push_back(std::move(key));
      }
      const Outcome<std::vector<std::size_t>> permutation = sort_permutation(host_, keys, orders);
      if (!permutation) return permutation.as<std::monostate>();
      std::vector<ResultRow> ordered;
      for (const std::size_t at : *permutation) ordered.push_back(std::move(result.rows[at]));
      result.rows = std::move(ordered);
      return done();
    };
    Done done = sort();
    if (!done) return done.as<QueryResult>();
    if (plain != nullptr && (plain->select->distinct || !plain->distinct_on.empty())) {
      std::unordered_set<std::string> seen;
      std::vector<ResultRow> kept;
      for (ResultRow& row : result.rows) {
        ResultRow compared;
        if (plain->distinct_on.empty()) compared.assign(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(select.columns.size()));
        for (const std::size_t target : plain->distinct_on) compared.push_back(row[target]);
        Outcome<std::string> key = row_key(compared);
        if (!key) return key.as<QueryResult>();
        if (seen.insert(std::move(*key)).second) kept.push_back(std::move(row));
      }
      result.rows = std::move(kept);
    }
    for (ResultRow& row : result.rows) row.resize(select.columns.size());
    return result;
  }

  Outcome<QueryResult> limited(BoundSelect& select, const Scope& surroundings, QueryResult result) {
    Scope scope;
    scope.outer = &surroundings;
    const auto count = [&](const NodePtr& node, const char* what, const char* sqlstate) -> Outcome<std::int64_t> {
      const Outcome<Value> value = Executor(catalog_, host_).run(*node, scope);
      if (!value) return value.as<std::int64_t>();
      if (value->is_unknown()) return Doubt{host_.symbols()[value->symbol()].reason};
      if (value->is_null()) return std::int64_t{-1};
      if (value->integer() < 0) return ServerError{sqlstate, std::string(what) + " must not be negative"};
      return value->integer();
    };
    if (select.offset) {
      const Outcome<std::int64_t> skipped = count(select.offset, "OFFSET", "2201X");
      if (!skipped) return skipped.as<QueryResult>();
      const std::size_t gone = *skipped < 0 ? 0 : std::min(result.rows.size(), static_cast<std::size_t>(*skipped));
      result.rows.erase(result.rows.begin(), result.rows.begin() + static_cast<std::ptrdiff_t>(gone));
    }
    if (select.limit) {
      const Outcome<std::int64_t> kept = count(select.limit, "LIMIT", "2201W");
      if (!kept) return kept.as<QueryResult>();
      if (*kept >= 0 && static_cast<std::size_t>(*kept) < result.rows.size()) {
        // Which rows a join or a grouping gives first is the plan's choice.
        const bool promised = !select.order.empty() || (select.leaves.size() <= 1 && !select.grouped && !select.left);
        if (!promised && *kept > 0) return Doubt{"LIMIT without ORDER BY: which rows come first depends on the plan"};
        result.rows.resize(static_cast<std::size_t>(*kept));
      }
    }
    return result;
  }

  const Catalog& catalog_;
  EvaluationHost& host_;
  RowProvider& provider_;
  std::map<std::tuple<const Select*, bool, std::string>, Prepared> prepared_;  // by what can be seen around it, too
  std::unordered_map<const Select*, std::unique_ptr<QueryResult>> answers_;
  std::map<std::pair<RelationId, bool>, RowList> relations_;
  std::map<std::tuple<RelationId, bool, std::uint32_t>, std::unique_ptr<HashIndex>> indexes_;
  std::deque<RowList> lists_;
  std::deque<std::vector<ResultRow>> stored_;
  std::deque<std::unique_ptr<BoundSelect>> kept_;
};

QueryRunner::QueryRunner(const Catalog& catalog, EvaluationHost& host, RowProvider& rows) : state_(std::make_unique<State>(catalog, host, rows)) {}
QueryRunner::~QueryRunner() = default;

Outcome<std::vector<TypeId>> QueryRunner::column_types(const Select& select, const Scope& outer, bool of_source) {
  const Outcome<BoundSelect*> bound = state_->prepare(select, outer, of_source);
  if (!bound) return bound.as<std::vector<TypeId>>();
  std::vector<TypeId> types;
  for (const OutputColumn& column : (*bound)->columns) types.push_back(column.type);
  return types;
}
Outcome<QueryResult> QueryRunner::run(const Select& select, const Scope& outer) { return state_->run(select, outer, false); }
Outcome<QueryResult> QueryRunner::run_source(const Select& select, const Scope& outer) { return state_->run(select, outer, true); }
Outcome<QueryRunner::Joined> QueryRunner::join(std::span<const FromItem> from, const Scope& outer, const std::vector<const Expr*>& wanted) {
  return state_->join_only(from, outer, wanted);
}

}  // namespace pgfk
