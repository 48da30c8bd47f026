#include "parsers/sql/numbers.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

namespace pgfk {

namespace {

int base_of(std::string_view literal) {
  if (literal.size() < 3 || literal[0] != '0') return 10;
  switch (literal[1]) {
    case 'x':
    case 'X':
      return 16;
    case 'o':
    case 'O':
      return 8;
    case 'b':
    case 'B':
      return 2;
    default:
      return 10;
  }
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string plain_number(std::string_view literal) {
  const bool negative = literal.starts_with('-');
  const std::string_view magnitude = literal.substr(negative ? 1 : 0);
  std::string plain(negative ? "-" : "");
  const int base = base_of(magnitude);
  if (base == 10) {
    std::copy_if(magnitude.begin(), magnitude.end(), std::back_inserter(plain),
                 [](char c) { return c != '_'; });
    return plain;
  }
  if (magnitude.size() > kLongestInteger) return std::string(literal);

  // Groups of nine decimal digits, least first.
  constexpr std::uint64_t kGroup = 1'000'000'000;
  std::vector<std::uint32_t> groups{0};
  for (const char c : magnitude.substr(2)) {
    if (c == '_') continue;
    const int digit = digit_value(c);
    if (digit < 0 || digit >= base) return std::string(literal);
    std::uint64_t carry = static_cast<std::uint64_t>(digit);
    for (std::uint32_t& group : groups) {
      const std::uint64_t value = group * static_cast<std::uint64_t>(base) + carry;
      group = static_cast<std::uint32_t>(value % kGroup);
      carry = value / kGroup;
    }
    if (carry != 0) groups.push_back(static_cast<std::uint32_t>(carry));
  }
  plain += std::to_string(groups.back());
  for (auto group = groups.rbegin() + 1; group != groups.rend(); ++group) {
    const std::string digits = std::to_string(*group);
    plain.append(9 - digits.size(), '0').append(digits);
  }
  return plain;
}

}  // namespace pgfk
