// The vectorised scan against a search without tricks.
#include "parsers/log/scan.h"

#include <algorithm>
#include <random>
#include <string>

#include "tests/support/catch.h"

using namespace pgfk;

TEST_CASE("every needle is found, at every place of a block, by whoever's range it begins in", "[log]") {
  std::mt19937 random(7);
  for (const Needle& needle : violation_needles()) {
    for (std::size_t before = 0; before < 130; before += 1 + random() % 3) {
      std::string text(before, 'x');
      if (before > 3) text[before / 2] = '\n';
      text += needle.text;
      text.append(random() % 90, '.');
      CAPTURE(needle.text, before, text.size());
      const ScanResult all = scan_for_violations(text, 0, text.size());
      CHECK(std::ranges::find(all.hits, before) != all.hits.end());
      const std::size_t cut = before + random() % needle.text.size();
      const ScanResult left = scan_for_violations(text, 0, cut), right = scan_for_violations(text, cut, text.size());
      const auto has = [&](const ScanResult& result) { return std::ranges::find(result.hits, before) != result.hits.end(); };
      CHECK(has(left) == (before < cut));
      CHECK(has(right) == (before >= cut));
      CHECK(left.newline_count + right.newline_count == all.newline_count);
    }
  }
}

TEST_CASE("newlines before a hit are counted", "[log]") {
  std::string text;
  for (int line = 0; line < 300; ++line) text += line % 7 == 0 ? "a 23503 b\n" : "something else, of another length\n";
  const ScanResult result = scan_for_violations(text, 0, text.size());
  REQUIRE(result.hits.size() == 43);
  for (std::size_t hit = 0; hit < result.hits.size(); ++hit) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(result.hits[hit]);
    CHECK(result.newlines[hit] == static_cast<std::size_t>(std::count(text.begin(), end, '\n')));
  }
  CHECK(result.newline_count == 300);
}
