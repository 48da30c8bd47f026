// The switch over expression kinds, and the small ones among them.
#include <algorithm>

#include "analyzer/eval/bound.h"
#include "analyzer/eval/compare.h"
#include "analyzer/eval/names.h"
#include "analyzer/eval/query.h"
#include "analyzer/eval/type_names.h"
#include "analyzer/eval/type_rules.h"

namespace pgfk {

namespace {

/// Deeper trees than this would endanger the stack; the grammar's own limit is near it.
constexpr int kMaxDepth = 2000;

NodePtr literal_of(TypeId type, std::string text, int location) { return make_constant(Value::of(type, std::move(text)), location); }

}  // namespace

Outcome<NodePtr> Binder::bind(const Expr& expr, const Scope& scope) {
  if (depth_ >= kMaxDepth) return ServerError{"54001", "stack depth limit exceeded"};
  ++depth_;
  Bound node = bind_inner(expr, scope);
  --depth_;
  if (node.ok() && (*node)->location < 0) (*node)->location = expr.location;
  if (node.refused() && node.error().location < 0) node.error().location = expr.location;
  return node;
}

Outcome<NodePtr> Binder::bind_inner(const Expr& expr, const Scope& scope) {
  switch (expr.kind) {
    case ExprKind::null_literal:
    case ExprKind::integer:
    case ExprKind::number:
    case ExprKind::string:
    case ExprKind::bit_string:
    case ExprKind::boolean: return literal(expr);
    case ExprKind::column: return column(expr, scope);
    case ExprKind::parameter: return parameter(expr, scope);
    case ExprKind::default_value: return ServerError{"42601", "DEFAULT is not allowed in this context"};
    case ExprKind::op: return operation(expr, scope);
    case ExprKind::op_any:
    case ExprKind::op_all: return any_or_all(expr, scope);
    case ExprKind::in_list: return in_list(expr, scope);
    case ExprKind::between: return between(expr, scope);
    case ExprKind::is_distinct: return distinct(expr, scope);
    case ExprKind::nullif: return nullif(expr, scope);
    case ExprKind::and_:
    case ExprKind::or_:
    case ExprKind::not_: return logic(expr, scope);
    case ExprKind::is_null: return null_test(expr, scope);
    case ExprKind::is_true: return truth_test(expr, scope);
    case ExprKind::function: return call(expr, scope);
    case ExprKind::cast: return cast(expr, scope);
    case ExprKind::collate: return collate(expr, scope);
    case ExprKind::case_: return case_expression(expr, scope);
    case ExprKind::coalesce:
    case ExprKind::greatest:
    case ExprKind::least: return unified(expr, scope);
    case ExprKind::array: return array(expr, scope);
    case ExprKind::row: return row(expr, scope);
    case ExprKind::field: return field(expr, scope);
    case ExprKind::subscript: return subscript(expr, scope);
    case ExprKind::sublink: return sublink(expr, scope);
    case ExprKind::value_function: return value_function(expr);
    case ExprKind::grouping_or_window:
    case ExprKind::unsupported: return make_doubt(expr.text + " is not evaluated offline", expr.location);
  }
  return make_doubt("an expression of unknown kind", expr.location);
}

Outcome<std::vector<NodePtr>> Binder::bind_all(const std::vector<ExprPtr>& exprs, const Scope& scope) {
  std::vector<NodePtr> nodes;
  for (const ExprPtr& expr : exprs) {
    Bound node = bind(*expr, scope);
    if (!node) return node.as<std::vector<NodePtr>>();
    nodes.push_back(std::move(*node));
  }
  return nodes;
}

Outcome<NodePtr> Binder::bind_condition(const Expr& expr, const Scope& scope, std::string_view where) {
  if (depth_ == 0) where_ = where == "JOIN/ON" ? "JOIN conditions" : where == "CHECK" ? "check constraints" : std::string(where);
  Bound node = bind(expr, scope);
  if (!node) return node;
  const TypeLookup& lookup = types().types;
  if (!can_coerce(lookup, (*node)->type, TypeId::bool_, CastContext::assignment)) {
    ServerError error{"42804", "argument of " + std::string(where) + " must be type boolean, not type " + format_type(lookup, (*node)->type)};
    error.location = expr.location;
    return error;
  }
  return coerce(std::move(*node), TypeId::bool_, -1, CastContext::assignment);
}

Outcome<NodePtr> Binder::literal(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::integer: return make_constant(Value::of(TypeId::int4, expr.integer), expr.location);
    case ExprKind::boolean: return make_constant(Value::boolean(expr.flag), expr.location);
    case ExprKind::string: return literal_of(TypeId::unknown, expr.text, expr.location);
    case ExprKind::number: {
      // As make_const: int8 where it fits, else numeric.
      const TypeId type = expr.text.find_first_not_of("+-0123456789") == std::string::npos ? TypeId::int8 : TypeId::numeric;
      Outcome<Value> value = read_value(types(), type, -1, expr.text);
      if (!value && type == TypeId::int8) value = read_value(types(), TypeId::numeric, -1, expr.text);
      if (!value) return value.as<NodePtr>();
      return make_constant(std::move(*value), expr.location);
    }
    case ExprKind::bit_string: {
      const Outcome<Value> value = read_value(types(), TypeId::bit, -1, expr.text);
      if (!value) return value.as<NodePtr>();
      return make_constant(*value, expr.location);
    }
    default: return make_constant(Value::null(), expr.location);
  }
}

