// Parse analysis of FROM. Source: parse_clause.c, parse_relation.c.
#include <algorithm>

#include "analyzer/eval/names.h"
#include "analyzer/eval/query_plan.h"
#include "analyzer/eval/system_relations.h"
#include "analyzer/eval/type_names.h"

namespace pgfk {

namespace {

using StarList = std::vector<std::pair<std::size_t, std::size_t>>;

ServerError refuse(std::string sqlstate, std::string message, int location) {
  ServerError error{std::move(sqlstate), std::move(message)};
  error.location = location;
  return error;
}

std::string shown(const QualifiedName& name) { return name.schema.empty() ? name.name : name.schema + "." + name.name; }

bool is_of_the_system(const QualifiedName& name) {
  return name.schema == "pg_catalog" || name.schema == "information_schema" || (name.schema.empty() && name.name.starts_with("pg_"));
}

class FromBinder : public AggregateSink {
 public:
  FromBinder(const Catalog& catalog, EvaluationHost& host, const Scope& outer, BoundSelect& into)
      : catalog_(catalog), host_(host), outer_(outer), into_(into) {}

  Outcome<std::unique_ptr<JoinTree>> bind(const FromItem& item, StarList& star) {
    if (item.kind == FromKind::join) return join(item, star);
    Leaf leaf;
    Done made = item.kind == FromKind::table ? table(item, leaf) : item.kind == FromKind::select ? select(item, leaf) : function(item, leaf);
    if (!made) return made.as<std::unique_ptr<JoinTree>>();
    return add(std::move(leaf), item, star);
  }

  Outcome<NodePtr> add(const Expr& call, const Scope&) override {
    return refuse("42803", "aggregate functions are not allowed in FROM", call.location);
  }
  NodePtr add_set(NodePtr call) override {
    set_ = std::move(call);
    return make_constant(Value::null());
  }

 private:
  /// The scope of FROM so far; leaves outside [first, end) keep their places but cannot be named.
  Scope scope(std::size_t first, std::size_t end) const {
    Scope scope = into_.scope_for(&outer_);
    for (std::size_t at = 0; at < scope.rows.size(); ++at) {
      if (at < first || at >= end) scope.rows[at] = ScopeRow{};
    }
    return scope;
  }

  Outcome<std::unique_ptr<JoinTree>> add(Leaf leaf, const FromItem& item, StarList& star) {
    const std::string name = item.alias.empty() ? leaf.name : item.alias;
    for (const Leaf& other : into_.leaves) {
      const bool same_table = item.alias.empty() && !other.schema.empty() && other.schema != leaf.schema;
      if (!name.empty() && other.name == name && !same_table) {
        return refuse("42712", "table name \"" + name + "\" specified more than once", item.location);
      }
    }
    if (!item.alias.empty()) leaf.schema.clear();
    leaf.name = name;
    std::size_t next = 0;
    for (std::size_t column = 0; column < leaf.columns.size() && next < item.column_aliases.size(); ++column) {
      if (!leaf.hidden[column]) leaf.columns[column] = item.column_aliases[next++];
    }
    if (next < item.column_aliases.size()) {
      return refuse("42P10", "table \"" + name + "\" has " + std::to_string(next) + " columns available but " +
                                 std::to_string(item.column_aliases.size()) + " columns specified", item.location);
    }
    for (const TypeId type : leaf.types) leaf.nulls.push_back(Value::null(type));
    const std::size_t place = into_.leaves.size();
    for (std::size_t column = 0; column < leaf.columns.size(); ++column) {
      if (!leaf.hidden[column]) star.emplace_back(place, column);
    }
    into_.leaves.push_back(std::move(leaf));
    auto tree = std::make_unique<JoinTree>();
    tree->leaf = place;
    tree->first_leaf = place;
    tree->end_leaf = place + 1;
    return tree;
  }

