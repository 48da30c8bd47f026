#include "analyzer/eval/row_filter.h"

#include <algorithm>
#include <limits>

namespace pgfk {

namespace {

template <typename Integer>
bool is_within(std::int64_t number) {
  return number >= std::numeric_limits<Integer>::min() && number <= std::numeric_limits<Integer>::max();
}

/// varchar compares as text does.
TypeId compared_type(const TypeLookup& types, TypeId type) {
  const TypeId base = base_type(types, type);
  return base == TypeId::varchar ? TypeId::text : base;
}

/// The column that the node is, or that it is after a cast which changes no key; null for anything else.
const Node* keyed_column(const TypeLookup& types, const Node& node) {
  if (node.kind == NodeKind::column) return &node;
  const bool same_key = node.kind == NodeKind::cast && node.typmod < 0 && node.args.size() == 1 &&
                        compared_type(types, node.type) == compared_type(types, node.args[0]->type);
  return same_key ? keyed_column(types, *node.args[0]) : nullptr;
}

/// The type in which a column's keys have such a value; none where keys cannot compare the two.
TypeId key_type(const TypeLookup& types, TypeId column, const Value& value) {
  const TypeId base = base_type(types, column);
  if (is_array(base) || !has_equality(types, base)) return TypeId::none;
  if (const Type* type = types.type(base); type != nullptr && type->kind == TypeKind::composite) return TypeId::none;
  if (is_integer(base) && is_integer(value.type())) {
    const bool fits = base == TypeId::int8 || (base == TypeId::int4 ? is_within<std::int32_t>(value.integer()) : is_within<std::int16_t>(value.integer()));
    return fits ? base : TypeId::none;
  }
  return compared_type(types, column) == compared_type(types, value.type()) ? base : TypeId::none;
}

/// A call that moves a sequence; null where there is none.
const Node* moves_sequence(const Node& node) {
  if (node.function != nullptr && (node.function->name == "nextval" || node.function->name == "setval")) return &node;
  for (const NodePtr& arg : node.args) {
    const Node* found = arg ? moves_sequence(*arg) : nullptr;
    if (found != nullptr) return found;
  }
  return nullptr;
}

}  // namespace

bool is_settled_without(const Node& node, std::uint32_t first, std::uint32_t end) {
  if (node.kind == NodeKind::column && node.level == 0 && node.row >= first && node.row < end) return false;
  if (node.kind == NodeKind::user_call || node.kind == NodeKind::aggregate || node.kind == NodeKind::doubt) return false;
  if (node.function != nullptr && node.function->volatility == 'v') return false;
  if (node.sublink != nullptr && Evaluator::is_volatile(*node.sublink)) return false;
  return std::all_of(node.args.begin(), node.args.end(), [&](const NodePtr& arg) { return !arg || is_settled_without(*arg, first, end); });
}

bool is_plain_equality(const Node& condition) {
  return condition.kind == NodeKind::compare && condition.comparison == Comparison::equal && condition.collation.empty();
}

void add_equalities(const TypeLookup& types, const Node& condition, std::uint32_t row, std::uint32_t end, std::vector<LookupEquality>& into) {
  if (condition.kind == NodeKind::and_) {
    for (const NodePtr& part : condition.args) add_equalities(types, *part, row, end, into);
  }
  if (!is_plain_equality(condition)) return;
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    const Node* column = keyed_column(types, *condition.args[side]);
    const Node& value = *condition.args[1 - side];
    if (column != nullptr && column->level == 0 && column->row == row && is_settled_without(value, row, end)) into.push_back({column, &value});
  }
}

std::optional<RowLookup> first_lookup(const TypeLookup& types, Executor& executor, const std::vector<LookupEquality>& equalities, const Scope& scope) {
  for (const auto& [column, value] : equalities) {
    const Outcome<Value> wanted = executor.run(*value, scope);
    if (!wanted || wanted->is_unknown()) continue;
    const TypeId type = wanted->is_null() ? column->type : key_type(types, column->type, *wanted);
    if (type != TypeId::none) return RowLookup{static_cast<ColumnIndex>(column->column), wanted->relabel(type)};
  }
  return std::nullopt;
}

Outcome<RowFilter> RowFilter::bind(const Catalog& catalog, EvaluationHost& host, const Expr* where, const Scope& scope) {
  RowFilter filter(catalog, host);
  if (where == nullptr) return filter;
  Outcome<NodePtr> bound = Binder(catalog, host).bind_condition(*where, scope, "WHERE");
  if (!bound) return bound.as<RowFilter>();
  filter.condition_ = std::move(*bound);
  if (const Node* call = filter.condition_->kind == NodeKind::and_ ? moves_sequence(*filter.condition_) : nullptr) {
    return Doubt{"for which rows WHERE comes to its " + std::string(call->function->name) + "() depends on the plan", call->location};
  }
  add_equalities(host.types().types, *filter.condition_, 0, 1, filter.equalities_);
  return filter;
}

std::optional<RowLookup> RowFilter::lookup(const Scope& scope) const {
  if (equalities_.empty()) return std::nullopt;
  Scope others = scope;
  others.rows.front().row = nullptr;
  Executor executor(*catalog_, *host_);
  return first_lookup(host_->types().types, executor, equalities_, others);
}

Outcome<Value> RowFilter::test(const Scope& scope) const {
  if (!condition_) return Value::boolean(true);
  return Executor(*catalog_, *host_).run(*condition_, scope);
}

}  // namespace pgfk
