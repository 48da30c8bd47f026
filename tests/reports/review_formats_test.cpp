// The formats that CI systems read: sarif, github, gitlab, junit, rdjsonl, jsonl. The schema of SARIF itself is asked by tests/hooks/sarif.py.
#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "reports/annotation.h"
#include "reports/formats.h"
#include "reports/input_info.h"
#include "reports/redact.h"
#include "tests/support/catch.h"
#include "tests/support/made_analysis.h"

using namespace pgfk;
using namespace pgfk::test;
using nlohmann::json;

namespace {

std::string rendered(const char* format, const Made& made, ReportOptions options = {}) {
  std::vector<InputInfo> inputs;
  for (std::size_t id = 0; id < made.sources.size(); ++id) inputs.push_back(describe_input(made.sources[static_cast<SourceId>(id)]));
  Invocation invocation;
  invocation.exit_code = 1;
  invocation.version = "0.1.0";
  std::ostringstream out;
  find_renderer(format)({made.analysis, made.sources, made.options, inputs, invocation, options}, out);
  return out.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// One orphan in a file and a table whose names hold all that a format could trip over.
Made hostile() {
  Made made;
  const SourceId file = made.file("./se%eds,a:b\n<&\">.sql", "INSERT INTO t VALUES (1);\n");
  Finding finding;
  finding.sqlstate = "23503";
  finding.statement = {"INSERT", 0, {file, 0, 24}, 1, "t"};
  finding.constraint = foreign_key("t", "k\x01\xff::##[\n%0A<&>\"]]>", "c", "r");
  finding.reason = Reason::never_in_input;
  finding.rows = {{{file, 21, 3}, Span{file, 22, 1}, 1, {"\x1b[31m\xff"}, {}, ""}};
  finding.rows_total = finding.keys_total = 1;
  finding.message = "violates \"k\x01\xff::##[\n%0A<&>\"]]>\"";
  made.analysis.findings = {finding};
  return made;
}

/// `count` failing statements in one file.
Made many(std::size_t count) {
  Made made = hostile();
  made.analysis.findings.front().constraint = foreign_key("t", "k", "c", "r");
  made.analysis.findings.resize(count, made.analysis.findings.front());
  return made;
}

}  // namespace

TEST_CASE("sarif names rule, place, message and fingerprint of a result", "[reports]") {
  const json log = json::parse(rendered("sarif", dump_with_orphans()));
  CHECK(log["version"] == "2.1.0");
  const json& run = log["runs"][0];
  CHECK(run["tool"]["driver"]["name"] == "pgfk");
  REQUIRE(run["results"].size() == 1);
  const json& result = run["results"][0];
  CHECK(result["ruleId"] == "FK001");
  CHECK(run["tool"]["driver"]["rules"][result["ruleIndex"].get<std::size_t>()]["id"] == "FK001");
  CHECK(result["level"] == "error");
  CHECK(result["message"]["text"].get<std::string>().starts_with("ADD FOREIGN KEY fails: 3 rows of public.orders have no parent (SQLSTATE 23503)\n"));
  const json& place = result["locations"][0]["physicalLocation"];
  CHECK(place["artifactLocation"].dump() == R"({"uri":"prod.sql","uriBaseId":"%SRCROOT%"})");
  CHECK(place["region"].dump() ==
        R"({"byteLength":23,"byteOffset":175,"endColumn":43,"endLine":8,"startColumn":20,"startLine":8})");
  CHECK(result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 3);
  CHECK(result["partialFingerprints"]["pgfk/v1"].get<std::string>().size() == 16);
  CHECK(run["invocations"][0]["exitCode"] == 1);
  CHECK(run["invocations"][0]["executionSuccessful"] == true);
}

TEST_CASE("sarif takes any bytes, counts columns in characters and keeps what is suppressed", "[reports]") {
  Made made = hostile();
  const json first = json::parse(rendered("sarif", made))["runs"][0]["results"][0];
  CHECK(first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "se%25eds%2Ca%3Ab%0A%3C%26%22%3E.sql");

  const SourceId accents = made.file("/tmp/a.sql", "/* \xC3\xA9\xC3\xA9 */ SELECT 1;\n");
  made.analysis.findings.front().statement.span = {accents, 11, 8};
  made.analysis.findings.front().rows.clear();
  made.analysis.findings.front().suppressed = Suppression{SuppressedBy::comment, "known"};
  const json second = json::parse(rendered("sarif", made))["runs"][0]["results"][0];
  CHECK(second["locations"][0]["physicalLocation"]["artifactLocation"].dump() == R"({"uri":"file:///tmp/a.sql"})");
  CHECK(second["locations"][0]["physicalLocation"]["region"]["startColumn"] == 10);
  CHECK(second["suppressions"].dump() == R"([{"justification":"known","kind":"inSource"}])");
}

TEST_CASE("sarif of a run that read nothing is whole and says why", "[reports]") {
  Made made;
  made.analysis.diagnostics.report({DiagnosticLevel::error, "could not open \"x.sql\"", "", {}});
  const json run = json::parse(rendered("sarif", made))["runs"][0];
  CHECK(run["results"].empty());
  CHECK(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "could not open \"x.sql\"");
  CHECK(is_for_machines("sarif"));
  CHECK(!is_for_machines("full"));
}

TEST_CASE("github gets one command a finding, and nothing in it ends it early", "[reports]") {
  const std::vector<std::string> seeds = lines_of(rendered("github", seeds_in_wrong_order()));
  REQUIRE(seeds.size() == 3);
  CHECK(seeds[0].starts_with("::error file=db/seeds/20_orders.sql,line=2,endLine=2,col=10,endColumn=11,title=FK002 referenced-row-later::"
                             "INSERT INTO orders runs before its parent rows (SQLSTATE 23503)%0A"));
  CHECK(seeds[1].starts_with("::error file=db/seeds/25_items.sql,line=1,"));
  CHECK(seeds[2].starts_with("- db/seeds: 5 files, 1 root cause, 1 consequence;"));

  const std::vector<std::string> odd = lines_of(rendered("github", hostile()));
  REQUIRE(odd.size() == 2);
  CHECK(odd[0].starts_with("::error file=se%25eds%2Ca%3Ab%0A<&\">.sql,line=1,"));
  CHECK(odd[0].find("k\xEF\xBF\xBD\xEF\xBF\xBD::##[%0A%250A<&>\"]]>") != std::string::npos);
  CHECK(odd[0].find('\x1b') == std::string::npos);
}

TEST_CASE("github shows ten annotations of a level; the last says how many more there are", "[reports]") {
  struct Case { std::size_t findings, commands; };
  const auto c = GENERATE(values<Case>({{1, 1}, {10, 10}, {11, 10}, {500, 10}}));
  CAPTURE(c.findings);
  const std::string text = rendered("github", many(c.findings));
  const std::vector<std::string> lines = lines_of(text);
  const auto begin_with = [&](const char* start) {
    return static_cast<std::size_t>(std::ranges::count_if(lines, [&](const std::string& line) { return line.starts_with(start); }));
  };
  CHECK(begin_with("::error ") == c.commands);
  const std::size_t rest = c.findings - (c.findings > 10 ? 9 : c.findings);
  CHECK(begin_with("- se%eds,a:b?<&\">.sql:1:") == rest);
  CHECK((text.find("::error title=pgfk::" + std::to_string(rest) + " more") != std::string::npos) == (rest > 0));
}

TEST_CASE("a line of the log is no command", "[reports]") {
  Made made = many(11);
  for (Finding& finding : made.analysis.findings) finding.statement.table = finding.constraint->referenced_table = "##[error]x";
  for (const std::string& line : lines_of(rendered("github", made))) {
    if (line.starts_with("- ")) CHECK(line.find("##[") == std::string::npos);
  }
}

TEST_CASE("gitlab gets an array of issues whose fingerprints differ", "[reports]") {
  const json issues = json::parse(rendered("gitlab", many(3)));
  REQUIRE(issues.size() == 3);
  CHECK(issues[0]["check_name"] == "orphan-row");
  CHECK(issues[0]["severity"] == "critical");
  CHECK(issues[0]["location"].dump() == "{\"lines\":{\"begin\":1,\"end\":1},\"path\":\"se%eds,a:b\\n<&\\\">.sql\"}");
  std::set<std::string> prints;
  for (const json& issue : issues) prints.insert(issue["fingerprint"].get<std::string>());
  CHECK(prints.size() == 3);
  CHECK(rendered("gitlab", Made()) == "[]\n");
}

TEST_CASE("junit has a suite per file and is XML whatever the input holds", "[reports]") {
  const std::string seeds = rendered("junit", seeds_in_wrong_order());
  CHECK(seeds.find("<testsuites name=\"pgfk\" tests=\"5\" failures=\"2\" errors=\"0\" skipped=\"0\"") != std::string::npos);
  CHECK(seeds.find("<testsuite name=\"db/seeds/20_orders.sql\" tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\">") != std::string::npos);
  CHECK(seeds.find("<testcase name=\"loads\" classname=\"db/seeds/10_schema.sql\"/>") != std::string::npos);
  CHECK(rendered("junit", undecided_seed()).find("<skipped message=\"undecided: ") != std::string::npos);

  const std::string odd = rendered("junit", hostile());
  CHECK(odd.find("name=\"./se%eds,a:b&#10;&lt;&amp;&quot;&gt;.sql\"") != std::string::npos);
  CHECK(odd.find("k\xEF\xBF\xBD\xEF\xBF\xBD::##[&#10;%0A&lt;&amp;&gt;&quot;]]&gt;") != std::string::npos);
  CHECK(odd.find('\x01') == std::string::npos);

  Made broken;
  broken.analysis.diagnostics.report({DiagnosticLevel::error, "file <x> is \"empty\"", "", {}});
  CHECK(rendered("junit", broken).find("<error message=\"file &lt;x&gt; is &quot;empty&quot;\"></error>") != std::string::npos);
}

TEST_CASE("rdjsonl and jsonl have a line per finding", "[reports]") {
  const std::vector<std::string> lines = lines_of(rendered("rdjsonl", seeds_in_wrong_order()));
  REQUIRE(lines.size() == 2);
  const json first = json::parse(lines[0]);
  CHECK(first["location"].dump() == R"({"path":"db/seeds/20_orders.sql","range":{"end":{"column":11,"line":2},"start":{"column":10,"line":2}}})");
  CHECK(first["severity"] == "ERROR");
  CHECK(first["code"]["value"] == "FK002");
  CHECK(json::parse(lines_of(rendered("rdjsonl", hostile()))[0])["location"]["path"] == "se%eds,a:b\n<&\">.sql");

  const std::vector<std::string> whole = lines_of(rendered("jsonl", seeds_in_wrong_order()));
  const json report = json::parse(rendered("json", seeds_in_wrong_order()));
  REQUIRE(whole.size() == 2);
  CHECK(json::parse(whole[1]) == report["findings"][1]);
}

TEST_CASE("what is suppressed is in the formats that can say so, and in no other", "[reports]") {
  Made made = seeds_in_wrong_order();
  made.analysis.findings[0].suppressed = Suppression{SuppressedBy::baseline, "old"};
  for (const char* format : {"github", "gitlab", "junit", "rdjsonl", "concise", "full"}) {
    CAPTURE(format);
    CHECK(rendered(format, made).find("runs before its parent rows") == std::string::npos);  // the headline: others may name its code
    CHECK(rendered(format, made).find("FK007") != std::string::npos);
  }
  const json report = json::parse(rendered("json", made));
  CHECK(report["findings"][0]["suppressed"].dump() == R"({"by":"baseline","reason":"old"})");
  CHECK(report["summary"]["findings_by_code"].dump() == R"({"FK007":1})");
  CHECK(report["summary"]["findings_suppressed"] == 1);
  CHECK(json::parse(rendered("sarif", made))["runs"][0]["results"].size() == 2);
  CHECK(rendered("concise", made).ends_with("5 files, 0 root causes, 1 consequence; 1 finding suppressed; suggested order 10 30 20 25 40.  exit 1\n"));
}

TEST_CASE("no format shows a value that --redact hides", "[reports]") {
  const auto format = GENERATE(values<const char*>({"sarif", "github", "gitlab", "junit", "rdjsonl", "jsonl"}));
  CAPTURE(format);
  Made made = dump_with_orphans();
  const bool tells_keys = std::string_view(format) != "gitlab";
  CHECK((rendered(format, made).find("70311") != std::string::npos) == tells_keys);
  redact(made.analysis, Redaction::keys);
  ReportOptions options;
  options.redaction = Redaction::keys;
  CHECK(rendered(format, made, options).find("70311") == std::string::npos);
}
