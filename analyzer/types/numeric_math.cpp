// Arithmetic of numeric.h: an integer of any size and a scale. Source: numeric.c.
#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <boost/multiprecision/cpp_int.hpp>

#include "analyzer/types/decimal_text.h"
#include "analyzer/types/family.h"
#include "analyzer/types/numeric.h"

namespace pgfk {
namespace {

using Integer = boost::multiprecision::cpp_int;

constexpr int kMinSignificantDigits = 16;
constexpr int kMaxDisplayScale = 1000;
constexpr int kMaxScale = 16383;
constexpr std::size_t kMaxIntegerDigits = 131072;

const std::string kNan = "NaN", kInfinity = "Infinity", kMinusInfinity = "-Infinity";

struct Decimal {
  Integer digits;  // with the sign; the value is digits / 10^scale
  int scale = 0;
};

Integer power_of_ten(int exponent) { return boost::multiprecision::pow(Integer(10), static_cast<unsigned>(exponent)); }

Decimal decimal(std::string_view text) {
  const DecimalText number = DecimalText::of(text);
  std::string digits = number.integer + number.fraction;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));  // a leading zero would mean octal
  Decimal result{digits.empty() ? Integer(0) : Integer(digits), static_cast<int>(number.fraction.size())};
  if (number.negative) result.digits = -result.digits;
  return result;
}

/// Division that rounds half away from zero, or towards zero.
Integer divide(const Integer& numerator, const Integer& denominator, bool round) {
  Integer quotient, remainder;
  boost::multiprecision::divide_qr(numerator, denominator, quotient, remainder);
  if (round && abs(remainder) * 2 >= abs(denominator)) {
    quotient += (numerator < 0) == (denominator < 0) ? 1 : -1;
  }
  return quotient;
}

Outcome<std::string> text_of(Decimal number) {
  if (number.scale > kMaxScale) {
    number.digits = divide(number.digits, power_of_ten(number.scale - kMaxScale), true);
    number.scale = kMaxScale;
  }
  std::string digits = Integer(abs(number.digits)).str();
  const std::size_t scale = static_cast<std::size_t>(number.scale);
  if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
  if (digits.size() - scale > kMaxIntegerDigits) return ServerError{"22003", "value overflows numeric format"};
  if (scale > 0) digits.insert(digits.size() - scale, 1, '.');
  if (number.digits < 0) digits.insert(0, 1, '-');
  return digits;
}

void align(Decimal& a, Decimal& b) {
  if (a.scale < b.scale) a.digits *= power_of_ten(b.scale - a.scale);
  if (b.scale < a.scale) b.digits *= power_of_ten(a.scale - b.scale);
  a.scale = b.scale = std::max(a.scale, b.scale);
}

/// -1, 0, 1; infinities have a sign, too.
int sign_of(std::string_view a) {
  if (a.front() == '-') return -1;
  return a.find_first_of("123456789I") == std::string_view::npos ? 0 : 1;
}
bool is_infinite(std::string_view a) { return a == kInfinity || a == kMinusInfinity; }
std::string infinity(int sign) { return sign < 0 ? kMinusInfinity : kInfinity; }

/// The first group of four digits that is not zero, and its place: what the server's base-10000 form starts with.
struct Head {
  int weight = 0;
  int digit = 0;
};
Head head_of(std::string_view text) {
  DecimalText number = DecimalText::of(text);
  if (number.is_zero()) return {};
  if (!number.integer.empty()) {
    const std::size_t groups = (number.integer.size() + 3) / 4;
    const std::size_t length = number.integer.size() - (groups - 1) * 4;
    return {static_cast<int>(groups) - 1, std::atoi(number.integer.substr(0, length).c_str())};
  }
  const std::size_t group = number.fraction.find_first_not_of('0') / 4;
  std::string four = number.fraction.substr(group * 4, 4);
  four.resize(4, '0');
  return {-static_cast<int>(group) - 1, std::atoi(four.c_str())};
}

int division_scale(std::string_view a, std::string_view b, int a_scale, int b_scale) {
  const Head first = head_of(a), second = head_of(b);
  const int weight = first.weight - second.weight - (first.digit <= second.digit ? 1 : 0);
  return std::min(std::max({kMinSignificantDigits - weight * 4, a_scale, b_scale, 0}), kMaxDisplayScale);
}

ServerError division_by_zero() { return {"22012", "division by zero"}; }