  Done table(const FromItem& item, Leaf& leaf) {
    leaf.name = item.table.name;
    if (item.table.schema.empty()) {
      for (const Scope* at = &outer_; at != nullptr; at = at->outer) {
        if (at->common == nullptr) continue;
        const CommonTables::Entry* entry = at->common->find(item.table.name);
        if (entry == nullptr) continue;
        leaf.kind = LeafKind::common;
        leaf.common_name = entry->name;
        set_columns(leaf, entry->columns);
        return done();
      }
    }
    const RelationId id = catalog_.find(host_.names(), item.table);
    if (id == RelationId::none) {
      if (const SystemRelation* system = find_system_relation(item.table)) return system_relation(*system, item, leaf);
      if (is_of_the_system(item.table)) return Doubt{"relation \"" + shown(item.table) + "\" of the system is not known offline", item.location};
      return refuse("42P01", "relation \"" + shown(item.table) + "\" does not exist", item.location);
    }
    const Relation& relation = catalog_[id];
    leaf.relation = id;
    leaf.schema = relation.schema;
    leaf.only = item.table.only;
    switch (relation.kind) {
      case RelationKind::view: return view(relation, leaf);
      case RelationKind::index: return refuse("42809", "cannot open relation \"" + relation.name + "\"", item.location);
      case RelationKind::composite_type: return refuse("42809", "cannot open relation \"" + relation.name + "\"", item.location);
      case RelationKind::sequence: return Doubt{"a sequence is not read as a table", item.location};
      case RelationKind::foreign_table: return Doubt{"rows of foreign table \"" + relation.name + "\" are not known", item.location};
      case RelationKind::table:
      case RelationKind::partitioned_table:
      case RelationKind::materialized_view: break;
    }
    for (const Column& column : relation.columns) {
      leaf.columns.push_back(column.dropped ? std::string() : column.name);
      leaf.types.push_back(column.type);
      leaf.hidden.push_back(column.dropped);
    }
    return done();
  }

  Done system_relation(const SystemRelation& system, const FromItem& item, Leaf& leaf) {
    const Expr* where = into_.select == nullptr ? nullptr : into_.select->where.get();
    Outcome<std::vector<ResultRow>> rows = system_rows(system, catalog_, host_, where, item.alias.empty() ? item.table.name : item.alias);
    if (!rows) return rows.as<std::monostate>();
    leaf.kind = LeafKind::system;
    leaf.own_rows = std::move(*rows);
    add_outputs(leaf, system.columns);
    leaf.hidden.assign(leaf.columns.size(), false);
    return done();
  }

  Done view(const Relation& relation, Leaf& leaf) {
    if (relation.view == nullptr) return Doubt{"view \"" + relation.name + "\" is not understood"};
    if (++views_ > kMostViews) return ServerError{"42P17", "infinite recursion detected in rules for relation \"" + relation.name + "\""};
    Outcome<std::unique_ptr<BoundSelect>> bound = bind_select(catalog_, host_, *relation.view, Scope{}, false);
    --views_;
    // What the view could name when it was made may have another name by now.
    if (bound.refused()) return Doubt{"view \"" + relation.name + "\" is not understood: " + bound.error().message};
    if (!bound) return bound.as<std::monostate>();
    leaf.kind = LeafKind::view;
    set_columns(leaf, (*bound)->columns);
    for (std::size_t at = 0; at < relation.view_columns.size() && at < leaf.columns.size(); ++at) leaf.columns[at] = relation.view_columns[at];
    leaf.select = std::move(*bound);
    leaf.relation = RelationId::none;
    return done();
  }

  Done select(const FromItem& item, Leaf& leaf) {
    const Scope lateral = scope(0, into_.leaves.size());
    leaf.kind = LeafKind::select;
    leaf.lateral = item.lateral;
    Outcome<std::unique_ptr<BoundSelect>> bound = bind_select(catalog_, host_, *item.select, item.lateral ? lateral : outer_, false);
    if (!bound) return bound.as<std::monostate>();
    set_columns(leaf, (*bound)->columns);
    leaf.select = std::move(*bound);
    return done();
  }

