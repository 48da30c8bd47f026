#include "cli/option_values.h"

#include <charconv>
#include <limits>
#include <system_error>

namespace pgfk {

std::uint64_t OptionValues::number(const char* name, std::uint64_t fallback, std::uint64_t least, std::uint64_t most) {
  if (!has(name)) return fallback;
  const std::string word = text(name);
  std::uint64_t value = 0;
  const auto [end, trouble] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (trouble == std::errc() && end == word.data() + word.size() && value >= least && value <= most) return value;
  const std::string range = most == std::numeric_limits<std::uint64_t>::max() ? fmt::format("a number, at least {}", least)
                                                                              : fmt::format("a number from {} to {}", least, most);
  refuse(fmt::format("{} takes {}, not \"{}\"", written(name), range, word));
  return fallback;
}

std::uint64_t OptionValues::size(const char* name, std::uint64_t fallback, std::uint64_t least) {
  if (!has(name)) return fallback;
  constexpr std::array<std::pair<std::string_view, int>, 6> kUnits = {{{"", 0}, {"B", 0}, {"kB", 10}, {"MB", 20}, {"GB", 30}, {"TB", 40}}};
  const std::string word = text(name);
  std::uint64_t value = 0;
  const auto [end, trouble] = std::from_chars(word.data(), word.data() + word.size(), value);
  const std::string_view unit(end, static_cast<std::size_t>(word.data() + word.size() - end));
  for (const auto& [known, shift] : kUnits) {
    if (trouble != std::errc() || unit != known || value > std::numeric_limits<std::uint64_t>::max() >> shift) continue;
    if (value << shift >= least) return value << shift;
  }
  refuse(fmt::format("{} takes a size from {}MB on, such as 512MB or 2GB, not \"{}\"", written(name), least >> 20, word),
         "Units are B, kB, MB, GB and TB; a number alone is bytes.");
  return fallback;
}

}  // namespace pgfk
