#include <sstream>
#include <string>
#include <vector>

#include "cli/log_window.h"
#include "cli/options.h"
#include "tests/support/catch.h"

using namespace pgfk;

namespace {

Result<CommandLine> parse(const std::string& words) {
  std::istringstream in(words);
  std::vector<std::string> args;
  for (std::string word; in >> word;) args.push_back(word);
  return parse_command_line(args, "");
}

LogTime at(const std::string& text, std::int64_t microseconds) { return LogTime{microseconds, text}; }

}  // namespace

TEST_CASE("-f names the output, or a log format that is no output", "[options]") {
  struct Case { const char* line; const char* output; const char* log; };
  const auto c = GENERATE(values<Case>({{"log a", "summary", ""},
                                        {"log -f json a", "json", ""},
                                        {"log -f csv a", "csv", ""},
                                        {"log -f csvlog a", "summary", "csvlog"},
                                        {"log -f jsonl --log-format=csvlog a", "jsonl", "csvlog"},
                                        {"log --follow a", "concise", ""},
                                        {"log --follow -f jsonl a", "jsonl", ""}}));
  CAPTURE(c.line);
  const Result<CommandLine> line = parse(c.line);
  REQUIRE(line);
  CHECK(line->command == Command::log);
  CHECK(line->log.format == c.output);
  CHECK(line->log.log_format == c.log);
}

TEST_CASE("the options of log are read", "[options]") {
  const Result<CommandLine> line = parse("log -p %m --group-by=app,constraint,app --top=3 --dump=d.sql -b 2026-11-20 --end=2026-11-21T10:00Z --redact=all a b");
  REQUIRE(line);
  CHECK(line->log.prefix == "%m");
  CHECK(line->log.group_by == std::vector<Dimension>{Dimension::application, Dimension::constraint});
  CHECK(line->log.top == 3);
  CHECK(line->log.dump == "d.sql");
  CHECK(line->report.redaction == Redaction::all);
  CHECK(line->inputs == std::vector<std::string>{"a", "b"});
}

TEST_CASE("options of log that cannot be are refused", "[options]") {
  struct Case { const char* line; const char* message; };
  const auto c = GENERATE(values<Case>({
      {"log -f sarif a", "pgfk log has no output format \"sarif\""},
      {"log -f stderr --log-format=csvlog a", "-f stderr and --log-format=csvlog exclude each other"},
      {"log --log-format=csv a", "--log-format takes stderr, csvlog, jsonlog, syslog, client, not \"csv\""},
      {"log --group-by=app,table a", "--group-by takes constraint, direction, db, user, app, statement, key, hour, not \"table\""},
      {"log -b yesterday a", "--begin takes a time, not \"yesterday\""},
      {"log --end=2026-02-30 a", "--end takes a time, not \"2026-02-30\""},
      {"log --top=0 a", "--top takes a number from 1 to 1000000, not \"0\""},
  }));
  CAPTURE(c.line);
  const Result<CommandLine> line = parse(c.line);
  REQUIRE_FALSE(line);
  CHECK(line.error().message == c.message);
}

TEST_CASE("a window holds both its ends, as exact as they are written", "[options]") {
  // 2026-11-20 10:34:05.250 in Berlin, which is 09:34:05.250 UTC.
  const LogTime time = at("2026-11-20T10:34:05.250+01:00", 1'795'167'245'250'000);
  struct Case { const char* begin; const char* end; bool inside; };
  const auto c = GENERATE(values<Case>({
      {"2026-11-20", "2026-11-20", true},
      {"2026-11-21", nullptr, false},
      {nullptr, "2026-11-19", false},
      {"2026-11-20 10:34", "2026-11-20 10:34", true},
      {"2026-11-20T10:34:05", "2026-11-20T10:34:05", true},
      {"2026-11-20T10:34:05.250", "2026-11-20T10:34:05.250", true},
      {"2026-11-20T10:34:06", nullptr, false},
      {"2026-11-20 09:34Z", "2026-11-20 09:34 UTC", true},
      {"2026-11-20 10:34Z", nullptr, false},
      {nullptr, "2026-11-20 09:33Z", false},
      {"2026-11-20T10:34:05.25+01", "2026-11-20T12:34:05.25+03:00", true},
  }));
  CAPTURE(c.begin ? c.begin : "", c.end ? c.end : "");
  LogWindow window;
  if (c.begin) window.begin = parse_moment(c.begin);
  if (c.end) window.end = parse_moment(c.end);
  CHECK((window.begin.has_value() == (c.begin != nullptr)));
  CHECK((window.end.has_value() == (c.end != nullptr)));
  CHECK(window.contains(time) == c.inside);
}

TEST_CASE("what is no time is none", "[options]") {
  const char* text = GENERATE("", "2026", "2026-11", "2026-13-01", "2026-11-20 25:00", "2026-11-20 10:60", "2026-11-20 10:34 CET",
                              "2026-11-20 10:34:05.", "2026-11-20 10:34:05.1234567", "2026-11-20+0", "x2026-11-20", "2026-11-20 10:34+99");
  CAPTURE(text);
  CHECK_FALSE(parse_moment(text).has_value());
}