Outcome<NodePtr> Binder::column(const Expr& expr, const Scope& scope) {
  if (expr.names.empty() || expr.names.back() == "*") return ServerError{"42601", "row expansion via \"*\" is not supported here"};
  Outcome<FoundColumn> found = find_column(catalog_, expr.names, scope, expr.location);
  if (found.refused() && found.error().sqlstate == "42P01" && expr.names.size() == 2) {
    // (t).c written without parentheses is no column, but a composite column's field needs them: the message stays.
    return found.as<NodePtr>();
  }
  if (found.doubtful()) return make_doubt(found.doubt().reason, expr.location);
  if (!found) return found.as<NodePtr>();
  if (!found->whole_row) return column_node(catalog_, scope, *found, expr.location);
  const Scope* at = &scope;
  for (std::uint32_t level = found->level; level > 0; --level) at = at->outer;
  const ScopeRow& source = at->rows[found->row];
  if (at->variables && source.columns == nullptr) {
    ServerError error{"55000", "record \"" + source.name + "\" is not assigned yet"};
    error.location = expr.location;
    return error;
  }
  NodePtr node = make_node(NodeKind::row, TypeId::record, expr.location);
  for (std::uint32_t column = 0; source.columns != nullptr && column < source.columns->size(); ++column) {
    node->args.push_back(column_node(catalog_, scope, {found->level, found->row, column, false}, expr.location));
  }
  // A function in FROM that gives one value is that value, not a row of it.
  if (node->args.size() == 1 && source.relation == RelationId::none && source.scalar) return std::move(node->args[0]);
  return node;
}

Outcome<NodePtr> Binder::parameter(const Expr& expr, const Scope& scope) {
  const Scope* at = &scope;
  while (at != nullptr && at->parameters == nullptr) at = at->outer;
  const std::size_t count = at == nullptr ? 0 : at->parameters->size();
  if (expr.integer < 1 || static_cast<std::size_t>(expr.integer) > count) {
    return ServerError{"42P02", "there is no parameter $" + std::to_string(expr.integer)};
  }
  const Value& value = (*at->parameters)[static_cast<std::size_t>(expr.integer - 1)];
  if (value.type() == TypeId::unknown && value.is_known()) return make_constant(value, expr.location);
  NodePtr node = make_node(NodeKind::parameter, value.type(), expr.location);
  node->column = static_cast<std::uint32_t>(expr.integer - 1);
  return node;
}

Outcome<NodePtr> Binder::logic(const Expr& expr, const Scope& scope) {
  const bool conjunction = expr.kind == ExprKind::and_;
  const NodeKind kind = conjunction ? NodeKind::and_ : expr.kind == ExprKind::or_ ? NodeKind::or_ : NodeKind::not_;
  const char* what = conjunction ? "AND" : kind == NodeKind::or_ ? "OR" : "NOT";
  NodePtr node = make_node(kind, TypeId::bool_, expr.location);
  for (const ExprPtr& argument : expr.args) {
    Bound operand = bind_condition(*argument, scope, what);
    if (!operand) return operand;
    node->args.push_back(std::move(*operand));
  }
  return node;
}

