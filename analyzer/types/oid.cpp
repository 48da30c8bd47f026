// oid and its likes (xid, cid): 32 bits without a sign, read as C reads them. Source: oid.c, oidin_subr; numutils.c, uint32in_subr (16).
#include <charconv>

#include "analyzer/types/family.h"

namespace pgfk {
namespace {

const char* written_name(TypeId type) {
  return type == TypeId::xid ? "xid" : type == TypeId::cid ? "cid" : "oid";
}

Outcome<Value> read_oid(const TypeContext& context, TypeId type, std::int32_t, std::string_view text) {
  const char* name = written_name(type);
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end && is_space(*at)) ++at;
  bool negative = false;
  if (at < end && (*at == '-' || *at == '+')) negative = *at++ == '-';
  int base = 10;
  if (context.settings.server_version >= 16 && at < end && *at == '0') {
    const bool hex = end - at > 2 && lower(at[1]) == 'x' && hex_digit(at[2]) >= 0;
    base = hex ? 16 : 8;
    if (hex) at += 2;
  }
  std::uint64_t magnitude = 0;
  const auto read = std::from_chars(at, end, magnitude, base);
  if (read.ec == std::errc::invalid_argument) return invalid_input(name, text);
  if (read.ec == std::errc::result_out_of_range) return value_out_of_range(text, name);
  at = read.ptr;
  while (at < end && is_space(*at)) ++at;
  if (at != end) return invalid_input(name, text);
  // What fits in 32 bits with or without a sign is taken; a negative number wraps round.
  const std::uint64_t wide = negative ? 0 - magnitude : magnitude;
  const std::uint32_t narrow = static_cast<std::uint32_t>(wide);
  const std::int64_t sign_extended = static_cast<std::int32_t>(narrow);
  if (wide != narrow && wide != static_cast<std::uint64_t>(sign_extended)) return value_out_of_range(text, name);
  return Value::of(type, static_cast<std::int64_t>(narrow));
}

void write_oid(const TypeContext&, const Value& value, std::string& out) {
  out += std::to_string(value.integer());
}

}  // namespace

const TypeOps kOidOps = {read_oid, write_oid, integer_key, integer_compare};

}  // namespace pgfk
