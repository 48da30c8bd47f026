// What a dump says of keys: the whole way, with the replay that loads it.
#include <string>

#include "analyzer/failures/dump_lookup.h"
#include "analyzer/loaded.h"
#include "tests/analyzer/failures/failure_fixture.h"
#include "tests/support/catch.h"

using namespace pgfk;
using namespace pgfk::test;

namespace {

constexpr const char* kDump = R"(
CREATE TABLE customers (id int);
CREATE TABLE orders (id int, customer_id int);
CREATE TABLE empty_ones (a numeric, b text);
CREATE TABLE of_empty (a numeric, b text);
CREATE SCHEMA old;
CREATE TABLE old.customers (id int PRIMARY KEY);
CREATE TABLE old.orders (customer_id int CONSTRAINT twice_fk REFERENCES old.customers);
CREATE TABLE twice (customer_id int);
COPY customers (id) FROM stdin;
1
2
7
\.
COPY orders (id, customer_id) FROM stdin;
10	1
11	2
\.
ALTER TABLE customers ADD PRIMARY KEY (id);
ALTER TABLE empty_ones ADD PRIMARY KEY (a, b);
ALTER TABLE orders ADD CONSTRAINT orders_fk FOREIGN KEY (customer_id) REFERENCES customers (id);
ALTER TABLE of_empty ADD CONSTRAINT of_empty_fk FOREIGN KEY (b, a) REFERENCES empty_ones (b, a);
ALTER TABLE twice ADD CONSTRAINT twice_fk FOREIGN KEY (customer_id) REFERENCES customers (id);
)";

std::string answer(DumpLookup& lookup, const LogEvent& event) {
  const DumpAnswer got = lookup.look_up(event);
  return std::string(dump_state_name(got.state)) + (got.why.empty() ? "" : ": " + got.why);
}

LogEvent of_empty(std::vector<std::string> columns, std::vector<std::string> values) {
  LogEvent event = failed_insert("1").event;
  event.constraint = "of_empty_fk";
  event.table = event.referencing_table = "of_empty";
  event.referenced_table = "empty_ones";
  event.key_columns = std::move(columns);
  event.key_values = std::move(values);
  return event;
}

}  // namespace

TEST_CASE("keys of a log are looked up in a dump, kept whole or in bulk", "[failures]") {
  const bool bulk = GENERATE(false, true);
  CAPTURE(bulk);
  Sources sources;
  AnalyzeOptions options;
  options.inputs = {sources.add(Source::of_text("shop.sql", kDump))};
  if (bulk) options.survey_from_bytes = options.bulk_from_bytes = 0;
  LoadedDatabase database(sources, options);
  DumpLookup lookup(database.analysis().constraints, [&](const StandingQuestion& question) { return database.ask(question); });

  CHECK(answer(lookup, failed_insert("7").event) == "present");
  CHECK(answer(lookup, failed_insert("007").event) == "present");
  CHECK(answer(lookup, failed_insert("8").event) == "absent");
  CHECK(answer(lookup, failed_insert("x").event) == "unknown: \"x\" cannot be read as integer");
  CHECK(answer(lookup, failed_delete("1").event) == "present");
  CHECK(answer(lookup, failed_delete("7").event) == "absent");
  CHECK(answer(lookup, of_empty({"b", "a"}, {"x", "1.0"})) == "table_empty");
  CHECK(answer(lookup, of_empty({"c"}, {"x"})) == "unknown: constraint \"of_empty_fk\" has other columns in the dump");

  LogEvent other = failed_insert("7").event;
  other.constraint = "no_such_fk";
  CHECK(answer(lookup, other) == "unknown: the dump has no constraint \"no_such_fk\"");
  other = failed_insert("7").event;
  other.key_shown = KeyShown::no;
  CHECK(answer(lookup, other) == "unknown: the log does not show the key");
  // One of the two has the key, the other has no row: the tables tell them apart where the log names them.
  other = failed_insert("7").event;
  other.constraint = "twice_fk";
  other.referencing_table = "twice";
  CHECK(answer(lookup, other) == "present");
  other.referencing_table.reset();
  CHECK(answer(lookup, other) == "unknown: the dump has several constraints \"twice_fk\", which the log does not tell apart");
}