  Done function(const FromItem& item, Leaf& leaf) {
    leaf.kind = LeafKind::function;
    leaf.ordinality = item.ordinality;
    leaf.name = item.function->names.empty() ? std::string() : item.function->names.back();
    const Scope lateral = scope(0, into_.leaves.size());
    if (const Relation* shape = populated_relation(*item.function)) return populate(item, *shape, lateral, leaf);
    Binder binder(catalog_, host_, this);
    Outcome<NodePtr> bound = binder.bind(*item.function, lateral);
    if (!bound) return bound.as<std::monostate>();
    leaf.function = set_ ? std::move(set_) : std::move(*bound);
    if (leaf.function->kind == NodeKind::doubt) return Doubt{leaf.function->text, item.location};
    const bool of_input = leaf.function->kind == NodeKind::user_call;
    if (of_input && item.column_definitions.empty()) {
      const Outcome<std::vector<std::pair<std::string, TypeId>>> columns = host_.result_columns(*leaf.function->user);
      if (!columns) return columns.as<std::monostate>();
      for (const auto& [name, type] : *columns) {
        // A function that gives one value lends its alias to the column.
        const bool scalar = columns->size() == 1 && name == leaf.function->user->name;
        leaf.columns.push_back(scalar && !item.alias.empty() ? item.alias : name);
        leaf.types.push_back(type);
      }
    } else if (!item.column_definitions.empty()) {
      for (const auto& [name, type] : item.column_definitions) {
        const Outcome<std::pair<TypeId, std::int32_t>> resolved = named_type(catalog_, host_.names(), type);
        if (!resolved) return resolved.as<std::monostate>();
        leaf.columns.push_back(name);
        leaf.types.push_back(resolved->first);
      }
    } else if (leaf.function->function != nullptr && !leaf.function->function->outputs.empty()) {
      add_outputs(leaf, leaf.function->function->outputs);
    } else if (leaf.function->type == TypeId::record) {
      return refuse("42601", "a column definition list is required for functions returning \"record\"", item.location);
    } else {
      leaf.columns.push_back(item.alias.empty() ? leaf.name : item.alias);
      leaf.types.push_back(leaf.function->type);
    }
    if (item.ordinality) {
      leaf.columns.push_back("ordinality");
      leaf.types.push_back(TypeId::int8);
    }
    leaf.hidden.assign(leaf.columns.size(), false);
    return done();
  }

  /// The table in json_populate_recordset(NULL::table, ...); null for all other calls.
  const Relation* populated_relation(const Expr& call) const {
    if (call.kind != ExprKind::function || call.names.empty() || call.names.back().find("_populate_record") == std::string::npos) return nullptr;
    if (call.args.size() < 2 || call.args[0]->kind != ExprKind::cast || call.args[0]->args[0]->kind != ExprKind::null_literal) return nullptr;
    QualifiedName name;
    name.schema = call.args[0]->type->schema;
    name.name = call.args[0]->type->name;
    const RelationId id = catalog_.find(host_.names(), name);
    return id == RelationId::none ? nullptr : &catalog_[id];
  }

  Done populate(const FromItem& item, const Relation& shape, const Scope& lateral, Leaf& leaf) {
    const std::span<const BuiltinFunction> named = builtin_functions(leaf.name);
    if (named.empty()) return Doubt{"function " + leaf.name + " is not evaluated offline", item.location};
    Binder binder(catalog_, host_);
    Outcome<NodePtr> json = binder.bind(*item.function->args[1], lateral);
    if (json.ok()) json = binder.coerce(std::move(*json), leaf.name.starts_with("jsonb") ? TypeId::jsonb : TypeId::json, -1, CastContext::implicit);
    if (!json) return json.as<std::monostate>();
    leaf.function = make_node(NodeKind::call, TypeId::record, item.location);
    leaf.function->function = &named[0];
    leaf.function->text = leaf.name;
    leaf.function->args.push_back(std::move(*json));
    for (const Column& column : shape.columns) {
      if (column.dropped) continue;
      leaf.columns.push_back(column.name);
      leaf.types.push_back(column.type);
    }
    leaf.hidden.assign(leaf.columns.size(), false);
    return done();
  }

  /// "key:25 value:114"
  static void add_outputs(Leaf& leaf, std::string_view outputs) {
    while (!outputs.empty()) {
      const std::size_t blank = std::min(outputs.find(' '), outputs.size());
      const std::string_view output = outputs.substr(0, blank);
      const std::size_t colon = output.find(':');
      int oid = 0;
      for (const char c : output.substr(colon + 1)) oid = c == '-' ? oid : oid * 10 + (c - '0');
      leaf.columns.emplace_back(output.substr(0, colon));
      leaf.types.push_back(expand_type(static_cast<CompactType>(output[colon + 1] == '-' ? -oid : oid)));
      outputs.remove_prefix(std::min(blank + 1, outputs.size()));
    }
  }

  static void set_columns(Leaf& leaf, const std::vector<OutputColumn>& columns) {
    for (const OutputColumn& column : columns) {
      leaf.columns.push_back(column.name);
      leaf.types.push_back(column.type);
    }
    leaf.hidden.assign(columns.size(), false);
  }

