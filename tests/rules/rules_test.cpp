#include <set>
#include <string>

#include "rules/diagnosis.h"
#include "rules/explain.h"
#include "rules/fingerprint.h"
#include "rules/pages.h"
#include "rules/selection.h"
#include "rules/wording.h"
#include "tests/support/catch.h"
#include "tests/support/made_analysis.h"

using namespace pgfk;
using namespace pgfk::test;

namespace {

Finding violation(Reason reason) {
  Finding finding;
  finding.sqlstate = "23503";
  finding.reason = reason;
  return finding;
}

// A finding of each kind, on an INSERT of one row into orders.
Made with_finding(Finding finding) {
  Made made;
  const SourceId file = made.file("a.sql", "INSERT INTO orders (id, customer_id) VALUES (10, 7);\nDELETE FROM customers;\n");
  if (finding.statement.kind.empty()) finding.statement = {"INSERT", 0, {file, 0, 51}, 1, "orders"};
  finding.constraint = foreign_key("orders", "orders_fk", "customer_id", "customers");
  finding.rows = {{made.at(file, "(10, 7)"), made.at(file, "7"), 1, {"7"}, {}, ""}};
  finding.rows_total = finding.keys_total = 1;
  made.analysis.findings = {finding};
  return made;
}

Diagnosis diagnosed(const Made& made) { return diagnose(Context(made.analysis, made.sources, made.options), 0); }

}  // namespace

TEST_CASE("each reason has its cause", "[rules]") {
  struct Case { Reason reason; const char* code; };
  const auto c = GENERATE(values<Case>({
      {Reason::none, "FK001"}, {Reason::never_in_input, "FK001"}, {Reason::comes_later, "FK002"},
      {Reason::comes_later_in_cycle, "FK003"}, {Reason::comes_later_same_table, "FK004"}, {Reason::match_full_mixed, "FK005"},
      {Reason::removed, "FK006"}, {Reason::lost_with_statement, "FK006"}, {Reason::table_not_loaded, "FK009"},
      {Reason::still_referenced, "FK010"}, {Reason::unknown_rows, "FK001"},
  }));
  Finding finding = violation(c.reason);
  CHECK(std::string(cause_of(finding).code) == c.code);
  finding.verdict = Verdict::undecided;
  CHECK(std::string(cause_of(finding).code) == "FK090");
}

TEST_CASE("precedence among causes", "[rules]") {
  Finding finding = violation(Reason::comes_later);
  finding.caused_by = {0};
  CHECK(std::string(cause_of(finding).code) == "FK007");
  finding.reason = Reason::match_full_mixed;  // wrong by itself, whatever else fails
  CHECK(std::string(cause_of(finding).code) == "FK005");
  finding.sqlstate = "23505";
  CHECK(std::string(cause_of(finding).code) == "FK030");
  finding.constraint_impossible = true;
  CHECK(std::string(cause_of(finding).code) == "FK020");
  finding.verdict = Verdict::info;
  CHECK(std::string(cause_of(finding).code) == "FK050");
  finding.bypassed = true;
  CHECK(std::string(cause_of(finding).code) == "FK008");
  Finding restrict_violation = violation(Reason::still_referenced);
  restrict_violation.sqlstate = "23001";
  CHECK(std::string(cause_of(restrict_violation).code) == "FK010");
}

TEST_CASE("every cause has a headline, a place and an effect", "[rules]") {
  struct Case { Reason reason; const char* headline; };
  const auto c = GENERATE(values<Case>({
      {Reason::never_in_input, "INSERT INTO orders fails: 1 row has no parent in customers (SQLSTATE 23503)"},
      {Reason::comes_later, "INSERT INTO orders runs before its parent rows (SQLSTATE 23503)"},
      {Reason::comes_later_in_cycle, "no order of these statements loads orders and customers (SQLSTATE 23503)"},
      {Reason::comes_later_same_table, "INSERT INTO orders runs before the row of customers it points to (SQLSTATE 23503)"},
      {Reason::match_full_mixed,
       "INSERT INTO orders fails: MATCH FULL and 1 row with some, not all, key columns NULL (SQLSTATE 23503)"},
      {Reason::removed, "INSERT INTO orders refers to rows of customers that are gone by then (SQLSTATE 23503)"},
      {Reason::table_not_loaded, "INSERT INTO orders fails: the input has no rows of customers (SQLSTATE 23503)"},
      {Reason::still_referenced, "INSERT INTO orders fails: 1 row is still referenced from orders (SQLSTATE 23503)"},
  }));
  const Diagnosis diagnosis = diagnosed(with_finding(violation(c.reason)));
  CHECK(diagnosis.headline == c.headline);
  REQUIRE(!diagnosis.excerpts.empty());
  CHECK(!diagnosis.excerpts.front().labels.empty());
  CHECK(diagnosis.effect == "psql exits 0, pg_restore exits 1; no row of this statement is kept");
  CHECK(!diagnosis.remedies.empty());
}

