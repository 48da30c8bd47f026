#include "analyzer/types/range_sets.h"

#include <algorithm>
#include <optional>

#include "analyzer/types/builtin_types.h"
#include "analyzer/types/datetime.h"

namespace pgfk {
namespace {

const Type* described(const TypeLookup& types, TypeId written) {
  if (is_array(written)) return nullptr;
  const TypeId type = base_type(types, written);
  return static_cast<std::uint32_t>(type) < kFirstUserType ? builtin_type_info(type) : types.type(type);
}

/// The next value of a discrete type.
Outcome<Value> successor(const Value& value) {
  const std::int64_t number = value.integer();
  if (value.type() == TypeId::date) {
    if (is_infinite_date(number)) return value;
    if (number + 1 >= kDateEnd) return ServerError{"22008", "date out of range"};
  } else if (number == (value.type() == TypeId::int4 ? std::int64_t{INT32_MAX} : INT64_MAX)) {
    return ServerError{"22003", value.type() == TypeId::int4 ? "integer out of range" : "bigint out of range"};
  }
  return Value::of(value.type(), number + 1);
}

bool is_discrete(TypeId range) { return range == TypeId::int4range || range == TypeId::int8range || range == TypeId::daterange; }

/// The range between two bounds; nullopt where nothing is.
std::optional<Compound> between(const TypeContext& context, const RangeBound& lower, const RangeBound& upper) {
  if (compare_range_bounds(context, lower, upper) > 0) return std::nullopt;
  if (!lower.value.is_null() && !upper.value.is_null() && compare_values(context, lower.value, upper.value) == 0 &&
      !(lower.inclusive && upper.inclusive)) {
    return std::nullopt;
  }
  Compound range;
  range.items = {lower.value, upper.value};
  range.lower_inclusive = lower.inclusive;
  range.upper_inclusive = upper.inclusive;
  return range;
}

bool overlap(const TypeContext& context, const Compound& a, const Compound& b) {
  return compare_range_bounds(context, lower_bound_of(a), upper_bound_of(b)) <= 0 &&
         compare_range_bounds(context, lower_bound_of(b), upper_bound_of(a)) <= 0;
}

bool contains(const TypeContext& context, const Compound& whole, const Compound& part) {
  return compare_range_bounds(context, lower_bound_of(whole), lower_bound_of(part)) <= 0 &&
         compare_range_bounds(context, upper_bound_of(whole), upper_bound_of(part)) >= 0;
}

}  // namespace

TypeId range_part_type(const TypeContext& context, TypeId type) {
  const Type* info = described(context.types, type);
  return info == nullptr ? TypeId::text : base_type(context.types, info->subtype);
}

bool is_multirange(const TypeContext& context, TypeId type) {
  const Type* info = described(context.types, type);
  return info != nullptr && info->kind == TypeKind::multirange;
}

bool is_multirange_over(const TypeLookup& types, TypeId type, TypeId range) {
  const Type* info = described(types, type);
  return info != nullptr && info->kind == TypeKind::multirange && base_type(types, info->subtype) == range;
}

Compound empty_range(TypeId subtype) {
  Compound range;
  range.items = {Value::null(subtype), Value::null(subtype)};
  range.empty = true;
  return range;
}

int compare_range_bounds(const TypeContext& context, const RangeBound& a, const RangeBound& b) {
  if (a.value.is_null() || b.value.is_null()) {
    const int left = a.value.is_null() ? (a.lower ? -1 : 1) : 0, right = b.value.is_null() ? (b.lower ? -1 : 1) : 0;
    return three_way(left, right);
  }
  const int order = compare_values(context, a.value, b.value);
  if (order != 0 || (a.inclusive && b.inclusive)) return order;
  const int left = a.inclusive ? 0 : a.lower ? 1 : -1, right = b.inclusive ? 0 : b.lower ? 1 : -1;
  return three_way(left, right);
}

bool bounds_touch(const TypeContext& context, const RangeBound& upper, const RangeBound& lower) {
  return !upper.value.is_null() && !lower.value.is_null() && compare_values(context, upper.value, lower.value) == 0 &&
         upper.inclusive != lower.inclusive;
}

Outcome<Compound> normal_range(const TypeContext& context, TypeId type, Compound range) {
  const TypeId subtype = range_part_type(context, type);
  if (lower_of(range).is_null()) range.lower_inclusive = false;
  if (upper_of(range).is_null()) range.upper_inclusive = false;
  const auto is_empty = [&](int order) { return order == 0 && !(range.lower_inclusive && range.upper_inclusive); };
  const bool bounded = !lower_of(range).is_null() && !upper_of(range).is_null();
  if (bounded) {
    const int order = compare_values(context, lower_of(range), upper_of(range));
    if (order > 0) return ServerError{"22000", "range lower bound must be less than or equal to range upper bound"};
    if (is_empty(order)) return empty_range(subtype);
  }
  if (!is_discrete(type)) return range;
  const auto is_endless = [](const Value& bound) {
    return bound.is_null() || (bound.type() == TypeId::date && is_infinite_date(bound.integer()));
  };
  if (!range.lower_inclusive && !is_endless(lower_of(range))) {
    Outcome<Value> next = successor(lower_of(range));
    if (!next) return next.as<Compound>();
    range.items[0] = *std::move(next);
    range.lower_inclusive = true;
  }
  if (range.upper_inclusive && !is_endless(upper_of(range))) {
    Outcome<Value> next = successor(upper_of(range));
    if (!next) return next.as<Compound>();
    range.items[1] = *std::move(next);
    range.upper_inclusive = false;
  }
  if (bounded && is_empty(compare_values(context, lower_of(range), upper_of(range)))) return empty_range(subtype);
  return range;
}

int compare_ranges(const TypeContext& context, const Compound& a, const Compound& b) {
  if (a.empty || b.empty) return three_way(!a.empty, !b.empty);
  const int order = compare_range_bounds(context, lower_bound_of(a), lower_bound_of(b));
  return order != 0 ? order : compare_range_bounds(context, upper_bound_of(a), upper_bound_of(b));
}

RangeList range_list(const TypeContext& context, const Value& value) {
  const Compound& compound = value.compound();
  if (compound.empty) return {};
  if (!is_multirange(context, value.type())) return {compound};
  RangeList list;
  for (const Value& range : compound.items) list.push_back(range.compound());
  return list;
}

Value multirange_of(const TypeContext& context, TypeId multirange, RangeList ranges) {
  const TypeId range_type = range_part_type(context, multirange);
  Compound compound;
  for (Compound& range : ranges) compound.items.push_back(Value::of(range_type, std::move(range)));
  return Value::of(multirange, std::move(compound));
}

RangeList union_of(const TypeContext& context, RangeList ranges) {
  std::erase_if(ranges, [](const Compound& range) { return range.empty; });
  std::stable_sort(ranges.begin(), ranges.end(), [&](const Compound& a, const Compound& b) { return compare_ranges(context, a, b) < 0; });
  RangeList merged;
  for (Compound& range : ranges) {
    const bool apart = merged.empty() || (!bounds_touch(context, upper_bound_of(merged.back()), lower_bound_of(range)) &&
                                          compare_range_bounds(context, upper_bound_of(merged.back()), lower_bound_of(range)) < 0);
    if (apart) {
      merged.push_back(std::move(range));
    } else if (compare_range_bounds(context, upper_bound_of(merged.back()), upper_bound_of(range)) < 0) {
      merged.back().items[1] = upper_of(range);
      merged.back().upper_inclusive = range.upper_inclusive;
    }
  }
  return merged;
}

RangeList intersection_of(const TypeContext& context, const RangeList& a, const RangeList& b) {
  RangeList common;
  for (std::size_t left = 0, right = 0; left < a.size() && right < b.size();) {
    const RangeBound a_lower = lower_bound_of(a[left]), b_lower = lower_bound_of(b[right]);
    const RangeBound a_upper = upper_bound_of(a[left]), b_upper = upper_bound_of(b[right]);
    const bool a_ends_first = compare_range_bounds(context, a_upper, b_upper) < 0;
    const RangeBound& lower = compare_range_bounds(context, a_lower, b_lower) > 0 ? a_lower : b_lower;
    if (std::optional<Compound> part = between(context, lower, a_ends_first ? a_upper : b_upper)) common.push_back(*std::move(part));
    ++(a_ends_first ? left : right);
  }
  return common;
}

RangeList difference_of(const TypeContext& context, const RangeList& a, const RangeList& b) {
  RangeList left = a;
  for (const Compound& cut : b) {
    RangeList kept;
    for (const Compound& range : left) {
      if (!overlap(context, range, cut)) {
        kept.push_back(range);
        continue;
      }
      // What lies before the cut ends where it begins, without its first point, and so on.
      if (!lower_of(cut).is_null()) {
        const RangeBound end{lower_of(cut), !cut.lower_inclusive, false};
        if (std::optional<Compound> part = between(context, lower_bound_of(range), end)) kept.push_back(*std::move(part));
      }
      if (!upper_of(cut).is_null()) {
        const RangeBound start{upper_of(cut), !cut.upper_inclusive, true};
        if (std::optional<Compound> part = between(context, start, upper_bound_of(range))) kept.push_back(*std::move(part));
      }
    }
    left = std::move(kept);
  }
  return left;
}

bool overlap(const TypeContext& context, const RangeList& a, const RangeList& b) {
  for (std::size_t left = 0, right = 0; left < a.size() && right < b.size();) {
    if (overlap(context, a[left], b[right])) return true;
    const bool a_ends_first = compare_range_bounds(context, upper_bound_of(a[left]), upper_bound_of(b[right])) < 0;
    ++(a_ends_first ? left : right);
  }
  return false;
}

bool contains(const TypeContext& context, const RangeList& whole, const RangeList& part) {
  return std::all_of(part.begin(), part.end(), [&](const Compound& range) {
    return std::any_of(whole.begin(), whole.end(), [&](const Compound& around) { return contains(context, around, range); });
  });
}

bool overlap(const TypeContext& context, const Value& a, const Value& b) {
  if (is_multirange(context, a.type()) || is_multirange(context, b.type())) {
    return overlap(context, range_list(context, a), range_list(context, b));
  }
  return !a.compound().empty && !b.compound().empty && overlap(context, a.compound(), b.compound());
}

bool contains(const TypeContext& context, const Value& whole, const Value& part) {
  if (is_multirange(context, whole.type()) || is_multirange(context, part.type())) {
    return contains(context, range_list(context, whole), range_list(context, part));
  }
  return part.compound().empty || (!whole.compound().empty && contains(context, whole.compound(), part.compound()));
}

}  // namespace pgfk
