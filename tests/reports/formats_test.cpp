#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "reports/formats.h"
#include "reports/input_info.h"
#include "reports/redact.h"
#include "reports/text.h"
#include "tests/support/catch.h"
#include "tests/support/made_analysis.h"

using namespace pgfk;
using namespace pgfk::test;

namespace {

std::string rendered(const char* format, const Made& made, ReportOptions options = {}) {
  std::vector<InputInfo> inputs;
  for (std::size_t id = 0; id < made.sources.size(); ++id) {
    inputs.push_back(describe_input(made.sources[static_cast<SourceId>(id)]));
  }
  Invocation invocation;
  invocation.args = {"-f", "json"};
  invocation.exit_code = 1;
  invocation.version = "0.1.0";
  invocation.grammar = 15;
  std::ostringstream out;
  find_renderer(format)({made.analysis, made.sources, made.options, inputs, invocation, options}, out);
  return out.str();
}

std::string keys_of(const nlohmann::ordered_json& object) {
  std::string keys;
  for (const auto& [key, value] : object.items()) keys += (keys.empty() ? "" : " ") + key;
  return keys;
}

}  // namespace

TEST_CASE("json holds every member of the contract", "[reports]") {
  const auto json = nlohmann::ordered_json::parse(rendered("json", dump_with_orphans()));
  CHECK(keys_of(json) ==
        "schema_version tool invocation inputs restore summary tables constraints findings cycles load_order diagnostics");
  CHECK(json["schema_version"] == 1);
  CHECK(json["tool"].dump() == R"({"name":"pgfk","version":"0.1.0","grammar":"15"})");
  CHECK(keys_of(json["invocation"]) == "args seconds peak_rss exit_code");
  CHECK(keys_of(json["inputs"][0]) == "path kind format compression bytes server_version pg_dump_version complete");
  CHECK(keys_of(json["restore"]) == "data_only single_transaction exit_on_error disable_triggers jobs target_version");
  CHECK(keys_of(json["summary"]) == "tables foreign_keys rows references findings_by_code findings_left_out findings_suppressed statements data_statements");
  CHECK(json["summary"]["findings_by_code"].dump() == R"({"FK001":1})");
  CHECK(json["summary"]["statements"].dump() == R"({"total":3,"ok":2,"fail":1,"undecided":0,"skipped":0})");
  CHECK(json["tables"].dump() == R"([{"schema":"public","table":"customers","rows_after":120400},)"
                                 R"({"schema":"public","table":"orders","rows_after":4}])");
  CHECK(keys_of(json["constraints"][0]) ==
        "schema table name name_origin columns ref_schema ref_table ref_columns match on_delete on_update deferrable "
        "initially_deferred validated enforced declared_at verdict rows_checked rows_failing keys_missing exists_after_load");
  CHECK(json["constraints"][0]["declared_at"].dump() ==
        R"({"path":"prod.sql","line":7,"column":1,"end_line":8,"end_column":101,"byte":125,"length":131})");

  const auto& finding = json["findings"][0];
  CHECK(finding["code"] == "FK001");
  CHECK(finding["name"] == "orphan-row");
  CHECK(finding["severity"] == "error");
  CHECK(finding["verdict"] == "fails");
  CHECK(finding["sqlstate"] == "23503");
  CHECK(finding["reported"] == true);
  CHECK(keys_of(finding["statement"]) == "kind index loc psql_line");
  CHECK(finding["statement"]["psql_line"] == 8);
  CHECK(finding["constraint"].dump() == R"({"schema":"public","table":"orders","name":"orders_customer_id_fkey"})");
  CHECK(finding["root"] == true);
  CHECK(finding["caused_by"].empty());
  CHECK(finding["rows_total"] == 3);
  CHECK(finding["keys_total"] == 2);
  CHECK(finding["truncated"] == false);
  CHECK(finding["rows"][0].dump() ==
        R"({"loc":{"path":"prod.sql","line":3,"column":7,"end_line":3,"end_column":12,"byte":76,"length":5},)"
        R"("row_number":2,"key":["70311"]})");
  CHECK(finding["server"]["detail"] == "Key (customer_id)=(70311) is not present in table \"customers\".");
  CHECK(finding["remedies"][0]["kind"] == "delete-rows");
  CHECK(finding["remedies"][0]["needs"] == "source");
  CHECK(finding["fingerprint"].get<std::string>().size() == 16);
}

TEST_CASE("json of consequences and of what is undecided", "[reports]") {
  const auto seeds = nlohmann::json::parse(rendered("json", seeds_in_wrong_order()));
  CHECK(seeds["findings"][1]["root"] == false);
  CHECK(seeds["findings"][1]["caused_by"].dump() == "[0]");
  CHECK(seeds["findings"][0]["rows"][0]["arrives_at"]["path"] == "db/seeds/30_customers.sql");
  CHECK(seeds["load_order"]["files"].size() == 5);
  const auto doubt = nlohmann::json::parse(rendered("json", undecided_seed()));
  CHECK(doubt["findings"][0]["sqlstate"].is_null());
  CHECK(doubt["findings"][0]["verdict"] == "undecided");
  const auto ring = nlohmann::json::parse(rendered("json", ring_of_two()));
  CHECK(ring["cycles"][0]["harmless"] == false);
  CHECK(ring["cycles"][0]["constraints"].size() == 2);
}