Outcome<NodePtr> Binder::null_test(const Expr& expr, const Scope& scope) {
  Bound operand = bind(*expr.args[0], scope);
  if (!operand) return operand;
  NodePtr node = make_node(NodeKind::is_null, TypeId::bool_, expr.location);
  node->flag = expr.flag;
  node->args.push_back(std::move(*operand));
  return node;
}

Outcome<NodePtr> Binder::truth_test(const Expr& expr, const Scope& scope) {
  Bound operand = bind_condition(*expr.args[0], scope, "IS " + std::string(expr.flag ? "NOT " : "") + expr.name);
  if (!operand) return operand;
  NodePtr node = make_node(NodeKind::is_true, TypeId::bool_, expr.location);
  node->flag = expr.flag;
  node->text = expr.name;
  node->args.push_back(std::move(*operand));
  return node;
}

Outcome<NodePtr> Binder::cast(const Expr& expr, const Scope& scope) {
  const Outcome<std::pair<TypeId, std::int32_t>> type = named_type(catalog_, host_.names(), *expr.type);
  if (type.doubtful()) return make_doubt(type.doubt().reason, expr.location);
  if (!type) return type.as<NodePtr>();
  // ARRAY[]::integer[] tells its elements their type.
  if (expr.args[0]->kind == ExprKind::array && is_array(type->first)) {
    NodePtr node = make_node(NodeKind::array, type->first, expr.location);
    bool flat = true;
    for (const ExprPtr& element : expr.args[0]->args) flat = flat && element->kind != ExprKind::array;
    if (flat) {
      for (const ExprPtr& element : expr.args[0]->args) {
        Bound item = bind(*element, scope);
        if (!item) return item;
        item = coerce(std::move(*item), element_of(type->first), type->second, CastContext::explicit_);
        if (!item) return item;
        node->args.push_back(std::move(*item));
      }
      return node;
    }
  }
  Bound operand = bind(*expr.args[0], scope);
  if (!operand) return operand;
  if ((*operand)->type == TypeId::none) return make_doubt(find_doubt(**operand) ? find_doubt(**operand)->text : "", expr.location, type->first);
  return coerce(std::move(*operand), type->first, type->second, CastContext::explicit_);
}

Outcome<NodePtr> Binder::collate(const Expr& expr, const Scope& scope) {
  Bound operand = bind(*expr.args[0], scope);
  if (!operand) return operand;
  operand = settle(std::move(*operand));
  if (!operand || expr.names.empty()) return operand;
  const Collation* collation = catalog_.collation(expr.names.back());
  (*operand)->collation = collation != nullptr && !collation->deterministic ? collation->locale : std::string();
  return operand;
}

Outcome<NodePtr> Binder::case_expression(const Expr& expr, const Scope& scope) {
  NodePtr node = make_node(NodeKind::case_, TypeId::none, expr.location);
  const bool tested = !expr.args.empty() && expr.args[0] != nullptr;
  for (std::size_t at = 1; at + 2 < expr.args.size(); at += 2) {
    Bound condition = tested ? bind(*expr.args[at], scope) : bind_condition(*expr.args[at], scope, "CASE/WHEN");
    if (!condition) return condition;
    if (tested) {
      Bound operand = bind(*expr.args[0], scope);
      if (!operand) return operand;
      operand = settle(std::move(*operand));
      if (!operand) return operand;
      condition = apply_comparison("=", std::move(*operand), std::move(*condition), expr.location);
      if (!condition) return condition;
    }
    Bound result = bind(*expr.args[at + 1], scope);
    if (!result) return result;
    node->args.push_back(std::move(*condition));
    node->args.push_back(std::move(*result));
  }
  const Expr* otherwise = expr.args.empty() ? nullptr : expr.args.back().get();
  Bound last = otherwise != nullptr ? bind(*otherwise, scope) : Bound(make_constant(Value::null(), expr.location));
  if (!last) return last;
  node->args.push_back(std::move(*last));

  // The server looks at ELSE first.
  std::vector<NodePtr*> results{&node->args.back()};
  for (std::size_t at = 1; at + 1 < node->args.size(); at += 2) results.push_back(&node->args[at]);
  const Outcome<TypeId> type = unify(std::move(results), "CASE");
  if (!type) return type.as<NodePtr>();
  node->type = *type;
  return node;
}

