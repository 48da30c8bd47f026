#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "reports/json_text.h"
#include "reports/log_report.h"
#include "tests/analyzer/failures/failure_fixture.h"
#include "tests/support/catch.h"

using namespace pgfk;
using namespace pgfk::test;

namespace {

/// A report over failures of one file, postgresql-2026-11-20.log.
struct MadeLog {
  Sources sources;
  std::vector<LogInput> inputs;
  Diagnostics diagnostics;
  Invocation invocation;
  std::vector<Failure> failures;
  std::string dump;
  LogReportOptions options;
  std::vector<Dimension> by = {Dimension::constraint, Dimension::direction};

  MadeLog() {
    LogInput input;
    input.source = sources.add(Source::of_text("/var/log/postgresql-2026-11-20.log", "first line\nsecond\n"));
    input.path = "/var/log/postgresql-2026-11-20.log";
    input.format.format = "stderr";
    input.format.prefix = "%m [%p] %q%u@%d ";
    input.bytes = 1'900'000'000;
    input.lines = 2;
    input.first = LogTime{1, "2026-11-20T00:00:01.000+00:00"};
    input.last = LogTime{2, "2026-11-22T23:59:59.000+00:00"};
    inputs.push_back(input);
    invocation.exit_code = 1;
    invocation.grammar = 15;
  }

  std::string rendered(const char* format) {
    FailureGroups groups(GroupOptions{by});
    std::ostringstream out;
    const LogReport report{groups, inputs, sources, diagnostics, invocation, dump, options};
    const std::unique_ptr<LogWriter> writer = find_log_writer(format)(report, out);
    for (Failure failure : failures) {
      redact(failure, options.redaction);
      groups.add(failure);
      writer->write(failure);
    }
    writer->finish();
    return out.str();
  }
};

MadeLog shop_log() {
  MadeLog log;
  for (int number = 0; number < 40; ++number) log.failures.push_back(failed_insert(std::to_string(9912 + number), number < 20 ? 180 + number : number * 20));
  for (int number = 0; number < 8; ++number) {
    Failure failure = failed_insert(number % 2 ? "17" : "88", number * 100);
    failure.event.constraint = "sessions_user_id_fkey";
    failure.event.table = failure.event.referencing_table = "sessions";
    failure.event.referenced_table = "users";
    log.failures.push_back(failure);
  }
  log.failures.front().event.line = 88121;
  return log;
}

}  // namespace

TEST_CASE("the summary is a table and a paragraph on each group", "[reports]") {
  // The shape is that of the manual's example.
  CHECK(shop_log().rendered("summary") ==
        R"(1 file, 1.9 GB, stderr '%m [%p] %q%u@%d ' (detected), 2026-11-20 00:00 .. 2026-11-22 23:59 UTC
48 foreign key failures: 2 constraints, 1 database, 42 distinct keys

  count  share  kind    constraint             child -> parent      first        last
     40  83.3%  insert  orders_fk              orders -> customers  11-20 03:00  11-20 13:00
      8  16.7%  insert  sessions_user_id_fkey  sessions -> users    11-20 00:00  11-20 11:40

1. orders_fk               db shop, user app, 40 keys in 40 failures (a new key each time)
   peak   11-20 03:00, 20 in one hour: a burst
   sample postgresql-2026-11-20.log:88121  Key (customer_id)=(9912) is not present in table "customers".
          INSERT INTO orders VALUES (1, 9912)
   likely child written before, or in another transaction than, its parent
2. sessions_user_id_fkey   db shop, user app, 2 keys in 8 failures (the same keys again)
   likely a client still holding ids of deleted users: 17, 88
)");
}

TEST_CASE("the summary of a log without failures says what was read", "[reports]") {
  MadeLog log;
  CHECK(log.rendered("summary") ==
        "1 file, 1.9 GB, stderr '%m [%p] %q%u@%d ' (detected), 2026-11-20 00:00 .. 2026-11-22 23:59 UTC\nNo foreign key failures.\n");
  log.options.quiet = true;
  CHECK(log.rendered("summary").empty());
}

TEST_CASE("with a dump the summary says which keys are there by now, and advises accordingly", "[reports]") {
  MadeLog log;
  log.dump = "shop.dump";
  for (int number = 0; number < 6; ++number) {
    log.failures.push_back(failed_insert(std::to_string(number)));
    log.failures.back().in_dump = DumpAnswer{number < 5 ? DumpState::present : DumpState::absent, ""};
  }
  const std::string text = log.rendered("summary");
  const std::string end = R"(   likely child written before, or in another transaction than, its parent
   dump   5 keys there now: the row arrived later
   dump   1 key still absent
   help   commit the parent first; or write both in one transaction, in any order, with
          ALTER TABLE orders ALTER CONSTRAINT orders_fk DEFERRABLE INITIALLY DEFERRED;
)";
  CHECK(text.substr(text.size() - end.size()) == end);
}

