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

/// One of the spellings of macaddr: six groups, or two or three groups of run-together bytes.
struct Form {
  int digits;       // hexadecimal digits before each separator
  char separator;   // '\0' for none
};
constexpr Form kForms[] = {{2, ':'}, {2, '-'}, {6, ':'}, {6, '-'}, {4, '.'}, {4, '-'}, {12, '\0'}};

/// With one byte a group, "8:0:2b:1:2:3" will do.
bool read_groups(std::string_view text, char separator, std::array<std::uint8_t, 6>& bytes, bool& overflow) {
  for (std::size_t group = 0; group < 6; ++group) {
    if (group > 0) {
      if (text.empty() || text.front() != separator) return false;
      text.remove_prefix(1);
    }
    unsigned value = 0;
    std::size_t digits = 0;
    while (is_space(text.empty() ? '\0' : text.front())) text.remove_prefix(1);
    while (!text.empty() && hex_digit(text.front()) >= 0 && digits < 8) {
      value = value << 4 | static_cast<unsigned>(hex_digit(text.front()));
      text.remove_prefix(1);
      ++digits;
    }
    if (digits == 0) return false;
    if (value > 255) overflow = true;
    bytes[group] = static_cast<std::uint8_t>(value);
  }
  return trim_spaces(text).empty();
}

bool read_form(std::string_view text, const Form& form, std::array<std::uint8_t, 6>& bytes) {
  text = trim_spaces(text);
  int digits = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (digits > 0 && digits < 12 && digits % form.digits == 0 && form.separator != '\0' && text[at] == form.separator) {
      if (at == 0 || text[at - 1] == form.separator) return false;
      continue;
    }
    if (digits > 0 && digits % form.digits == 0 && form.separator != '\0' && text[at - 1] != form.separator) return false;
    const int digit = hex_digit(text[at]);
    if (digit < 0 || digits >= 12) return false;
    std::uint8_t& byte = bytes[static_cast<std::size_t>(digits) / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | digit);
    ++digits;
  }
  return digits == 12;
}

Outcome<Value> read_macaddr(TypeId type, std::string_view text) {
  std::array<std::uint8_t, 6> bytes{};
  bool overflow = false;
  for (const char separator : {':', '-'}) {
    if (read_groups(text, separator, bytes, overflow)) {
      if (overflow) return ServerError{"22003", "invalid octet value in \"macaddr\" value: \"" + std::string(text) + "\""};
      return Value::of(type, written(bytes.data(), bytes.size()));
    }
  }
  for (const Form& form : kForms) {
    bytes = {};
    if (read_form(text, form, bytes)) return Value::of(type, written(bytes.data(), bytes.size()));
  }
  return invalid_input("macaddr", text);
}

/// Bytes of two digits with one kind of separator, or none, between any of them; six bytes get ff:fe in their midst.
Outcome<Value> read_macaddr8(TypeId type, std::string_view text) {
  std::array<std::uint8_t, 8> bytes{};
  const std::string_view digits = trim_spaces(text);
  std::size_t count = 0;
  char separator = '\0';
  for (std::size_t at = 0; at < digits.size();) {
    const int high = hex_digit(digits[at]);
    const int low = at + 1 < digits.size() ? hex_digit(digits[at + 1]) : -1;
    if (high < 0 || low < 0 || count >= 8) return invalid_input("macaddr8", text);
    bytes[count++] = static_cast<std::uint8_t>(high << 4 | low);
    at += 2;
    if (at < digits.size() && (digits[at] == ':' || digits[at] == '-' || digits[at] == '.')) {
      if (separator == '\0') separator = digits[at];
      if (separator != digits[at]) return invalid_input("macaddr8", text);
      ++at;
      if (count == 8 || at == digits.size()) return invalid_input("macaddr8", text);
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
