// Any log_line_prefix against any line, and any lines for a prefix: it ends, and what is matched lies inside the line.
#include <algorithm>

#include "fuzz/bytes.h"
#include "parsers/log/prefix.h"

using namespace pgfk;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::bytes_of(data, size);
  const std::size_t newline = std::min(text.find('\n'), text.size());
  const LinePrefix prefix{std::string(text.substr(0, newline))};
  std::vector<std::string_view> lines;
  for (std::string_view rest = text.substr(std::min(newline + 1, text.size())); !rest.empty() && lines.size() < 50;) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    lines.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  for (const std::string_view line : lines) {
    PrefixMatch match;
    if (!prefix.match(line, match)) continue;
    fuzz::require(match.label != nullptr && line.ends_with(match.text));
    for (const std::string_view field : match.fields) fuzz::require(field.size() <= line.size());
  }
  const DetectedPrefix detected = detect_prefix(lines);
  fuzz::require(detected.matched <= detected.labelled && detected.labelled <= lines.size());
  return 0;
}
