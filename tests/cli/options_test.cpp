#include "cli/options.h"

#include <algorithm>
#include <string>
#include <vector>

#include "cli/exit_status.h"
#include "cli/nearest.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace {

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

CommandLine parsed(const std::string& text, const std::string& environment = "") {
  Result<CommandLine> line = parse_command_line(words(text), environment);
  CAPTURE(text);
  if (!line) FAIL(line.error().message);
  return std::move(line).value();
}

std::string refusal(const std::string& text) {
  const Result<CommandLine> line = parse_command_line(words(text), "");
  return line ? std::string("taken") : line.error().message;
}

std::string joined_words(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& word : list) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

TEST_CASE("the command word may be left out", "[options]") {
  struct Case { const char* line; Command command; const char* inputs; };
  const auto c = GENERATE(values<Case>({
      {"a.sql b.sql", Command::check, "a.sql b.sql"},
      {"check a.sql", Command::check, "a.sql"},
      {"check check", Command::check, "check"},
      {"./check", Command::check, "./check"},
      {"-q order a.sql", Command::order, "a.sql"},
      {"schema --graph=dot a.sql", Command::schema, "a.sql"},
      {"fix --orphans=null a.sql", Command::fix, "a.sql"},
      {"explain FK001", Command::explain, "FK001"},
      {"-", Command::check, "-"},
      {"-- -a.sql", Command::check, "-a.sql"},
      {"version", Command::version, ""},
      {"-V", Command::version, ""},
      {"--version a.sql", Command::version, "a.sql"},
      {"--help", Command::help, ""},
      {"-?", Command::help, ""},
      {"help order", Command::help, "order"},
  }));
  CAPTURE(c.line);
  const CommandLine line = parsed(c.line);
  CHECK(line.command == c.command);
  CHECK(joined_words(line.inputs) == c.inputs);
}

TEST_CASE("options reach the analysis", "[options]") {
  const CommandLine line = parsed(
      "-1 -e --as=owner --pg-version=17 -d shop --setting=search_path=a,b "
      "--setting TimeZone=UTC --variable=n=5 --against x.sql --against=y -E LATIN1 --max-rows=0 "
      "--threads=2 -f json -o out.json --redact --strict --width=80 --color=never "
      "-n a --schema=b -N c -t d.* -T e --exclude-table=f --assume-parent=absent in.sql");
  const AnalyzeOptions& analyze = line.analyze;
  CHECK(analyze.single_transaction);
  CHECK(analyze.one_session);
  CHECK(analyze.exit_on_error);
  CHECK(analyze.as == LoadRole::owner);
  CHECK(analyze.pg_version == 17);
  CHECK(analyze.dbname == "shop");
  CHECK(analyze.settings == std::vector<std::pair<std::string, std::string>>{{"search_path", "a,b"}, {"TimeZone", "UTC"}});
  CHECK(analyze.variables.at("n") == "5");
  CHECK(joined_words(line.against) == "x.sql y");
  CHECK(analyze.encoding == "LATIN1");
  CHECK(analyze.max_rows == 0);
  CHECK(line.report.max_rows == 0);
  CHECK(analyze.threads == 2);
  CHECK(line.format == "json");
  CHECK(line.output == "out.json");
  CHECK(analyze.assume_parent == AssumeRows::absent);
  CHECK(joined_words(analyze.filters.schemas) == "a b");
  CHECK(joined_words(analyze.filters.exclude_schemas) == "c");
  CHECK(joined_words(analyze.filters.tables) == "d.*");
  CHECK(joined_words(analyze.filters.exclude_tables) == "e f");
  CHECK(line.report.redaction == Redaction::keys);
  CHECK(line.fail_on == FailOn::undecided);
  CHECK(line.width == 80);
  CHECK(line.color == ColorChoice::never);
  CHECK(joined_words(line.inputs) == "in.sql");
}

TEST_CASE("inputs are decoded by their content, or as -Z says", "[options]") {
  CHECK(parsed("a.sql").open.source.codec == std::nullopt);
  CHECK(parsed("-Z auto a.sql").open.source.codec == std::nullopt);
  CHECK(parsed("-Z none a.sql").open.source.codec == Codec::none);
  CHECK(parsed("--decompress=bzip2 a.sql").open.source.codec == Codec::bzip2);
  CHECK(refusal("-Z zlib a.sql") == "--decompress takes auto, none, gzip, lz4, zstd, bzip2, xz, not \"zlib\"");
  CHECK(parsed("--tmpdir=/var/tmp a.sql").open.source.spool.directory == "/var/tmp");
  CHECK(parsed("--tmpdir=/var/tmp a.sql").analyze.temporary_directory == "/var/tmp");
}

