// Casts among network addresses, MAC addresses and bit strings. Source: network.c, mac8.c, varbit.c.
#include "analyzer/types/cast_table.h"

namespace pgfk {
namespace {

using T = TypeId;

/// cidr always shows its mask, inet only one that is not full.
Outcome<Value> cidr_to_inet(const TypeContext& context, const Value& value, TypeId to) {
  return read_value(context, to, -1, value.text());
}
/// The bits right of the mask become zero.
Outcome<Value> inet_to_cidr(const TypeContext& context, const Value& value, TypeId to) {
  Outcome<Value> read = read_value(context, to, -1, value.text());
  if (read.refused() && !read.error().detail.empty()) return Doubt{"inet with bits right of its mask as cidr"};
  if (read.ok() && value.text().find('/') == std::string::npos) {
    return Value::of(to, value.text() + (value.text().find(':') == std::string::npos ? "/32" : "/128"));
  }
  return read;
}

Outcome<Value> macaddr_to_macaddr8(const TypeContext& context, const Value& value, TypeId to) {
  return read_value(context, to, -1, value.text());
}
Outcome<Value> macaddr8_to_macaddr(const TypeContext&, const Value& value, TypeId to) {
  const std::string& text = value.text();  // 08:00:2b:ff:fe:01:02:03
  if (text.substr(9, 5) != "ff:fe") {
    return ServerError{"22003", "macaddr8 data out of range to convert to macaddr"};
  }
  return Value::of(to, text.substr(0, 9) + text.substr(15));
}

/// Which bits are kept depends on the length cast to, which is not known here.
Outcome<Value> integer_to_bits(const TypeContext&, const Value&, TypeId) { return Doubt{"a cast of an integer to bit(n)"}; }
Outcome<Value> bits_to_integer(const TypeContext&, const Value& value, TypeId to) {
  const std::size_t width = to == T::int8 ? 64 : 32;
  if (value.text().size() > width) return ServerError{"22003", to == T::int8 ? "bigint out of range" : "integer out of range"};
  std::uint64_t number = 0;
  for (const char bit : value.text()) number = number << 1 | static_cast<std::uint64_t>(bit - '0');
  if (to == T::int4) return Value::of(to, std::int64_t{static_cast<std::int32_t>(static_cast<std::uint32_t>(number))});
  return Value::of(to, static_cast<std::int64_t>(number));
}

constexpr CastContext kImplicit = CastContext::implicit, kAssignment = CastContext::assignment, kExplicit = CastContext::explicit_;

constexpr BuiltinCast kCasts[] = {
    {T::cidr, T::inet, kImplicit, cidr_to_inet},
    {T::inet, T::cidr, kAssignment, inet_to_cidr},
    {T::macaddr, T::macaddr8, kImplicit, macaddr_to_macaddr8},
    {T::macaddr8, T::macaddr, kImplicit, macaddr8_to_macaddr},
    {T::bit, T::varbit, kImplicit, nullptr},
    {T::varbit, T::bit, kImplicit, nullptr},
    {T::bit, T::int4, kExplicit, bits_to_integer},
    {T::bit, T::int8, kExplicit, bits_to_integer},
    {T::int4, T::bit, kExplicit, integer_to_bits},
    {T::int8, T::bit, kExplicit, integer_to_bits},
};

}  // namespace

std::span<const BuiltinCast> other_casts() { return kCasts; }

}  // namespace pgfk
