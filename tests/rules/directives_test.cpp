#include "rules/directives.h"

#include <string>
#include <vector>

#include "rules/diagnosis.h"
#include "rules/selection.h"
#include "tests/support/catch.h"
#include "tests/support/made_analysis.h"

using namespace pgfk;
using namespace pgfk::test;

namespace {

Finding orphan(Span statement, const char* constraint) {
  Finding finding;
  finding.sqlstate = "23503";
  finding.reason = Reason::never_in_input;
  finding.statement = {"INSERT", 0, statement, 1, "orders"};
  finding.constraint = foreign_key("orders", constraint, "customer_id", "customers");
  return finding;
}

struct Applied {
  std::string findings;   // "FK001 suppressed: why" each
  std::string warnings;
};

Applied applied(Made& made, std::vector<SourceId> others = {}) {
  Diagnostics notes;
  apply_directives(made.sources, others, made.analysis, notes);
  Applied out;
  for (const Finding& finding : made.analysis.findings) {
    if (!out.findings.empty()) out.findings += '\n';
    out.findings += cause_of(finding).code;
    if (finding.suppressed) out.findings += " suppressed: " + finding.suppressed->reason;
    if (finding.assumed) out.findings += " assumed";
    if (finding.unused_ignore) out.findings += " " + finding.evidence.front();
  }
  for (const Diagnostic& note : notes.kept()) out.warnings += note.message + "\n";
  return out;
}

/// Two INSERTs, one behind `above`, the other behind `between`; each breaks one key.
Made two_statements(const std::string& above, const std::string& between) {
  Made made;
  const SourceId file = made.file("seed.sql", above + "INSERT INTO orders VALUES (1);\n" + between + "INSERT INTO orders VALUES (2);\n");
  made.analysis.findings = {orphan(made.at(file, "INSERT INTO orders VALUES (1)"), "orders_fkey"),
                            orphan(made.at(file, "INSERT INTO orders VALUES (2)"), "Other")};
  return made;
}

}  // namespace

TEST_CASE("an ignore comment accepts what it names, in its statement", "[directives]") {
  struct Case { const char* above; const char* between; const char* findings; };
  const auto c = GENERATE(values<Case>({
      {"", "", "FK001\nFK001"},
      {"-- pgfk:ignore FK001 -- known\n", "", "FK001 suppressed: known\nFK001"},
      {"-- pgfk:ignore FK001 -- known\n\n/* more */\n-- and more\n", "", "FK001 suppressed: known\nFK001"},
      {"-- pgfk:ignore ALL\n", "-- pgfk:ignore FK00\n", "FK001 suppressed: \nFK001 suppressed: "},
      {"-- pgfk:ignore FK001 ORDERS_FKEY\n", "-- pgfk:ignore FK001 \"Other\"\n", "FK001 suppressed: \nFK001 suppressed: "},
      {"-- pgfk:ignore FK001 other\n", "", "FK001\nFK001\nFK099 pgfk:ignore FK001 other"},
      {"-- pgfk:ignore FK002\n", "", "FK001\nFK001\nFK099 pgfk:ignore FK002"},
      {"-- pgfk:ignore FK002\n-- pgfk:ignore orphan-row -- a\n", "", "FK001 suppressed: a\nFK001\nFK099 pgfk:ignore FK002"},
      {"-- pgfk:ignore-file FK001 orders_fkey -- b\n", "", "FK001 suppressed: b\nFK001"},
      {"-- pgfk:ignore-file FK001\n", "", "FK001 suppressed: \nFK001 suppressed: "},
      {"-- pgfk:ignore-file FK008\n", "", "FK001\nFK001\nFK099 pgfk:ignore-file FK008"},
  }));
  CAPTURE(c.above, c.between);
  Made made = two_statements(c.above, c.between);
  const Applied got = applied(made);
  CHECK(got.findings == c.findings);
  CHECK(got.warnings.empty());
}

