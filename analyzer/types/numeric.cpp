// numeric as text: input, typmod, order, keys. Source: numeric.c, numeric_in, set_var_from_str, apply_typmod; fk-semantics 8.4.
#include "analyzer/types/numeric.h"

#include <algorithm>
#include <climits>

#include <boost/multiprecision/cpp_int.hpp>

#include "analyzer/types/decimal_text.h"
#include "analyzer/types/family.h"

namespace pgfk {
namespace {

constexpr std::size_t kMaxIntegerDigits = 131072;  // 32768 groups of four
constexpr std::size_t kMaxScale = 16383;
constexpr std::string_view kNan = "NaN", kInfinity = "Infinity", kMinusInfinity = "-Infinity";

ServerError bad_numeric(std::string_view text) { return invalid_input("numeric", text); }
ServerError overflows_format() { return {"22003", "value overflows numeric format"}; }

struct SpecialWord {
  std::string_view word, value;
};
constexpr SpecialWord kSpecialWords[] = {
    {"nan", kNan},           {"infinity", kInfinity},       {"+infinity", kInfinity}, {"-infinity", kMinusInfinity},
    {"inf", kInfinity},      {"+inf", kInfinity},           {"-inf", kMinusInfinity}};

/// 0x, 0o and 0b spellings from 16 on: integers of any length, no fraction.
Outcome<std::string> read_other_base(std::string_view digits, int base, bool negative, std::string_view text) {
  boost::multiprecision::cpp_int number = 0;
  if (digits.empty() || digits.size() > kMaxIntegerDigits) return bad_numeric(text);
  for (std::size_t at = 0; at < digits.size(); ++at) {
    if (digits[at] == '_') ++at;
    const int digit = at < digits.size() ? hex_digit(digits[at]) : -1;
    if (digit < 0 || digit >= base) return bad_numeric(text);
    number = number * base + digit;
  }
  std::string out = number.str();
  if (negative && number != 0) out.insert(out.begin(), '-');
  return out;
}

/// Digits (with underscores from 16 on) at the front of `rest`, moved to `out`. False where an underscore stands wrong.
bool take_digits(std::string_view& rest, std::string& out, bool underscores) {
  while (!rest.empty()) {
    if (is_digit(rest.front())) {
      out += rest.front();
    } else if (underscores && rest.front() == '_') {
      if (out.empty() || rest.size() < 2 || !is_digit(rest[1])) return false;
    } else {
      break;
    }
    rest.remove_prefix(1);
  }
  return true;
}

/// The number behind e or E; nullopt if there is none.
std::optional<std::int64_t> take_exponent(std::string_view& rest, bool newer) {
  if (!newer) {
    while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);  // strtol did that
  }
  bool negative = false;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
    negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  std::string digits;
  if (!take_digits(rest, digits, newer) || digits.empty()) return std::nullopt;
  std::int64_t exponent = 0;
  for (const char c : digits) exponent = std::min<std::int64_t>(exponent * 10 + (c - '0'), INT_MAX);
  return negative ? -exponent : exponent;
}

/// Moves the point. The digits of a number far out of range are not written out: it overflows, or rounds to nothing.
void shift(DecimalText& number, std::int64_t exponent) {
  if (exponent > 0) {
    const std::size_t by = static_cast<std::size_t>(exponent);
    if (number.is_zero()) {
      number.fraction.resize(number.fraction.size() - std::min(by, number.fraction.size()));
      return;
    }
    const std::size_t moved = std::min(by, number.fraction.size());
    number.integer += number.fraction.substr(0, moved);
    number.fraction.erase(0, moved);
    number.integer.append(std::min(by - moved, kMaxIntegerDigits + 1), '0');
    number.integer.erase(0, number.integer.find_first_not_of('0'));
    return;
  }
  const std::size_t by = static_cast<std::size_t>(-exponent);
  const std::size_t moved = std::min(by, number.integer.size());
  number.fraction.insert(0, number.integer.substr(number.integer.size() - moved));
  number.integer.resize(number.integer.size() - moved);
  number.fraction.insert(0, std::min(by - moved, kMaxIntegerDigits + kMaxScale), '0');
}

/// Reads all spellings into digits, or a special word into `special`.
Outcome<DecimalText> parse(std::string_view text, bool newer, std::string& special) {
  std::string_view rest = trim_spaces(text);
  for (const SpecialWord& word : kSpecialWords) {
    if (equals_ignoring_case(rest, word.word)) {
      special = word.value;
      return DecimalText{};
    }
  }
  DecimalText number;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
    number.negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  if (newer && rest.size() >= 2 && rest[0] == '0' && is_alpha(rest[1])) {
    const char mark = lower(rest[1]);
    const int base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 0;
    if (base != 0) {
      Outcome<std::string> read = read_other_base(rest.substr(2), base, number.negative, text);
      if (!read) return read.as<DecimalText>();
      return DecimalText::of(*read);
    }
  }
  if (!take_digits(rest, number.integer, newer)) return bad_numeric(text);
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    if (!take_digits(rest, number.fraction, newer)) return bad_numeric(text);
  }
  if (number.integer.empty() && number.fraction.empty()) return bad_numeric(text);
  number.integer.erase(0, std::min(number.integer.find_first_not_of('0'), number.integer.size()));
  if (!rest.empty() && lower(rest.front()) == 'e') {
    rest.remove_prefix(1);
    const std::optional<std::int64_t> exponent = take_exponent(rest, newer);
    if (!exponent) return bad_numeric(text);
    if (*exponent >= INT_MAX / 2 || *exponent <= -(INT_MAX / 2)) return overflows_format();
    shift(number, *exponent);
  }
  if (!rest.empty()) return bad_numeric(text);
  return number;
}

