// log_line_prefix: given, and found out.
#include "parsers/log/prefix.h"

#include "tests/support/catch.h"

using namespace pgfk;

namespace {

std::string shown(const char* prefix, const char* line) {
  PrefixMatch match;
  if (!LinePrefix(prefix).match(line, match)) return "no";
  const auto field = [&](PrefixField wanted) { return std::string(match[wanted]); };
  return field(PrefixField::time) + "|" + field(PrefixField::pid) + "|" + field(PrefixField::user) + "|" + field(PrefixField::database) + "|" +
         field(PrefixField::application) + "|" + std::string(match.text);
}

}  // namespace

TEST_CASE("a prefix is matched as the server prints it", "[log]") {
  struct Case {
    const char* prefix;
    const char* line;
    const char* wanted;
  };
  const auto c = GENERATE(values<Case>({
      {"%m [%p] %q%u@%d ", "2026-11-20 10:34:05.368 UTC [12811] shop_app@shop ERROR:  x", "2026-11-20 10:34:05.368 UTC|12811|shop_app|shop||x"},
      {"%m [%p] %q%u@%d ", "2026-11-20 10:34:05.368 UTC [12811] LOG:  x", "2026-11-20 10:34:05.368 UTC|12811||||x"},
      {"%m [%p] %q%u@%d ", "2026-11-20 10:34:05.368 UTC [12811] Night Batch@shop-eu ERROR:  x", "2026-11-20 10:34:05.368 UTC|12811|Night Batch|shop-eu||x"},
      {"%m [%p] %q%u@%d ", "2026-11-20 10:34:05.368 UTC [12811] a@b no label", "no"},
      {"%a|%m|%p|", "x ERROR:  y|2026-11-20 10:34:05.368 +0845|7|ERROR:  z", "2026-11-20 10:34:05.368 +0845|7|||x ERROR:  y|z"},
      {"%t:%r:%u@%d:[%p]:", "2026-11-20 10:34:30 UTC:10.0.0.1(5):u@d:[9]:FATAL:  x", "2026-11-20 10:34:30 UTC|9|u|d||x"},
      {"%-30m %8p %-12u|%-8d|", "2026-11-20 10:34:05.368 UTC       12811 web         |shop    |LOG:  x", "2026-11-20 10:34:05.368 UTC|12811|web|shop||x"},
      {"%t ", "2026-11-20 10:34:05 LOG:  x", "2026-11-20 10:34:05|||||x"},
      {"100%% %p%", "100% 7LOG:  x", "|7||||x"},
      {"%m [%p] ", "2026-11-20 10:34:05.368 MSK [1] ОШИБКА:  x", "2026-11-20 10:34:05.368 MSK|1||||x"},
      {"", "STATEMENT:  SELECT 1", "|||||SELECT 1"},
  }));
  CAPTURE(c.prefix, c.line);
  CHECK(shown(c.prefix, c.line) == c.wanted);
}

TEST_CASE("a prefix is found out from its lines", "[log]") {
  struct Case {
    std::vector<std::string_view> lines;
    const char* wanted;
  };
  const std::vector<Case> cases = {
      {{"2026-11-20 10:34:05.368 UTC [1] LOG:  a", "2026-11-20 10:34:05.368 UTC [2] ERROR:  b"}, "%m [%p] "},
      {{"2026-11-20 10:34:05.368 UTC [1] LOG:  a", "2026-11-20 10:34:05.368 UTC [2] u@d ERROR:  b"}, "%m [%p] %q%u@%d "},
      {{"2026-11-20 10:34:05 UTC LOG:  a", "2026-11-20 10:34:05 UTC ERROR:  b"}, "%t "},
      {{"LOG:  a", "ERROR:  b", "STATEMENT:  c"}, ""},
      {{"1795170787.095 6b00221d.320b 3 LOG:  a", "1795170787.095 6b00221d.320b 4 ERROR:  b"}, "%n %c %l "},
      {{"2026-11-20 10:34:05.368 UTC [1] u@d 10.0.0.1 00000 LOG:  a", "2026-11-20 10:34:05.368 UTC [1] u@d [local] 23503 ERROR:  b",
        "2026-11-20 10:34:05.368 UTC [1] u@d 10.0.0.1 23503 ERROR:  b"},
       "%m [%p] %u@%d %h %e "},
      {{"{x} pid=4 db=shop,user=web app=a b LOG:  a", "{x} pid=5 db=shop,user=web app=c LOG:  a"}, "{x} pid=%p db=%d,user=%u app=%a "},
  };
  for (const Case& c : cases) {
    const DetectedPrefix detected = detect_prefix(c.lines);
    CHECK(detected.text == c.wanted);
    CHECK(detected.matched == c.lines.size());
  }
}
