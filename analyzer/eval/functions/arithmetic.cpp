// Numbers: integers with their ranges, floats, numerics, and the mathematics on them. Source: int.c, int8.c, float.c, numeric.c.
#include <algorithm>
#include <cmath>
#include <limits>

#include "analyzer/eval/implementations.h"
#include "analyzer/types/numeric.h"

namespace pgfk {

namespace {

using Wide = std::int64_t;

ServerError division_by_zero() { return {"22012", "division by zero"}; }

ServerError out_of_range(TypeId type) {
  return {"22003", std::string(type == TypeId::int2 ? "smallint" : type == TypeId::int4 ? "integer" : "bigint") + " out of range"};
}

Outcome<Value> fit(const CallContext& context, bool overflow, Wide number) {
  const Wide limit = context.result == TypeId::int2   ? std::numeric_limits<std::int16_t>::max()
                     : context.result == TypeId::int4 ? std::numeric_limits<std::int32_t>::max()
                                                      : std::numeric_limits<Wide>::max();
  if (overflow || number > limit || number < -limit - 1) return out_of_range(context.result);
  return Value::of(context.result, number);
}

Outcome<Value> add(const CallContext& context, Arguments a) {
  Wide result = 0;
  const bool overflow = __builtin_add_overflow(a[0].integer(), a[1].integer(), &result);
  return fit(context, overflow, result);
}

Outcome<Value> subtract(const CallContext& context, Arguments a) {
  Wide result = 0;
  const bool overflow = __builtin_sub_overflow(a[0].integer(), a[1].integer(), &result);
  return fit(context, overflow, result);
}

Outcome<Value> multiply(const CallContext& context, Arguments a) {
  Wide result = 0;
  const bool overflow = __builtin_mul_overflow(a[0].integer(), a[1].integer(), &result);
  return fit(context, overflow, result);
}

Outcome<Value> divide(const CallContext& context, Arguments a) {
  const Wide divisor = a[1].integer();
  if (divisor == 0) return division_by_zero();
  if (divisor == -1) {
    Wide result = 0;
    const bool overflow = __builtin_sub_overflow(Wide{0}, a[0].integer(), &result);
    return fit(context, overflow, result);
  }
  return fit(context, false, a[0].integer() / divisor);
}

Outcome<Value> modulo(const CallContext& context, Arguments a) {
  const Wide divisor = a[1].integer();
  if (divisor == 0) return division_by_zero();
  return Value::of(context.result, divisor == -1 ? 0 : a[0].integer() % divisor);
}

Outcome<Value> negate(const CallContext& context, Arguments a) {
  Wide result = 0;
  const bool overflow = __builtin_sub_overflow(Wide{0}, a[0].integer(), &result);
  return fit(context, overflow, result);
}

Outcome<Value> absolute(const CallContext& context, Arguments a) {
  return a[0].integer() < 0 ? negate(context, a) : Outcome<Value>(a[0].relabel(context.result));
}

Outcome<Value> itself(const CallContext& context, Arguments a) { return a[0].relabel(context.result); }
Outcome<Value> bit_and(const CallContext& context, Arguments a) { return Value::of(context.result, a[0].integer() & a[1].integer()); }
Outcome<Value> bit_or(const CallContext& context, Arguments a) { return Value::of(context.result, a[0].integer() | a[1].integer()); }
Outcome<Value> bit_xor(const CallContext& context, Arguments a) { return Value::of(context.result, a[0].integer() ^ a[1].integer()); }
Outcome<Value> bit_not(const CallContext& context, Arguments a) { return Value::of(context.result, ~a[0].integer()); }

// --- floats ---

Outcome<Value> float_result(const CallContext& context, double number, bool infinite_operand = false, bool zero_expected = true) {
  if (context.result == TypeId::float4) number = static_cast<double>(static_cast<float>(number));
  if (std::isinf(number) && !infinite_operand) return ServerError{"22003", "value out of range: overflow"};
  if (number == 0.0 && !zero_expected) return ServerError{"22003", "value out of range: underflow"};
  return Value::of(context.result, number);
}

bool is_infinite(Arguments a) {
  for (const Value& value : a) {
    if (std::isinf(value.number())) return true;
  }
  return false;
}

Outcome<Value> float_add(const CallContext& context, Arguments a) { return float_result(context, a[0].number() + a[1].number(), is_infinite(a)); }
Outcome<Value> float_subtract(const CallContext& context, Arguments a) { return float_result(context, a[0].number() - a[1].number(), is_infinite(a)); }
Outcome<Value> float_multiply(const CallContext& context, Arguments a) {
  return float_result(context, a[0].number() * a[1].number(), is_infinite(a), a[0].number() == 0.0 || a[1].number() == 0.0);
}
Outcome<Value> float_divide(const CallContext& context, Arguments a) {
  if (a[1].number() == 0.0 && !std::isnan(a[0].number())) return division_by_zero();
  return float_result(context, a[0].number() / a[1].number(), is_infinite(a), a[0].number() == 0.0 || std::isinf(a[1].number()));
}
Outcome<Value> float_negate(const CallContext& context, Arguments a) { return Value::of(context.result, -a[0].number()); }
Outcome<Value> float_absolute(const CallContext& context, Arguments a) { return Value::of(context.result, std::fabs(a[0].number())); }
Outcome<Value> float_round(const CallContext& context, Arguments a) { return Value::of(context.result, std::rint(a[0].number())); }
Outcome<Value> float_truncate(const CallContext& context, Arguments a) { return Value::of(context.result, std::trunc(a[0].number())); }
Outcome<Value> float_ceiling(const CallContext& context, Arguments a) { return Value::of(context.result, std::ceil(a[0].number())); }
Outcome<Value> float_floor(const CallContext& context, Arguments a) { return Value::of(context.result, std::floor(a[0].number())); }
Outcome<Value> float_sign(const CallContext& context, Arguments a) {
  const double number = a[0].number();
  return Value::of(context.result, number > 0 ? 1.0 : number < 0 ? -1.0 : number);
}
Outcome<Value> square_root(const CallContext& context, Arguments a) {
  if (a[0].number() < 0) return ServerError{"2201F", "cannot take square root of a negative number"};
  return Value::of(context.result, std::sqrt(a[0].number()));
}
Outcome<Value> float_power(const CallContext& context, Arguments a) {
  const double base = a[0].number(), exponent = a[1].number();
  if (base == 0 && exponent < 0) return ServerError{"2201F", "zero raised to a negative power is undefined"};
  if (base < 0 && std::floor(exponent) != exponent) {
    return ServerError{"2201F", "a negative number raised to a non-integer power yields a complex result"};
  }
  return float_result(context, std::pow(base, exponent), is_infinite(a), true);
}
Outcome<Value> float_exp(const CallContext& context, Arguments a) { return float_result(context, std::exp(a[0].number()), is_infinite(a), false); }
Outcome<Value> logarithm(Arguments a, TypeId result, double (*log)(double)) {
  if (a[0].number() == 0) return ServerError{"2201E", "cannot take logarithm of zero"};
  if (a[0].number() < 0) return ServerError{"2201E", "cannot take logarithm of a negative number"};
  return Value::of(result, log(a[0].number()));
}
Outcome<Value> float_ln(const CallContext& context, Arguments a) { return logarithm(a, context.result, std::log); }
Outcome<Value> float_log10(const CallContext& context, Arguments a) { return logarithm(a, context.result, std::log10); }
Outcome<Value> pi(const CallContext& context, Arguments) { return Value::of(context.result, 3.141592653589793); }
Outcome<Value> random_number(const CallContext& context, Arguments) {
  return Value::unknown(context.result, context.host.symbols().make("random() is known to the server alone", false));
}

// --- numerics ---

Outcome<Value> numeric(const Outcome<std::string>& text) {
  if (!text) return text.as<Value>();
  return Value::of(TypeId::numeric, *text);
}
Outcome<Value> numeric_plus(const CallContext&, Arguments a) { return numeric(numeric_add(a[0].text(), a[1].text())); }
Outcome<Value> numeric_minus(const CallContext&, Arguments a) { return numeric(numeric_subtract(a[0].text(), a[1].text())); }
Outcome<Value> numeric_times(const CallContext&, Arguments a) { return numeric(numeric_multiply(a[0].text(), a[1].text())); }
Outcome<Value> numeric_over(const CallContext&, Arguments a) { return numeric(numeric_divide(a[0].text(), a[1].text())); }
Outcome<Value> numeric_rest(const CallContext&, Arguments a) { return numeric(numeric_modulo(a[0].text(), a[1].text())); }
Outcome<Value> numeric_raised(const CallContext&, Arguments a) { return numeric(numeric_power(a[0].text(), a[1].text())); }
Outcome<Value> numeric_quotient(const CallContext&, Arguments a) {
  const Outcome<std::string> rest = numeric_modulo(a[0].text(), a[1].text());
  if (!rest) return rest.as<Value>();
  const Outcome<std::string> whole = numeric_subtract(a[0].text(), *rest);
  if (!whole) return whole.as<Value>();
  const Outcome<std::string> quotient = numeric_divide(*whole, a[1].text());
  if (!quotient) return quotient.as<Value>();
  return Value::of(TypeId::numeric, numeric_round(*quotient, 0));
}
Outcome<Value> numeric_negative(const CallContext&, Arguments a) { return Value::of(TypeId::numeric, numeric_negate(a[0].text())); }
Outcome<Value> numeric_absolute(const CallContext&, Arguments a) { return Value::of(TypeId::numeric, pgfk::numeric_abs(a[0].text())); }
Outcome<Value> numeric_signum(const CallContext&, Arguments a) { return Value::of(TypeId::numeric, pgfk::numeric_sign(a[0].text())); }
Outcome<Value> numeric_upwards(const CallContext&, Arguments a) { return Value::of(TypeId::numeric, pgfk::numeric_ceil(a[0].text())); }
Outcome<Value> numeric_downwards(const CallContext&, Arguments a) { return Value::of(TypeId::numeric, pgfk::numeric_floor(a[0].text())); }

/// The scale of round(n, s) and trunc(n, s); -1 for a NULL's place.
int wanted_scale(Arguments a) {
  constexpr Wide kMostDigits = 2000;  // NUMERIC_MAX_RESULT_SCALE
  if (a.size() < 2) return 0;
  return static_cast<int>(std::clamp(a[1].integer(), -kMostDigits, kMostDigits));
}
Outcome<Value> numeric_rounded(const CallContext&, Arguments a) { return Value::of(TypeId::numeric, pgfk::numeric_round(a[0].text(), wanted_scale(a))); }
Outcome<Value> numeric_truncated(const CallContext&, Arguments a) { return Value::of(TypeId::numeric, pgfk::numeric_trunc(a[0].text(), wanted_scale(a))); }
Outcome<Value> numeric_root(const CallContext&, Arguments a) {
  if (numeric_compare(a[0].text(), "0") < 0) return ServerError{"2201F", "cannot take square root of a negative number"};
  return Doubt{"sqrt(numeric) is not evaluated offline"};
}

constexpr ImplementationEntry kArithmetic[] = {
    {"int2pl", add}, {"int4pl", add}, {"int8pl", add}, {"int24pl", add}, {"int42pl", add}, {"int28pl", add}, {"int82pl", add}, {"int48pl", add}, {"int84pl", add},
    {"int2mi", subtract}, {"int4mi", subtract}, {"int8mi", subtract}, {"int24mi", subtract}, {"int42mi", subtract}, {"int28mi", subtract},
    {"int82mi", subtract}, {"int48mi", subtract}, {"int84mi", subtract},
    {"int2mul", multiply}, {"int4mul", multiply}, {"int8mul", multiply}, {"int24mul", multiply}, {"int42mul", multiply}, {"int28mul", multiply},
    {"int82mul", multiply}, {"int48mul", multiply}, {"int84mul", multiply},
    {"int2div", divide}, {"int4div", divide}, {"int8div", divide}, {"int24div", divide}, {"int42div", divide}, {"int28div", divide},
    {"int82div", divide}, {"int48div", divide}, {"int84div", divide},
    {"int2mod", modulo}, {"int4mod", modulo}, {"int8mod", modulo},
    {"int2um", negate}, {"int4um", negate}, {"int8um", negate}, {"int2up", itself}, {"int4up", itself}, {"int8up", itself},
    {"int2abs", absolute}, {"int4abs", absolute}, {"int8abs", absolute},
    {"int2and", bit_and}, {"int4and", bit_and}, {"int8and", bit_and}, {"int2or", bit_or}, {"int4or", bit_or}, {"int8or", bit_or},
    {"int2xor", bit_xor}, {"int4xor", bit_xor}, {"int8xor", bit_xor}, {"int2not", bit_not}, {"int4not", bit_not}, {"int8not", bit_not},
    {"float4pl", float_add}, {"float8pl", float_add}, {"float48pl", float_add}, {"float84pl", float_add},
    {"float4mi", float_subtract}, {"float8mi", float_subtract}, {"float48mi", float_subtract}, {"float84mi", float_subtract},
    {"float4mul", float_multiply}, {"float8mul", float_multiply}, {"float48mul", float_multiply}, {"float84mul", float_multiply},
    {"float4div", float_divide}, {"float8div", float_divide}, {"float48div", float_divide}, {"float84div", float_divide},
    {"float4um", float_negate}, {"float8um", float_negate}, {"float4up", itself}, {"float8up", itself},
    {"float4abs", float_absolute}, {"float8abs", float_absolute}, {"dround", float_round}, {"dtrunc", float_truncate}, {"dceil", float_ceiling},
    {"dfloor", float_floor}, {"dsign", float_sign}, {"dsqrt", square_root}, {"dpow", float_power}, {"dexp", float_exp}, {"dlog1", float_ln},
    {"dlog10", float_log10}, {"dpi", pi}, {"drandom", random_number},
};

constexpr ImplementationEntry kNumeric[] = {
    {"numeric_add", numeric_plus}, {"numeric_sub", numeric_minus}, {"numeric_mul", numeric_times}, {"numeric_div", numeric_over},
    {"numeric_mod", numeric_rest}, {"numeric_power", numeric_raised}, {"numeric_div_trunc", numeric_quotient}, {"numeric_uminus", numeric_negative},
    {"numeric_uplus", itself}, {"numeric_abs", numeric_absolute}, {"numeric_sign", numeric_signum}, {"numeric_ceil", numeric_upwards},
    {"numeric_floor", numeric_downwards}, {"numeric_round", numeric_rounded}, {"round", numeric_rounded}, {"numeric_trunc", numeric_truncated},
    {"trunc", numeric_truncated}, {"numeric_sqrt", numeric_root},
};

}  // namespace

std::span<const ImplementationEntry> arithmetic_functions() { return kArithmetic; }
std::span<const ImplementationEntry> numeric_functions() { return kNumeric; }

}  // namespace pgfk
