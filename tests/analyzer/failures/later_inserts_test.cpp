#include "analyzer/failures/later_inserts.h"

#include <string>
#include <vector>

#include "tests/analyzer/failures/failure_fixture.h"
#include "tests/support/catch.h"

using namespace pgfk;
using namespace pgfk::test;

namespace {

/// "customers(id,name): <1|Ann> <2|?>" of each INSERT
std::string shown(const std::vector<LoggedInsert>& inserts) {
  std::string text;
  for (const LoggedInsert& insert : inserts) {
    text += (text.empty() ? "" : "; ") + (insert.schema.empty() ? "" : insert.schema + ".") + insert.table;
    for (std::size_t column = 0; column < insert.columns.size(); ++column) text += (column == 0 ? "(" : ",") + insert.columns[column];
    text += insert.columns.empty() ? ":" : "):";
    for (const auto& row : insert.rows) {
      std::string cells;
      for (const auto& value : row) cells += (cells.empty() ? "" : "|") + value.value_or("?");
      text += " <" + cells + ">";
    }
  }
  return text;
}

LogEvent record(std::uint64_t offset, const std::string& message, const std::string& detail = "") {
  LogEvent event;
  event.message = message;
  if (!detail.empty()) event.detail = detail;
  event.place = {SourceId{0}, offset, 10};
  event.line = offset / 10 + 1;
  event.pid = 8;
  return event;
}

LogEvent missing(const std::string& key, std::uint64_t offset) {
  LogEvent event = failed_insert(key).event;
  event.place = {SourceId{0}, offset, 10};
  event.pid = 7;
  return event;
}

/// Where the row that is missing at 100 comes, by `message` at 200.
std::string later_in(const std::string& message, const std::string& detail = "", const std::vector<std::string>& known = {}, const std::string& key = "7") {
  LaterInserts later;
  later.want(missing(key, 100), known);
  const LogEvent insert = record(200, message, detail);
  if (!later.wants(insert)) return "no";
  later.add(insert);
  const std::optional<LaterInsert> found = later.after(missing(key, 100));
  if (!found) return "wanted, not found";
  return "line " + std::to_string(found->line) + (found->columns_assumed ? ", assumed" : "");
}

}  // namespace

TEST_CASE("the rows of logged INSERTs are read as far as the log shows them", "[failures]") {
  struct Case {
    const char* message;
    const char* detail;
    const char* wanted;
  };
  const auto c = GENERATE(values<Case>({
      {"statement: INSERT INTO customers VALUES (1, 'Ann')", "", "customers: <1|Ann>"},
      {"statement: insert into public.customers as c (id, \"Full Name\") values (007, 'it''s'), (-2, NULL)", "", "public.customers(id,Full Name): <7|it's> <-2|?>"},
      {"Dauer: 0.123 ms  Anweisung: INSERT INTO t VALUES (1)", "", "t: <1>"},
      {"dur\xc3\xa9" "e : 0.1 ms, instruction : INSERT INTO t VALUES (1)", "", "t: <1>"},
      {"execute S_1/C_2: INSERT INTO t (a, b) VALUES ($2, $1)", "parameters: $1 = 'x, $2 = ''y''', $2 = '7'", "t(a,b): <7|x, $2 = 'y'>"},
      {"execute <unnamed>: INSERT INTO t VALUES ($1, $2, $3)", "Parameters: $1 = NULL, $2 = 'cut off...', $3 = '9'", "t: <?|?|9>"},
      {"execute <unnamed>: INSERT INTO t VALUES ($1)", "", "t: <?>"},
      {"statement: INSERT INTO t VALUES ('7'::int, 1 + 1, now(), lower('A'), '8'::public.\"T\", (9))", "", "t: <7|?|?|?|8|?>"},
      {"statement: INSERT INTO t VALUES (E'a\\nb', DEFAULT, true)", "", "t: <?|?|?>"},
      {"statement: BEGIN; INSERT INTO t VALUES (1); INSERT INTO u VALUES (2)", "", "t: <1>; u: <2>"},
      {"statement: /* web */ WITH o AS (INSERT INTO t VALUES (1) RETURNING a) INSERT INTO u SELECT a FROM o", "", "t: <1>"},
      {"statement: SELECT 'INSERT INTO t VALUES (1)'", "", ""},
      {"statement: PREPARE p AS INSERT INTO t VALUES (1)", "", ""},
      {"statement: INSERT INTO t DEFAULT VALUES", "", ""},
      {"statement: INSERT INTO t (a) VALUES (1", "", ""},
      {"statement: INSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES (1)", "", "t(a): <1>"},
      {"checkpoint starting: time", "", ""},
      {"", "", ""},
  }));
  CAPTURE(c.message, c.detail);
  CHECK(shown(logged_inserts(c.message, c.detail)) == c.wanted);
}

