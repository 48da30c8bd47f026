#include "cli/nearest.h"

#include <algorithm>
#include <numeric>

namespace pgfk {
namespace {

// Levenshtein's distance, one row at a time.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t left = 0; left < from.size(); ++left) {
    std::size_t diagonal = row[0];
    row[0] = left + 1;
    for (std::size_t right = 0; right < to.size(); ++right) {
      const std::size_t above = row[right + 1];
      const std::size_t change = diagonal + (from[left] == to[right] ? 0 : 1);
      row[right + 1] = std::min({change, above + 1, row[right] + 1});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

std::string nearest_word(std::string_view word, const std::vector<std::string>& known) {
  constexpr std::size_t kLongest = 64;  // no option is longer; the comparison costs the product of the lengths
  if (word.size() > kLongest) return {};
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(word.size() / 3, 2) + 1;
  for (const std::string& candidate : known) {
    const std::size_t away = distance(word, candidate);
    if (away < best_distance) {
      best_distance = away;
      best = candidate;
    }
  }
  return best;
}

}  // namespace pgfk
