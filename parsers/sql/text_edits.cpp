#include "parsers/sql/text_edits.h"

#include <algorithm>

namespace pgfk {

void TextEdits::add(std::size_t offset, std::size_t length, std::string_view replacement) {
  edits_.push_back({offset, length, std::string(replacement)});
}

void TextEdits::blank(std::size_t offset, std::size_t length) {
  edits_.push_back({offset, length, std::string(length, ' ')});
}

std::string TextEdits::apply(std::string_view original) {
  std::stable_sort(edits_.begin(), edits_.end(),
                   [](const TextEdit& a, const TextEdit& b) { return a.offset < b.offset; });
  std::string text;
  text.reserve(original.size() + 64);
  segments_.clear();
  std::size_t done = 0;
  const auto keep_until = [&](std::size_t end) {
    segments_.push_back({text.size(), done, end - done});
    text.append(original, done, end - done);
    done = end;
  };
  for (const TextEdit& edit : edits_) {
    if (edit.offset < done) continue;
    keep_until(edit.offset);
    text += edit.replacement;
    done += edit.length;
  }
  keep_until(original.size());
  return text;
}

int TextEdits::original(int rewritten) const {
  if (segments_.empty() || rewritten < 0) return rewritten;
  const std::size_t place = static_cast<std::size_t>(rewritten);
  auto segment = std::upper_bound(
      segments_.begin(), segments_.end(), place,
      [](std::size_t wanted, const Segment& candidate) { return wanted < candidate.rewritten; });
  if (segment == segments_.begin()) return rewritten;
  --segment;
  return static_cast<int>(segment->original +
                          std::min(place - segment->rewritten, segment->length));
}

int TextEdits::rewritten(int original) const {
  if (segments_.empty() || original < 0) return original;
  const std::size_t place = static_cast<std::size_t>(original);
  auto segment = std::upper_bound(
      segments_.begin(), segments_.end(), place,
      [](std::size_t wanted, const Segment& candidate) { return wanted < candidate.original; });
  if (segment == segments_.begin()) return original;
  --segment;
  return static_cast<int>(segment->rewritten +
                          std::min(place - segment->original, segment->length));
}

}  // namespace pgfk
