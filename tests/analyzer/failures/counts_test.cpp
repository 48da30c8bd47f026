#include <cmath>
#include <string>

#include "analyzer/failures/distinct_count.h"
#include "analyzer/failures/tally.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace {

std::string dump(const Tally& tally) {
  std::string out;
  for (const Tally::Entry& entry : tally.entries()) {
    out += std::string(entry.text) + (entry.at_least ? ">=" : "=") + std::to_string(entry.count) + " ";
  }
  return out + "others=" + std::to_string(tally.others()) + " total=" + std::to_string(tally.total());
}

}  // namespace

TEST_CASE("distinct texts are counted exactly up to the bound and estimated beyond it", "[failures]") {
  struct Case { std::uint64_t texts; bool exact; };
  const auto c = GENERATE(values<Case>({{0, true}, {1, true}, {1000, true}, {65'536, true}, {65'537, false}, {100'000, false}, {1'000'000, false}}));
  CAPTURE(c.texts);
  Allowance allowance(std::uint64_t{64} << 20);
  DistinctCount count;
  for (int time = 0; time < 2; ++time) {
    for (std::uint64_t text = 0; text < c.texts; ++text) count.add("key " + std::to_string(text), allowance);
  }
  CHECK(count.exact() == c.exact);
  const double off = std::abs(static_cast<double>(count.count()) - static_cast<double>(c.texts));
  CHECK(off <= (c.exact ? 0 : 0.06 * static_cast<double>(c.texts)));  // four standard errors
}

TEST_CASE("without memory left distinct texts are estimated at once", "[failures]") {
  Allowance allowance(320);  // ten texts
  DistinctCount count;
  for (int text = 0; text < 100; ++text) count.add(std::to_string(text), allowance);
  CHECK_FALSE(count.exact());
  CHECK(count.count() >= 95);
  CHECK(count.count() <= 105);
  CHECK(allowance.take(320));  // what the exact count had is given back
}

TEST_CASE("a tally is exact as long as its texts fit, and says what it does not list", "[failures]") {
  Allowance allowance(1u << 20);
  Tally tally(4);
  for (const char* text : {"b", "a", "b", "c"}) tally.add(text, allowance);
  CHECK(dump(tally) == "b=2 a=1 c=1 others=0 total=4");
  tally.add("d", allowance);
  tally.add("e", allowance);  // those that came once make room
  CHECK(dump(tally) == "b=2 e>=1 others=3 total=6");
  for (int time = 0; time < 5; ++time) tally.add("b", allowance);
  CHECK(dump(tally) == "b=7 e>=1 others=3 total=11");
}

TEST_CASE("a tally whose texts all come back takes no new ones", "[failures]") {
  Allowance allowance(1u << 20);
  Tally tally(2);
  for (const char* text : {"a", "a", "b", "b", "c", "c", "c"}) tally.add(text, allowance);
  CHECK(dump(tally) == "a=2 b=2 others=3 total=7");
}

TEST_CASE("a tally without memory left counts the rest as others", "[failures]") {
  Allowance allowance(200);
  Tally tally(1000);
  for (int text = 0; text < 10; ++text) tally.add(std::to_string(text), allowance);
  CHECK(tally.size() == 2);
  CHECK(tally.others() == 8);
  CHECK(tally.total() == 10);
}
