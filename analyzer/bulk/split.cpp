#include "analyzer/bulk/split.h"

#include <cstddef>

namespace pgfk {
namespace {

/// Whether the character at `at` is taken away by a backslash.
bool is_escaped(std::string_view text, std::size_t at) {
  std::size_t backslashes = 0;
  while (backslashes < at && text[at - backslashes - 1] == '\\') ++backslashes;
  return backslashes % 2 != 0;
}

/// Behind the first row end at or behind `at`.
std::size_t behind_row(std::string_view text, std::size_t at) {
  for (;;) {
    const std::size_t newline = text.find('\n', at);
    if (newline == std::string_view::npos) return text.size();
    if (!is_escaped(text, newline)) return newline + 1;
    at = newline + 1;
  }
}

}  // namespace

std::optional<CopySplitter::Numbered> CopySplitter::next() {
  const std::lock_guard lock(mutex_);
  if (at_ == text_.size()) return std::nullopt;
  const std::size_t end = text_.size() - at_ <= chunk_ ? text_.size() : behind_row(text_, at_ + chunk_ - 1);
  const Numbered next{parts_++, {at_, end - at_}};
  at_ = end;
  return next;
}

std::vector<TextPart> split_at(std::string_view text, std::uint64_t chunk, std::span<const std::uint64_t> starts) {
  std::vector<TextPart> parts;
  std::uint64_t at = 0;
  for (const std::uint64_t start : starts) {
    if (start <= at || start >= text.size() || start - at < chunk / 2) continue;
    parts.push_back({at, start - at});
    at = start;
  }
  if (at < text.size()) parts.push_back({at, text.size() - at});
  return parts;
}

}  // namespace pgfk