TEST_CASE("--select and --ignore take lists and may be repeated", "[options]") {
  const Selection selection = parsed("--select=FK00,fails-otherwise --ignore FK001 --ignore=FK009 a.sql").selection;
  for (const Cause& cause : all_causes()) {
    const std::string_view code = cause.code;
    CAPTURE(code);
    CHECK(selection.tells(cause) == ((code.starts_with("FK00") || code == "FK030") && code != "FK001" && code != "FK009"));
  }
}

TEST_CASE("a flag may be repeated, and a bare --redact leaves the input alone", "[options]") {
  CHECK(parsed("-qq -q a.sql", "-q").report.quiet);
  CHECK(parsed("--redact a.sql").report.redaction == Redaction::keys);
  CHECK(joined_words(parsed("--redact a.sql").inputs) == "a.sql");
  CHECK(parsed("a.sql --redact").report.redaction == Redaction::keys);
  CHECK(parsed("--redact=all a.sql").report.redaction == Redaction::all);
  CHECK(joined_words(parsed("-- --redact").inputs) == "--redact");
  CHECK(parsed("a.sql", "--redact").report.redaction == Redaction::keys);
}

TEST_CASE("encodings go by PostgreSQL's names", "[options]") {
  for (const char* name : {"UTF8", "utf-8", "latin1", "ISO_8859_5", "win1252", "SQL_ASCII", "Unicode"}) {
    CHECK(parsed(std::string("-E ") + name + " a.sql").analyze.encoding == name);
  }
  CHECK(parse_command_line(words("-E x a.sql"), "").error().hint.starts_with("There are BIG5, EUC_CN, "));
}

TEST_CASE("PGFK_OPTS comes before the command line", "[options]") {
  CHECK(parsed("a.sql", "-f json --max-rows=7").format == "json");
  CHECK(parsed("-f concise a.sql", "-f json").format == "concise");
  CHECK(parsed("a.sql", "--setting='application_name=a b'").analyze.settings.front().second == "a b");
}

TEST_CASE("what cannot be is refused with a text that says why", "[options]") {
  struct Case { const char* line; const char* message; };
  const auto c = GENERATE(values<Case>({
      {"", "no input named"},
      {"check", "no input named"},
      {"explain", "explain takes one code, cause or SQLSTATE"},
      {"log", "no input named"},
      {"--follow a.sql", "option --follow belongs to pgfk log"},
      {"order -b 2026-11-20 a.sql", "option --begin belongs to pgfk log"},
      {"report r.json", "\"report\" is not available yet"},
      {"--outptu=x a.sql", "unknown option \"--outptu\""},
      {"--single a.sql", "unknown option \"--single\""},
      {"-y a.sql", "unknown option \"-y\""},
      {"--write-baseline a.sql", "--write-baseline needs --baseline=FILE"},
      {"--baseline=b --write-baseline --prune-baseline a.sql", "options --write-baseline and --prune-baseline exclude each other"},
      {"--section=all a.dump", "--section takes pre-data, data, post-data, not \"all\""},
      {"-f html a.sql", "output format \"html\" is not available yet"},
      {"-f xml a.sql", "unknown output format \"xml\""},
      {"-F x a.dump", "--format takes c, custom, d, directory, t, tar, p, plain, not \"x\""},
      {"-a -s a.dump", "options --data-only and --schema-only exclude each other"},
      {"--assume-parent=maybe a.sql", "--assume-parent takes unknown, absent, not \"maybe\""},
      {"--memory=63MB a.sql", "--memory takes a size from 64MB on, such as 512MB or 2GB, not \"63MB\""},
      {"--memory=1gb a.sql", "--memory takes a size from 64MB on, such as 512MB or 2GB, not \"1gb\""},
      {"--memory=lots a.sql", "--memory takes a size from 64MB on, such as 512MB or 2GB, not \"lots\""},
      {"--memory=-1GB a.sql", "--memory takes a size from 64MB on, such as 512MB or 2GB, not \"-1GB\""},
      {"--memory=99999999TB a.sql", "--memory takes a size from 64MB on, such as 512MB or 2GB, not \"99999999TB\""},
      {"-q -v a.sql", "options --quiet and --verbose exclude each other"},
      {"--strict --fail-on=never a.sql", "options --strict and --fail-on exclude each other"},
      {"-j 4 -1 a.sql", "options --jobs and --single-transaction exclude each other"},
      {"--max-rows=-1 a.sql", "--max-rows takes a number, at least 0, not \"-1\""},
      {"--max-rows=3x a.sql", "--max-rows takes a number, at least 0, not \"3x\""},
      {"--pg-version=99 a.sql", "--pg-version takes a number from 13 to 18, not \"99\""},
      {"--pg-version=12 a.sql", "--pg-version takes a number from 13 to 18, not \"12\""},
      {"--setting=x a.sql", "--setting takes NAME=VALUE, not \"x\""},
      {"--emit=tables a.sql", "option --emit belongs to pgfk order"},
      {"order --emit=lines a.sql", "--emit takes tables, files, list, sql, not \"lines\""},
      {"order --emit=sql --write a.sql", "options --emit and --write exclude each other"},
      {"fix --write a.sql", "option --write belongs to pgfk order"},
      {"order --orphans=stub a.sql", "option --orphans belongs to pgfk fix"},
      {"order --orphans=stubs a.sql", "--orphans takes fail, stub, null, quarantine, drop, not \"stubs\""},
      {"--diff a.sql", "options --diff and --cycles belong to pgfk order and pgfk fix"},
      {"-E nosuch a.sql", "unknown encoding \"nosuch\""},
      {"--report=json a.sql", "--report takes FORMAT:FILE, not \"json\""},
      {"--report=json: a.sql", "--report takes FORMAT:FILE, not \"json:\""},
      {"--report=html:x.html a.sql", "output format \"html\" is not available yet"},
      {"--report=xml:x.xml a.sql", "unknown output format \"xml\""},
      {"--report=json:x --report=full:x a.sql", "two outputs go to \"x\""},
      {"-o x --report=json:x a.sql", "two outputs go to \"x\""},
      {"order --report=json:x a.sql", "option --report belongs to pgfk check"},
      {"--redact=lots a.sql", "--redact takes keys, all, not \"lots\""},
      {"-qqv a.sql", "options --quiet and --verbose exclude each other"},
      {"--select=FK001,FK0x a.sql", "--select takes codes or names of causes, not \"FK0x\""},
      {"--ignore=FK001, a.sql", "--ignore takes codes or names of causes, not \"\""},
  }));
  CAPTURE(c.line);
  CHECK(refusal(c.line) == c.message);
}

