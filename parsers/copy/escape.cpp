#include "parsers/copy/escape.h"

namespace pgfk {
namespace {

bool is_octal(char c) { return c >= '0' && c <= '7'; }

/// The digit's value, 16 for what is none.
unsigned hex_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return 16;
}

/// What a letter behind a backslash stands for; any other character stands for itself.
char control_character(char c) {
  switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: return c;
  }
}

}  // namespace

CopyEscape read_copy_escape(std::string_view text, std::size_t at) {
  const char c = text[at++];
  unsigned value = 0;
  if (is_octal(c)) {
    value = static_cast<unsigned>(c - '0');
    for (int digits = 1; digits < 3 && at < text.size() && is_octal(text[at]); ++digits) {
      value = value << 3 | static_cast<unsigned>(text[at++] - '0');
    }
  } else if (c == 'x' && at < text.size() && hex_value(text[at]) < 16) {
    value = hex_value(text[at++]);
    if (at < text.size() && hex_value(text[at]) < 16) value = value << 4 | hex_value(text[at++]);
  } else {
    return {static_cast<unsigned char>(control_character(c)), false, at};
  }
  return {static_cast<unsigned char>(value & 0xff), true, at};
}

}  // namespace pgfk
