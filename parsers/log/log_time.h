// Times as logs write them: the server's ("2026-11-20 10:34:05.368 UTC"), ISO 8601, Unix seconds, and the old syslog format.
//
// Threads: const functions, from any.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "parsers/log/event.h"

namespace pgfk {

class LogTimes {
 public:
  /// `zone`: an IANA name or an offset ("+02:00"), for times that have none and for abbreviations of several; UTC where empty or unknown.
  explicit LogTimes(const std::string& zone = {}, std::optional<int> year = std::nullopt);
  ~LogTimes();
  LogTimes(const LogTimes&) = delete;
  LogTimes& operator=(const LogTimes&) = delete;

  /// Whether `zone` was understood.
  bool zone_known() const;
  /// All of `text` has to be a time, of any of the formats.
  std::optional<LogTime> read(std::string_view text) const;
  /// `count` units since 1970, as JSON envelopes have it: 1 is a microsecond, 1000 a millisecond.
  LogTime of_unix(std::int64_t count, std::int64_t microseconds_per_unit) const;

  /// How long the time at the front of `text` is; 0 where there is none. With a zone, if it has one that looks like a zone.
  static std::size_t length_of_timestamp(std::string_view text);

 private:
  struct Zone;
  std::unique_ptr<Zone> zone_;
  int year_;
  bool year_given_;
};

}  // namespace pgfk
