// What one type family does for its types: the functions behind read_value, write_value, append_key and compare_values.
//
// A family is one source file with one TypeOps (or a few); builtin_types.cpp names it in the lines of its types.
// Keys are self-delimiting: numbers are 8 bytes, everything else carries its length, so keys of several values can lie in a row.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "analyzer/types/type_io.h"
#include "parsers/sql/characters.h"

namespace pgfk {

struct TypeOps {
  /// The input function and the assignment's length coercion. `type` is a base type.
  Outcome<Value> (*read)(const TypeContext& context, TypeId type, std::int32_t typmod, std::string_view text);
  /// The output function; the value is known.
  void (*write)(const TypeContext& context, const Value& value, std::string& out);
  void (*append_key)(const TypeContext& context, const Value& value, std::string& out);
  int (*compare)(const TypeContext& context, const Value& a, const Value& b);
  /// Length coercion of a value that is already of the type; null where the type has no modifiers.
  Outcome<Value> (*coerce)(const TypeContext& context, Value value, std::int32_t typmod, bool explicit_cast) = nullptr;
};

/// The functions of a type that is no domain. Never null: what is not known at all is kept as text.
const TypeOps& type_ops(const TypeLookup& types, TypeId type);

extern const TypeOps kIntegerOps, kOidOps, kBooleanOps, kFloatOps, kNumericOps, kMoneyOps;
extern const TypeOps kTextOps, kVarcharOps, kBpcharOps, kNameOps, kCharOps, kOpaqueOps, kCitextOps;
extern const TypeOps kUuidOps, kByteaOps, kBitOps, kNetworkOps, kMacaddrOps, kLsnOps;
extern const TypeOps kDateOps, kTimeOps, kTimetzOps, kTimestampOps, kIntervalOps;
extern const TypeOps kJsonOps, kJsonbOps, kArrayOps, kRangeOps, kMultirangeOps, kRecordOps, kEnumOps;

// --- refusals that many input functions share

/// 22P02 `invalid input syntax for type integer: "x"`.
ServerError invalid_input(std::string_view type, std::string_view text, std::string detail = {});
/// 22003 `value "99999" is out of range for type smallint`.
ServerError value_out_of_range(std::string_view text, std::string_view type);

// --- keys and orders of the shapes that values come in

template <typename Number>
void append_number_key(Number number, std::string& out) {
  static_assert(sizeof(Number) == 8);
  char bytes[8];
  std::memcpy(bytes, &number, 8);
  out.append(bytes, 8);
}
inline void append_bytes_key(std::string_view bytes, std::string& out) {
  const std::uint32_t length = static_cast<std::uint32_t>(bytes.size());
  char head[4];
  std::memcpy(head, &length, 4);
  out.append(head, 4);
  out.append(bytes);
}
template <typename T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

// Ready-made functions for types whose value is an int64 or a string that compares by itself.
void integer_key(const TypeContext& context, const Value& value, std::string& out);
int integer_compare(const TypeContext& context, const Value& a, const Value& b);
void string_write(const TypeContext& context, const Value& value, std::string& out);
void string_key(const TypeContext& context, const Value& value, std::string& out);
int string_compare(const TypeContext& context, const Value& a, const Value& b);

// --- characters, without a locale

inline bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool is_alnum(char c) { return is_digit(c) || is_alpha(c); }
inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
/// -1 for what is no hexadecimal digit.
inline int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}
inline std::string_view trim_spaces(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}
bool equals_ignoring_case(std::string_view text, std::string_view lower_case);
/// Bytes of the first `characters` UTF-8 characters, or all if there are fewer.
std::size_t utf8_prefix(std::string_view text, std::size_t characters);
std::size_t utf8_length(std::string_view text);
/// At most `bytes` bytes, cut at a character boundary (names at 63).
std::string_view utf8_cut(std::string_view text, std::size_t bytes);

}  // namespace pgfk
