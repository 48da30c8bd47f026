// smallint, integer, bigint. Source: numutils.c, pg_strtoint16/32/64; fk-semantics 8.2.
#include <charconv>
#include <limits>

#include "analyzer/types/family.h"

namespace pgfk {
namespace {

struct Shape {
  const char* written;
  std::int64_t minimum, maximum;
};

const Shape& shape_of(TypeId type) {
  static constexpr Shape kSmall = {"smallint", INT16_MIN, INT16_MAX};
  static constexpr Shape kInteger = {"integer", INT32_MIN, INT32_MAX};
  static constexpr Shape kBig = {"bigint", INT64_MIN, INT64_MAX};
  return type == TypeId::int2 ? kSmall : type == TypeId::int4 ? kInteger : kBig;
}

/// The digits of one base, with single underscores between them where `underscores` allows. The server complains of overflow as soon as
/// it meets it, before it sees junk behind the digits.
enum class Digits { fine, none, overflow, junk };
Digits read_digits(const char*& at, const char* end, int base, bool underscores, std::uint64_t limit, std::uint64_t& magnitude) {
  const char* first = at;
  magnitude = 0;
  while (at < end) {
    const int digit = hex_digit(*at);
    if (digit >= 0 && digit < base) {
      const std::uint64_t unit = static_cast<std::uint64_t>(base);
      const std::uint64_t add = static_cast<std::uint64_t>(digit);
      if (magnitude > (limit - add) / unit) return Digits::overflow;
      magnitude = magnitude * unit + add;
      ++at;
    } else if (underscores && *at == '_' && (base != 10 || at != first)) {
      const int next = at + 1 < end ? hex_digit(at[1]) : -1;
      if (next < 0 || next >= base) return Digits::junk;
      ++at;
    } else {
      break;
    }
  }
  return at == first ? Digits::none : Digits::fine;
}

Outcome<Value> read_integer(const TypeContext& context, TypeId type, std::int32_t, std::string_view text) {
  const Shape& shape = shape_of(type);
  // The common case: a few plain digits, perhaps a minus.
  if (!text.empty() && text.size() <= 18 && (is_digit(text.back()))) {
    const char* at = text.data();
    const char* end = at + text.size();
    const bool negative = *at == '-';
    if (negative) ++at;
    std::int64_t number = 0;
    while (at < end && is_digit(*at)) number = number * 10 + (*at++ - '0');
    if (at == end) {
      if (negative) number = -number;
      if (number >= shape.minimum && number <= shape.maximum) return Value::of(type, number);
      return value_out_of_range(text, shape.written);
    }
  }
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end && is_space(*at)) ++at;
  bool negative = false;
  if (at < end && (*at == '-' || *at == '+')) negative = *at++ == '-';
  const bool newer = context.settings.server_version >= 16;
  int base = 10;
  if (newer && end - at >= 2 && *at == '0') {
    const char mark = lower(at[1]);
    base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
    if (base != 10) at += 2;
  }
  const std::uint64_t limit = static_cast<std::uint64_t>(shape.maximum) + 1;
  std::uint64_t magnitude = 0;
  const Digits digits = read_digits(at, end, base, newer, limit, magnitude);
  if (digits == Digits::overflow) return value_out_of_range(text, shape.written);
  if (digits != Digits::fine) return invalid_input(shape.written, text);
  while (at < end && is_space(*at)) ++at;
  if (at != end) return invalid_input(shape.written, text);
  if (!negative && magnitude == limit) return value_out_of_range(text, shape.written);
  return Value::of(type, static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude));
}

void write_integer(const TypeContext&, const Value& value, std::string& out) {
  char buffer[24];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, value.integer());
  out.append(buffer, written.ptr);
}

}  // namespace

const TypeOps kIntegerOps = {read_integer, write_integer, integer_key, integer_compare};

}  // namespace pgfk
