// Which pairs of types a foreign key joins, and where they meet. Source: tablecmds.c, ATAddForeignKeyConstraint; fk-semantics 8.1.
#include <algorithm>
#include <iterator>

#include "analyzer/types/type_io.h"

namespace pgfk {
namespace {

using T = TypeId;

/// Types among which every pair meets in the wider one, which stands further right.
struct Pair {
  TypeId referencing, referenced, meet;
  bool cast_referencing = false;  // no operator takes both: the referencing value becomes the referenced type
};
constexpr Pair kPairs[] = {
    {T::int2, T::int4, T::int4}, {T::int2, T::int8, T::int8}, {T::int4, T::int8, T::int8},
    {T::int4, T::int2, T::int4}, {T::int8, T::int2, T::int8}, {T::int8, T::int4, T::int8},
    {T::int2, T::numeric, T::numeric, true}, {T::int4, T::numeric, T::numeric, true}, {T::int8, T::numeric, T::numeric, true},
    {T::int2, T::float4, T::float4, true}, {T::int4, T::float4, T::float4, true}, {T::int8, T::float4, T::float4, true},
    {T::int2, T::float8, T::float8, true}, {T::int4, T::float8, T::float8, true}, {T::int8, T::float8, T::float8, true},
    {T::int2, T::oid, T::oid, true}, {T::int4, T::oid, T::oid, true}, {T::int8, T::oid, T::oid, true},
    {T::numeric, T::float4, T::float4, true}, {T::numeric, T::float8, T::float8, true},
    {T::float4, T::float8, T::float8}, {T::float8, T::float4, T::float8},
    {T::text, T::varchar, T::text}, {T::varchar, T::text, T::text},
    {T::bpchar, T::text, T::text, true}, {T::bpchar, T::varchar, T::text, true},
    {T::text, T::bpchar, T::bpchar, true}, {T::varchar, T::bpchar, T::bpchar, true},
    {T::text, T::name, T::text}, {T::varchar, T::name, T::text}, {T::bpchar, T::name, T::name, true},
    {T::name, T::text, T::text}, {T::name, T::varchar, T::text},
    {T::char_, T::text, T::text, true}, {T::char_, T::varchar, T::text, true},
    {T::date, T::timestamp, T::timestamp}, {T::timestamp, T::date, T::timestamp},
    {T::date, T::timestamptz, T::timestamptz}, {T::timestamptz, T::date, T::timestamptz},
    {T::timestamp, T::timestamptz, T::timestamptz}, {T::timestamptz, T::timestamp, T::timestamptz},
    {T::time, T::timetz, T::timetz, true}, {T::time, T::interval, T::interval, true},
    {T::inet, T::cidr, T::inet}, {T::cidr, T::inet, T::inet},
    {T::bit, T::varbit, T::varbit, true}, {T::varbit, T::bit, T::bit, true},
    {T::macaddr, T::macaddr8, T::macaddr8, true}, {T::macaddr8, T::macaddr, T::macaddr, true},
};

}  // namespace

KeyEquality key_equality(const TypeLookup& types, TypeId referencing, TypeId referenced, int) {
  const TypeId from = base_type(types, referencing), to = base_type(types, referenced);
  if (from == to) return {from == T::varchar ? T::text : from, false};
  const auto found = std::find_if(std::begin(kPairs), std::end(kPairs),
                                  [&](const Pair& pair) { return pair.referencing == from && pair.referenced == to; });
  if (found == std::end(kPairs)) return {};
  return {found->meet, found->cast_referencing};
}

}  // namespace pgfk