Outcome<NodePtr> Binder::unified(const Expr& expr, const Scope& scope) {
  const bool coalesce = expr.kind == ExprKind::coalesce;
  const NodeKind kind = coalesce ? NodeKind::coalesce : expr.kind == ExprKind::greatest ? NodeKind::greatest : NodeKind::least;
  Outcome<std::vector<NodePtr>> arguments = bind_all(expr.args, scope);
  if (!arguments) return arguments.as<NodePtr>();
  NodePtr node = make_node(kind, TypeId::none, expr.location);
  node->args = std::move(*arguments);
  std::vector<NodePtr*> all;
  for (NodePtr& argument : node->args) all.push_back(&argument);
  const Outcome<TypeId> type = unify(std::move(all), coalesce ? "COALESCE" : kind == NodeKind::greatest ? "GREATEST" : "LEAST");
  if (!type) return type.as<NodePtr>();
  node->type = *type;
  return node;
}

Outcome<NodePtr> Binder::array(const Expr& expr, const Scope& scope) {
  if (expr.args.empty()) return ServerError{"42P18", "cannot determine type of empty array"};
  Outcome<std::vector<NodePtr>> elements = bind_all(expr.args, scope);
  if (!elements) return elements.as<NodePtr>();
  NodePtr node = make_node(NodeKind::array, TypeId::none, expr.location);
  node->args = std::move(*elements);
  std::vector<NodePtr*> all;
  for (NodePtr& element : node->args) all.push_back(&element);
  const Outcome<TypeId> type = unify(std::move(all), "ARRAY");
  if (!type) return type.as<NodePtr>();
  if (*type != TypeId::none) node->type = is_array(*type) ? *type : array_of(*type);
  return node;
}

Outcome<NodePtr> Binder::row(const Expr& expr, const Scope& scope) {
  Outcome<std::vector<NodePtr>> fields = bind_all(expr.args, scope);
  if (!fields) return fields.as<NodePtr>();
  NodePtr node = make_node(NodeKind::row, TypeId::record, expr.location);
  node->args = std::move(*fields);
  return node;
}

Outcome<NodePtr> Binder::field(const Expr& expr, const Scope& scope) {
  Bound operand = bind(*expr.args[0], scope);
  if (!operand) return operand;
  const TypeId type = base_type(types().types, (*operand)->type);
  const Type* composite = is_array(type) ? nullptr : types().types.type(type);
  if (composite == nullptr || composite->kind != TypeKind::composite) return make_doubt("a field of a row of unknown type", expr.location);
  for (std::uint32_t at = 0; at < composite->fields.size(); ++at) {
    if (composite->fields[at].first != expr.name) continue;
    NodePtr node = make_node(NodeKind::field, composite->fields[at].second, expr.location);
    node->column = at;
    node->args.push_back(std::move(*operand));
    return node;
  }
  return ServerError{"42703", "column \"" + expr.name + "\" not found in data type " + format_type(types().types, type)};
}

