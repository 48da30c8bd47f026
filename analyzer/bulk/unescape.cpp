#include "analyzer/bulk/unescape.h"

#include <cstddef>

#include "parsers/copy/escape.h"

namespace pgfk {

bool unescape_copy(std::string_view field, std::string& out, bool& numeric) {
  out.clear();
  numeric = false;
  std::size_t at = 0;
  while (at < field.size()) {
    const std::size_t backslash = field.find('\\', at);
    out.append(field.substr(at, backslash - at));
    if (backslash == std::string_view::npos) return true;
    at = backslash + 1;
    if (at == field.size() || field[at] == '.') return false;
    const CopyEscape escape = read_copy_escape(field, at);
    if (escape.by_number && escape.byte == 0) return false;
    numeric = numeric || escape.by_number;
    out.push_back(static_cast<char>(escape.byte));
    at = escape.end;
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
