#include "parsers/log/log_time.h"

#include "tests/support/catch.h"

using namespace pgfk;

TEST_CASE("times of all formats are one instant each", "[log]") {
  struct Case {
    const char* zone;
    const char* text;
    const char* wanted;
    bool zone_assumed;
  };
  const auto c = GENERATE(values<Case>({
      {"", "2026-11-20 10:34:05.368 UTC", "2026-11-20T10:34:05.368+00:00", false},
      {"", "2026-11-20 10:34:05 CEST", "2026-11-20T10:34:05+02:00", false},
      {"", "2026-11-20 10:34:05.368 +0845", "2026-11-20T10:34:05.368+08:45", false},
      {"", "2026-11-20 10:34:05 -03", "2026-11-20T10:34:05-03:00", false},
      {"", "2026-11-20T10:34:05.123456789Z", "2026-11-20T10:34:05.123456+00:00", false},
      {"", "2026-11-20T10:34:32.664468+00:00", "2026-11-20T10:34:32.664468+00:00", false},
      {"", "1795170787.095", "2026-11-20T10:33:07.095+00:00", false},
      {"", "2026-11-20 10:34:05 IST", "2026-11-20T10:34:05+02:00", true},
      {"Asia/Kolkata", "2026-11-20 10:34:05 IST", "2026-11-20T10:34:05+05:30", false},
      {"Europe/Berlin", "2026-10-25 02:30:00 CEST", "2026-10-25T02:30:00+02:00", false},
      {"Europe/Berlin", "2026-10-25 02:30:00 CET", "2026-10-25T02:30:00+01:00", false},
      {"+02:00", "2026-11-20 10:34:05", "2026-11-20T10:34:05+02:00", false},
      {"", "2026-11-20 10:34:05", "2026-11-20T10:34:05+00:00", true},
      {"", "2026-13-20 10:34:05 UTC", "none", false},
      {"", "2026-11-20 10:34:05 UTC x", "none", false},
      {"", "", "none", false},
      {"", "99999999999999999999.1", "none", false},
  }));
  CAPTURE(c.zone, c.text);
  const LogTimes times(c.zone);
  const std::optional<LogTime> time = times.read(c.text);
  CHECK((time ? time->text : "none") == c.wanted);
  if (time) CHECK(time->zone_assumed == c.zone_assumed);
}

TEST_CASE("syslog's old times get a year", "[log]") {
  const LogTimes times("", 2026);
  const std::optional<LogTime> time = times.read("Nov  2 10:34:32");
  REQUIRE(time);
  CHECK(time->text == "2026-11-02T10:34:32+00:00");
  CHECK_FALSE(time->year_assumed);
}
