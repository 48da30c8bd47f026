// Types as the catalog knows them. A TypeId is PostgreSQL's own OID for built-in types; types made by the input count from
// kFirstUserType.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace pgfk {

enum class TypeId : std::uint32_t {
  none = 0, bool_ = 16, bytea = 17, char_ = 18 /* "char" */, name = 19, int8 = 20, int2 = 21, int4 = 23, regproc = 24, text = 25,
  oid = 26, tid = 27, xid = 28, cid = 29, json = 114, xml = 142, point = 600, lseg = 601, path = 602, box = 603, polygon = 604,
  line = 628, float4 = 700, float8 = 701, unknown = 705, circle = 718, macaddr8 = 774, money = 790, macaddr = 829, inet = 869,
  cidr = 650, bpchar = 1042, varchar = 1043, date = 1082, time = 1083, timestamp = 1114, timestamptz = 1184, interval = 1186,
  timetz = 1266, bit = 1560, varbit = 1562, numeric = 1700, regclass = 2205, regtype = 2206, record = 2249, any = 2276, void_ = 2278,
  trigger = 2279, uuid = 2950, pg_lsn = 3220, tsvector = 3614, tsquery = 3615, jsonb = 3802, jsonpath = 4072,
  int4range = 3904, numrange = 3906, tsrange = 3908, tstzrange = 3910, daterange = 3912, int8range = 3926,
  int4multirange = 4451, nummultirange = 4532, tsmultirange = 4533, tstzmultirange = 4534, datemultirange = 4535, int8multirange = 4536
};
inline constexpr std::uint32_t kFirstUserType = 16384;
/// The array type of a type has this bit set on the element's id (PostgreSQL's array OIDs are never shown to users).
inline constexpr std::uint32_t kArrayBit = 0x8000'0000u;
inline TypeId array_of(TypeId element) { return TypeId(static_cast<std::uint32_t>(element) | kArrayBit); }
inline bool is_array(TypeId type) { return (static_cast<std::uint32_t>(type) & kArrayBit) != 0; }
inline TypeId element_of(TypeId array) { return TypeId(static_cast<std::uint32_t>(array) & ~kArrayBit); }

enum class TypeKind { base, domain, enum_, composite, range, multirange, pseudo, opaque /* made by the input, contents unknown */ };

struct Expr;

struct DomainCheck {
  std::string name;
  const Expr* expr = nullptr;
};

struct Type {
  TypeId id = TypeId::none;
  std::string schema;               // "pg_catalog" for built-in ones
  std::string name;                 // internal: int4, bpchar, _int4 is never stored
  TypeKind kind = TypeKind::base;
  // domain
  TypeId base = TypeId::none;       // possibly another domain
  std::int32_t typmod = -1;
  bool not_null = false;
  const Expr* default_expr = nullptr;
  std::vector<DomainCheck> checks;  // by name, byte order
  std::string collation;
  std::string source_text;
  // enum
  std::vector<std::string> labels;  // in sort order
  // composite
  std::vector<std::pair<std::string, TypeId>> fields;
  // range, multirange
  TypeId subtype = TypeId::none;    // of a multirange: its range
};

/// How the types library asks for types made by the input. The catalog implements it.
class TypeLookup {
 public:
  virtual ~TypeLookup() = default;
  /// Null for an id that is not known. Array ids are resolved by their element.
  virtual const Type* type(TypeId id) const = 0;
};

}  // namespace pgfk
