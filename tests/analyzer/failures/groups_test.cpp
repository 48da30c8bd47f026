#include <string>

#include "analyzer/failures/groups.h"
#include "analyzer/failures/pattern.h"
#include "tests/analyzer/failures/failure_fixture.h"
#include "tests/support/catch.h"

using namespace pgfk;
using namespace pgfk::test;

namespace {

std::string dump(const FailureGroups& groups) {
  std::string out;
  for (const FailureGroup* group : groups.by_count()) {
    for (const std::optional<std::string>& value : group->values) {
      std::string shown = value.value_or("-");
      for (char& c : shown) c = c == '\0' ? '/' : c;
      out += shown + " ";
    }
    out += std::to_string(group->count) + " keys " + std::to_string(group->keys.count()) + "\n";
  }
  if (groups.folded()) out += "folded " + std::to_string(groups.folded()->count) + " of " + std::to_string(groups.folded_groups().count()) + "\n";
  return out;
}

void add_some(FailureGroups& groups) {
  for (const char* key : {"1", "2", "1", "1"}) groups.add(failed_insert(key));
  groups.add(failed_delete("1", 61));
  Failure raised = failed_insert("1", 62);
  raised.event = LogEvent();
  raised.event.sqlstate = "23503";
  raised.event.kind = ViolationKind::raised;
  raised.event.database = "shop-eu";
  groups.add(raised);
}

}  // namespace

TEST_CASE("failures are grouped by constraint and direction, or as asked", "[failures]") {
  struct Case { std::vector<Dimension> by; const char* groups; };
  const auto c = GENERATE(values<Case>({
      {{Dimension::constraint, Dimension::direction}, "orders_fk/orders insert 4 keys 2\norders_fk/orders delete 1 keys 1\n- - 1 keys 0\n"},
      {{Dimension::database}, "shop 5 keys 2\nshop-eu 1 keys 0\n"},
      {{Dimension::key, Dimension::constraint}, "1 orders_fk/orders 4 keys 1\n2 orders_fk/orders 1 keys 1\n- - 1 keys 0\n"},
      {{Dimension::hour}, "2026-11-20T00 4 keys 2\n2026-11-20T01 1 keys 1\n- 1 keys 0\n"},
      {{Dimension::user}, "app 5 keys 2\n- 1 keys 0\n"},
      {{Dimension::application}, "- 6 keys 2\n"},
  }));
  FailureGroups groups(GroupOptions{c.by});
  add_some(groups);
  CHECK(dump(groups) == c.groups);
  CHECK(groups.total() == 6);
  CHECK(groups.distinct(Dimension::key).count() == 3);  // 1 and 2 of the insert, 1 of the delete
  CHECK(groups.distinct(Dimension::database).count() == 2);
}

TEST_CASE("a group keeps first and last by time, though the clock may go back, and a few samples", "[failures]") {
  FailureGroups groups({});
  for (const int minute : {30, 10, 50, 20}) groups.add(failed_insert(std::to_string(minute % 20), minute));
  const FailureGroup& group = *groups.by_count().front();
  CHECK(group.first->text == "2026-11-20T00:10:00.000+00:00");
  CHECK(group.last->text == "2026-11-20T00:50:00.000+00:00");
  std::string keys;
  for (const FailureSample& sample : group.samples) keys += sample.event.key_values.front() + " ";
  CHECK(keys == "10 0 ");
  CHECK(group.referenced_table == "customers");
}

TEST_CASE("groups beyond the bound are folded together, and counted", "[failures]") {
  FailureGroups groups({});
  constexpr int kMore = 1000;
  for (int number = 0; number < static_cast<int>(FailureGroups::kMostGroups) + kMore; ++number) {
    Failure failure = failed_insert("1");
    failure.event.constraint = "fk_" + std::to_string(number);
    groups.add(failure);
    groups.add(failure);
  }
  CHECK(groups.by_count().size() == FailureGroups::kMostGroups);
  REQUIRE(groups.folded() != nullptr);
  CHECK(groups.folded()->count == 2 * kMore);
  CHECK(groups.folded_groups().count() == kMore);
  CHECK(groups.total() == 2 * (FailureGroups::kMostGroups + kMore));
}

TEST_CASE("little memory bounds what is told, never the counts", "[failures]") {
  FailureGroups groups(GroupOptions{{Dimension::constraint, Dimension::direction}, 100'000, 3});
  for (int number = 0; number < 50'000; ++number) groups.add(failed_insert(std::to_string(number), number % 1000));
  REQUIRE(groups.by_count().size() == 1);
  const FailureGroup& group = *groups.by_count().front();
  CHECK(group.count == 50'000);
  CHECK_FALSE(group.keys.exact());
  CHECK(group.keys.count() > 47'000);
  CHECK(group.keys.count() < 53'000);
  CHECK(group.tally(Dimension::key).total() == 50'000);
}

TEST_CASE("patterns are named", "[failures]") {
  const auto pattern = [](const FailureGroups& groups) { return pattern_of(*groups.by_count().front(), groups.distinct(Dimension::application).count()); };
  SECTION("the same few keys again") {
    FailureGroups groups({});
    for (int number = 0; number < 100; ++number) groups.add(failed_insert(std::to_string(number % 4), number * 10));
    CHECK(pattern(groups).keys == KeyPattern::same_keys);
    CHECK_FALSE(pattern(groups).burst);
  }
  SECTION("a new key each time") {
    FailureGroups groups({});
    for (int number = 0; number < 100; ++number) groups.add(failed_insert(std::to_string(number)));
    CHECK(pattern(groups).keys == KeyPattern::new_keys);
    CHECK(pattern(groups).every_key_new);
  }
  SECTION("too few to tell") {
    FailureGroups groups({});
    groups.add(failed_insert("1"));
    CHECK(pattern(groups).keys == KeyPattern::none);
  }
  SECTION("a burst is most of it in one hour of many") {
    FailureGroups groups({});
    for (int number = 0; number < 60; ++number) groups.add(failed_insert(std::to_string(number), 180 + number));
    for (int hour = 0; hour < 20; ++hour) groups.add(failed_insert(std::to_string(hour), hour * 60));
    REQUIRE(pattern(groups).peak);
    CHECK(pattern(groups).peak->hour == "2026-11-20T03");
    CHECK(pattern(groups).peak->count == 61);
    CHECK(pattern(groups).burst);
  }
  SECTION("one application among several") {
    FailureGroups groups({});
    for (int number = 0; number < 20; ++number) {
      Failure failure = failed_insert(std::to_string(number));
      failure.event.application_name = "billing";
      groups.add(failure);
    }
    CHECK(pattern(groups).one_application.empty());  // there is no other
    Failure other = failed_delete("1");
    other.event.application_name = "psql";
    groups.add(other);
    CHECK(pattern(groups).one_application == "billing");
  }
}