TEST_CASE("a comment that cannot be read is told, and accepts nothing", "[directives]") {
  Made made = two_statements("-- pgfk:ignore FK801\n", "-- pgfk:ignored FK001\n");
  const Applied got = applied(made);
  CHECK(got.findings == "FK001\nFK001");
  CHECK(got.warnings == "comment \"pgfk:ignore FK801\" names no cause: \"fk801\"\n"
                        "comment \"pgfk:ignored\" is no directive; there are pgfk:ignore, pgfk:ignore-file and pgfk:assume\n");
}

TEST_CASE("comments of what is loaded before, and of a run that ended early, are not told as unused", "[directives]") {
  Made made = two_statements("-- pgfk:ignore FK002\n", "");
  CHECK(applied(made, {SourceId{0}}).findings == "FK001\nFK001");
  made = two_statements("-- pgfk:ignore FK002\n", "");
  made.analysis.stopped = true;
  CHECK(applied(made).findings == "FK001\nFK001");
}

TEST_CASE("an unused ignore is a warning like any other", "[directives]") {
  Made made = two_statements("-- pgfk:ignore FK002\n", "");
  applied(made);
  Selection selection;
  REQUIRE(selection.ignore("unused-ignore"));
  leave_out_unselected(selection, made.analysis);
  CHECK(made.analysis.findings.back().left_out);
  const Context context(made.analysis, made.sources, made.options);
  const Diagnosis diagnosis = diagnose(context, 2);
  CHECK(diagnosis.headline == "unused comment: pgfk:ignore FK002");
  CHECK(diagnosis.cause->severity == Severity::warning);
  CHECK(made.sources.text(diagnosis.excerpts.front().labels.front().span) == "-- pgfk:ignore FK002");
}

TEST_CASE("an assumption settles its statement and what hangs on it alone", "[directives]") {
  struct Case { const char* comment; const char* findings; };
  const auto c = GENERATE(values<Case>({
      {"-- pgfk:assume rows refunds(order_id) from orders\n", "FK090 assumed\nFK090 assumed"},
      {"-- pgfk:assume rows public.refunds(order_id) from public.orders -- so it is\n", "FK090 assumed\nFK090 assumed"},
      {"-- pgfk:assume rows refunds(id) from orders\n", "FK090\nFK090\nFK099 pgfk:assume rows refunds(id) from orders"},
      {"-- pgfk:assume rows refunds(order_id) from shops\n", "FK090\nFK090\nFK099 pgfk:assume rows refunds(order_id) from shops"},
      {"-- pgfk:assume rows sales.refunds(order_id) from orders\n", "FK090\nFK090\nFK099 pgfk:assume rows sales.refunds(order_id) from orders"},
  }));
  CAPTURE(c.comment);
  Made made;
  const SourceId seed = made.file("seed.sql", std::string(c.comment) + "INSERT INTO refunds SELECT 1;\nINSERT INTO notes VALUES (1);\n");
  Finding root;
  root.verdict = Verdict::undecided;
  root.statement = {"INSERT", 1, made.at(seed, "INSERT INTO refunds SELECT 1"), 2, "refunds"};
  root.constraint = foreign_key("refunds", "refunds_order_id_fkey", "order_id", "orders");
  Finding later;
  later.verdict = Verdict::undecided;
  later.statement = {"INSERT", 2, made.at(seed, "INSERT INTO notes VALUES (1)"), 3, "notes"};
  later.caused_by = {0};
  made.analysis.findings = {root, later};
  made.analysis.constraints = {summary_of(*root.constraint, KeyVerdict::undecided)};
  made.analysis.statements = {2, 0, 0, 2, 0};
  made.analysis.data_statements = 2;
  CHECK(applied(made).findings == c.findings);
  const bool settled = std::string_view(c.findings).find("assumed") != std::string_view::npos;
  CHECK(made.analysis.statements.undecided == (settled ? 0u : 2u));
  CHECK(made.analysis.data_decided == (settled ? 2u : 0u));
  CHECK(made.analysis.constraints.front().verdict == (settled ? KeyVerdict::holds : KeyVerdict::undecided));
}
