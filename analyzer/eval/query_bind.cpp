// Parse analysis of queries. Source: analyze.c, parse_cte.c, parse_target.c.
#include <algorithm>

#include "analyzer/eval/names.h"
#include "analyzer/eval/overloads.h"
#include "analyzer/eval/query_plan.h"
#include "analyzer/eval/type_names.h"

namespace pgfk {

namespace {

ServerError refuse(std::string sqlstate, std::string message, int location) {
  ServerError error{std::move(sqlstate), std::move(message)};
  error.location = location;
  return error;
}

/// The name of an output column without AS. Source: FigureColname.
std::string column_name(const Expr& expr, bool weak = false) {
  switch (expr.kind) {
    case ExprKind::column: return expr.names.back();
    case ExprKind::function: return expr.names.back();
    case ExprKind::field: return expr.name;
    case ExprKind::subscript:
    case ExprKind::collate: return column_name(*expr.args[0], weak);
    case ExprKind::cast: {
      const std::string inner = column_name(*expr.args[0], true);
      return inner != "?column?" ? inner : expr.type->name;
    }
    case ExprKind::case_: {
      const std::string inner = !expr.args.empty() && expr.args.back() ? column_name(*expr.args.back(), true) : "?column?";
      return inner != "?column?" ? inner : "case";
    }
    case ExprKind::coalesce: return "coalesce";
    case ExprKind::greatest: return "greatest";
    case ExprKind::least: return "least";
    case ExprKind::nullif: return "nullif";
    case ExprKind::array: return "array";
    case ExprKind::row: return "row";
    case ExprKind::value_function: return expr.name;
    case ExprKind::sublink:
      if (expr.name == "exists" || expr.name == "array") return expr.name;
      if (expr.name == "expr" && expr.select && expr.select->targets.size() == 1) {
        const Target& target = expr.select->targets[0];
        return target.name.empty() ? column_name(*target.expr) : target.name;
      }
      return "?column?";
    default: return "?column?";
  }
}

void split_conditions(NodePtr node, std::vector<NodePtr>& into) {
  if (node->kind != NodeKind::and_) {
    into.push_back(std::move(node));
    return;
  }
  for (NodePtr& part : node->args) split_conditions(std::move(part), into);
}

class SelectBinder : public AggregateSink {
 public:
  SelectBinder(const Catalog& catalog, EvaluationHost& host, const Scope& outer, bool keep_untyped)
      : catalog_(catalog), host_(host), outer_(outer), keep_untyped_(keep_untyped), bound_(std::make_unique<BoundSelect>()) {
    with_common_.outer = &outer;
  }

  Outcome<std::unique_ptr<BoundSelect>> bind(const Select& select) {
    bound_->select = &select;
    Done with = bind_with(select.with);
    if (!with) return with.as<std::unique_ptr<BoundSelect>>();
    // Parts are seen through a scope of their own between this query's and the outer one; see BoundSelect::scope_for.
    const Done body = select.operation != SetOperation::none ? set_operation(select) : !select.values.empty() ? values(select) : plain(select);
    if (!body) return body.as<std::unique_ptr<BoundSelect>>();
    const Done tail = limits(select);
    if (!tail) return tail.as<std::unique_ptr<BoundSelect>>();
    return std::move(bound_);
  }

  Outcome<NodePtr> add(const Expr& call, const Scope& scope) override;
  NodePtr add_set(NodePtr call) override {
    if (!in_targets_) return nullptr;
    NodePtr node = make_node(NodeKind::aggregate, call->type, call->location);
    node->flag = true;
    node->column = static_cast<std::uint32_t>(bound_->sets.size());
    bound_->sets.push_back(std::move(call));
    return node;
  }

 private:
  /// The surroundings of this query's own rows: the WITH parts, then what lies outside.
  const Scope& surroundings() const { return with_common_; }

  Done bind_with(const With& with);
  Done bind_recursive(const CommonTable& table, const Select& select, BoundSelect::Part& part);
  Done set_operation(const Select& select);
  Done values(const Select& select);
  Done plain(const Select& select);
  Done targets(const Select& select, const Scope& scope, std::vector<const Expr*>& exprs);
  Done order(const Select& select, const Scope* scope, const std::vector<const Expr*>& exprs);
  Done limits(const Select& select);
  Outcome<std::size_t> sort_target(const Expr& expr, const Scope* scope, const std::vector<const Expr*>& exprs, std::string_view clause);
  Outcome<NodePtr> finish(NodePtr node, bool keep) {
    if (keep) return node;
    return Binder(catalog_, host_).settle(std::move(node));
  }