TEST_CASE("concise is one line per failure", "[reports]") {
  MadeLog log;
  log.failures = {failed_insert("7"), failed_delete("8", 61)};
  log.failures[1].event.pid = 77;
  log.failures[1].event.database = "a\x1b[31m";  // nothing of the log steers the terminal
  CHECK(log.rendered("concise") ==
        "/var/log/postgresql-2026-11-20.log:1: 2026-11-20T00:00:00.000+00:00 insert orders_fk: orders (customer_id)=(7) -> customers "
        "db=shop user=app fingerprint=f00d\n"
        "/var/log/postgresql-2026-11-20.log:1: 2026-11-20T01:01:00.000+00:00 delete orders_fk: orders -> customers (id)=(8) "
        "db=a?[31m user=app pid=77 fingerprint=f00d\n");
}

TEST_CASE("jsonl is one event a line, with what the log shows and nothing else", "[reports]") {
  MadeLog log;
  log.failures = {failed_insert("7")};
  log.failures[0].event.place = {log.inputs[0].source, 0, 17};
  log.failures[0].event.newlines = 1;
  log.failures[0].event.end_column = 7;
  log.failures[0].event.detail.reset();
  CHECK(log.rendered("jsonl") ==
        R"({"time": "2026-11-20T00:00:00.000+00:00", "database": "shop", "user": "app", "kind": "insert_update", "direction": "insert", )"
        R"("table": "orders", "constraint": "orders_fk", "ref_table": "customers", "referencing_table": "orders", "key_columns": ["customer_id"], )"
        R"("key_values": ["7"], )"
        R"("message": "insert or update on table \"orders\" violates foreign key constraint \"orders_fk\"", )"
        R"x("statement": "INSERT INTO orders VALUES (1, 7)", "fingerprint": "f00d", )x"
        R"("loc": {"path": "/var/log/postgresql-2026-11-20.log", "line": 1, "column": 1, "end_line": 2, "end_column": 7, "byte": 0, "length": 17}})"
        "\n");
}

TEST_CASE("json holds the members of the contract, events as they came", "[reports]") {
  const auto json = nlohmann::json::parse(shop_log().rendered("json"));
  CHECK(json["schema_version"] == 1);
  CHECK(json["log"]["events"].size() == 48);
  CHECK(json["log"]["failures"] == 48);
  CHECK(json["log"]["keys"] == 42);
  CHECK(json["log"]["keys_exact"] == true);
  CHECK(json["log"]["format"] == "stderr");
  CHECK(json["log"]["prefix"] == "%m [%p] %q%u@%d ");
  CHECK(json["log"]["window"].dump() == R"({"first":"2026-11-20T00:00:01.000+00:00","last":"2026-11-22T23:59:59.000+00:00"})");
  CHECK(json["log"]["grouped_by"].dump() == R"(["constraint","direction"])");
  CHECK(json["invocation"]["exit_code"] == 1);
  CHECK(json["inputs"][0]["kind"] == "log");
  const auto& group = json["log"]["groups"][1];
  CHECK(group["count"] == 8);
  CHECK(group["constraint"] == "sessions_user_id_fkey");
  CHECK(group["table"] == "sessions");
  CHECK(group["ref_table"] == "users");
  CHECK(group["direction"] == "insert");
  CHECK(group["kinds"].dump() == R"({"insert_update":8})");
  CHECK(group["keys"].dump() == R"([{"count":4,"key":["17"]},{"count":4,"key":["88"]}])");
  CHECK(group["pattern"] == "same_keys");
  CHECK(group["peak"].dump() == R"({"count":1,"hour":"2026-11-20T00"})");
}

TEST_CASE("csv has one record per failure, quoted where it must be", "[reports]") {
  MadeLog log;
  log.failures = {failed_insert("7")};
  log.failures[0].event.statement = "INSERT INTO \"orders\"\nVALUES (1, 7)";
  log.failures[0].event.application_name = "";
  CHECK(log.rendered("csv") ==
        "time,pid,session_id,database,user,application_name,sqlstate,kind,direction,schema,table,constraint,ref_table,key_columns,key_values,message,"
        "detail,statement,fingerprint,in_dump,path,line,later_insert,later_insert_time\n"
        "2026-11-20T00:00:00.000+00:00,,,shop,app,\"\",,insert_update,insert,,orders,orders_fk,customers,customer_id,7,"
        "\"insert or update on table \"\"orders\"\" violates foreign key constraint \"\"orders_fk\"\"\","
        "\"Key (customer_id)=(7) is not present in table \"\"customers\"\".\",\"INSERT INTO \"\"orders\"\"\nVALUES (1, 7)\",f00d,,"
        "/var/log/postgresql-2026-11-20.log,1,,\n");
}