bool fits_format(const DecimalText& number) {
  return number.integer.size() <= kMaxIntegerDigits && number.fraction.size() <= kMaxScale;
}

std::int32_t precision_of(std::int32_t typmod) { return ((typmod - 4) >> 16) & 0xffff; }
/// Eleven bits with a sign.
std::int32_t scale_of(std::int32_t typmod) { return (((typmod - 4) & 0x7ff) ^ 1024) - 1024; }

std::string field_detail(std::int32_t typmod, std::string_view rest) {
  return "A field with precision " + std::to_string(precision_of(typmod)) + ", scale " + std::to_string(scale_of(typmod)) +
         std::string(rest);
}

Outcome<std::string> fit(DecimalText number, std::int32_t typmod) {
  if (typmod < 4) {
    if (!fits_format(number)) return overflows_format();
    return number.str();
  }
  const std::int32_t whole = precision_of(typmod) - scale_of(typmod);
  number.round(scale_of(typmod));
  const std::size_t leading = number.fraction.find_first_not_of('0');
  const std::int64_t digits = !number.integer.empty()            ? static_cast<std::int64_t>(number.integer.size())
                              : leading == std::string::npos ? INT64_MIN
                                                                 : -static_cast<std::int64_t>(leading);
  if (digits > whole) {
    const std::string limit = whole == 0 ? "1" : "10^" + std::to_string(whole);
    return ServerError{"22003", "numeric field overflow",
                       field_detail(typmod, " must round to an absolute value less than " + limit + ".")};
  }
  return number.str();
}

Outcome<std::string> fit_special(std::string_view special, std::int32_t typmod) {
  if (typmod >= 4 && special != kNan) {
    return ServerError{"22003", "numeric field overflow", field_detail(typmod, " cannot hold an infinite value.")};
  }
  return std::string(special);
}

/// "-12.50" and the like, already canonical: what nearly every input is.
bool is_canonical(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  std::size_t at = text[0] == '-' ? 1 : 0;
  const std::size_t first = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  if (at == first || (text[first] == '0' && (at - first > 1 || first == 1))) return false;
  if (at == text.size()) return true;
  if (text[at] != '.' || at + 1 == text.size()) return false;
  for (++at; at < text.size(); ++at) {
    if (!is_digit(text[at])) return false;
  }
  return true;
}

