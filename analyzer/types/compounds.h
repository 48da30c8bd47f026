// What arrays, rows and ranges share: their parts as keys and in order.
#pragma once

#include "analyzer/types/family.h"

namespace pgfk {

/// A part that may be NULL: a mark, then its key.
inline void append_part_key(const TypeContext& context, const Value& part, std::string& out) {
  out += part.is_known() ? '\1' : '\0';
  append_key(context, part, out);
}
/// NULLs are equal to each other and greater than all else.
inline int compare_parts(const TypeContext& context, const Value& a, const Value& b) {
  if (!a.is_known() || !b.is_known()) return three_way(!a.is_known(), !b.is_known());
  return compare_values(context, a, b);
}
/// `text` in double quotes if it is empty or holds one of `special` or a blank, with `escape` before quotes and backslashes.
inline void write_quoted(std::string_view text, std::string_view special, bool double_them, bool always, std::string& out) {
  bool quote = always || text.empty();
  for (const char c : text) quote = quote || is_space(c) || special.find(c) != std::string_view::npos;
  if (!quote) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += double_them ? c : '\\';
    out += c;
  }
  out += '"';
}

}  // namespace pgfk