TEST_CASE("sizes have PostgreSQL's units", "[options]") {
  struct Case { const char* line; std::uint64_t bytes; };
  const auto c = GENERATE(values<Case>({{"a.sql", 0},
                                        {"--memory=512MB a.sql", 512u << 20},
                                        {"--memory=2GB a.sql", std::uint64_t{2} << 30},
                                        {"--memory=1TB a.sql", std::uint64_t{1} << 40},
                                        {"--memory=65536kB a.sql", 64u << 20},
                                        {"--memory=67108864B a.sql", 64u << 20},
                                        {"--memory=67108864 a.sql", 64u << 20}}));
  CAPTURE(c.line);
  CHECK(parsed(c.line).analyze.memory_bytes == c.bytes);
  CHECK(parsed("--tmpdir=/var/tmp a.sql").analyze.temporary_directory == "/var/tmp");
}

TEST_CASE("the nearest option is named", "[options]") {
  const auto hint = [](const std::string& text) { return parse_command_line(words(text), "").error().hint; };
  CHECK(hint("--outptu=x a.sql") == "Did you mean --output?");
  CHECK(hint("--single-transction a.sql") == "Did you mean --single-transaction?");
  CHECK(hint("--ignore=orphan-rows a.sql") == "Did you mean orphan-row?");
  CHECK(hint("--select=everything a.sql") == "pgfk explain 23503 lists them.");
  CHECK(hint("--frobnicate a.sql") == "pgfk --help lists the options there are.");
  CHECK(nearest_word("tabel", {"table", "schema"}) == "table");
  CHECK(nearest_word(std::string(100'000, 'x'), {"table"}).empty());
}

TEST_CASE("the exit status says what was found", "[options]") {
  const auto finding = [](Verdict verdict, bool bypassed = false) {
    Finding made;
    made.verdict = verdict;
    made.sqlstate = verdict == Verdict::fails ? "23503" : "";
    made.bypassed = bypassed;
    return made;
  };
  Analysis clean, fails, undecided, warned, damaged;
  fails.findings = {finding(Verdict::undecided), finding(Verdict::fails)};
  undecided.findings = {finding(Verdict::undecided)};
  warned.findings = {finding(Verdict::info, true)};
  damaged.findings = fails.findings;
  damaged.diagnostics.report({DiagnosticLevel::error, "damaged", "", {}});
  CHECK(exit_status(clean, false, FailOn::error) == 0);
  CHECK(exit_status(fails, false, FailOn::error) == 1);
  CHECK(exit_status(fails, false, FailOn::undecided) == 1);
  CHECK(exit_status(fails, false, FailOn::never) == 0);
  CHECK(exit_status(undecided, false, FailOn::error) == 0);
  CHECK(exit_status(undecided, false, FailOn::undecided) == 3);
  CHECK(exit_status(warned, false, FailOn::error) == 0);
  CHECK(exit_status(warned, false, FailOn::warning) == 1);
  CHECK(exit_status(damaged, false, FailOn::never) == 2);
  CHECK(exit_status(clean, true, FailOn::error) == 2);
  for (Finding& left_out : fails.findings) left_out.left_out = true;
  CHECK(exit_status(fails, false, FailOn::undecided) == 0);
}
