// Functions and operators of ranges and multiranges. Source: rangetypes.c, multirangetypes.c.
#include "analyzer/types/range_sets.h"

#include "analyzer/eval/implementations.h"

namespace pgfk {

namespace {

RangeList list(const CallContext& context, const Value& value) { return range_list(context.types, value); }
RangeBound lower_end(const RangeList& ranges) { return lower_bound_of(ranges.front()); }
RangeBound upper_end(const RangeList& ranges) { return upper_bound_of(ranges.back()); }

/// [value,value]
RangeList point(const Value& value) {
  Compound range;
  range.items = {value, value};
  range.lower_inclusive = range.upper_inclusive = true;
  return {range};
}

Outcome<Value> make_range(const CallContext& context, const Value& lower, const Value& upper, std::string_view flags) {
  if (flags.size() != 2 || (flags[0] != '[' && flags[0] != '(') || (flags[1] != ']' && flags[1] != ')')) {
    return ServerError{"42601", "invalid range bound flags"};
  }
  Compound written;
  written.items = {lower, upper};
  written.lower_inclusive = flags[0] == '[';
  written.upper_inclusive = flags[1] == ']';
  Outcome<Compound> range = normal_range(context.types, context.result, std::move(written));
  return range ? Outcome<Value>(Value::of(context.result, *std::move(range))) : range.as<Value>();
}
Outcome<Value> range_constructor2(const CallContext& context, Arguments a) { return make_range(context, a[0], a[1], "[)"); }
Outcome<Value> range_constructor3(const CallContext& context, Arguments a) {
  if (a[2].is_null()) return ServerError{"22000", "range constructor flags argument must not be null"};
  return make_range(context, a[0], a[1], a[2].text());
}

Outcome<Value> multirange_constructor0(const CallContext& context, Arguments) { return multirange_of(context.types, context.result, {}); }
Outcome<Value> multirange_constructor1(const CallContext& context, Arguments a) {
  return multirange_of(context.types, context.result, list(context, a[0]));
}
Outcome<Value> multirange_constructor2(const CallContext& context, Arguments a) {
  RangeList ranges;
  for (const Value& item : a) {
    if (item.is_null()) return ServerError{"22004", "multirange values cannot contain null members"};
    for (Compound& range : list(context, item)) ranges.push_back(std::move(range));
  }
  return multirange_of(context.types, context.result, union_of(context.types, std::move(ranges)));
}

/// A result of the call's type; a range cannot hold what lies apart.
Outcome<Value> in_one_piece(const CallContext& context, RangeList ranges, const char* what) {
  if (is_multirange(context.types, context.result)) return multirange_of(context.types, context.result, std::move(ranges));
  if (ranges.empty()) return Value::of(context.result, empty_range(range_part_type(context.types, context.result)));
  if (ranges.size() > 1) return ServerError{"22000", std::string("result of range ") + what + " would not be contiguous"};
  return Value::of(context.result, std::move(ranges.front()));
}

Outcome<Value> unite(const CallContext& context, Arguments a) {
  RangeList both = list(context, a[0]);
  for (Compound& range : list(context, a[1])) both.push_back(std::move(range));
  return in_one_piece(context, union_of(context.types, std::move(both)), "union");
}
Outcome<Value> intersect(const CallContext& context, Arguments a) {
  return in_one_piece(context, intersection_of(context.types, list(context, a[0]), list(context, a[1])), "intersection");
}
Outcome<Value> minus(const CallContext& context, Arguments a) {
  return in_one_piece(context, difference_of(context.types, list(context, a[0]), list(context, a[1])), "difference");
}

/// The smallest range around all of them.
Value hull(const CallContext& context, const RangeList& ranges) {
  if (ranges.empty()) return Value::of(context.result, empty_range(range_part_type(context.types, context.result)));
  Compound range = ranges.front();
  range.items[1] = upper_of(ranges.back());
  range.upper_inclusive = ranges.back().upper_inclusive;
  return Value::of(context.result, std::move(range));
}
Outcome<Value> merge(const CallContext& context, Arguments a) {
  RangeList both = list(context, a[0]);
  for (Compound& range : list(context, a[1])) both.push_back(std::move(range));
  return hull(context, union_of(context.types, std::move(both)));
}
Outcome<Value> merge_multirange(const CallContext& context, Arguments a) { return hull(context, list(context, a[0])); }

Outcome<Value> lower(const CallContext& context, Arguments a) {
  const RangeList ranges = list(context, a[0]);
  return ranges.empty() ? Value::null(context.result) : lower_of(ranges.front());
}
Outcome<Value> upper(const CallContext& context, Arguments a) {
  const RangeList ranges = list(context, a[0]);
  return ranges.empty() ? Value::null(context.result) : upper_of(ranges.back());
}
Outcome<Value> is_empty(const CallContext& context, Arguments a) { return Value::boolean(list(context, a[0]).empty()); }
Outcome<Value> lower_inclusive(const CallContext& context, Arguments a) {
  const RangeList ranges = list(context, a[0]);
  return Value::boolean(!ranges.empty() && ranges.front().lower_inclusive);
}
Outcome<Value> upper_inclusive(const CallContext& context, Arguments a) {
  const RangeList ranges = list(context, a[0]);
  return Value::boolean(!ranges.empty() && ranges.back().upper_inclusive);
}
Outcome<Value> lower_infinite(const CallContext& context, Arguments a) {
  const RangeList ranges = list(context, a[0]);
  return Value::boolean(!ranges.empty() && lower_of(ranges.front()).is_null());
}
Outcome<Value> upper_infinite(const CallContext& context, Arguments a) {
  const RangeList ranges = list(context, a[0]);
  return Value::boolean(!ranges.empty() && upper_of(ranges.back()).is_null());
}

Outcome<Value> overlaps(const CallContext& context, Arguments a) {
  return Value::boolean(overlap(context.types, list(context, a[0]), list(context, a[1])));
}
Outcome<Value> has(const CallContext& context, Arguments a) {
  return Value::boolean(contains(context.types, list(context, a[0]), list(context, a[1])));
}
Outcome<Value> is_in(const CallContext& context, Arguments a) {
  return Value::boolean(contains(context.types, list(context, a[1]), list(context, a[0])));
}
Outcome<Value> has_element(const CallContext& context, Arguments a) {
  return Value::boolean(contains(context.types, list(context, a[0]), point(a[1])));
}
Outcome<Value> is_element(const CallContext& context, Arguments a) {
  return Value::boolean(contains(context.types, list(context, a[1]), point(a[0])));
}

/// Where the ends lie; an empty side lies nowhere.
template <typename Test>
Outcome<Value> by_ends(const CallContext& context, Arguments a, Test test) {
  const RangeList left = list(context, a[0]), right = list(context, a[1]);
  return Value::boolean(!left.empty() && !right.empty() && test(left, right));
}
Outcome<Value> before(const CallContext& context, Arguments a) {
  return by_ends(context, a, [&](const RangeList& left, const RangeList& right) {
    return compare_range_bounds(context.types, upper_end(left), lower_end(right)) < 0;
  });
}
Outcome<Value> after(const CallContext& context, Arguments a) {
  return by_ends(context, a, [&](const RangeList& left, const RangeList& right) {
    return compare_range_bounds(context.types, lower_end(left), upper_end(right)) > 0;
  });
}
Outcome<Value> over_left(const CallContext& context, Arguments a) {
  return by_ends(context, a, [&](const RangeList& left, const RangeList& right) {
    return compare_range_bounds(context.types, upper_end(left), upper_end(right)) <= 0;
  });
}
Outcome<Value> over_right(const CallContext& context, Arguments a) {
  return by_ends(context, a, [&](const RangeList& left, const RangeList& right) {
    return compare_range_bounds(context.types, lower_end(left), lower_end(right)) >= 0;
  });
}
Outcome<Value> adjacent(const CallContext& context, Arguments a) {
  return by_ends(context, a, [&](const RangeList& left, const RangeList& right) {
    return bounds_touch(context.types, upper_end(left), lower_end(right)) || bounds_touch(context.types, upper_end(right), lower_end(left));
  });
}

constexpr ImplementationEntry kRangeFunctions[] = {
    {"range_constructor2", range_constructor2}, {"range_constructor3", range_constructor3},
    {"multirange_constructor0", multirange_constructor0}, {"multirange_constructor1", multirange_constructor1},
    {"multirange_constructor2", multirange_constructor2},
    {"range_union", unite}, {"multirange_union", unite}, {"range_intersect", intersect}, {"multirange_intersect", intersect},
    {"range_minus", minus}, {"multirange_minus", minus}, {"range_merge", merge}, {"range_merge_from_multirange", merge_multirange},
    {"range_lower", lower}, {"multirange_lower", lower}, {"range_upper", upper}, {"multirange_upper", upper},
    {"range_empty", is_empty}, {"multirange_empty", is_empty},
    {"range_lower_inc", lower_inclusive}, {"multirange_lower_inc", lower_inclusive},
    {"range_upper_inc", upper_inclusive}, {"multirange_upper_inc", upper_inclusive},
    {"range_lower_inf", lower_infinite}, {"multirange_lower_inf", lower_infinite},
    {"range_upper_inf", upper_infinite}, {"multirange_upper_inf", upper_infinite},
    {"range_overlaps", overlaps}, {"range_overlaps_multirange", overlaps}, {"multirange_overlaps_range", overlaps},
    {"multirange_overlaps_multirange", overlaps},
    {"range_contains", has}, {"range_contains_multirange", has}, {"multirange_contains_range", has}, {"multirange_contains_multirange", has},
    {"range_contained_by", is_in}, {"range_contained_by_multirange", is_in}, {"multirange_contained_by_range", is_in},
    {"multirange_contained_by_multirange", is_in},
    {"range_contains_elem", has_element}, {"multirange_contains_elem", has_element},
    {"elem_contained_by_range", is_element}, {"elem_contained_by_multirange", is_element},
    {"range_before", before}, {"range_before_multirange", before}, {"multirange_before_range", before}, {"multirange_before_multirange", before},
    {"range_after", after}, {"range_after_multirange", after}, {"multirange_after_range", after}, {"multirange_after_multirange", after},
    {"range_overleft", over_left}, {"range_overleft_multirange", over_left}, {"multirange_overleft_range", over_left},
    {"multirange_overleft_multirange", over_left},
    {"range_overright", over_right}, {"range_overright_multirange", over_right}, {"multirange_overright_range", over_right},
    {"multirange_overright_multirange", over_right},
    {"range_adjacent", adjacent}, {"range_adjacent_multirange", adjacent}, {"multirange_adjacent_range", adjacent},
    {"multirange_adjacent_multirange", adjacent},
};

}  // namespace

std::span<const ImplementationEntry> range_functions() { return kRangeFunctions; }

}  // namespace pgfk
