#include "analyzer/rewrite/script_text.h"

#include <cstring>

namespace pgfk {

bool is_script_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v'; }

std::size_t line_start_of(std::string_view text, std::size_t at) {
  // memrchr, since rfind goes byte by byte and a line may be a gigabyte long.
  const void* newline = at == 0 ? nullptr : memrchr(text.data(), '\n', at);
  return newline == nullptr ? 0 : static_cast<std::size_t>(static_cast<const char*>(newline) - text.data()) + 1;
}

std::size_t behind_line(std::string_view text, std::size_t at) {
  const std::size_t newline = text.find('\n', at);
  return newline == std::string_view::npos ? text.size() : newline + 1;
}

std::size_t behind_block_comment(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const std::string_view two = text.substr(at, 2);
    if (two == "/*") {
      ++depth;
      at += 2;
    } else if (two == "*/") {
      at += 2;
      if (--depth == 0) return at;
    } else {
      ++at;
    }
  }
  return text.size();
}

std::size_t behind_rest_of_line(std::string_view text, std::size_t at) {
  for (std::size_t end = at; end < text.size();) {
    if (text[end] == '\n') return end + 1;
    if (is_script_blank(text[end])) {
      ++end;
    } else if (text.substr(end, 2) == "--") {
      return behind_line(text, end);
    } else if (text.substr(end, 2) == "/*") {
      end = behind_block_comment(text, end);
    } else {
      return at;
    }
  }
  return text.size();
}

std::size_t comments_above(std::string_view text, std::size_t first) {
  std::size_t start = line_start_of(text, first);
  const std::size_t ink = text.substr(start, first - start).find_first_not_of(" \t\xEF\xBB\xBF");
  if (ink != std::string_view::npos) return first;
  if (text.substr(start, 3) == "\xEF\xBB\xBF") return start + 3;
  while (start > 0) {
    const std::size_t above = line_start_of(text, start - 1);
    const std::size_t word = text.find_first_not_of(" \t", above);
    if (word >= start || text.substr(word, 2) != "--") break;
    start = above;
  }
  return start;
}

std::string newline_of(std::string_view text) {
  const std::size_t newline = text.find('\n');
  return newline != std::string_view::npos && newline > 0 && text[newline - 1] == '\r' ? "\r\n" : "\n";
}

}  // namespace pgfk
