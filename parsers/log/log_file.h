// One file of a log: its text, what it was found to be, and the events of any range of it.
//
// Threads: events_of() from any.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "parsers/log/assembler.h"
#include "parsers/log/log_plan.h"
#include "parsers/log/log_time.h"

namespace pgfk {

/// The events whose needles begin in a range of the text. The same event may come out of two ranges that lie side by side.
struct RangeEvents {
  std::vector<AssembledEvent> events;        // event.line counts from the range's first line, which is 0, and may be less than that
  std::vector<std::int64_t> lines;           // per event: that line
  std::uint64_t newlines = 0;                // of the range
};

class LogFile {
 public:
  /// `text` and `times` outlive it.
  LogFile(std::string_view text, LogPlan plan, const LogTimes& times) : text_(text), plan_(std::move(plan)), times_(times) {}

  RangeEvents events_of(std::size_t from, std::size_t to) const;
  const LogPlan& plan() const { return plan_; }
  std::string_view text() const { return text_; }
  Assembler assembler() const { return Assembler(*plan_.shape, text_, PrefixSet(plan_.prefixes), times_); }

 private:
  std::string_view text_;
  LogPlan plan_;
  const LogTimes& times_;
};

/// The events that begin in `earlier` and may end in `later`, where rotation cut a file between two lines of an event, or inside a line. Their
/// places count in `earlier`. `open` are the events of `earlier` that its end left open; they come again, complete.
struct Seam {
  bool joined = false;  // the files are one log, and `later` goes on inside a record
  std::vector<AssembledEvent> events;
};
Seam join_files(const LogFile& earlier, const LogFile& later, std::span<const std::size_t> open, const LogTimes& times);

}  // namespace pgfk
