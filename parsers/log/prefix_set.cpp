#include "parsers/log/prefix_set.h"

#include <algorithm>

namespace pgfk {

bool PrefixSet::match(std::string_view line, PrefixMatch& out) {
  for (std::size_t at = 0; at < prefixes_.size(); ++at) {
    if (!prefixes_[at].match(line, out)) continue;
    std::rotate(prefixes_.begin(), prefixes_.begin() + static_cast<std::ptrdiff_t>(at), prefixes_.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    return true;
  }
  return false;
}

bool PrefixSet::learn(std::string_view line, const std::vector<std::string_view>& neighbours) {
  if (prefixes_.size() >= kMost || lessons_left_-- <= 0) return false;
  PrefixMatch match;
  for (const std::vector<std::string_view>& lines : {neighbours, std::vector<std::string_view>{line}}) {
    const DetectedPrefix detected = detect_prefix(lines);
    if (!detected.found) continue;
    LinePrefix prefix(detected.text);
    if (!prefix.match(line, match)) continue;
    prefixes_.insert(prefixes_.begin(), std::move(prefix));
    return true;
  }
  return false;
}

}  // namespace pgfk