TEST_CASE("the effect depends on how the input is loaded", "[rules]") {
  struct Case { const char* kind; bool single, stop; const char* effect; };
  const auto c = GENERATE(values<Case>({
      {"COPY", false, false, "psql exits 0, pg_restore exits 1; no row of this COPY is kept"},
      {"COPY", false, true, "psql exits 3 and stops here, pg_restore exits 1; no row of this COPY is kept"},
      {"INSERT", true, true, "psql exits 3, pg_restore exits 1; one transaction: nothing of the input is kept"},
      {"COMMIT", false, false, "psql exits 0, pg_restore exits 1; the whole transaction is rolled back"},
      {"ALTER TABLE", false, false, "psql exits 0, pg_restore exits 1; rows stay, the constraint is missing afterwards"},
  }));
  Finding finding = violation(Reason::never_in_input);
  finding.statement.kind = c.kind;
  finding.statement.span = {SourceId{0}, 0, 51};
  Made made = with_finding(finding);
  made.options.single_transaction = c.single;
  made.options.exit_on_error = c.stop;
  CHECK(diagnosed(made).effect == c.effect);
}

TEST_CASE("SQL in remedies quotes names and values", "[rules]") {
  Finding finding = violation(Reason::never_in_input);
  finding.statement = {"ALTER TABLE", 0, {SourceId{0}, 0, 51}, 1, "public.\"Orders\""};
  Made made = with_finding(finding);
  Finding& kept = made.analysis.findings.front();
  kept.constraint = foreign_key("Orders", "orders_fk", "user", "customers");
  kept.rows.front().key = {"O'Neill"};
  CHECK(diagnosed(made).remedies.front().sql ==
        "DELETE FROM public.\"Orders\"\n  WHERE \"user\" IN ('O''Neill');      -- 1 row; or insert the missing row of customers");
  kept.keys_total = 1000;  // not all of them are known by name
  CHECK(diagnosed(made).remedies.front().sql ==
        "DELETE FROM public.\"Orders\"\n  WHERE \"Orders\".\"user\" IS NOT NULL\n"
        "    AND NOT EXISTS (SELECT FROM public.customers AS r\n"
        "                    WHERE r.id = \"Orders\".\"user\");      -- 1 row; or insert the 1,000 customers");
}

TEST_CASE("consequences belong to the root at the end of the chain", "[rules]") {
  Made made;
  made.analysis.findings.resize(6);
  made.analysis.findings[1].caused_by = {0};
  made.analysis.findings[2].caused_by = {1};
  made.analysis.findings[4].caused_by = {5};  // a ring, and a cause that does not exist: no harm
  made.analysis.findings[5].caused_by = {4};
  made.analysis.findings[3].caused_by = {99};
  const Context context(made.analysis, made.sources, made.options);
  CHECK(context.root_of(2) == 0);
  CHECK(context.consequences(0).size() == 2);
  CHECK(context.consequences(0)[1] == 2);
  CHECK(context.is_root(3));
  CHECK(context.consequences(4).size() + context.consequences(5).size() == 1);
}

TEST_CASE("many consequences are summed up", "[rules]") {
  Made made = seeds_in_wrong_order();
  for (int more = 0; more < 1000; ++more) made.analysis.findings.push_back(made.analysis.findings[1]);
  const Diagnosis diagnosis = diagnosed(made);
  REQUIRE(diagnosis.then.size() == 2);
  CHECK(diagnosis.then[0] == "1,001 later statements fail too or are in doubt: 25_items.sql:1 .. 25_items.sql:1");
  CHECK(diagnosis.then[1] == "by table: 1,001 items");
}

TEST_CASE("a fingerprint stays when lines move and changes with the key", "[rules]") {
  Made made = with_finding(violation(Reason::never_in_input));
  Finding finding = made.analysis.findings.front();
  const std::string before = fingerprint(finding, false);
  CHECK(before.size() == 16);
  finding.statement.span.offset = 1000;
  finding.rows.front().row.offset = 1000;
  CHECK(fingerprint(finding, false) == before);
  Finding redacted = finding;
  redacted.rows.front().key = {hashed_value("7")};
  CHECK(fingerprint(redacted, true) == before);
  finding.rows.front().key = {"8"};
  CHECK(fingerprint(finding, false) != before);
}

