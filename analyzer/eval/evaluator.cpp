#include "analyzer/eval/evaluator.h"

#include <algorithm>

#include "analyzer/eval/bound.h"

namespace pgfk {

Outcome<Value> Evaluator::evaluate(const Expr& expr, const Scope& scope) {
  const Outcome<NodePtr> bound = Binder(catalog_, host_).bind(expr, scope);
  if (!bound) return bound.as<Value>();
  return Executor(catalog_, host_).run(**bound, scope);
}

Outcome<Value> Evaluator::condition(const Expr& expr, const Scope& scope) {
  const Outcome<NodePtr> bound = Binder(catalog_, host_).bind_condition(expr, scope, "WHERE");
  if (!bound) return bound.as<Value>();
  return Executor(catalog_, host_).run(**bound, scope);
}

Outcome<Value> Evaluator::operate(const std::string& op, const Value& left, const Value& right) {
  std::vector<NodePtr> operands;
  operands.push_back(make_constant(left));
  operands.push_back(make_constant(right));
  const Outcome<NodePtr> bound = Binder(catalog_, host_).apply_operator(op, std::move(operands), -1);
  if (!bound) return bound.as<Value>();
  return Executor(catalog_, host_).run(**bound, Scope());
}

Outcome<TypeId> Evaluator::analyze(const Expr& expr, const Scope& scope) {
  const Outcome<NodePtr> bound = Binder(catalog_, host_).bind(expr, scope);
  if (!bound) return bound.as<TypeId>();
  if ((*bound)->type != TypeId::none) return (*bound)->type;
  const Node* doubt = find_doubt(**bound);
  return doubt != nullptr ? Doubt{doubt->text, doubt->location} : Doubt{"an expression of unknown type", expr.location};
}

namespace {

/// True where `test` holds for the expression or one below it, sub-selects not entered.
template <typename Test>
bool any_below(const Expr& expr, Test test) {
  if (test(expr)) return true;
  const auto below = [&](const ExprPtr& argument) { return argument && any_below(*argument, test); };
  return std::any_of(expr.args.begin(), expr.args.end(), below) || below(expr.filter) ||
         std::any_of(expr.order_by.begin(), expr.order_by.end(), [&](const SortKey& key) { return below(key.expr); });
}

/// The weakest promise of the built-in functions of that name; functions of the input and of extensions promise nothing.
char volatility(const Expr& call) {
  const std::string& name = call.names.back();
  char worst = 'i';
  bool found = false;
  for (const BuiltinFunction& function : builtin_functions(name)) {
    found = true;
    if (function.volatility == 'v' || (function.volatility == 's' && worst == 'i')) worst = function.volatility;
  }
  if (found) return worst;
  for (const ExtensionFunction& entry : extension_functions()) {
    if (entry.function.name == name) return entry.function.volatility;
  }
  return 'v';
}

/// Of the sub-selects that people look ids up with; any other one may be.
bool may_be_volatile(const Select& select) {
  const auto is_volatile = [](const ExprPtr& expr) { return expr && Evaluator::is_volatile(*expr); };
  const auto is_table = [](const FromItem& item) { return item.kind == FromKind::table; };
  return !select.with.tables.empty() || !select.values.empty() || select.operation != SetOperation::none || !select.group_by.empty() || select.having ||
         !std::all_of(select.from.begin(), select.from.end(), is_table) || is_volatile(select.where) || is_volatile(select.limit) ||
         is_volatile(select.offset) ||
         std::any_of(select.targets.begin(), select.targets.end(), [&](const Target& target) { return is_volatile(target.expr); }) ||
         std::any_of(select.order_by.begin(), select.order_by.end(), [&](const SortKey& key) { return is_volatile(key.expr); });
}

}  // namespace

bool Evaluator::is_constant(const Expr& expr) {
  return !any_below(expr, [](const Expr& part) {
    switch (part.kind) {
      case ExprKind::column:
      case ExprKind::parameter:
      case ExprKind::default_value:
      case ExprKind::sublink:
      case ExprKind::value_function:
      case ExprKind::grouping_or_window:
      case ExprKind::unsupported: return true;
      case ExprKind::function: return part.star || part.window || volatility(part) != 'i';
      default: return false;
    }
  });
}

bool Evaluator::is_volatile(const Expr& expr) {
  return any_below(expr, [](const Expr& part) {
    if (part.kind == ExprKind::function) return !part.star && volatility(part) == 'v';
    return part.kind == ExprKind::unsupported || (part.select && may_be_volatile(*part.select));
  });
}

}  // namespace pgfk
