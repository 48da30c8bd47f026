#include "analyzer/bulk/split.h"

#include <cstddef>

namespace pgfk {

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