  Outcome<std::unique_ptr<JoinTree>> join(const FromItem& item, StarList& star) {
    if (!item.alias.empty()) return Doubt{"an alias of a join is not understood", item.location};
    auto tree = std::make_unique<JoinTree>();
    tree->kind = item.join;
    StarList left_star, right_star;
    Outcome<std::unique_ptr<JoinTree>> left = bind(*item.left, left_star);
    if (!left) return left;
    Outcome<std::unique_ptr<JoinTree>> right = bind(*item.right, right_star);
    if (!right) return right;
    tree->left = std::move(*left);
    tree->right = std::move(*right);
    tree->first_leaf = tree->left->first_leaf;
    tree->end_leaf = tree->right->end_leaf;
    const Scope within = scope(tree->first_leaf, tree->end_leaf);
    if (item.on) {
      Outcome<NodePtr> condition = Binder(catalog_, host_).bind_condition(*item.on, within, "JOIN/ON");
      if (!condition) return condition.as<std::unique_ptr<JoinTree>>();
      tree->conditions.push_back(std::move(*condition));
    }
    std::vector<std::string> merged = item.using_columns;
    if (item.natural) {
      for (const auto& [leaf, column] : left_star) {
        const std::string& name = into_.leaves[leaf].columns[column];
        if (find(right_star, name)) merged.push_back(name);
      }
    }
    for (const std::string& name : merged) {
      Done done = merge(item, name, *tree, left_star, right_star, within, star);
      if (!done) return done.as<std::unique_ptr<JoinTree>>();
    }
    star.insert(star.end(), left_star.begin(), left_star.end());
    star.insert(star.end(), right_star.begin(), right_star.end());
    return tree;
  }

  std::optional<std::pair<std::size_t, std::size_t>> find(const StarList& list, const std::string& name) const {
    for (const auto& place : list) {
      if (into_.leaves[place.first].columns[place.second] == name) return place;
    }
    return std::nullopt;
  }

  /// One column of USING: an equality, one column in *, the other side only by its table's name.
  Done merge(const FromItem& item, const std::string& name, JoinTree& tree, StarList& left_star, StarList& right_star, const Scope& within,
             StarList& star) {
    if (item.join == JoinKind::full) return Doubt{"FULL JOIN .. USING is not evaluated offline", item.location};
    const auto left = find(left_star, name), right = find(right_star, name);
    if (!left) return refuse("42703", "column \"" + name + "\" specified in USING clause does not exist in left table", item.location);
    if (!right) return refuse("42703", "column \"" + name + "\" specified in USING clause does not exist in right table", item.location);
    const auto node = [&](const std::pair<std::size_t, std::size_t>& place) {
      return column_node(catalog_, within, {0, static_cast<std::uint32_t>(place.first), static_cast<std::uint32_t>(place.second), false}, item.location);
    };
    Outcome<NodePtr> equal = Binder(catalog_, host_).apply_comparison("=", node(*left), node(*right), item.location);
    if (!equal) return equal.as<std::monostate>();
    tree.conditions.push_back(std::move(*equal));
    const auto& kept = item.join == JoinKind::right ? *right : *left;
    const auto& merged = item.join == JoinKind::right ? *left : *right;
    into_.leaves[merged.first].hidden[merged.second] = true;
    star.push_back(kept);
    std::erase(left_star, *left);
    std::erase(right_star, *right);
    return done();
  }

  /// Views within views; the server finds a view that reads itself when it is made, so this is a limit of ours.
  static constexpr int kMostViews = 64;
  static thread_local int views_;

  const Catalog& catalog_;
  EvaluationHost& host_;
  const Scope& outer_;
  BoundSelect& into_;
  NodePtr set_;
};

thread_local int FromBinder::views_ = 0;

}  // namespace

Done bind_from(const Catalog& catalog, EvaluationHost& host, std::span<const FromItem> from, const Scope& outer, BoundSelect& into) {
  for (const FromItem& item : from) {
    FromBinder binder(catalog, host, outer, into);
    Outcome<std::unique_ptr<JoinTree>> tree = binder.bind(item, into.star);
    if (!tree) return tree.as<std::monostate>();
    into.from.push_back(std::move(*tree));
  }
  return done();
}

}  // namespace pgfk
