#include "analyzer/eval/compare.h"

#include <ctime>

#include "analyzer/types/datetime.h"

namespace pgfk {

namespace {

struct Named {
  std::string_view name;
  Comparison comparison;
};

constexpr Named kNames[] = {{"=", Comparison::equal},      {"<>", Comparison::not_equal},  {"<", Comparison::less},
                            {"<=", Comparison::less_equal}, {">", Comparison::greater},     {">=", Comparison::greater_equal}};

bool holds(Comparison comparison, int order) {
  switch (comparison) {
    case Comparison::equal: return order == 0;
    case Comparison::not_equal: return order != 0;
    case Comparison::less: return order < 0;
    case Comparison::less_equal: return order <= 0;
    case Comparison::greater: return order > 0;
    case Comparison::greater_equal: return order >= 0;
  }
  return false;
}

bool is_integer(TypeId type) { return type == TypeId::int2 || type == TypeId::int4 || type == TypeId::int8; }

/// The type in which two values of different types are compared; `none` if none is needed.
TypeId meeting_type(TypeId left, TypeId right) {
  const auto either = [&](TypeId type) { return left == type || right == type; };
  if (left == right || (is_integer(left) && is_integer(right))) return TypeId::none;
  if (either(TypeId::float8)) return TypeId::float8;
  if (either(TypeId::float4)) return TypeId::float8;
  if (either(TypeId::numeric)) return TypeId::numeric;
  if (either(TypeId::timestamptz)) return TypeId::timestamptz;
  if (either(TypeId::timestamp)) return TypeId::timestamp;
  return TypeId::none;
}

bool is_fresh(const Symbols& symbols, const Value& value) { return value.is_unknown() && symbols[value.symbol()].fresh; }

/// What is certain of a known time against the load's clock: the load happens after this moment. -1 where the known one lies before it, 1 for
/// infinity, nullopt where only the load will tell, or where the unknown one is no clock.
std::optional<int> order_against_clock(EvaluationHost& host, const Value& known, const Value& unknown) {
  constexpr std::int64_t kMicroseconds = 1'000'000, kEpochOfServer = 946'684'800;  // 2000-01-01 in Unix time
  constexpr std::int64_t kMargin = std::int64_t{2} * 86'400 * kMicroseconds;       // of time zones, and of clocks that go wrong
  const auto is_time = [](TypeId type) { return type == TypeId::date || type == TypeId::timestamp || type == TypeId::timestamptz; };
  if (!is_time(known.type()) || !is_time(unknown.type())) return std::nullopt;
  if (host.transaction_time(unknown.type()).symbol() != unknown.symbol()) return std::nullopt;
  const Outcome<Value> instant = cast_value(host.types(), known, TypeId::timestamptz, -1, CastContext::implicit);
  if (!instant) return std::nullopt;
  const std::int64_t time = instant->integer();
  if (time == kTimestampLate) return 1;
  const std::int64_t now = (static_cast<std::int64_t>(std::time(nullptr)) - kEpochOfServer) * kMicroseconds;
  return time < now - kMargin ? std::optional(-1) : std::nullopt;
}

Value compare_unknown(EvaluationHost& host, Comparison comparison, const Value& left, const Value& right) {
  if (left.is_unknown() && right.is_unknown() && left.symbol() == right.symbol()) return Value::boolean(holds(comparison, 0));
  if (left.is_known() || right.is_known()) {
    const std::optional<int> order = left.is_known() ? order_against_clock(host, left, right) : order_against_clock(host, right, left);
    if (order) return Value::boolean(holds(comparison, left.is_known() ? *order : -*order));
  }
  const bool fresh = is_fresh(host.symbols(), left) || is_fresh(host.symbols(), right);
  if (fresh && comparison == Comparison::equal) return Value::boolean(false);
  if (fresh && comparison == Comparison::not_equal) return Value::boolean(true);
  return follows_from(host, left.is_unknown() ? left : right, TypeId::bool_);
}

/// Arrays and rows may hold unknowns within.
const Value* unknown_within(const Value& value) {
  if (value.is_unknown()) return &value;
  if (!std::holds_alternative<Compound>(value.data())) return nullptr;
  for (const Value& item : value.compound().items) {
    if (const Value* found = unknown_within(item)) return found;
  }
  return nullptr;
}

}  // namespace

const Comparison* comparison_named(std::string_view name) {
  for (const Named& entry : kNames) {
    if (entry.name == name) return &entry.comparison;
  }
  return nullptr;
}

int order(const TypeContext& types, const Value& left, const Value& right) {
  const TypeId meet = meeting_type(left.type(), right.type());
  if (meet == TypeId::none) {
    if (left.type() == right.type()) return compare_values(types, left, right);
    if (is_integer(left.type())) return left.integer() < right.integer() ? -1 : left.integer() > right.integer() ? 1 : 0;
    return compare_values(types, left, right.relabel(left.type()));
  }
  const Outcome<Value> a = left.type() == meet ? Outcome<Value>(left) : cast_value(types, left, meet, -1, CastContext::implicit);
  const Outcome<Value> b = right.type() == meet ? Outcome<Value>(right) : cast_value(types, right, meet, -1, CastContext::implicit);
  if (!a || !b) return a.ok() ? -1 : 1;  // out of the other's range, which casts between ordered types do not meet
  return compare_values(types, *a, *b);
}

Outcome<Value> compare(EvaluationHost& host, Comparison comparison, const Value& left, const Value& right, std::string_view locale) {
  if (left.is_null() || right.is_null()) return Value::null(TypeId::bool_);
  if (left.is_unknown() || right.is_unknown()) return compare_unknown(host, comparison, left, right);
  const Value* within = unknown_within(left);
  if (within == nullptr) within = unknown_within(right);
  if (within != nullptr) return follows_from(host, *within, TypeId::bool_);
  const TypeContext types = host.types();
  if (!locale.empty()) {
    const bool equality = comparison == Comparison::equal || comparison == Comparison::not_equal;
    const std::optional<std::string> a = fold_for_collation(left.text(), locale);
    const std::optional<std::string> b = fold_for_collation(right.text(), locale);
    if (!equality || !a || !b) return Doubt{"the order of collation \"" + std::string(locale) + "\" is not known offline"};
    return Value::boolean((*a == *b) == (comparison == Comparison::equal));
  }
  if (!has_equality(types.types, base_type(types.types, left.type()))) {
    return Doubt{"values of type " + format_type(types.types, left.type()) + " cannot be compared offline"};
  }
  return Value::boolean(holds(comparison, order(types, left, right)));
}

}  // namespace pgfk
