// Casts among numbers, booleans, oids and money. Source: int.c, int8.c, float.c, numeric.c, cash.c; fk-semantics 8.3.
#include <cmath>
#include <limits>

#include "analyzer/types/cast_table.h"
#include "analyzer/types/numeric.h"

namespace pgfk {
namespace {

using T = TypeId;

const char* integer_name(TypeId type) {
  return type == T::int2 ? "smallint" : type == T::int4 ? "integer" : type == T::oid ? "OID" : "bigint";
}
ServerError integer_out_of_range(TypeId type) { return {"22003", std::string(integer_name(type)) + " out of range"}; }

Outcome<Value> integer_value(std::int64_t number, TypeId to) {
  const bool fits = to == T::int2   ? number >= INT16_MIN && number <= INT16_MAX
                    : to == T::int4 ? number >= INT32_MIN && number <= INT32_MAX
                    : to == T::oid  ? number >= 0 && number <= UINT32_MAX
                                    : true;
  if (!fits) return integer_out_of_range(to);
  return Value::of(to, number);
}

Outcome<Value> integer_to_integer(const TypeContext&, const Value& value, TypeId to) { return integer_value(value.integer(), to); }
/// smallint and integer become oids bit by bit.
Outcome<Value> small_to_oid(const TypeContext&, const Value& value, TypeId to) {
  return Value::of(to, static_cast<std::int64_t>(static_cast<std::uint32_t>(value.integer())));
}
Outcome<Value> oid_to_integer(const TypeContext&, const Value& value, TypeId to) {
  const std::int64_t number = value.integer();
  return Value::of(to, to == T::int4 ? static_cast<std::int64_t>(static_cast<std::int32_t>(number)) : number);
}
Outcome<Value> integer_to_numeric(const TypeContext&, const Value& value, TypeId to) {
  return Value::of(to, numeric_from_int64(value.integer()));
}
Outcome<Value> integer_to_float(const TypeContext&, const Value& value, TypeId to) {
  const std::int64_t number = value.integer();
  return Value::of(to, to == T::float4 ? static_cast<double>(static_cast<float>(number)) : static_cast<double>(number));
}

Outcome<Value> numeric_to_integer(const TypeContext&, const Value& value, TypeId to) {
  const std::string& text = value.text();
  if (numeric_is_special(text)) {
    const char* what = text == "NaN" ? "NaN" : "infinity";
    return ServerError{"0A000", std::string("cannot convert ") + what + " to " + integer_name(to)};
  }
  const std::optional<std::int64_t> number = numeric_to_int64(text);
  if (!number) return integer_out_of_range(to);
  return integer_value(*number, to);
}

Outcome<Value> float_out_of_range(const std::string& text, TypeId to) {
  return ServerError{"22003", "\"" + text + "\" is out of range for type " + (to == T::float4 ? "real" : "double precision")};
}

Outcome<Value> numeric_to_float(const TypeContext&, const Value& value, TypeId to) {
  const std::string& text = value.text();
  double number = numeric_to_double(text);
  if (to == T::float4 && std::isfinite(number)) {
    const float single = std::strtof(text.c_str(), nullptr);
    if (std::isinf(single) || (single == 0 && number != 0)) return float_out_of_range(text, to);
    number = static_cast<double>(single);
  }
  const bool zero = numeric_canonical(text) == "0";
  if (!numeric_is_special(text) && (std::isinf(number) || (number == 0 && !zero))) return float_out_of_range(text, to);
  return Value::of(to, number);
}

// Floats round half to even.
Outcome<Value> float_to_integer(const TypeContext&, const Value& value, TypeId to) {
  const double rounded = std::nearbyint(value.number());
  constexpr double kLimit = 9223372036854775808.0;
  if (!(rounded >= -kLimit && rounded < kLimit)) return integer_out_of_range(to);
  return integer_value(static_cast<std::int64_t>(rounded), to);
}
Outcome<Value> float_to_numeric(const TypeContext&, const Value& value, TypeId to) {
  const double number = value.number();
  return Value::of(to, value.type() == T::float4 ? numeric_from_float(static_cast<float>(number)) : numeric_from_double(number));
}
Outcome<Value> double_to_real(const TypeContext&, const Value& value, TypeId to) {
  const double number = value.number();
  // A cast past float's range is undefined in C++, so the range is asked before.
  if (std::isfinite(number) && std::fabs(number) > static_cast<double>(std::numeric_limits<float>::max()) * (1 + 0x1p-25)) {
    return ServerError{"22003", "value out of range: overflow"};
  }
  const float single = static_cast<float>(number);
  if (std::isinf(single) && std::isfinite(number)) return ServerError{"22003", "value out of range: overflow"};
  if (single == 0 && number != 0) return ServerError{"22003", "value out of range: underflow"};
  return Value::of(to, static_cast<double>(single));
}

Outcome<Value> integer_to_boolean(const TypeContext&, const Value& value, TypeId) { return Value::boolean(value.integer() != 0); }

Outcome<Value> integer_to_money(const TypeContext&, const Value& value, TypeId to) {
  std::int64_t cents = 0;
  if (__builtin_mul_overflow(value.integer(), std::int64_t{100}, &cents)) return integer_out_of_range(T::int8);
  return Value::of(to, cents);
}
Outcome<Value> numeric_to_money(const TypeContext&, const Value& value, TypeId to) {
  Outcome<std::string> cents = numeric_multiply(value.text(), "100");
  if (!cents) return cents.as<Value>();
  if (numeric_is_special(*cents)) {
    return ServerError{"0A000", std::string("cannot convert ") + (*cents == "NaN" ? "NaN" : "infinity") + " to bigint"};
  }
  const std::optional<std::int64_t> number = numeric_to_int64(*cents);
  if (!number) return integer_out_of_range(T::int8);
  return Value::of(to, *number);
}
Outcome<Value> money_to_numeric(const TypeContext&, const Value& value, TypeId to) {
  Outcome<std::string> units = numeric_multiply(numeric_from_int64(value.integer()), "0.01");
  if (!units) return units.as<Value>();
  return Value::of(to, *std::move(units));
}

constexpr CastContext kImplicit = CastContext::implicit, kAssignment = CastContext::assignment, kExplicit = CastContext::explicit_;

constexpr BuiltinCast kCasts[] = {
    {T::int2, T::int4, kImplicit, integer_to_integer},     {T::int2, T::int8, kImplicit, integer_to_integer},
    {T::int4, T::int8, kImplicit, integer_to_integer},     {T::int4, T::int2, kAssignment, integer_to_integer},
    {T::int8, T::int4, kAssignment, integer_to_integer},   {T::int8, T::int2, kAssignment, integer_to_integer},
    {T::int2, T::oid, kImplicit, small_to_oid},            {T::int4, T::oid, kImplicit, small_to_oid},
    {T::int8, T::oid, kImplicit, integer_to_integer},      {T::oid, T::int4, kAssignment, oid_to_integer},
    {T::oid, T::int8, kAssignment, oid_to_integer},        {T::int2, T::numeric, kImplicit, integer_to_numeric},
    {T::int4, T::numeric, kImplicit, integer_to_numeric},  {T::int8, T::numeric, kImplicit, integer_to_numeric},
    {T::int2, T::float4, kImplicit, integer_to_float},     {T::int4, T::float4, kImplicit, integer_to_float},
    {T::int8, T::float4, kImplicit, integer_to_float},     {T::int2, T::float8, kImplicit, integer_to_float},
    {T::int4, T::float8, kImplicit, integer_to_float},     {T::int8, T::float8, kImplicit, integer_to_float},
    {T::numeric, T::int2, kAssignment, numeric_to_integer}, {T::numeric, T::int4, kAssignment, numeric_to_integer},
    {T::numeric, T::int8, kAssignment, numeric_to_integer}, {T::numeric, T::float4, kImplicit, numeric_to_float},
    {T::numeric, T::float8, kImplicit, numeric_to_float},  {T::float4, T::float8, kImplicit, nullptr},
    {T::float8, T::float4, kAssignment, double_to_real},   {T::float4, T::int2, kAssignment, float_to_integer},
    {T::float4, T::int4, kAssignment, float_to_integer},   {T::float4, T::int8, kAssignment, float_to_integer},
    {T::float8, T::int2, kAssignment, float_to_integer},   {T::float8, T::int4, kAssignment, float_to_integer},
    {T::float8, T::int8, kAssignment, float_to_integer},   {T::float4, T::numeric, kAssignment, float_to_numeric},
    {T::float8, T::numeric, kAssignment, float_to_numeric}, {T::int4, T::bool_, kExplicit, integer_to_boolean},
    {T::bool_, T::int4, kExplicit, nullptr},               {T::int4, T::money, kAssignment, integer_to_money},
    {T::int8, T::money, kAssignment, integer_to_money},    {T::numeric, T::money, kAssignment, numeric_to_money},
    {T::money, T::numeric, kAssignment, money_to_numeric},
};

}  // namespace

std::span<const BuiltinCast> number_casts() { return kCasts; }

}  // namespace pgfk
