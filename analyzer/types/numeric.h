// Arithmetic on numerics in the form that Value holds them: "-12.50", "NaN", "Infinity", "-Infinity"; the scale is the number of digits behind
// the point and part of the value's text, though not of its equality.
//
// Results have the scale PostgreSQL gives them (18/7 is 2.5714285714285714). Refusals: 22012 division by zero, 22003 where the result has more
// digits than the type holds, 2201F. Arguments must be in canonical form, as read_value and these functions make them.
// Source: numeric.c, add_var, mul_var, select_div_scale, power_var_int. Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/types/outcome.h"

namespace pgfk {

Outcome<std::string> numeric_add(std::string_view a, std::string_view b);
Outcome<std::string> numeric_subtract(std::string_view a, std::string_view b);
Outcome<std::string> numeric_multiply(std::string_view a, std::string_view b);
Outcome<std::string> numeric_divide(std::string_view a, std::string_view b);
/// The remainder, with the sign of `a`.
Outcome<std::string> numeric_modulo(std::string_view a, std::string_view b);
/// Exact for exponents that are integers; a Doubt for others. 16 chooses another scale for the result than 15.
Outcome<std::string> numeric_power(std::string_view base, std::string_view exponent, int server_version = 15);

std::string numeric_negate(std::string_view a);
std::string numeric_abs(std::string_view a);
/// "-1", "0", "1", or NaN.
std::string numeric_sign(std::string_view a);
/// Half away from zero, to `scale` digits behind the point (negative: tens, hundreds ...). The result has scale max(scale, 0).
std::string numeric_round(std::string_view a, int scale);
std::string numeric_trunc(std::string_view a, int scale);
std::string numeric_ceil(std::string_view a);
std::string numeric_floor(std::string_view a);

/// The btree order: -Infinity, numbers, Infinity, NaN. Scale does not count.
int numeric_compare(std::string_view a, std::string_view b);
/// Digits behind the point.
int numeric_scale(std::string_view a);
/// Without zeros at the end of the fraction: equal texts if and only if equal values.
std::string_view numeric_canonical(std::string_view a);
bool numeric_is_special(std::string_view a);  // NaN, Infinity, -Infinity

std::string numeric_from_int64(std::int64_t number);
/// As the casts from float8 (15 digits) and float4 (6 digits) do.
std::string numeric_from_double(double number);
std::string numeric_from_float(float number);
/// Rounded to the next integer, half away from zero; nullopt where that is out of range, or `a` is no number.
std::optional<std::int64_t> numeric_to_int64(std::string_view a);
double numeric_to_double(std::string_view a);

/// Reads any spelling the input function takes; the caller applies the typmod. Refusals as the type's input function.
Outcome<std::string> read_numeric_text(std::string_view text, int server_version);
/// Rounds to numeric(p,s) and refuses what does not fit (22003 with detail).
Outcome<std::string> fit_numeric(std::string text, std::int32_t typmod);

}  // namespace pgfk
