// pg_lsn: two hexadecimal halves of 64 bits; held in output form. Source: pg_lsn.c.
#include <charconv>

#include "analyzer/types/family.h"

namespace pgfk {
namespace {

constexpr std::size_t kMaxHalf = 8;

std::size_t hex_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && hex_digit(text[length]) >= 0) ++length;
  return length;
}

std::uint64_t number_of(std::string_view text) {
  const std::size_t slash = text.find('/');
  std::uint64_t high = 0, low = 0;
  std::from_chars(text.data(), text.data() + slash, high, 16);
  std::from_chars(text.data() + slash + 1, text.data() + text.size(), low, 16);
  return high << 32 | low;
}

Outcome<Value> read_lsn(const TypeContext&, TypeId type, std::int32_t, std::string_view text) {
  const std::size_t high = hex_length(text);
  if (high < 1 || high > kMaxHalf || high >= text.size() || text[high] != '/') return invalid_input("pg_lsn", text);
  const std::size_t low = hex_length(text.substr(high + 1));
  if (low < 1 || low > kMaxHalf || high + 1 + low != text.size()) return invalid_input("pg_lsn", text);
  const std::uint64_t number = number_of(text);
  char buffer[20];
  char* at = std::to_chars(buffer, buffer + 9, number >> 32, 16).ptr;
  *at++ = '/';
  at = std::to_chars(at, buffer + sizeof buffer, number & 0xffffffffu, 16).ptr;
  std::string canonical(buffer, at);
  for (char& c : canonical) {
    if (c >= 'a') c = static_cast<char>(c - 32);
  }
  return Value::of(type, std::move(canonical));
}

int lsn_compare(const TypeContext&, const Value& a, const Value& b) { return three_way(number_of(a.text()), number_of(b.text())); }

}  // namespace

const TypeOps kLsnOps = {read_lsn, string_write, string_key, lsn_compare};

}  // namespace pgfk
