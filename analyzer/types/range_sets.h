// Ranges and multiranges as sets of points: order, overlap, containment, union, intersection, difference.
//
// A RangeList is what a multirange holds: ranges in order, none empty, none overlapping or touching the next. A range is such a list of none
// (empty) or one. Ranges of discrete types are kept as [ ), so that equal sets are equal lists.
// Source: rangetypes.c, multirangetypes.c.
#pragma once

#include <vector>

#include "analyzer/types/family.h"

namespace pgfk {

using RangeList = std::vector<Compound>;

/// What a range is over; of a multirange, its range.
TypeId range_part_type(const TypeContext& context, TypeId type);
bool is_multirange(const TypeContext& context, TypeId type);
bool is_multirange_over(const TypeLookup& types, TypeId type, TypeId range);

inline const Value& lower_of(const Compound& range) { return range.items[0]; }
inline const Value& upper_of(const Compound& range) { return range.items[1]; }
Compound empty_range(TypeId subtype);

/// Bounds as written become a range: 22000 for a lower one above the upper, empty ones recognised, [ ) for discrete types.
Outcome<Compound> normal_range(const TypeContext& context, TypeId type, Compound range);

/// One bound against another: an infinite one is NULL; of equal values an exclusive lower bound lies behind, an exclusive upper one before.
struct RangeBound {
  const Value& value;
  bool inclusive;
  bool lower;
};
inline RangeBound lower_bound_of(const Compound& range) { return {lower_of(range), range.lower_inclusive, true}; }
inline RangeBound upper_bound_of(const Compound& range) { return {upper_of(range), range.upper_inclusive, false}; }
int compare_range_bounds(const TypeContext& context, const RangeBound& a, const RangeBound& b);
/// Whether nothing lies between an upper and a lower bound, and no point in both.
bool bounds_touch(const TypeContext& context, const RangeBound& upper, const RangeBound& lower);
/// By lower bound, then upper; empty ones first.
int compare_ranges(const TypeContext& context, const Compound& a, const Compound& b);

/// The ranges of a known range or multirange.
RangeList range_list(const TypeContext& context, const Value& value);
/// A list as a value of the multirange type.
Value multirange_of(const TypeContext& context, TypeId multirange, RangeList ranges);

/// Any ranges, in any order, as a RangeList.
RangeList union_of(const TypeContext& context, RangeList ranges);
RangeList intersection_of(const TypeContext& context, const RangeList& a, const RangeList& b);
RangeList difference_of(const TypeContext& context, const RangeList& a, const RangeList& b);
bool overlap(const TypeContext& context, const RangeList& a, const RangeList& b);
/// Whether every point of `part` is in `whole`; nothing is in everything.
bool contains(const TypeContext& context, const RangeList& whole, const RangeList& part);
/// The same of known values; ranges are not copied.
bool overlap(const TypeContext& context, const Value& a, const Value& b);
bool contains(const TypeContext& context, const Value& whole, const Value& part);

}  // namespace pgfk
