#include "analyzer/types/builtin_types.h"

#include <algorithm>
#include <array>
#include <map>

namespace pgfk {
namespace {

using T = TypeId;
constexpr T oid_type(std::uint32_t oid) { return T(oid); }  // types without an enumerator

constexpr BuiltinType kTypes[] = {
    // id, name, written, ops, equality, hash, understood, kind, subtype
    {T::bool_, "bool", "boolean", &kBooleanOps},
    {T::bytea, "bytea", "bytea", &kByteaOps},
    {T::char_, "char", "\"char\"", &kCharOps},
    {T::name, "name", "name", &kNameOps},
    {T::int8, "int8", "bigint", &kIntegerOps},
    {T::int2, "int2", "smallint", &kIntegerOps},
    {T::int4, "int4", "integer", &kIntegerOps},
    {T::text, "text", "text", &kTextOps},
    {T::oid, "oid", "oid", &kOidOps},
    {T::tid, "tid", "tid", &kOpaqueOps, true, true, false},
    {T::xid, "xid", "xid", &kOidOps, false, true, false},
    {T::cid, "cid", "cid", &kOidOps, false, true, false},
    {T::json, "json", "json", &kJsonOps, false, false, true},
    {T::xml, "xml", "xml", &kOpaqueOps, false, false, false},
    {T::point, "point", "point", &kOpaqueOps, false, false, false},
    {T::lseg, "lseg", "lseg", &kOpaqueOps, false, false, false},
    {T::path, "path", "path", &kOpaqueOps, false, false, false},
    {T::box, "box", "box", &kOpaqueOps, false, false, false},
    {T::polygon, "polygon", "polygon", &kOpaqueOps, false, false, false},
    {T::line, "line", "line", &kOpaqueOps, false, false, false},
    {T::circle, "circle", "circle", &kOpaqueOps, false, false, false},
    {T::float4, "float4", "real", &kFloatOps},
    {T::float8, "float8", "double precision", &kFloatOps},
    {T::unknown, "unknown", "unknown", &kTextOps, false, false, true, TypeKind::pseudo},
    {T::macaddr8, "macaddr8", "macaddr8", &kMacaddrOps},
    {T::money, "money", "money", &kMoneyOps, true, false, true},
    {T::macaddr, "macaddr", "macaddr", &kMacaddrOps},
    {T::inet, "inet", "inet", &kNetworkOps},
    {T::cidr, "cidr", "cidr", &kNetworkOps},
    {T::bpchar, "bpchar", "character", &kBpcharOps},
    {T::varchar, "varchar", "character varying", &kVarcharOps},
    {T::date, "date", "date", &kDateOps},
    {T::time, "time", "time without time zone", &kTimeOps},
    {T::timestamp, "timestamp", "timestamp without time zone", &kTimestampOps},
    {T::timestamptz, "timestamptz", "timestamp with time zone", &kTimestampOps},
    {T::interval, "interval", "interval", &kIntervalOps},
    {T::timetz, "timetz", "time with time zone", &kTimetzOps},
    {T::bit, "bit", "bit", &kBitOps, true, false, true},
    {T::varbit, "varbit", "bit varying", &kBitOps, true, false, true},
    {T::numeric, "numeric", "numeric", &kNumericOps},
    {T::uuid, "uuid", "uuid", &kUuidOps},
    {T::pg_lsn, "pg_lsn", "pg_lsn", &kLsnOps},
    {T::tsvector, "tsvector", "tsvector", &kOpaqueOps, true, false, false},
    {T::tsquery, "tsquery", "tsquery", &kOpaqueOps, true, false, false},
    {T::jsonb, "jsonb", "jsonb", &kJsonbOps},
    {T::jsonpath, "jsonpath", "jsonpath", &kOpaqueOps, false, false, false},
    // Names of objects, which only a catalog could turn into numbers.
    {T::regproc, "regproc", "regproc", &kOpaqueOps, true, true, false},
    {T::regclass, "regclass", "regclass", &kOpaqueOps, true, true, false},
    {T::regtype, "regtype", "regtype", &kOpaqueOps, true, true, false},
    {oid_type(2202), "regprocedure", "regprocedure", &kOpaqueOps, true, true, false},
    {oid_type(2203), "regoper", "regoper", &kOpaqueOps, true, true, false},
    {oid_type(2204), "regoperator", "regoperator", &kOpaqueOps, true, true, false},
    {oid_type(3734), "regconfig", "regconfig", &kOpaqueOps, true, true, false},
    {oid_type(3769), "regdictionary", "regdictionary", &kOpaqueOps, true, true, false},
    {oid_type(4089), "regnamespace", "regnamespace", &kOpaqueOps, true, true, false},
    {oid_type(4096), "regrole", "regrole", &kOpaqueOps, true, true, false},
    {oid_type(4191), "regcollation", "regcollation", &kOpaqueOps, true, true, false},
    {oid_type(22), "int2vector", "int2vector", &kOpaqueOps, false, false, false},
    {oid_type(30), "oidvector", "oidvector", &kOpaqueOps, true, true, false},
    {oid_type(1033), "aclitem", "aclitem", &kOpaqueOps, false, true, false},
    {oid_type(1790), "refcursor", "refcursor", &kOpaqueOps, false, false, false},
    {oid_type(2970), "txid_snapshot", "txid_snapshot", &kOpaqueOps, false, false, false},
    {oid_type(5038), "pg_snapshot", "pg_snapshot", &kOpaqueOps, false, false, false},
    {oid_type(5069), "xid8", "xid8", &kOpaqueOps, true, true, false},
    {T::int4range, "int4range", "int4range", &kRangeOps, true, true, true, TypeKind::range, T::int4},
    {T::numrange, "numrange", "numrange", &kRangeOps, true, true, true, TypeKind::range, T::numeric},
    {T::tsrange, "tsrange", "tsrange", &kRangeOps, true, true, true, TypeKind::range, T::timestamp},
    {T::tstzrange, "tstzrange", "tstzrange", &kRangeOps, true, true, true, TypeKind::range, T::timestamptz},
    {T::daterange, "daterange", "daterange", &kRangeOps, true, true, true, TypeKind::range, T::date},
    {T::int8range, "int8range", "int8range", &kRangeOps, true, true, true, TypeKind::range, T::int8},
    {T::int4multirange, "int4multirange", "int4multirange", &kMultirangeOps, true, true, true, TypeKind::multirange, T::int4range},
    {T::nummultirange, "nummultirange", "nummultirange", &kMultirangeOps, true, true, true, TypeKind::multirange, T::numrange},
    {T::tsmultirange, "tsmultirange", "tsmultirange", &kMultirangeOps, true, true, true, TypeKind::multirange, T::tsrange},
    {T::tstzmultirange, "tstzmultirange", "tstzmultirange", &kMultirangeOps, true, true, true, TypeKind::multirange, T::tstzrange},
    {T::datemultirange, "datemultirange", "datemultirange", &kMultirangeOps, true, true, true, TypeKind::multirange, T::daterange},
    {T::int8multirange, "int8multirange", "int8multirange", &kMultirangeOps, true, true, true, TypeKind::multirange, T::int8range},
    {T::record, "record", "record", &kRecordOps, true, true, true, TypeKind::pseudo},
    {T::any, "any", "\"any\"", &kOpaqueOps, false, false, false, TypeKind::pseudo},
    {T::void_, "void", "void", &kOpaqueOps, false, false, false, TypeKind::pseudo},
    {T::trigger, "trigger", "trigger", &kOpaqueOps, false, false, false, TypeKind::pseudo},
    {oid_type(2275), "cstring", "cstring", &kOpaqueOps, false, false, false, TypeKind::pseudo},
    {oid_type(2277), "anyarray", "anyarray", &kOpaqueOps, false, false, false, TypeKind::pseudo},
    {oid_type(2280), "language_handler", "language_handler", &kOpaqueOps, false, false, false, TypeKind::pseudo},
    {oid_type(2281), "internal", "internal", &kOpaqueOps, false, false, false, TypeKind::pseudo},
    {oid_type(2283), "anyelement", "anyelement", &kOpaqueOps, false, false, false, TypeKind::pseudo},
    {oid_type(2776), "anynonarray", "anynonarray", &kOpaqueOps, false, false, false, TypeKind::pseudo},
    {oid_type(3500), "anyenum", "anyenum", &kOpaqueOps, false, false, false, TypeKind::pseudo},
    {oid_type(3831), "anyrange", "anyrange", &kOpaqueOps, false, false, false, TypeKind::pseudo},
    {oid_type(3838), "event_trigger", "event_trigger", &kOpaqueOps, false, false, false, TypeKind::pseudo},
    {oid_type(5077), "anycompatible", "anycompatible", &kOpaqueOps, false, false, false, TypeKind::pseudo},
    {oid_type(5078), "anycompatiblearray", "anycompatiblearray", &kOpaqueOps, false, false, false, TypeKind::pseudo},
};

constexpr std::size_t kIndexSize = 5120;  // past the largest OID of the table

constexpr std::array<std::uint8_t, kIndexSize> make_index() {
  std::array<std::uint8_t, kIndexSize> index{};
  std::uint8_t line = 0;
  for (const BuiltinType& type : kTypes) index[static_cast<std::uint32_t>(type.id)] = ++line;
  return index;
}
constexpr std::array<std::uint8_t, kIndexSize> kIndex = make_index();

std::map<std::string_view, TypeId> names() {
  std::map<std::string_view, TypeId> by_name;
  for (const BuiltinType& type : kTypes) by_name.emplace(type.name, type.id);
  return by_name;
}

std::array<Type, std::size(kTypes)> infos() {
  std::array<Type, std::size(kTypes)> all;
  for (std::size_t line = 0; line < std::size(kTypes); ++line) {
    all[line].id = kTypes[line].id;
    all[line].schema = "pg_catalog";
    all[line].name = kTypes[line].name;
    all[line].kind = kTypes[line].kind;
    all[line].subtype = kTypes[line].subtype;
  }
  return all;
}

}  // namespace

const BuiltinType* find_builtin(TypeId id) {
  const std::uint32_t oid = static_cast<std::uint32_t>(id);
  if (oid >= kIndexSize || kIndex[oid] == 0) return nullptr;
  return &kTypes[kIndex[oid] - 1];
}

TypeId builtin_type(std::string_view name) {
  static const std::map<std::string_view, TypeId> by_name = names();
  const auto found = by_name.find(name);
  if (found != by_name.end()) return found->second;
  if (name.empty() || name.front() != '_') return TypeId::none;
  const auto element = by_name.find(name.substr(1));
  return element == by_name.end() ? TypeId::none : array_of(element->second);
}

const Type* builtin_type_info(TypeId id) {
  static const std::array<Type, std::size(kTypes)> all = infos();
  const BuiltinType* line = find_builtin(id);
  return line == nullptr ? nullptr : &all[static_cast<std::size_t>(line - kTypes)];
}

}  // namespace pgfk