TEST_CASE("an INSERT behind the failure brings the row if it has the key in the referenced columns", "[failures]") {
  CHECK(later_in("statement: INSERT INTO customers (name, id) VALUES ('Ann', 7)") == "line 21, assumed");
  CHECK(later_in("statement: INSERT INTO customers (name, id) VALUES ('Ann', 7)", "", {"id"}) == "line 21");
  CHECK(later_in("statement: INSERT INTO customers (name, id) VALUES ('7', 8)", "", {"id"}) == "no");
  CHECK(later_in("statement: INSERT INTO customers (customer_id) VALUES (7)") == "line 21, assumed");
  CHECK(later_in("statement: INSERT INTO customers VALUES (7, 'Ann')") == "line 21, assumed");
  CHECK(later_in("statement: INSERT INTO customers VALUES (8, '7')") == "no");
  CHECK(later_in("statement: INSERT INTO suppliers VALUES (7, 'Ann')") == "no");
  CHECK(later_in("execute p: INSERT INTO customers (id) VALUES ($1)", "parameters: $1 = '7'") == "line 21, assumed");
  CHECK(later_in("statement: INSERT INTO customers (id) VALUES ('007')", "", {"id"}) == "no");
}

TEST_CASE("a failure on the other side of the constraint tells which columns are referenced", "[failures]") {
  LaterInserts later;
  later.want(missing("7", 100), {});
  LogEvent still_referenced = failed_delete("1").event;
  still_referenced.key_columns = {"number"};
  later.want(still_referenced, {});
  CHECK_FALSE(later.wants(record(200, "statement: INSERT INTO customers (id, number) VALUES (7, 8)")));
  CHECK(later.wants(record(200, "statement: INSERT INTO customers (id, number) VALUES (8, 7)")));
}

TEST_CASE("the first INSERT behind each failure is told, and none before it", "[failures]") {
  LaterInserts later;
  later.want(missing("7", 100), {"id"});
  later.want(missing("7", 300), {"id"});
  for (const std::uint64_t offset : std::vector<std::uint64_t>{50, 200, 400}) later.add(record(offset, "statement: INSERT INTO customers (id) VALUES (7)"));
  CHECK(later.after(missing("7", 100))->line == 21);
  CHECK(later.after(missing("7", 100))->same_session == false);
  CHECK(later.after(missing("7", 300))->line == 41);
  CHECK_FALSE(later.after(missing("7", 500)));
  CHECK_FALSE(later.after(missing("8", 100)));
}

TEST_CASE("in a table that references itself the referencing column brings no row", "[failures]") {
  LaterInserts later;
  LogEvent event = missing("7", 100);
  event.referencing_table = event.referenced_table = "customers";
  later.want(event, {});
  CHECK_FALSE(later.wants(record(200, "statement: INSERT INTO customers (id, customer_id) VALUES (9, 7)")));
  CHECK(later.wants(record(200, "statement: INSERT INTO customers (id, customer_id) VALUES (7, 1)")));
}

TEST_CASE("a failure that shows no key, or breaks MATCH FULL, misses no row", "[failures]") {
  LaterInserts later;
  LogEvent event = missing("7", 100);
  event.kind = ViolationKind::match_full;
  later.want(event, {"id"});
  event = missing("7", 100);
  event.key_shown = KeyShown::no;
  later.want(event, {"id"});
  CHECK_FALSE(later.wants_any());
}
