// Time zones by name, as SET TimeZone and timestamps write them.
//
// Names are looked up in the system's zone database in any case ("america/new_york"), as PostgreSQL does; offsets and POSIX forms with a
// fixed offset ("UTC+3", "<+05>-05", "-3.5") are understood without it.
// Threads: any; each thread keeps the zones it has met. A pointer is good for the thread's life.
// Source: pgtz.c, pg_tzset; datetime.c, DetermineTimeZoneOffset; timezone/localtime.c, tzparse.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/types/calendar.h"

namespace pgfk {

struct Zone;

/// Null if there is no such zone, or its rules are not at hand.
const Zone* find_zone(std::string_view name);
/// The zone of a session: find_zone, and plain numbers mean hours east of UTC.
const Zone* find_session_zone(std::string_view setting);

/// Seconds west of UTC, if that never changes.
std::optional<std::int32_t> fixed_offset(const Zone& zone);
/// Seconds west of UTC for a local time: in the gap of spring the time before the change, in the doubled hour of autumn the one after it.
std::int32_t offset_of_local(const Zone& zone, const Civil& local);
struct ZoneAt {
  std::int32_t west = 0;
  std::string abbreviation;
};
/// At an instant, microseconds from 2000-01-01 UTC.
ZoneAt zone_at(const Zone& zone, std::int64_t timestamp);

/// An abbreviation of PostgreSQL's Default set, in lower case: its offset where that is fixed, else the zone it belongs to.
struct Abbreviation {
  const char* name;         // lower case
  std::int32_t east = 0;    // seconds
  bool daylight = false;
  const char* zone = nullptr;
};
const Abbreviation* find_abbreviation(std::string_view lower_case);
/// The offset an abbreviation without a fixed one has in its zone about that local time. Source: pg_interpret_timezone_abbrev.
std::int32_t offset_of_abbreviation(const Zone& zone, std::string_view abbreviation, const Civil& local);

}  // namespace pgfk