Outcome<std::string> add(std::string_view a, std::string_view b, bool subtract) {
  if (a == kNan || b == kNan) return kNan;
  if (is_infinite(a) || is_infinite(b)) {
    const int b_sign = subtract ? -sign_of(b) : sign_of(b);
    if (is_infinite(a) && is_infinite(b) && sign_of(a) != b_sign) return kNan;
    return infinity(is_infinite(a) ? sign_of(a) : b_sign);
  }
  Decimal left = decimal(a), right = decimal(b);
  align(left, right);
  if (subtract) {
    left.digits -= right.digits;
  } else {
    left.digits += right.digits;
  }
  return text_of(std::move(left));
}

/// The decimal weight of base^exponent, near enough to choose a scale by.
double result_weight(const Decimal& base, int exponent) {
  if (base.digits == 0) return 0;
  const std::string digits = Integer(abs(base.digits)).str();
  const std::string head = digits.substr(0, 16);
  const double power = static_cast<double>(digits.size() - head.size()) - base.scale;
  return exponent * (std::log10(std::strtod(head.c_str(), nullptr)) + power);
}

/// 15 has sixteen digits behind the point, 16 as many as make sixteen significant ones.
int power_scale(int base_scale, int exponent_scale, double weight, int server_version) {
  const int digits = server_version >= 16 ? std::max(kMinSignificantDigits - static_cast<int>(weight), exponent_scale) : kMinSignificantDigits;
  return std::min(std::max({digits, base_scale, 0}), kMaxDisplayScale);
}

Outcome<std::string> integer_power(std::string_view base_text, int exponent, int exponent_scale, int server_version) {
  const Decimal base = decimal(base_text);
  const double weight = result_weight(base, exponent);
  if (weight > 131072.0) return ServerError{"22003", "value overflows numeric format"};
  const int scale = power_scale(base.scale, exponent_scale, weight, server_version);
  if (weight + 1 < -kMaxDisplayScale) return text_of({0, server_version >= 16 ? kMaxDisplayScale : scale});
  const std::uint64_t times = exponent < 0 ? 0 - static_cast<std::uint64_t>(static_cast<std::int64_t>(exponent))
                                           : static_cast<std::uint64_t>(exponent);
  // The whole product would have this many digits; what goes on past any use is left to the server.
  constexpr double kMaxDigits = 400000;
  if (static_cast<double>(times) * static_cast<double>(Integer(abs(base.digits)).str().size()) > kMaxDigits &&
      abs(base.digits) > 1) {
    return Doubt{"power of numerics with very many digits"};
  }
  const unsigned exact_times = abs(base.digits) > 1 ? static_cast<unsigned>(times) : static_cast<unsigned>(2 - times % 2);
  if (times > 1'000'000 && base.scale > 0) return Doubt{"power of numerics with very many digits"};
  const Integer digits = times == 0 ? Integer(1) : boost::multiprecision::pow(base.digits, exact_times);
  const std::int64_t exact_scale = static_cast<std::int64_t>(times) * base.scale;
  const Integer unit = power_of_ten(static_cast<int>(exact_scale));
  if (exponent >= 0) return text_of({divide(digits * power_of_ten(scale), unit, true), scale});
  return text_of({divide(unit * power_of_ten(scale), digits, true), scale});
}

template <typename Real>
std::string from_real(Real number, int digits) {
  if (std::isnan(number)) return kNan;
  if (std::isinf(number)) return infinity(number < 0 ? -1 : 1);
  std::array<char, 64> buffer;
  const auto written =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::general, digits);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
  Outcome<std::string> read = read_numeric_text(text, 15);
  return read ? *std::move(read) : kNan;  // a double always fits
}

}  // namespace

Outcome<std::string> numeric_add(std::string_view a, std::string_view b) { return add(a, b, false); }
Outcome<std::string> numeric_subtract(std::string_view a, std::string_view b) { return add(a, b, true); }

Outcome<std::string> numeric_multiply(std::string_view a, std::string_view b) {
  if (a == kNan || b == kNan) return kNan;
  if (is_infinite(a) || is_infinite(b)) {
    const int sign = sign_of(a) * sign_of(b);
    return sign == 0 ? kNan : infinity(sign);
  }
  Decimal left = decimal(a);
  const Decimal right = decimal(b);
  left.digits *= right.digits;
  left.scale += right.scale;
  return text_of(std::move(left));
}

Outcome<std::string> numeric_divide(std::string_view a, std::string_view b) {
  if (a == kNan || b == kNan) return kNan;
  if (is_infinite(a)) {
    if (is_infinite(b)) return kNan;
    if (sign_of(b) == 0) return division_by_zero();
    return infinity(sign_of(a) * sign_of(b));
  }
  if (is_infinite(b)) return std::string("0");
  const Decimal left = decimal(a), right = decimal(b);
  if (right.digits == 0) return division_by_zero();
  const int scale = division_scale(a, b, left.scale, right.scale);
  // left / 10^ls / (right / 10^rs), times 10^scale.
  const int shift = scale + right.scale - left.scale;
  const Integer numerator = shift >= 0 ? Integer(left.digits * power_of_ten(shift)) : left.digits;
  const Integer denominator = shift >= 0 ? right.digits : Integer(right.digits * power_of_ten(-shift));
  return text_of({divide(numerator, denominator, true), scale});
}

