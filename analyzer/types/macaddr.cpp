// macaddr and macaddr8, held in output form. Source: mac.c, mac8.c; fk-semantics 8.14.
#include <array>
#include <string>

#include "analyzer/types/family.h"

namespace pgfk {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

std::string written(const std::uint8_t* bytes, std::size_t count) {
  std::string text;
  for (std::size_t at = 0; at < count; ++at) {
    if (at > 0) text += ':';
    text += kDigits[bytes[at] >> 4];
    text += kDigits[bytes[at] & 15];
  }
  return text;
}

/// A spelling of macaddr: up to so many digits a byte, and a separator before the bytes whose bit is set.
struct Form {
  std::size_t digits;
  char separator;
  unsigned before;
};
constexpr unsigned kEach = 0b111110, kHalf = 0b001000, kPairs = 0b010100;
constexpr Form kForms[] = {{8, ':', kEach},  {8, '-', kEach},  {2, ':', kHalf}, {2, '-', kHalf},
                           {2, '.', kPairs}, {2, '-', kPairs}, {2, '\0', 0}};

/// As sscanf with "%2x%2x%2x:%2x%2x%2x" reads: blanks before a byte are skipped, one digit will do.
bool read_form(std::string_view text, const Form& form, std::array<unsigned, 6>& bytes) {
  for (unsigned byte = 0; byte < 6; ++byte) {
    if ((form.before >> byte & 1) != 0) {
      if (text.empty() || text.front() != form.separator) return false;
      text.remove_prefix(1);
    }
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    std::size_t digits = 0;
    bytes[byte] = 0;
    while (digits < form.digits && digits < text.size() && hex_digit(text[digits]) >= 0) {
      bytes[byte] = bytes[byte] << 4 | static_cast<unsigned>(hex_digit(text[digits++]));
    }
    if (digits == 0) return false;
    text.remove_prefix(digits);
  }
  return trim_spaces(text).empty();
}

Outcome<Value> read_macaddr(TypeId type, std::string_view text) {
  for (const Form& form : kForms) {
    std::array<unsigned, 6> read;
    if (!read_form(text, form, read)) continue;
    std::array<std::uint8_t, 6> bytes;
    for (std::size_t byte = 0; byte < 6; ++byte) {
      if (read[byte] > 255) return ServerError{"22003", "invalid octet value in \"macaddr\" value: \"" + std::string(text) + "\""};
      bytes[byte] = static_cast<std::uint8_t>(read[byte]);
    }
    return Value::of(type, written(bytes.data(), bytes.size()));
  }
  return invalid_input("macaddr", text);
}

/// Bytes of two digits with one kind of separator, or none, behind any of them; six bytes get ff:fe in their midst. A single character left over at
/// the end is not looked at, as in the server.
Outcome<Value> read_macaddr8(TypeId type, std::string_view text) {
  std::string_view rest = text;
  while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
  std::array<std::uint8_t, 8> bytes{};
  std::size_t count = 0;
  char separator = '\0';
  while (rest.size() >= 2) {
    const int high = hex_digit(rest[0]), low = hex_digit(rest[1]);
    if (high < 0 || low < 0 || count >= 8) return invalid_input("macaddr8", text);
    bytes[count++] = static_cast<std::uint8_t>(high << 4 | low);
    rest.remove_prefix(2);
    if (!rest.empty() && (rest.front() == ':' || rest.front() == '-' || rest.front() == '.')) {
      if (separator == '\0') separator = rest.front();
      if (separator != rest.front()) return invalid_input("macaddr8", text);
      rest.remove_prefix(1);
    }
    if ((count == 6 || count == 8) && !rest.empty() && is_space(rest.front())) {
      rest = trim_spaces(rest);
      if (!rest.empty()) return invalid_input("macaddr8", text);
    }
  }
  if (count == 6) {
    bytes = {bytes[0], bytes[1], bytes[2], 0xff, 0xfe, bytes[3], bytes[4], bytes[5]};
  } else if (count != 8) {
    return invalid_input("macaddr8", text);
  }
  return Value::of(type, written(bytes.data(), bytes.size()));
}

Outcome<Value> read(const TypeContext&, TypeId type, std::int32_t, std::string_view text) {
  return type == TypeId::macaddr ? read_macaddr(type, text) : read_macaddr8(type, text);
}

}  // namespace

const TypeOps kMacaddrOps = {read, string_write, string_key, string_compare};

}  // namespace pgfk