/// Whether a canonical text needs no rounding and has few enough digits.
bool is_fitting(std::string_view text, std::int32_t typmod) {
  if (typmod < 4) return true;
  const std::int32_t scale = scale_of(typmod);
  const std::size_t sign = text[0] == '-' ? 1 : 0;
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::size_t fraction = point == text.size() ? 0 : text.size() - point - 1;
  return static_cast<std::int64_t>(fraction) == scale &&
         static_cast<std::int64_t>(point - sign) <= precision_of(typmod) - scale;
}

Outcome<Value> value_of(TypeId type, Outcome<std::string> text) {
  if (!text) return text.as<Value>();
  return Value::of(type, *std::move(text));
}

Outcome<Value> read_numeric(const TypeContext& context, TypeId type, std::int32_t typmod, std::string_view text) {
  if (is_canonical(text) && is_fitting(text, typmod)) return Value::of(type, std::string(text));
  std::string special;
  Outcome<DecimalText> number = parse(text, context.settings.server_version >= 16, special);
  if (!number) return number.as<Value>();
  return value_of(type, special.empty() ? fit(*std::move(number), typmod) : fit_special(special, typmod));
}

void numeric_key(const TypeContext&, const Value& value, std::string& out) {
  append_bytes_key(numeric_canonical(value.text()), out);
}

int compare_numerics(const TypeContext&, const Value& a, const Value& b) {
  return numeric_compare(a.text(), b.text());
}

Outcome<Value> coerce_numeric(const TypeContext&, Value value, std::int32_t typmod, bool) {
  if (typmod < 4) return value;
  return value_of(value.type(), fit_numeric(value.text(), typmod));
}

}  // namespace

Outcome<std::string> read_numeric_text(std::string_view text, int server_version) {
  if (is_canonical(text)) return std::string(text);
  std::string special;
  Outcome<DecimalText> number = parse(text, server_version >= 16, special);
  if (!number) return number.as<std::string>();
  return special.empty() ? fit(*std::move(number), -1) : fit_special(special, -1);
}

Outcome<std::string> fit_numeric(std::string text, std::int32_t typmod) {
  if (numeric_is_special(text)) return fit_special(text, typmod);
  if (is_fitting(text, typmod)) return text;
  return fit(DecimalText::of(text), typmod);
}

bool numeric_is_special(std::string_view a) { return !a.empty() && is_alpha(a.back()); }

int numeric_scale(std::string_view a) {
  const std::size_t point = a.find('.');
  return point == std::string_view::npos ? 0 : static_cast<int>(a.size() - point - 1);
}

std::string_view numeric_canonical(std::string_view a) {
  if (a.find('.') == std::string_view::npos) return a;
  while (a.back() == '0') a.remove_suffix(1);
  if (a.back() == '.') a.remove_suffix(1);
  return a;
}

int numeric_compare(std::string_view a, std::string_view b) {
  const auto rank = [](std::string_view n) { return n == kNan ? 2 : n == kInfinity ? 1 : n == kMinusInfinity ? -1 : 0; };
  if (rank(a) != 0 || rank(b) != 0) return three_way(rank(a), rank(b));
  a = numeric_canonical(a);
  b = numeric_canonical(b);
  const bool negative = a.front() == '-';
  if (negative != (b.front() == '-')) return negative ? -1 : 1;
  if (negative) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  const std::size_t a_point = std::min(a.find('.'), a.size());
  const std::size_t b_point = std::min(b.find('.'), b.size());
  const int order = a_point != b_point ? three_way(a_point, b_point) : three_way(a.compare(b), 0);
  return negative ? -order : order;
}

const TypeOps kNumericOps = {read_numeric, string_write, numeric_key, compare_numerics, coerce_numeric};

}  // namespace pgfk
