#include "rules/baseline.h"

#include <memory>
#include <string>

#include "rules/fingerprint.h"
#include "tests/support/catch.h"
#include "tests/support/made_analysis.h"

using namespace pgfk;
using namespace pgfk::test;

namespace {

std::vector<BaselineEntry> entries_of(const std::string& text) {
  Result<std::vector<BaselineEntry>> read = read_baseline(*Source::of_text("b", text), SourceId{9});
  REQUIRE(read);
  return std::move(read).value();
}

std::string refusal(const std::string& text) {
  const Result<std::vector<BaselineEntry>> read = read_baseline(*Source::of_text("b", text), SourceId{9});
  return read ? std::string("taken") : read.error().message;
}

}  // namespace

TEST_CASE("a baseline accepts what it was written of", "[baseline]") {
  Made made = seeds_in_wrong_order();
  const std::string text = baseline_text(extended_baseline({}, made.analysis));
  std::vector<BaselineEntry> entries = entries_of(text);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].code == "FK007");
  CHECK(entries[0].label == "public.items items_order_id_fkey");
  CHECK(entries[1].fingerprint == fingerprint(made.analysis.findings[0], false));
  CHECK(entries[1].rows == 2);

  apply_baseline(entries, made.analysis);
  for (const Finding& finding : made.analysis.findings) CHECK(!finding.is_told());
  tell_unused_entries(entries, made.analysis);
  CHECK(made.analysis.findings.size() == 2);
  CHECK(baseline_text(extended_baseline(entries, made.analysis)) == text);
}

TEST_CASE("the same findings on other lines are accepted still", "[baseline]") {
  Made made = seeds_in_wrong_order();
  std::vector<BaselineEntry> entries = extended_baseline({}, made.analysis);
  for (Finding& finding : made.analysis.findings) {
    finding.statement.span.offset += 5;
    finding.statement.psql_line += 3;
    finding.statement.index += 7;
    for (FindingRow& row : finding.rows) row.number += 2;
  }
  apply_baseline(entries, made.analysis);
  for (const Finding& finding : made.analysis.findings) CHECK(finding.suppressed.has_value());
}

TEST_CASE("an entry accepts one finding, with no more rows than it knows", "[baseline]") {
  Made made = seeds_in_wrong_order();
  made.analysis.findings.resize(1);
  const std::vector<BaselineEntry> known = extended_baseline({}, made.analysis);
  struct Case { std::size_t findings; std::uint64_t rows; std::size_t told; };
  const auto c = GENERATE(values<Case>({{1, 2, 0}, {1, 1, 0}, {1, 3, 1}, {2, 2, 1}}));
  CAPTURE(c.findings, c.rows);
  std::vector<BaselineEntry> entries = known;
  made.analysis.findings.front().rows_total = c.rows;
  made.analysis.findings.resize(c.findings, made.analysis.findings.front());
  apply_baseline(entries, made.analysis);
  std::size_t told = 0;
  for (const Finding& finding : made.analysis.findings) told += finding.is_told();
  CHECK(told == c.told);
}

TEST_CASE("entries that accept nothing are told, and pruned away", "[baseline]") {
  Made made = seeds_in_wrong_order();
  std::vector<BaselineEntry> entries = entries_of("# head\n\n0123456789abcdef FK001 4 public.gone gone_fkey -- why\r\n");
  CHECK(entries.front().reason == "why");
  CHECK(entries.front().label == "public.gone gone_fkey");
  CHECK(entries.front().span == Span{SourceId{9}, 8, 53});
  apply_baseline(entries, made.analysis);
  tell_unused_entries(entries, made.analysis);
  REQUIRE(made.analysis.findings.size() == 3);
  CHECK(made.analysis.findings.back().unused_ignore);
  CHECK(made.analysis.findings.back().evidence.front() == "0123456789abcdef FK001 public.gone gone_fkey");
  CHECK(pruned_baseline(entries).empty());
}

TEST_CASE("reasons stay, rows shrink, strange names stay on their line", "[baseline]") {
  Made made = seeds_in_wrong_order();
  made.analysis.findings.resize(1);
  made.analysis.findings.front().constraint->name = "a\n -- b";
  std::vector<BaselineEntry> entries = extended_baseline({}, made.analysis);
  entries.front().rows = 10;
  entries.front().reason = "moved -- soon";
  entries = entries_of(baseline_text(entries));
  apply_baseline(entries, made.analysis);
  CHECK(made.analysis.findings.front().suppressed->reason == "moved -- soon");
  CHECK(pruned_baseline(entries).front().rows == 2);
  CHECK(pruned_baseline(entries).front().label == "public.orders \"a? - b\"");
}

TEST_CASE("what is no baseline is refused, with its line", "[baseline]") {
  CHECK(refusal("") == "taken");
  CHECK(refusal("# x\nINSERT INTO t;\n") == "line 2 of baseline \"b\" is no entry");
  CHECK(refusal("0123456789abcdeg FK001 1 x\n") == "line 1 of baseline \"b\" is no entry");
  CHECK(refusal("0123456789abcdef FK001 -1 x\n") == "line 1 of baseline \"b\" is no entry");
  CHECK(refusal("0123456789abcdef FK001\n") == "line 1 of baseline \"b\" is no entry");
  CHECK(refusal("0123456789abcdef FK001 99999999999999999999999 x\n") == "line 1 of baseline \"b\" is no entry");
}