TEST_CASE("where missing rows come later every format says so", "[reports]") {
  MadeLog log;
  for (int number = 0; number < 6; ++number) {
    Failure failure = failed_insert(std::to_string(number));
    LaterInsert insert{{log.inputs[0].source, 11, 6}, 2, failure.event.time, 78, true, false};
    insert.time->microseconds += 250'000 * (number + 1);
    insert.same_session = number > 0;
    if (number < 5) failure.later = insert;
    log.failures.push_back(failure);
  }
  const std::string summary = log.rendered("summary");
  const std::string end = R"(   likely child written before, or in another transaction than, its parent
   later  5 keys inserted later in the log, 0.25 s to 1.25 s after the failure, 1 by another
          session; the first at postgresql-2026-11-20.log:2
   help   commit the parent first; or write both in one transaction, in any order, with
          ALTER TABLE orders ALTER CONSTRAINT orders_fk DEFERRABLE INITIALLY DEFERRED;
)";
  CHECK(summary.substr(summary.size() - end.size()) == end);
  CHECK(log.rendered("full").find("   later        5 keys inserted later in the log, 0.25 s to 1.25 s after") != std::string::npos);
  CHECK(log.rendered("concise").find(" later=/var/log/postgresql-2026-11-20.log:2\n") != std::string::npos);
  CHECK(log.rendered("csv").find(",/var/log/postgresql-2026-11-20.log:2,2026-11-20T00:00:00.000+00:00\n") != std::string::npos);
  const auto json = nlohmann::json::parse(log.rendered("json"));
  CHECK(json["log"]["events"][1]["later_insert"].dump() ==
        R"({"columns_assumed":false,"loc":{"byte":11,"column":1,"length":6,"line":2,"path":"/var/log/postgresql-2026-11-20.log"},"pid":78,"same_session":true,)"
        R"("time":"2026-11-20T00:00:00.000+00:00"})");
  CHECK_FALSE(json["log"]["events"][5].contains("later_insert"));
  const auto& later = json["log"]["groups"][0]["later_inserts"];
  CHECK(later["failures"] == 5);
  CHECK(later["keys"] == 5);
  CHECK(later["other_session"] == 1);
  CHECK(later["least_seconds"] == 0.25);
  CHECK(later["most_seconds"] == 1.25);
  CHECK(later["first"]["loc"]["line"] == 2);
}

TEST_CASE("no value is left after --redact, in any format", "[reports]") {
  const Redaction redaction = GENERATE(Redaction::keys, Redaction::all);
  for (const std::string& format : log_format_names()) {
    CAPTURE(format);
    MadeLog log;
    log.options.redaction = redaction;
    log.failures = {failed_insert("4711"), failed_insert("4711"), failed_insert("4711"), failed_insert("4711"), failed_delete("4711")};
    for (Failure& failure : log.failures) {
      failure.event.key_values_text = "4711";
      failure.event.context = "unnamed portal with parameters: $1 = '4711'";
      failure.event.hint = "4711";
    }
    Failure raised = failed_insert("4711");
    raised.event.kind = ViolationKind::raised;
    raised.event.message = "order 4711 is gone";
    log.failures.push_back(raised);
    const std::string text = log.rendered(format.c_str());
    CHECK(text.find("4711") == std::string::npos);
    CHECK(text.find("orders_fk") != std::string::npos);
  }
}

TEST_CASE("bytes that are no UTF-8 can be had back from JSON", "[reports]") {
  struct Case { const char* text; const char* json; };
  const auto c = GENERATE(values<Case>({{"caf\xc3\xa9", "\"caf\xc3\xa9\""},
                                        {"caf\xe9!", "\"caf\\udce9!\""},
                                        {"\xe2\x82", "\"\\udce2\\udc82\""},
                                        {"a\"b\\c\n\t\r\x01\x7f", "\"a\\\"b\\\\c\\n\\t\\r\\u0001\\u007f\""}}));
  JsonText out;
  out.value(std::string_view(c.text));
  CHECK(out.text() == c.json);
}