  const Catalog& catalog_;
  EvaluationHost& host_;
  const Scope& outer_;
  bool keep_untyped_;
  bool in_targets_ = false;
  std::unique_ptr<BoundSelect> bound_;
  Scope with_common_;
};

void name_columns(std::vector<OutputColumn>& columns, const std::vector<std::string>& names) {
  for (std::size_t at = 0; at < names.size() && at < columns.size(); ++at) columns[at].name = names[at];
}

Done SelectBinder::bind_with(const With& with) {
  with_common_.common = &bound_->common;
  for (const CommonTable& table : with.tables) {
    for (const CommonTables::Entry& entry : bound_->common.entries) {
      if (entry.name == table.name) return refuse("42712", "WITH query name \"" + table.name + "\" specified more than once", table.location);
    }
    BoundSelect::Part part;
    part.name = table.name;
    part.table = &table;
    const Select* select = std::get_if<Select>(&table.statement->body);
    if (select == nullptr) {
      // The replay has put its rows and columns into the scope around.
      const CommonTables::Entry* given = nullptr;
      for (const Scope* at = &outer_; at != nullptr && given == nullptr; at = at->outer) {
        if (at->common != nullptr) given = at->common->find(table.name);
      }
      if (given == nullptr) return Doubt{"the rows that WITH \"" + table.name + "\" writes are not known here", table.location};
      bound_->common.entries.push_back(*given);
      bound_->parts.push_back(std::move(part));
      continue;
    }
    if (with.recursive && select->operation == SetOperation::union_) {
      Done recursive = bind_recursive(table, *select, part);
      if (!recursive) return recursive;
    } else {
      Outcome<std::unique_ptr<BoundSelect>> query = bind_select(catalog_, host_, *select, surroundings(), false);
      if (!query) return query.as<std::monostate>();
      part.query = std::move(*query);
      bound_->common.entries.push_back({table.name, part.query->columns, nullptr});
      name_columns(bound_->common.entries.back().columns, table.column_aliases);
    }
    bound_->parts.push_back(std::move(part));
  }
  return done();
}

/// UNION of a part that does not read the table itself and one that may.
Done SelectBinder::bind_recursive(const CommonTable& table, const Select& select, BoundSelect::Part& part) {
  Outcome<std::unique_ptr<BoundSelect>> first = bind_select(catalog_, host_, *select.left, surroundings(), false);
  if (!first) return first.as<std::monostate>();
  part.query = std::move(*first);
  bound_->common.entries.push_back({table.name, part.query->columns, nullptr});
  name_columns(bound_->common.entries.back().columns, table.column_aliases);
  Outcome<std::unique_ptr<BoundSelect>> second = bind_select(catalog_, host_, *select.right, surroundings(), false);
  if (!second) return second.as<std::monostate>();
  part.recursive = std::move(*second);
  part.distinct = !select.all;
  return done();
}

Done SelectBinder::set_operation(const Select& select) {
  const char* name = select.operation == SetOperation::union_ ? "UNION" : select.operation == SetOperation::intersect ? "INTERSECT" : "EXCEPT";
  Outcome<std::unique_ptr<BoundSelect>> left = bind_select(catalog_, host_, *select.left, surroundings(), select.left->values.empty());
  if (!left) return left.as<std::monostate>();
  Outcome<std::unique_ptr<BoundSelect>> right = bind_select(catalog_, host_, *select.right, surroundings(), select.right->values.empty());
  if (!right) return right.as<std::monostate>();
  bound_->left = std::move(*left);
  bound_->right = std::move(*right);
  if (bound_->left->columns.size() != bound_->right->columns.size()) {
    return refuse("42601", std::string("each ") + name + " query must have the same number of columns", select.location);
  }
  for (std::size_t at = 0; at < bound_->left->columns.size(); ++at) {
    const TypeId pair[] = {bound_->left->columns[at].type, bound_->right->columns[at].type};
    const Outcome<TypeId> met = common_type(host_.types().types, pair, name);
    if (!met) return met.as<std::monostate>();
    bound_->columns.push_back({bound_->left->columns[at].name, *met});
  }
  return order(select, nullptr, {});
}

Done SelectBinder::values(const Select& select) {
  Scope scope;
  scope.outer = &surroundings();
  Binder binder(catalog_, host_);
  for (const std::vector<ExprPtr>& row : select.values) {
    if (row.size() != select.values[0].size()) return refuse("42601", "VALUES lists must all be the same length", select.location);
    std::vector<NodePtr> nodes;
    for (const ExprPtr& expr : row) {
      Outcome<NodePtr> node = binder.bind(*expr, scope);
      if (!node) return node.as<std::monostate>();
      nodes.push_back(std::move(*node));
    }
    bound_->values.push_back(std::move(nodes));
  }
  for (std::size_t column = 0; column < select.values[0].size(); ++column) {
    std::vector<NodePtr*> nodes;
    for (std::vector<NodePtr>& row : bound_->values) nodes.push_back(&row[column]);
    TypeId type = (*nodes[0])->type;
    // As an INSERT's source each row is read by the columns it goes to.
    if (!keep_untyped_) {
      const Outcome<TypeId> met = binder.unify(std::move(nodes), "VALUES");
      if (!met) return met.as<std::monostate>();
      type = *met;
    }
    bound_->columns.push_back({"column" + std::to_string(column + 1), type});
  }
  return order(select, nullptr, {});
}

Done SelectBinder::targets(const Select& select, const Scope& scope, std::vector<const Expr*>& exprs) {
  Binder binder(catalog_, host_, this);
  in_targets_ = true;
  for (const Target& target : select.targets) {
    const Expr& expr = *target.expr;
    if (expr.kind == ExprKind::column && expr.names.back() == "*") {
      std::vector<std::pair<std::size_t, std::size_t>> places = bound_->star;
      FoundColumn found;
      if (expr.names.size() > 1) {
        const Outcome<FoundColumn> row = find_row(catalog_, expr.names.size() > 2 ? expr.names[expr.names.size() - 3] : "",
                                                  expr.names[expr.names.size() - 2], scope, expr.location);
        if (!row) return row.as<std::monostate>();
        found = *row;
        places.clear();
        const Scope* at = &scope;
        for (std::uint32_t level = found.level; level > 0; --level) at = at->outer;
        const ScopeRow& source = at->rows[found.row];
        for (std::size_t column = 0; source.columns != nullptr && column < source.columns->size(); ++column) {
          if (!(*source.columns)[column].empty()) places.emplace_back(found.row, column);
        }
      } else if (bound_->leaves.empty()) {
        return refuse("42601", "SELECT * with no tables specified is not valid", expr.location);
      }
      const Scope* at = &scope;
      for (std::uint32_t level = found.level; level > 0; --level) at = at->outer;
      for (const auto& [row, column] : places) {
        NodePtr node = column_node(catalog_, scope, {found.level, static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(column), false}, expr.location);
        bound_->columns.push_back({(*at->rows[row].columns)[column], node->type});
        bound_->targets.push_back(std::move(node));
        exprs.push_back(nullptr);
      }
      continue;
    }
    Outcome<NodePtr> node = binder.bind(expr, scope);
    if (node.ok()) node = finish(std::move(*node), keep_untyped_);
    if (!node) return node.as<std::monostate>();
    bound_->columns.push_back({target.name.empty() ? column_name(expr) : target.name, (*node)->type});
    bound_->targets.push_back(std::move(*node));
    exprs.push_back(&expr);
  }
  in_targets_ = false;
  return done();
}

Done SelectBinder::plain(const Select& select) {
  Done from = bind_from(catalog_, host_, select.from, surroundings(), *bound_);
  if (!from) return from;
  const Scope scope = bound_->scope_for(&surroundings());
  std::vector<const Expr*> exprs;
  Done listed = targets(select, scope, exprs);
  if (!listed) return listed;
  if (select.where) {
    Outcome<NodePtr> where = Binder(catalog_, host_).bind_condition(*select.where, scope, "WHERE");
    if (!where) return where.as<std::monostate>();
    split_conditions(std::move(*where), bound_->where);
  }
  for (const ExprPtr& expr : select.group_by) {
    Outcome<std::size_t> target = std::size_t{0};
    NodePtr node;
    const bool ordinal = expr->kind == ExprKind::integer;
    const bool by_name = expr->kind == ExprKind::column && expr->names.size() == 1 && !find_column(catalog_, expr->names, scope, -1).ok();
    if (ordinal || by_name) {
      target = sort_target(*expr, &scope, exprs, "GROUP BY");
      if (!target) return target.as<std::monostate>();
      const Expr* named = exprs[*target];
      Outcome<NodePtr> again = named != nullptr ? Binder(catalog_, host_).bind(*named, scope) : Outcome<NodePtr>(Doubt{"GROUP BY of a column of *"});
      if (!again) return again.as<std::monostate>();
      node = std::move(*again);
    } else {
      Outcome<NodePtr> key = Binder(catalog_, host_).bind(*expr, scope);
      if (!key) return key.as<std::monostate>();
      node = std::move(*key);
    }
    bound_->group_by.push_back(std::move(node));
  }
  if (select.having) {
    Outcome<NodePtr> having = Binder(catalog_, host_, this).bind_condition(*select.having, scope, "HAVING");
    if (!having) return having.as<std::monostate>();
    bound_->having = std::move(*having);
  }
  Done ordered = order(select, &scope, exprs);
  if (!ordered) return ordered;
  for (const ExprPtr& expr : select.distinct_on) {
    const Outcome<std::size_t> target = sort_target(*expr, &scope, exprs, "DISTINCT ON");
    if (!target) return target.as<std::monostate>();
    bound_->distinct_on.push_back(*target);
  }
  bound_->grouped = !bound_->group_by.empty() || !bound_->aggregates.empty() || bound_->having != nullptr;
  if (select.has_window) bound_->doubt = "window functions are not evaluated offline";
  if (select.with_ties) bound_->doubt = "FETCH .. WITH TIES is not evaluated offline";
  if (bound_->grouped && !bound_->sets.empty()) bound_->doubt = "set-returning functions beside aggregates are not evaluated offline";
  return done();
}

/// The target that an element of ORDER BY or DISTINCT ON means: a number, an output column's name, or an expression of its own.
Outcome<std::size_t> SelectBinder::sort_target(const Expr& expr, const Scope* scope, const std::vector<const Expr*>&, std::string_view clause) {
  const std::vector<OutputColumn>& columns = bound_->columns;
  if (expr.kind == ExprKind::integer) {
    if (expr.integer < 1 || static_cast<std::size_t>(expr.integer) > columns.size()) {
      return refuse("42P10", std::string(clause) + " position " + std::to_string(expr.integer) + " is not in select list", expr.location);
    }
    return static_cast<std::size_t>(expr.integer - 1);
  }
  if (expr.kind == ExprKind::column && expr.names.size() == 1) {
    for (std::size_t at = 0; at < columns.size(); ++at) {
      if (columns[at].name == expr.names[0]) return at;
    }
  }
  if (scope == nullptr) {
    if (expr.kind == ExprKind::column) return refuse("42703", "column \"" + expr.names.back() + "\" does not exist", expr.location);
    return Doubt{"ORDER BY of an expression beside a set operation", expr.location};
  }
  Binder binder(catalog_, host_, this);
  Outcome<NodePtr> node = binder.bind(expr, *scope);
  if (node.ok()) node = binder.settle(std::move(*node));
  if (!node) return node.as<std::size_t>();
  bound_->targets.push_back(std::move(*node));
  return bound_->targets.size() - 1;
}

Done SelectBinder::order(const Select& select, const Scope* scope, const std::vector<const Expr*>& exprs) {
  for (const SortKey& key : select.order_by) {
    const Outcome<std::size_t> target = sort_target(*key.expr, scope, exprs, "ORDER BY");
    if (!target) return target.as<std::monostate>();
    const bool nulls_first = key.nulls == NullsOrder::by_default ? key.descending : key.nulls == NullsOrder::first;
    bound_->order.push_back({*target, key.descending, nulls_first});
  }
  return done();
}

Done SelectBinder::limits(const Select& select) {
  Scope scope;
  scope.outer = &surroundings();
  Binder binder(catalog_, host_);
  const std::pair<const ExprPtr*, NodePtr*> clauses[] = {{&select.limit, &bound_->limit}, {&select.offset, &bound_->offset}};
  for (const auto& [expr, node] : clauses) {
    if (!*expr) continue;
    Outcome<NodePtr> count = binder.bind(**expr, scope);
    if (count.ok()) count = binder.coerce(std::move(*count), TypeId::int8, -1, CastContext::assignment);
    if (!count) return count.as<std::monostate>();
    *node = std::move(*count);
  }
  return done();
}

Outcome<NodePtr> SelectBinder::add(const Expr& call, const Scope& scope) {
  if (call.window) return make_doubt("window functions are not evaluated offline", call.location);
  if (!in_targets_ && bound_->targets.empty() && bound_->columns.empty()) return refuse("42803", "aggregate functions are not allowed here", call.location);
  AggregateCall aggregate;
  aggregate.name = call.names.back();
  aggregate.star = call.star;
  aggregate.distinct = call.distinct;
  Binder binder(catalog_, host_);
  std::vector<TypeId> given;
  for (const ExprPtr& argument : call.args) {
    Outcome<NodePtr> node = binder.bind(*argument, scope);
    if (!node) return node;
    given.push_back((*node)->type);
    aggregate.args.push_back(std::move(*node));
  }
  const std::span<const BuiltinFunction> named = builtin_functions(aggregate.name);
  std::vector<Overload> candidates;
  for (std::size_t at = 0; at < named.size(); ++at) {
    if (named[at].kind != 'a' || named[at].argument_count() != given.size()) continue;
    Overload candidate{{}, at};
    for (std::size_t argument = 0; argument < given.size(); ++argument) candidate.arguments.push_back(expand_type(named[at].arguments[argument]));
    candidates.push_back(std::move(candidate));
  }
  const TypeLookup& types = host_.types().types;
  const ChosenOverload chosen = choose_overload(types, given, candidates);
  if (chosen.choice != Choice::one) {
    std::string shown = aggregate.name + "(" + (call.star ? "*" : "");
    for (std::size_t at = 0; at < given.size(); ++at) shown += (at > 0 ? ", " : "") + format_type(types, given[at]);
    return refuse("42883", "function " + shown + ") does not exist", call.location);
  }
  aggregate.function = &named[candidates[chosen.index].index];
  const std::vector<TypeId>& declared = candidates[chosen.index].arguments;
  const std::optional<PolymorphicTypes> polymorphic = resolve_polymorphic(types, given, declared);
  for (std::size_t at = 0; at < given.size(); ++at) {
    TypeId wanted = polymorphic ? polymorphic->apply(declared[at]) : declared[at];
    if (wanted == TypeId::any || (wanted == TypeId::none && given[at] == TypeId::unknown)) wanted = given[at] == TypeId::unknown ? TypeId::text : given[at];
    Outcome<NodePtr> node = binder.coerce(std::move(aggregate.args[at]), wanted, -1, CastContext::implicit);
    if (!node) return node;
    aggregate.args[at] = std::move(*node);
  }
  const TypeId result = expand_type(aggregate.function->result);
  aggregate.type = polymorphic ? polymorphic->apply(result) : result;
  if (call.filter) {
    Outcome<NodePtr> filter = binder.bind_condition(*call.filter, scope, "FILTER");
    if (!filter) return filter;
    aggregate.filter = std::move(*filter);
  }
  for (const SortKey& key : call.order_by) {
    Outcome<NodePtr> node = binder.bind(*key.expr, scope);
    if (node.ok()) node = binder.settle(std::move(*node));
    if (!node) return node;
    const bool nulls_first = key.nulls == NullsOrder::by_default ? key.descending : key.nulls == NullsOrder::first;
    aggregate.order.push_back({std::move(*node), key.descending, nulls_first});
  }
  NodePtr node = make_node(NodeKind::aggregate, aggregate.type, call.location);
  node->column = static_cast<std::uint32_t>(bound_->aggregates.size());
  bound_->aggregates.push_back(std::move(aggregate));
  return node;
}

}  // namespace

const CommonTables::Entry* CommonTables::find(const std::string& name) const {
  // A later part hides an earlier one of an outer WITH; within one WITH names differ.
  for (const CommonTables* at = this; at != nullptr; at = at->outer) {
    for (auto entry = at->entries.rbegin(); entry != at->entries.rend(); ++entry) {
      if (entry->name == name) return &*entry;
    }
  }
  return nullptr;
}

Scope BoundSelect::scope_for(const Scope* outer) const {
  Scope scope;
  scope.outer = outer;
  for (const Leaf& leaf : leaves) {
    ScopeRow row;
    row.schema = leaf.schema;
    row.name = leaf.name;
    row.columns = &leaf.columns;
    row.types = &leaf.types;
    row.relation = leaf.relation;
    row.qualified_only = &leaf.hidden;
    row.scalar = leaf.kind == LeafKind::function && leaf.columns.size() == 1;
    scope.rows.push_back(std::move(row));
  }
  return scope;
}

Outcome<std::unique_ptr<BoundSelect>> bind_select(const Catalog& catalog, EvaluationHost& host, const Select& select, const Scope& outer,
                                                  bool keep_untyped) {
  return SelectBinder(catalog, host, outer, keep_untyped).bind(select);
}

Outcome<std::vector<OutputColumn>> describe(const Catalog& catalog, EvaluationHost& host, const Select& select, const Scope& outer) {
  Outcome<std::unique_ptr<BoundSelect>> bound = bind_select(catalog, host, select, outer, false);
  if (!bound) return bound.as<std::vector<OutputColumn>>();
  return std::move((*bound)->columns);
}

std::string result_column_name(const Expr& expr) { return column_name(expr); }

}  // namespace pgfk
