// The stretch of time that --begin and --end leave.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "parsers/log/event.h"

namespace pgfk {

/// A time as somebody writes it, as exact as they did: 2026-11-20 is the whole day.
struct LogMoment {
  std::string wall;                         // "2026-11-20T10:34", to be compared with the log's own texts
  std::optional<std::int64_t> microseconds; // since 1970, where a zone was written
  std::int64_t length = 0;                  // of a day, a minute, a second ..., in microseconds
};

/// YYYY-MM-DD[ HH:MM[:SS[.fraction]][zone]], with a T instead of the blank if you like; a zone is Z, UTC, GMT or an offset.
std::optional<LogMoment> parse_moment(std::string_view text);

/// Both ends belong to it.
struct LogWindow {
  std::optional<LogMoment> begin, end;

  bool open() const { return !begin && !end; }
  bool contains(const LogTime& time) const;
};

}  // namespace pgfk