Outcome<std::string> numeric_modulo(std::string_view a, std::string_view b) {
  if (a == kNan || b == kNan) return kNan;
  if (is_infinite(a)) {
    if (sign_of(b) == 0) return division_by_zero();
    return kNan;
  }
  if (is_infinite(b)) return std::string(a);
  Decimal left = decimal(a), right = decimal(b);
  if (right.digits == 0) return division_by_zero();
  align(left, right);
  left.digits %= right.digits;
  return text_of(std::move(left));
}

Outcome<std::string> numeric_power(std::string_view base, std::string_view exponent, int server_version) {
  if (numeric_is_special(base) || numeric_is_special(exponent)) return Doubt{"power of numerics that are not finite"};
  const bool whole = numeric_canonical(exponent).find('.') == std::string_view::npos;
  const std::optional<std::int64_t> times = numeric_to_int64(exponent);
  if (sign_of(base) == 0 && sign_of(exponent) < 0) {
    return ServerError{"2201F", "zero raised to a negative power is undefined"};
  }
  if (sign_of(base) < 0 && !whole) {
    return ServerError{"2201F", "a negative number raised to a non-integer power yields a complex result"};
  }
  if (!whole || !times || *times > INT_MAX || *times < INT_MIN) return Doubt{"power with an exponent that is no integer"};
  return integer_power(base, static_cast<int>(*times), numeric_scale(exponent), server_version);
}

std::string numeric_negate(std::string_view a) {
  if (a == kNan || sign_of(a) == 0) return std::string(a);
  return a.front() == '-' ? std::string(a.substr(1)) : "-" + std::string(a);
}

std::string numeric_abs(std::string_view a) { return std::string(a.front() == '-' ? a.substr(1) : a); }

std::string numeric_sign(std::string_view a) {
  if (a == kNan) return kNan;
  return std::to_string(sign_of(a));
}

std::string numeric_round(std::string_view a, int scale) {
  if (numeric_is_special(a)) return std::string(a);
  DecimalText number = DecimalText::of(a);
  number.round(std::clamp(scale, -static_cast<int>(kMaxIntegerDigits), kMaxScale));
  return number.str();
}

std::string numeric_trunc(std::string_view a, int scale) {
  if (numeric_is_special(a)) return std::string(a);
  DecimalText number = DecimalText::of(a);
  number.cut(std::clamp(scale, -static_cast<int>(kMaxIntegerDigits), kMaxScale));
  return number.str();
}

namespace {
/// Cut to an integer, then one further away from zero if something was cut and `away` says so.
std::string to_integer(std::string_view a, bool away) {
  std::string whole = numeric_trunc(a, 0);
  if (!away || numeric_canonical(a).find('.') == std::string_view::npos) return whole;
  Outcome<std::string> moved = numeric_add(whole, a.front() == '-' ? "-1" : "1");
  return moved ? *std::move(moved) : whole;
}
}  // namespace

std::string numeric_ceil(std::string_view a) {
  return numeric_is_special(a) ? std::string(a) : to_integer(a, a.front() != '-');
}
std::string numeric_floor(std::string_view a) {
  return numeric_is_special(a) ? std::string(a) : to_integer(a, a.front() == '-');
}

std::string numeric_from_int64(std::int64_t number) { return std::to_string(number); }
std::string numeric_from_double(double number) { return from_real(number, std::numeric_limits<double>::digits10); }
std::string numeric_from_float(float number) { return from_real(number, std::numeric_limits<float>::digits10); }

std::optional<std::int64_t> numeric_to_int64(std::string_view a) {
  if (numeric_is_special(a)) return std::nullopt;
  const std::string rounded = numeric_round(a, 0);
  std::int64_t number = 0;
  const auto read = std::from_chars(rounded.data(), rounded.data() + rounded.size(), number);
  if (read.ec != std::errc() || read.ptr != rounded.data() + rounded.size()) return std::nullopt;
  return number;
}

double numeric_to_double(std::string_view a) {
  if (a == kNan) return std::numeric_limits<double>::quiet_NaN();
  if (is_infinite(a)) return sign_of(a) * std::numeric_limits<double>::infinity();
  return std::strtod(std::string(a).c_str(), nullptr);
}

}  // namespace pgfk
