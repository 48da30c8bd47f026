// The commands over an analysis made by hand: the analyze() here stands in for the replay.
#include "cli/commands.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <unistd.h>

#include "tests/support/catch.h"
#include "tests/support/made_analysis.h"

using namespace pgfk;
using namespace pgfk::test;

namespace {

Analysis next_analysis;        // what analyze() answers
AnalyzeOptions last_options;   // what it was asked

std::string input_file(const std::string& text) {
  const std::string path = (std::filesystem::temp_directory_path() / ("pgfk_commands_" + std::to_string(::getpid()) + ".sql")).string();
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

CommandLine line_of(Command command, std::vector<std::string> inputs) {
  CommandLine line;
  line.command = command;
  line.inputs = std::move(inputs);
  line.color = ColorChoice::never;
  line.width = 100;
  line.report.quiet = true;
  return line;
}

}  // namespace

namespace pgfk {
Analysis analyze(Sources&, const AnalyzeOptions& options) {
  last_options = options;
  return next_analysis;
}
}  // namespace pgfk

TEST_CASE("check renders what the analysis says and returns its status", "[commands]") {
  const std::string path = input_file("SELECT 1;\n");
  next_analysis = {};
  CommandLine line = line_of(Command::check, {path});
  std::ostringstream clean;
  CHECK(run_check(line, {}, clean) == 0);
  CHECK(clean.str().empty());
  CHECK(last_options.inputs.size() == 1);

  Finding finding;
  finding.sqlstate = "23503";
  finding.statement = {"SELECT", 0, {last_options.inputs.front(), 0, 8}, 1, ""};
  next_analysis.findings = {finding};
  line = line_of(Command::check, {path});
  line.format = "concise";
  std::ostringstream failing;
  CHECK(run_check(line, {}, failing) == 1);
  CHECK(failing.str().starts_with(path + ":1:1: error[FK001]: SELECT fails (SQLSTATE 23503)\n"));

  line = line_of(Command::check, {path, path + ".missing"});
  line.format = "json";
  std::ostringstream json;
  CHECK(run_check(line, {"x"}, json) == 2);
  CHECK(json.str().find("\"exit_code\":2") != std::string::npos);
  CHECK(json.str().find("\"code\":\"FK001\"") != std::string::npos);
  std::remove(path.c_str());
}

TEST_CASE("a baseline accepts what it was written of, and is pruned of what is gone", "[commands]") {
  const std::string path = input_file("SELECT 1;\n"), known = path + ".known";
  std::remove(known.c_str());
  Finding finding;
  finding.sqlstate = "23503";
  finding.statement = {"SELECT", 0, {SourceId{0}, 0, 8}, 1, ""};
  const auto checked = [&](BaselineChange change) {
    CommandLine line = line_of(Command::check, {path});
    line.format = "concise";
    line.report.quiet = false;
    line.baseline = {known, change};
    line.fail_on = FailOn::warning;
    std::ostringstream out;
    const int status = run_check(line, {}, out);
    return std::to_string(status) + (out.str().find("FK099") == std::string::npos ? "" : " unused");
  };
  next_analysis = {};
  next_analysis.findings = {finding};
  CHECK(checked(BaselineChange::none) == "2");  // there is none yet
  CHECK(checked(BaselineChange::write) == "0");
  CHECK(checked(BaselineChange::none) == "0");
  next_analysis.findings = {finding, finding};
  CHECK(checked(BaselineChange::none) == "1");
  next_analysis.findings.clear();
  CHECK(checked(BaselineChange::none) == "1 unused");
  CHECK(checked(BaselineChange::prune) == "0");
  CHECK(checked(BaselineChange::none) == "0");
  next_analysis.findings = {finding};
  next_analysis.diagnostics.report({DiagnosticLevel::error, "cut", "", {}});
  CHECK(checked(BaselineChange::write) == "2");
  next_analysis.diagnostics = {};
  CHECK(checked(BaselineChange::none) == "1");  // it was left as it is
  std::remove(path.c_str());
  std::remove(known.c_str());
}

TEST_CASE("--report writes further formats beside the output", "[commands]") {
  const std::string path = input_file("SELECT 1;\n");
  next_analysis = seeds_in_wrong_order().analysis;
  next_analysis.findings.clear();
  CommandLine line = line_of(Command::check, {path});
  line.reports = {{"json", path + ".json"}, {"concise", path + ".txt"}};
  std::ostringstream out;
  line.report.quiet = false;
  line.format = "summary";
  CHECK(run_check(line, {}, out) == 0);
  const auto written = [](const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(name, std::ios::binary).rdbuf();
    std::remove(name.c_str());
    return text.str();
  };
  CHECK(written(path + ".json").starts_with("{\"schema_version\": 1"));
  CHECK(written(path + ".txt").starts_with("No foreign key failures."));
  CHECK(out.str().find("No foreign key failures.") != std::string::npos);

  line = line_of(Command::check, {path});
  line.reports = {{"json", path + ".missing/report.json"}};
  CHECK(run_check(line, {}, out) == 2);
  std::remove(path.c_str());
}

TEST_CASE("a dump that is cut off makes the status 2, one that was edited does not", "[commands]") {
  struct Case { const char* text; int status; };
  const auto c = GENERATE(values<Case>({
      {"--\n-- PostgreSQL database dump\n--\nCOPY t FROM stdin;\n1\t2\n", 2},
      {"--\n-- PostgreSQL database dump\n--\nINSERT INTO t VALUES (1", 2},
      {"--\n-- PostgreSQL database dump\n--\nINSERT INTO t VALUES (1);\n\n-- the end\n", 0},
      {"--\n-- PostgreSQL database dump\n--\nCOPY t FROM stdin;\n\\.\n", 0},
      {"--\n-- PostgreSQL database dump\n--\nSELECT 1;\n--\n-- PostgreSQL database dump complete\n--\n\\unrestrict x\n", 0},
  }));
  CAPTURE(c.text);
  const std::string path = input_file(c.text);
  next_analysis = {};
  CommandLine line = line_of(Command::check, {path});
  std::ostringstream out;
  CHECK(run_check(line, {}, out) == c.status);
  std::remove(path.c_str());
}

TEST_CASE("order prints tables or files, and checks", "[commands]") {
  const std::string path = input_file("SELECT 1;\n");
  next_analysis = seeds_in_wrong_order().analysis;
  next_analysis.cycles = {{{"public.a", "public.b"}, {}, 0, false, "make one deferrable"}};
  CommandLine line = line_of(Command::order, {path});
  std::ostringstream tables;
  CHECK(run_order(line, tables) == 0);
  CHECK(tables.str() ==
        "public.customers\npublic.orders\npublic.items\n"
        "-- cycle: public.a -> public.b; no order of statements alone will do: make one deferrable\n");

  line = line_of(Command::order, {path});
  line.emit = OrderEmit::files;
  line.check_order = true;
  std::ostringstream files;
  CHECK(run_order(line, files) == 1);
  CHECK(files.str() ==
        "db/seeds/10_schema.sql\ndb/seeds/30_customers.sql\ndb/seeds/20_orders.sql\ndb/seeds/25_items.sql\ndb/seeds/40_more.sql\n");

  next_analysis.load_order.given_files = next_analysis.load_order.files;
  next_analysis.findings.front().reason = Reason::never_in_input;
  next_analysis.load_order.remaining = {next_analysis.findings.front()};
  line = line_of(Command::order, {path, path, path, path});  // as many sources as its spans speak of
  line.emit = OrderEmit::files;
  std::ostringstream complaints, alone;
  std::streambuf* const usual = std::cerr.rdbuf(complaints.rdbuf());
  CHECK(run_order(line, alone) == 1);
  std::cerr.rdbuf(usual);
  CHECK(alone.str() == files.str());
  CHECK(complaints.str() == "pgfk: still fails: " + path + ":1: INSERT INTO orders (orders_customer_id_fkey)\n");
  std::remove(path.c_str());
}

TEST_CASE("schema as text and as graphs", "[commands]") {
  const std::string path = input_file("SELECT 1;\n");
  next_analysis = dump_with_orphans().analysis;
  next_analysis.findings.clear();
  next_analysis.constraints.front().on_delete = RefAction::cascade;
  const auto shown = [&](GraphFormat graph) {
    CommandLine line = line_of(Command::schema, {path});
    line.graph = graph;
    std::ostringstream out;
    CHECK(run_schema(line, out) == 0);
    return out.str();
  };
  CHECK(shown(GraphFormat::none) ==
        "public.customers  120,400 rows\n"
        "public.orders  4 rows\n"
        "  orders_customer_id_fkey  (customer_id) -> public.customers (id) ON DELETE CASCADE  (missing after the load)\n");
  CHECK(shown(GraphFormat::dot) ==
        "digraph schema {\n  rankdir = LR;\n  node [shape = box];\n  \"public.customers\";\n  \"public.orders\";\n"
        "  \"public.orders\" -> \"public.customers\" [label = \"orders_customer_id_fkey\"];\n}\n");
  CHECK(shown(GraphFormat::mermaid) ==
        "flowchart LR\n  t1[\"public.customers\"]\n  t2[\"public.orders\"]\n  t2 -->|\"orders_customer_id_fkey\"| t1\n");
  std::remove(path.c_str());
}

TEST_CASE("explain, version and help need no input", "[commands]") {
  std::ostringstream page, version, help;
  CHECK(run_explain(line_of(Command::explain, {"orphan-row"}), page) == 0);
  CHECK(page.str().starts_with("# FK001 orphan-row\n"));
  CHECK(run_explain(line_of(Command::explain, {"nonsense"}), page) == 2);
  CHECK(run_version(version) == 0);
  CHECK(version.str().starts_with("pgfk "));
  CHECK(version.str().ends_with(" grammar)\n"));
  CHECK(run_help(help) == 0);
  std::istringstream lines(help.str());
  for (std::string each; std::getline(lines, each);) CHECK(each.size() <= 100);
}