TEST_CASE("every code has a page, and every page a title and an example", "[rules]") {
  std::set<std::string> codes;
  for (const Page& page : pages()) {
    CAPTURE(page.code);
    codes.insert(std::string(page.code));
    CHECK(page.text.starts_with("# " + std::string(page.code) + " "));
    CHECK(page.text.find("\n## Example\n") != std::string_view::npos);
    CHECK(page.text.find("\n## What to do\n") != std::string_view::npos);
  }
  for (const Cause& cause : all_causes()) {
    CAPTURE(cause.code);
    CHECK(codes.contains(cause.code));
    CHECK(explanation(cause.code) == explanation(cause.name));
  }
  CHECK(codes.contains("FK099"));
  CHECK(explanation("fk001").has_value());
  CHECK(explanation("23503")->find("  FK010  DELETE or UPDATE of a row that others refer to.\n") != std::string::npos);
  CHECK(!explanation("FK777").has_value());
}

TEST_CASE("a selection tells what the longest word says", "[rules]") {
  struct Case { std::vector<std::string> select, ignore; std::string told; };
  const std::vector<Case> cases = {
      {{}, {}, "FK001 FK002 FK008 FK030"},
      {{}, {"FK001"}, "FK002 FK008 FK030"},
      {{}, {"FK00"}, "FK030"},
      {{}, {"all"}, ""},
      {{"fk002", "fails-otherwise"}, {}, "FK002 FK030"},
      {{"FK00"}, {"FK001"}, "FK002 FK008"},
      {{"FK001"}, {"FK00"}, "FK001"},
      {{"FK001"}, {"orphan-row"}, ""},
      {{"ALL"}, {"checks-bypassed"}, "FK001 FK002 FK030"},
      {{"FK099"}, {}, ""},
  };
  for (const Case& c : cases) {
    Selection selection;
    for (const std::string& word : c.select) CHECK(selection.select(word));
    for (const std::string& word : c.ignore) CHECK(selection.ignore(word));
    std::string told;
    for (const char* code : {"FK001", "FK002", "FK008", "FK030"}) {
      if (selection.tells({code, "", Severity::error})) told += (told.empty() ? "" : " ") + std::string(code);
    }
    CHECK(told == c.told);
  }
  for (const char* word : {"", "FK7", "FK0011", "orphan", "K001"}) {
    Selection selection;
    CHECK(!selection.select(word));
    CHECK(selection.tells({"FK001", "", Severity::error}));
  }
}

TEST_CASE("findings are left out, not taken away", "[rules]") {
  Made made = seeds_in_wrong_order();
  made.analysis.cycles = {{{"public.a"}, {}, 0, true, ""}, {{"public.b"}, {}, 1, false, ""}};
  Selection selection;
  CHECK(selection.ignore("FK002"));
  CHECK(selection.ignore("FK050"));
  leave_out_unselected(selection, made.analysis);
  CHECK(made.analysis.findings[0].left_out);
  CHECK(!made.analysis.findings[1].left_out);
  CHECK(made.analysis.cycles[0].left_out);
  CHECK(!made.analysis.cycles[1].left_out);
  const Context context(made.analysis, made.sources, made.options);
  CHECK(!context.is_root(1));
  CHECK(context.heads(1));
  CHECK(context.is_left_out(made.analysis.constraints[0]));
  CHECK(!context.is_left_out(made.analysis.constraints[1]));
}

TEST_CASE("names and values as SQL writes them", "[rules]") {
  CHECK(quoted_name("orders_2") == "orders_2");
  CHECK(quoted_name("order") == "\"order\"");
  CHECK(quoted_name("a\"b") == "\"a\"\"b\"");
  CHECK(quoted_name("2nd") == "\"2nd\"");
  CHECK(quoted_name("") == "\"\"");
  CHECK(literal("-7") == "-7");
  CHECK(literal("-") == "'-'");
  CHECK(literal("7.0") == "'7.0'");
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(18446744073709551615u) == "18,446,744,073,709,551,615");
  CHECK(counted(1, "row") == "1 row");
  CHECK(listed({"a", "b", "c"}) == "a, b and c");
}
