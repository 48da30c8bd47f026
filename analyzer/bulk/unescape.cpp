#include "analyzer/bulk/unescape.h"

#include <cstddef>

namespace pgfk {
namespace {

int octal_digit(char c) { return c >= '0' && c <= '7' ? c - '0' : -1; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char control_of(char c) {
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

bool unescape_copy(std::string_view field, std::string& out, bool& numeric) {
  out.clear();
  numeric = false;
  std::size_t at = 0;
  const auto digit_at = [&](int (*digit)(char)) { return at < field.size() ? digit(field[at]) : -1; };
  while (at < field.size()) {
    const std::size_t backslash = field.find('\\', at);
    out.append(field.substr(at, backslash - at));
    if (backslash == std::string_view::npos) return true;
    at = backslash + 1;
    if (at == field.size() || field[at] == '.') return false;
    const char c = field[at++];
    int code = octal_digit(c);
    if (code >= 0) {
      for (int more = 0; more < 2 && digit_at(octal_digit) >= 0; ++more) code = code * 8 + octal_digit(field[at++]);
      code &= 0377;
    } else if (c == 'x' && digit_at(hex_digit) >= 0) {
      code = hex_digit(field[at++]);
      if (digit_at(hex_digit) >= 0) code = code * 16 + hex_digit(field[at++]);
    } else {
      out.push_back(control_of(c));
      continue;
    }
    if (code == 0) return false;
    numeric = true;
    out.push_back(static_cast<char>(code));
  }
  return true;
}

bool halve_quotes(std::string_view literal, std::string& out) {
  out.clear();
  for (std::size_t at = 0; at < literal.size();) {
    const std::size_t quote = literal.find('\'', at);
    if (quote == std::string_view::npos) {
      out.append(literal.substr(at));
      return true;
    }
    if (quote + 1 == literal.size() || literal[quote + 1] != '\'') return false;
    out.append(literal.substr(at, quote + 1 - at));
    at = quote + 2;
  }
  return true;
}

}  // namespace pgfk
