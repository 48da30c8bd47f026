// Operators and what is made of them: IN, BETWEEN, ANY, IS DISTINCT FROM, rows side by side. Source: parse_oper.c, parse_expr.c.
#include <algorithm>
#include <map>
#include <tuple>

#include "analyzer/eval/bound.h"
#include "analyzer/eval/builtins/operators.h"
#include "analyzer/eval/compare.h"
#include "analyzer/eval/implementations.h"
#include "analyzer/eval/overloads.h"

namespace pgfk {

namespace {

std::string operation_text(const TypeLookup& types, const std::string& name, const std::vector<NodePtr>& operands) {
  std::string text;
  if (operands.size() == 2) text = format_type(types, operands[0]->type) + " ";
  return text + name + " " + format_type(types, operands.back()->type);
}

/// Types of extensions and of CREATE TYPE may have operators we do not know.
bool may_have_own_operators(const TypeLookup& types, TypeId type) {
  if (is_array(type) || static_cast<std::uint32_t>(type) < kFirstUserType) return false;
  const Type* found = types.type(base_type(types, type));
  return found == nullptr || found->kind == TypeKind::opaque || found->kind == TypeKind::base;
}

std::vector<NodePtr> pair_of(NodePtr left, NodePtr right) {
  std::vector<NodePtr> pair;
  pair.push_back(std::move(left));
  pair.push_back(std::move(right));
  return pair;
}

struct FoundOperator {
  Choice choice = Choice::none;
  const BuiltinOperator* found = nullptr;
};

FoundOperator choose_among(const TypeLookup& types, std::string_view name, std::span<const TypeId> operands) {
  const std::span<const BuiltinOperator> named = builtin_operators(name);
  std::vector<Overload> candidates;
  for (std::size_t at = 0; at < named.size(); ++at) {
    if ((named[at].left == 0) != (operands.size() == 1)) continue;
    Overload candidate{{}, at};
    if (operands.size() == 2) candidate.arguments.push_back(expand_type(named[at].left));
    candidate.arguments.push_back(expand_type(named[at].right));
    candidates.push_back(std::move(candidate));
  }
  const ChosenOverload chosen = choose_operator(types, operands, candidates);
  return {chosen.choice, chosen.choice == Choice::one ? &named[candidates[chosen.index].index] : nullptr};
}

/// Between types of the server's own the answer is always the same, and asked for again with every statement.
FoundOperator find_operator(const TypeLookup& types, const std::string& name, std::span<const TypeId> operands) {
  using Question = std::tuple<std::string, TypeId, TypeId>;
  thread_local std::map<Question, FoundOperator> known;
  const auto is_builtin = [](TypeId type) { return static_cast<std::uint32_t>(type) < kFirstUserType && !is_array(type); };
  if (operands.size() > 2 || !std::all_of(operands.begin(), operands.end(), is_builtin)) return choose_among(types, name, operands);
  const Question question(name, operands.front(), operands.size() == 2 ? operands.back() : TypeId::none);
  const auto found = known.find(question);
  return found != known.end() ? found->second : known[question] = choose_among(types, name, operands);
}

}  // namespace

Outcome<NodePtr> Binder::apply_operator(const std::string& name, std::vector<NodePtr> operands, int location) {
  const TypeLookup& lookup = types().types;
  for (const NodePtr& operand : operands) {
    if (operand->type != TypeId::none) continue;
    const Node* doubt = find_doubt(*operand);
    return make_doubt(doubt != nullptr ? doubt->text : "an operand of unknown type", location, comparison_named(name) ? TypeId::bool_ : TypeId::none);
  }
  if (operands.size() == 2 && operands[0]->kind == NodeKind::row && operands[1]->kind == NodeKind::row && comparison_named(name)) {
    return compare_rows(name, std::move(operands[0]), std::move(operands[1]), location);
  }
  std::vector<TypeId> types_given;
  for (const NodePtr& operand : operands) types_given.push_back(operand->type);
  const auto [choice, chosen] = find_operator(lookup, name, types_given);
  if (choice != Choice::one) {
    if (std::any_of(types_given.begin(), types_given.end(), [&](TypeId type) { return may_have_own_operators(lookup, type); })) {
      return make_doubt("operator " + operation_text(lookup, name, operands) + " is not known", location,
                        comparison_named(name) ? TypeId::bool_ : TypeId::none);
    }
    ServerError error = choice == Choice::none
                            ? ServerError{"42883", "operator does not exist: " + operation_text(lookup, name, operands)}
                            : ServerError{"42725", "operator is not unique: " + operation_text(lookup, name, operands)};
    error.location = location;
    return error;
  }
  const BuiltinOperator& found = *chosen;
  std::vector<TypeId> declared;
  if (operands.size() == 2) declared.push_back(expand_type(found.left));
  declared.push_back(expand_type(found.right));
  const std::optional<PolymorphicTypes> polymorphic = resolve_polymorphic(lookup, types_given, declared);
  std::string collation;
  for (std::size_t at = 0; at < operands.size(); ++at) {
    TypeId wanted = polymorphic ? polymorphic->apply(declared[at]) : declared[at];
    if (wanted == TypeId::none || wanted == TypeId::any) wanted = operands[at]->type == TypeId::unknown ? TypeId::text : operands[at]->type;
    Bound coerced = coerce(std::move(operands[at]), wanted, -1, CastContext::implicit);
    if (!coerced) return coerced;
    operands[at] = std::move(*coerced);
    if (collation.empty()) collation = operands[at]->collation;
  }
  const TypeId declared_result = expand_type(found.result);
  const TypeId result = polymorphic ? polymorphic->apply(declared_result) : declared_result;
  const Comparison* comparison = result == TypeId::bool_ && operands.size() == 2 ? comparison_named(name) : nullptr;
  const bool compares = comparison != nullptr && has_equality(lookup, base_type(lookup, operands[0]->type));
  NodePtr node = make_node(compares ? NodeKind::compare : NodeKind::call, result, location);
  if (compares) {
    node->comparison = *comparison;
    node->collation = operands[0]->type == TypeId::text || operands[0]->type == TypeId::bpchar ? collation : std::string();
  } else {
    node->function = builtin_with_source(found.source, operands.size());
    node->implementation = find_implementation(found.source);
    node->text = name;
    node->collation = result == TypeId::text ? collation : std::string();
    if (node->implementation == nullptr) {
      return make_doubt("operator " + operation_text(lookup, name, operands) + " is not evaluated offline", location, result);
    }
  }
  node->args = std::move(operands);
  return node;
}

Outcome<NodePtr> Binder::compare_rows(const std::string& name, NodePtr left, NodePtr right, int location) {
  if (left->args.size() != right->args.size()) return ServerError{"42601", "unequal number of entries in row expressions"};
  if (left->args.empty()) return ServerError{"0A000", "cannot compare rows of zero length"};
  if (name != "=" && name != "<>") {
    return left->args.size() == 1 ? apply_comparison(name, std::move(left->args[0]), std::move(right->args[0]), location)
                                  : Bound(make_doubt("the order of rows is not evaluated offline", location, TypeId::bool_));
  }
  NodePtr node = make_node(name == "=" ? NodeKind::and_ : NodeKind::or_, TypeId::bool_, location);
  for (std::size_t at = 0; at < left->args.size(); ++at) {
    Bound pair = apply_comparison(name, std::move(left->args[at]), std::move(right->args[at]), location);
    if (!pair) return pair;
    node->args.push_back(std::move(*pair));
  }
  return node;
}

Outcome<NodePtr> Binder::operation(const Expr& expr, const Scope& scope) {
  const bool row_of_query = expr.args.size() == 2 && expr.args[0]->kind == ExprKind::row && expr.args[1]->kind == ExprKind::sublink;
  if (row_of_query) return make_doubt("a row compared with a sub-select's row is not evaluated offline", expr.location, TypeId::bool_);
  Outcome<std::vector<NodePtr>> operands = bind_all(expr.args, scope);
  if (!operands) return operands.as<NodePtr>();
  return apply_operator(expr.name, std::move(*operands), expr.location);
}

Outcome<NodePtr> Binder::quantified(NodeKind kind, NodePtr comparison, NodePtr array, int location) {
  NodePtr node = make_node(kind, TypeId::bool_, location);
  node->args.push_back(std::move(comparison));
  node->args.push_back(std::move(array));
  return node;
}

Outcome<NodePtr> Binder::any_or_all(const Expr& expr, const Scope& scope) {
  Outcome<std::vector<NodePtr>> operands = bind_all(expr.args, scope);
  if (!operands) return operands.as<NodePtr>();
  NodePtr left = std::move((*operands)[0]);
  NodePtr right = std::move((*operands)[1]);
  if (right->type == TypeId::unknown) {
    const TypeId element = left->type == TypeId::unknown ? TypeId::text : base_type(types().types, left->type);
    Bound typed = coerce(std::move(right), array_of(element), -1, CastContext::implicit);
    if (!typed) return typed;
    right = std::move(*typed);
  }
  const TypeId array = base_type(types().types, right->type);
  if (array == TypeId::none) return make_doubt("an array of unknown type", expr.location, TypeId::bool_);
  if (!is_array(array)) return ServerError{"42809", "op ANY/ALL (array) requires array on right side"};
  NodePtr element = make_node(NodeKind::element, element_of(array), expr.location);
  Bound comparison = apply_comparison(expr.name, std::move(left), std::move(element), expr.location);
  if (!comparison) return comparison;
  if ((*comparison)->type != TypeId::bool_) return ServerError{"42809", "op ANY/ALL (array) requires operator to yield boolean"};
  return quantified(expr.kind == ExprKind::op_any ? NodeKind::any : NodeKind::all, std::move(*comparison), std::move(right), expr.location);
}

Outcome<NodePtr> Binder::in_list(const Expr& expr, const Scope& scope) {
  const std::string name = expr.flag ? "<>" : "=";
  Outcome<std::vector<NodePtr>> nodes = bind_all(expr.args, scope);
  if (!nodes) return nodes.as<NodePtr>();
  std::vector<TypeId> candidates;
  bool rows = false;
  for (const NodePtr& node : *nodes) {
    candidates.push_back(node->type);
    rows = rows || node->kind == NodeKind::row;
  }
  const Outcome<TypeId> met = common_type(types().types, candidates, "IN");
  if (!rows && nodes->size() > 2 && met.ok() && *met != TypeId::none && !is_array(*met)) {
    NodePtr array = make_node(NodeKind::array, array_of(*met), expr.location);
    for (std::size_t at = 1; at < nodes->size(); ++at) {
      Bound item = coerce(std::move((*nodes)[at]), *met, -1, CastContext::implicit);
      if (!item) return item;
      array->args.push_back(std::move(*item));
    }
    NodePtr element = make_node(NodeKind::element, *met, expr.location);
    Bound comparison = apply_comparison(name, std::move((*nodes)[0]), std::move(element), expr.location);
    if (!comparison) return comparison;
    return quantified(expr.flag ? NodeKind::all : NodeKind::any, std::move(*comparison), std::move(array), expr.location);
  }
  NodePtr node = make_node(expr.flag ? NodeKind::and_ : NodeKind::or_, TypeId::bool_, expr.location);
  for (std::size_t at = 1; at < nodes->size(); ++at) {
    Bound left = bind(*expr.args[0], scope);
    if (!left) return left;
    Bound comparison = apply_comparison(name, std::move(*left), std::move((*nodes)[at]), expr.location);
    if (!comparison) return comparison;
    node->args.push_back(std::move(*comparison));
  }
  return node;
}

Outcome<NodePtr> Binder::between(const Expr& expr, const Scope& scope) {
  const auto range = [&](std::size_t low, std::size_t high) -> Bound {
    NodePtr node = make_node(expr.flag ? NodeKind::or_ : NodeKind::and_, TypeId::bool_, expr.location);
    const std::pair<std::size_t, const char*> sides[] = {{low, expr.flag ? "<" : ">="}, {high, expr.flag ? ">" : "<="}};
    for (const auto& [side, name] : sides) {
      Bound tested = bind(*expr.args[0], scope);
      if (!tested) return tested;
      Bound edge = bind(*expr.args[side], scope);
      if (!edge) return edge;
      Bound comparison = apply_comparison(name, std::move(*tested), std::move(*edge), expr.location);
      if (!comparison) return comparison;
      node->args.push_back(std::move(*comparison));
    }
    return node;
  };
  Bound node = range(1, 2);
  if (!node || !expr.symmetric) return node;
  Bound swapped = range(2, 1);
  if (!swapped) return swapped;
  NodePtr both = make_node(expr.flag ? NodeKind::and_ : NodeKind::or_, TypeId::bool_, expr.location);
  both->args.push_back(std::move(*node));
  both->args.push_back(std::move(*swapped));
  return both;
}

Outcome<NodePtr> Binder::distinct(const Expr& expr, const Scope& scope) {
  Outcome<std::vector<NodePtr>> operands = bind_all(expr.args, scope);
  if (!operands) return operands.as<NodePtr>();
  Bound comparison = apply_operator("=", std::move(*operands), expr.location);
  if (!comparison) return comparison;
  NodePtr node = make_node(NodeKind::is_distinct, TypeId::bool_, expr.location);
  node->flag = expr.flag;
  node->args.push_back(std::move(*comparison));
  return node;
}

Outcome<NodePtr> Binder::nullif(const Expr& expr, const Scope& scope) {
  Outcome<std::vector<NodePtr>> operands = bind_all(expr.args, scope);
  if (!operands) return operands.as<NodePtr>();
  Bound comparison = apply_operator("=", std::move(*operands), expr.location);
  if (!comparison) return comparison;
  if ((*comparison)->kind == NodeKind::doubt || (*comparison)->args.empty()) return comparison;
  Bound kept = bind(*expr.args[0], scope);
  if (!kept) return kept;
  kept = coerce(std::move(*kept), (*comparison)->args[0]->type, -1, CastContext::implicit);
  if (!kept) return kept;
  NodePtr node = make_node(NodeKind::nullif, (*kept)->type, expr.location);
  node->args = pair_of(std::move(*kept), std::move(*comparison));
  return node;
}

}  // namespace pgfk
