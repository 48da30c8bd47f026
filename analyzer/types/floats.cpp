// real and double precision; a real is held as the double it widens to. Source: float.c, float8in_internal; fk-semantics 8.5.
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "analyzer/types/family.h"

namespace pgfk {
namespace {

const char* written_name(TypeId type) { return type == TypeId::float4 ? "real" : "double precision"; }

struct SpecialWord {
  std::string_view word;
  double value;
};
constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr SpecialWord kSpecialWords[] = {
    {"nan", std::numeric_limits<double>::quiet_NaN()}, {"infinity", kInfinite}, {"+infinity", kInfinite},
    {"-infinity", -kInfinite}, {"inf", kInfinite}, {"+inf", kInfinite}, {"-inf", -kInfinite}};

/// What strtod makes of it: hexadecimal floats, denormals, and what is out of range.
Outcome<Value> read_slowly(const TypeContext& context, TypeId type, std::string_view text) {
  const std::string_view trimmed = trim_spaces(text);
  for (const SpecialWord& special : kSpecialWords) {
    if (equals_ignoring_case(trimmed, special.word)) return Value::of(type, special.value);
  }
  // The words that strtod knows beside numbers (nan(...)) are refused here, as are blanks it would skip.
  const std::string number(trimmed);
  const std::size_t sign = !number.empty() && (number[0] == '-' || number[0] == '+') ? 1 : 0;
  if (number.size() <= sign || !(is_digit(number[sign]) || number[sign] == '.')) {
    return invalid_input(written_name(type), text);
  }
  char* end = nullptr;
  errno = 0;
  const bool single = type == TypeId::float4;
  const double value = single ? static_cast<double>(std::strtof(number.c_str(), &end)) : std::strtod(number.c_str(), &end);
  const std::size_t used = static_cast<std::size_t>(end - number.c_str());
  if (errno == ERANGE && (value == 0 || std::isinf(value))) {
    // real names the whole text up to 15, else what was read of it is named.
    const bool whole = single && context.settings.server_version < 16;
    const std::string named = whole ? std::string(text) : number.substr(0, used);
    return ServerError{"22003", "\"" + named + "\" is out of range for type " + written_name(type)};
  }
  if (used != number.size()) return invalid_input(written_name(type), text);
  return Value::of(type, value);
}

Outcome<Value> read_float(const TypeContext& context, TypeId type, std::int32_t, std::string_view text) {
  const char* end = text.data() + text.size();
  if (!text.empty() && (is_digit(text[0]) || (text[0] == '-' && text.size() > 1 && is_digit(text[1])))) {
    if (type == TypeId::float4) {
      float number = 0;
      const auto read = std::from_chars(text.data(), end, number);
      if (read.ec == std::errc() && read.ptr == end) return Value::of(type, static_cast<double>(number));
    } else {
      double number = 0;
      const auto read = std::from_chars(text.data(), end, number);
      if (read.ec == std::errc() && read.ptr == end) return Value::of(type, number);
    }
  }
  return read_slowly(context, type, text);
}

/// The shortest text that reads back the same, with an exponent from 10^15 (real: 10^6) on and below 10^-4.
template <typename Real>
void write_shortest(Real number, int first_exponent, std::string& out) {
  std::array<char, 64> buffer;
  auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
  const std::size_t mark = text.find('e');
  const int exponent = std::atoi(std::string(text.substr(mark + 1)).c_str());
  if (exponent >= -4 && exponent < first_exponent) {
    written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed);
  }
  out.append(buffer.data(), written.ptr);
}

void write_float(const TypeContext& context, const Value& value, std::string& out) {
  const double number = value.number();
  const bool single = value.type() == TypeId::float4;
  if (std::isnan(number)) {
    out += "NaN";
  } else if (std::isinf(number)) {
    out += number < 0 ? "-Infinity" : "Infinity";
  } else if (context.settings.extra_float_digits > 0) {
    if (single) {
      write_shortest(static_cast<float>(number), 6, out);
    } else {
      write_shortest(number, 15, out);
    }
  } else {
    const int digits = (single ? 6 : 15) + context.settings.extra_float_digits;
    std::array<char, 64> buffer;
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                       std::chars_format::general, digits < 1 ? 1 : digits);
    out.append(buffer.data(), written.ptr);
  }
}

void float_key(const TypeContext&, const Value& value, std::string& out) {
  const double number = value.number();
  append_number_key(number == 0                ? 0.0
                    : std::isnan(number) ? std::numeric_limits<double>::quiet_NaN()
                                               : number,
                    out);
}

// NaN is equal to itself and greater than all else.
int float_compare(const TypeContext&, const Value& a, const Value& b) {
  const double left = a.number(), right = b.number();
  if (std::isnan(left) || std::isnan(right)) return three_way(std::isnan(left), std::isnan(right));
  return three_way(left, right);
}

}  // namespace

const TypeOps kFloatOps = {read_float, write_float, float_key, float_compare};

}  // namespace pgfk
