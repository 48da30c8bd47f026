// Text to value, value to text, and equality: what every type promises the rest of the program.
//
// One file per type family implements a TypeOps (family.h: integers.cpp, numeric.cpp, floats.cpp, text.cpp, boolean.cpp, uuid.cpp,
// datetime.cpp, interval.cpp, bytea.cpp, bits.cpp, network.cpp, money.cpp, jsonb.cpp, arrays.cpp, ranges.cpp, records.cpp, enums.cpp, oid.cpp);
// type_io.cpp holds the table. Texts, SQLSTATEs and details of refusals are the server's own.
// Threads: all functions are pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/types/outcome.h"
#include "analyzer/types/settings.h"
#include "analyzer/types/type.h"
#include "analyzer/types/value.h"

namespace pgfk {

struct TypeContext {
  const TypeLookup& types;
  const ValueSettings& settings;
};

/// The input function, then the length coercion of an *assignment* under `typmod` (varchar(3): 22001; numeric(5,2) rounds).
/// Domains are read as their base type; their checks are the evaluator's. A type whose input we do not know is kept as the text, as
/// `opaque` types are, if `text` is all we need; what cannot be told (to_timestamp zone abbreviations ...) is a Doubt.
/// Source: the types' input functions; spec section 8.
Outcome<Value> read_value(const TypeContext& context, TypeId type, std::int32_t typmod, std::string_view text);

/// The output function. For NULL and unknown values: "null" and "?", which no caller should need.
std::string write_value(const TypeContext& context, const Value& value);

/// Appends canonical bytes of a known value: equal bytes if and only if the type's btree `=` says equal. Composable: the bytes
/// of several values in a row are unambiguous. Text compares by bytes: nondeterministic collations fold first (fold_for_collation).
void append_key(const TypeContext& context, const Value& value, std::string& out);

/// Text under a nondeterministic ICU collation (its locale as CREATE COLLATION gave it, "und-u-ks-level2"): bytes that are equal exactly where
/// the collation says so, for the levels ks-level1 and ks-level2; nullopt where we cannot say (other attributes).
std::optional<std::string> fold_for_collation(std::string_view text, std::string_view icu_locale);

/// The btree order: negative, 0, positive. Both known and of one type (after promote()). Text compares by bytes (C collation).
int compare_values(const TypeContext& context, const Value& a, const Value& b);

/// Whether the type has a btree equality, without which it cannot be a key (json, xml, point: no).
bool has_equality(const TypeLookup& types, TypeId type);
/// Whether that equality can be hashed (money, bit, varbit: no), see fk-semantics 2.9.
bool has_hash(const TypeLookup& types, TypeId type);
/// Whether we read, print and compare the type exactly; false for opaque types and those compared as bytes only.
bool is_understood(const TypeLookup& types, TypeId type);

enum class CastContext { implicit, assignment, explicit_ };
/// Converts `value` to `to` under `typmod` as a cast of that context does (explicit ones cut, assignments refuse). An unknown-typed
/// literal (TypeId::unknown, string) is read by read_value. A refusal is 42846/42804 where there is no such cast.
Outcome<Value> cast_value(const TypeContext& context, const Value& value, TypeId to, std::int32_t typmod, CastContext how);
/// Whether a cast from `from` to `to` exists in that context.
bool can_cast(const TypeLookup& types, TypeId from, TypeId to, CastContext how);

/// How a foreign key compares a pair of columns: the type in which both sides meet, or `none` where the server refuses the pair (42804).
/// E.g. int4 -> int8 meets in int8, numeric -> float8 in float8, varchar -> text in text, date -> timestamptz in timestamptz (zone of the session).
/// Source: fk-semantics 8.1.
struct KeyEquality {
  TypeId meet = TypeId::none;
  bool cast_referencing = false;  // the referencing value is cast to the referenced type first (char(n) -> text strips blanks)
};
KeyEquality key_equality(const TypeLookup& types, TypeId referencing, TypeId referenced, int server_version);

/// A domain's base type, all the way down; other types are themselves.
TypeId base_type(const TypeLookup& types, TypeId type);
/// As messages write it: "integer", "character varying(5)", "timestamp with time zone", "integer[]"; typmod -1 without modifiers.
std::string format_type(const TypeLookup& types, TypeId type, std::int32_t typmod = -1);
/// The built-in type of an internal or SQL name in pg_catalog ("int4", "bpchar", "integer" is never seen), none if there is none.
/// Serial names are not types. Array names ("_int4") give arrays.
TypeId builtin_type(std::string_view name);
const Type* builtin_type_info(TypeId id);
/// Typmod from written modifiers: varchar(5), numeric(10,2), bit(3), timestamp(3), interval(6); 22023 where out of range.
Outcome<std::int32_t> read_typmod(TypeId type, const std::vector<std::int64_t>& modifiers, std::int32_t interval_fields = -1);

}  // namespace pgfk