Outcome<NodePtr> Binder::subscript(const Expr& expr, const Scope& scope) {
  Bound operand = bind(*expr.args[0], scope);
  if (!operand) return operand;
  Bound index = bind(*expr.args[1], scope);
  if (!index) return index;
  // a[1][2] is one look-up with two subscripts: a step inside goes with its outer one.
  const bool further = (*operand)->kind == NodeKind::subscript && expr.args[0]->kind == ExprKind::subscript;
  const TypeId type = base_type(types().types, (*operand)->type);
  if (type == TypeId::jsonb) return make_doubt("jsonb subscripts are not evaluated offline", expr.location, TypeId::jsonb);
  if (!further && !is_array(type)) {
    if (type == TypeId::none) return make_doubt("a subscript of a value of unknown type", expr.location);
    return ServerError{"42804", "cannot subscript type " + format_type(types().types, type) + " because it does not support subscripting"};
  }
  if (!can_coerce(types().types, (*index)->type, TypeId::int4, CastContext::assignment)) {
    return ServerError{"42804", "array subscript must have type integer"};
  }
  index = coerce(std::move(*index), TypeId::int4, -1, CastContext::assignment);
  if (!index) return index;
  if (further) {
    (*operand)->args.push_back(std::move(*index));
    return operand;
  }
  NodePtr node = make_node(NodeKind::subscript, element_of(type), expr.location);
  node->args.push_back(std::move(*operand));
  node->args.push_back(std::move(*index));
  return node;
}

Outcome<NodePtr> Binder::value_function(const Expr& expr) {
  struct Known {
    std::string_view name;
    TypeId type;
  };
  static constexpr Known kClocks[] = {{"current_date", TypeId::date},           {"current_time", TypeId::timetz},
                                      {"current_timestamp", TypeId::timestamptz}, {"localtime", TypeId::time},
                                      {"localtimestamp", TypeId::timestamp}};
  for (const Known& clock : kClocks) {
    if (clock.name != expr.name) continue;
    NodePtr node = make_node(NodeKind::call, clock.type, expr.location);
    node->text = expr.name;
    node->implementation = [](const CallContext& context, Arguments) -> Outcome<Value> {
      return context.host.transaction_time(context.result);
    };
    return node;
  }
  const NameScope& names = host_.names();
  if (expr.name == "current_catalog") return make_constant(Value::of(TypeId::name, catalog_.current_database()), expr.location);
  if (expr.name == "current_schema") {
    const std::optional<std::string> schema = catalog_.creation_schema(names);
    return make_constant(schema ? Value::of(TypeId::name, *schema) : Value::null(TypeId::name), expr.location);
  }
  return make_constant(Value::of(TypeId::name, names.role), expr.location);
}

Outcome<NodePtr> Binder::sublink(const Expr& expr, const Scope& scope) {
  const Outcome<std::vector<TypeId>> columns = host_.column_types(*expr.select, scope);
  if (columns.doubtful()) {
    return make_doubt(columns.doubt().reason, expr.location, expr.name == "expr" || expr.name == "array" ? TypeId::none : TypeId::bool_);
  }
  if (!columns) return columns.as<NodePtr>();
  NodePtr node = make_node(NodeKind::sublink, TypeId::bool_, expr.location);
  node->sublink = &expr;
  node->text = expr.name;
  if (expr.name == "exists") return node;
  if (expr.name == "expr" || expr.name == "array") {
    if (columns->size() != 1) return ServerError{"42601", "subquery must return only one column"};
    node->type = expr.name == "expr" ? (*columns)[0] : array_of((*columns)[0]);
    return node;
  }
  Bound left = bind(*expr.args[0], scope);
  if (!left) return left;
  NodePtr right = make_node(NodeKind::row, TypeId::record, expr.location);
  for (std::uint32_t at = 0; at < columns->size(); ++at) {
    NodePtr element = make_node(NodeKind::element, (*columns)[at], expr.location);
    element->column = at;
    right->args.push_back(std::move(element));
  }
  const std::size_t width = (*left)->kind == NodeKind::row ? (*left)->args.size() : 1;
  if (width < columns->size()) return ServerError{"42601", "subquery has too many columns"};
  if (width > columns->size()) return ServerError{"42601", "subquery has too few columns"};
  if (width == 1 && (*left)->kind != NodeKind::row) right = std::move(right->args[0]);
  Bound comparison = apply_comparison(expr.text.empty() ? "=" : expr.text, std::move(*left), std::move(right), expr.location);
  if (!comparison) return comparison;
  NodePtr quantified_node = make_node(expr.name == "any" ? NodeKind::any : NodeKind::all, TypeId::bool_, expr.location);
  quantified_node->sublink = &expr;
  quantified_node->args.push_back(std::move(*comparison));
  return quantified_node;
}

}  // namespace pgfk