TEST_CASE("what is left out is in no format, and the rest stays consistent", "[reports]") {
  Made made = seeds_in_wrong_order();
  made.analysis.findings.push_back(made.analysis.findings[1]);
  made.analysis.findings[2].caused_by = {1, 0};
  made.analysis.findings[0].left_out = true;
  const auto json = nlohmann::json::parse(rendered("json", made));
  CHECK(json["findings"].size() == 2);
  CHECK(json["findings"][0]["code"] == "FK007");
  CHECK(json["findings"][0]["root"] == false);
  CHECK(json["findings"][0]["caused_by"].empty());
  CHECK(json["findings"][1]["caused_by"].dump() == "[0]");
  CHECK(json["summary"]["findings_by_code"].dump() == R"({"FK007":2})");
  CHECK(json["summary"]["findings_left_out"] == 1);
  CHECK(rendered("concise", made).find("FK002") == std::string::npos);
  CHECK(rendered("full", made).find("error[FK007]: INSERT INTO items fails too") == 0);
  CHECK(rendered("full", made).ends_with("5 files, 0 root causes, 2 consequences; 1 finding left out; suggested order 10 30 20 25 40.  exit 1\n"));

  made = dump_with_orphans();
  made.analysis.findings.front().left_out = true;
  made.analysis.cycles = {{{"public.a"}, {}, 0, true, "one COPY loads all its rows", true}};
  CHECK(rendered("summary", made) ==
        "No foreign key failures; 1 finding left out. 2 of 2 data statements and 1 of 1 constraint decided.  0.0 s, 0 bytes\n");
  CHECK(rendered("full", made).find("FK0") == std::string::npos);
  CHECK(nlohmann::json::parse(rendered("json", made))["cycles"].empty());
}

TEST_CASE("json stays json whatever bytes the input holds", "[reports]") {
  Made made = dump_with_orphans();
  made.analysis.findings.front().rows.front().key = {"\xff\x80\x01\"\\"};
  const auto json = nlohmann::json::parse(rendered("json", made));
  CHECK(json["findings"][0]["rows"][0]["key"][0] == "\xEF\xBF\xBD\xEF\xBF\xBD\x01\"\\");
  CHECK_NOTHROW(nlohmann::json::parse(rendered("json", Made())));
}

TEST_CASE("one line per finding", "[reports]") {
  CHECK(rendered("concise", seeds_in_wrong_order()) ==
        "db/seeds/20_orders.sql:2:10: error[FK002]: INSERT INTO orders runs before its parent rows (SQLSTATE 23503)\n"
        "db/seeds/25_items.sql:1:38: error[FK007]: INSERT INTO items fails too: its rows of orders did not load (SQLSTATE 23503)\n"
        "db/seeds: 5 files, 1 root cause, 1 consequence; suggested order 10 30 20 25 40.  exit 1\n");
}

TEST_CASE("sums by cause and by constraint", "[reports]") {
  CHECK(rendered("summary", dump_with_orphans()) ==
        "     count  code   cause\n"
        "         1  FK001  orphan-row\n\n"
        "      rows      keys  constraint               child -> parent\n"
        "         3         2  orders_customer_id_fkey  public.orders -> public.customers\n\n"
        "prod.sql: 1 of 1 foreign key fails, 3 rows; 2 of 2 data statements load.  exit 1\n");
}

TEST_CASE("formats by name", "[reports]") {
  for (const std::string& name : format_names()) CHECK(find_renderer(name) != nullptr);
  for (const char* name : {"html", "csv"}) CHECK(is_planned_format(name));
  CHECK(find_renderer("xml") == nullptr);
  CHECK(!is_planned_format("xml"));
}

TEST_CASE("a dump says what made it and whether it is whole", "[reports]") {
  const auto info = [](const char* text) { return describe_input(*Source::of_text("x.sql", text)); };
  CHECK(!info("INSERT INTO t VALUES (1);\n").dump);
  CHECK(info("INSERT INTO t VALUES (1);\n").complete);
  CHECK(!info("--\n-- PostgreSQL database dump\n--\n").complete);
  CHECK(info("--\r\n-- PostgreSQL database dump\r\n--\r\n-- PostgreSQL database dump complete\r\n").complete);
  CHECK(info("--\n-- PostgreSQL database cluster dump\n--\n-- PostgreSQL database cluster dump complete\n").complete);
  CHECK(info("--\n-- PostgreSQL database dump\n-- Dumped from database version 9.6.24\r\n").server_version == "9.6.24");
}

TEST_CASE("bytes as people say them", "[reports]") {
  CHECK(human_bytes(812) == "812 bytes");
  CHECK(human_bytes(1500) == "1.5 kB");
  CHECK(human_bytes(412'000'000) == "412 MB");
  CHECK(human_bytes(999'600'000) == "1.0 GB");
  CHECK(human_bytes(1'900'000'000) == "1.9 GB");
}

TEST_CASE("what a terminal shows of any bytes", "[reports]") {
  CHECK(printable("a\tb") == "a  b");
  CHECK(printable("\033[31m\r\n\x7f") == "?[31m???");
  CHECK(printable("J\xC3\xBCrgen \xE2\x82\xAC \xF0\x9F\x90\x98") == "J\xC3\xBCrgen \xE2\x82\xAC \xF0\x9F\x90\x98");
  CHECK(printable("\xC3(\x80\xC0\xAF\xED\xA0\x80\xC2\x9B") == "?(????????");
  CHECK(wrapped("aa bb cc", 5) == std::vector<std::string>{"aa bb", "cc"});
  CHECK(wrapped("aaaaaaaaaa bb", 5) == std::vector<std::string>{"aaaaaaaaaa", "bb"});
  CHECK(wrapped("", 5) == std::vector<std::string>{""});
}
