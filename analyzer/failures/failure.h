// A failure of a log with what was made of it: what groups and reports work on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "analyzer/failures/dump_state.h"
#include "parsers/log/event.h"

namespace pgfk {

/// An INSERT in the same log, behind the failure, that brings the row which was missing.
struct LaterInsert {
  Span place;                        // of its first line
  std::uint64_t line = 0;            // 1-based
  std::optional<LogTime> time;
  std::optional<std::int64_t> pid;
  std::optional<bool> same_session;  // as the failure; empty where the log does not tell
  bool columns_assumed = false;      // the log does not tell which columns the constraint points at
};

struct Failure {
  LogEvent event;
  std::string fingerprint;            // of the statement; empty where there is none
  std::string shape;                  // the statement without its values; empty where there is none
  std::optional<DumpAnswer> in_dump;  // with --dump, where the log shows the key
  std::optional<LaterInsert> later;   // where the log holds statements
};

}  // namespace pgfk
