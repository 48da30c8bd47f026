// One file of a log: its text, what it was found to be, and the events of any range of it.
//
// Threads: events_of() from any.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "parsers/log/assembler.h"
#include "parsers/log/log_parts.h"
#include "parsers/log/log_time.h"
#include "parsers/log/scan.h"

namespace pgfk {

/// The events whose needles begin in a range of the text. The same event may come out of two ranges that lie side by side.
struct RangeEvents {
  /// Places of one kind that are worth a word: how many, and the first.
  struct Oddity {
    std::uint64_t count = 0;
    std::size_t at = 0;
    void note(std::size_t place) {
      if (count++ == 0) at = place;
    }
  };
  std::vector<AssembledEvent> events;        // event.line counts from the range's first line, which is 0, and may be less than that
  std::vector<std::int64_t> lines;           // per event: that line
  std::uint64_t newlines = 0;                // of the range
  Oddity unexplained;                        // needles that no record of the log holds
  Oddity nul;                                // 1 where the range has NUL bytes
};

class LogFile {
 public:
  /// `text`, `times` and `inserts` outlive it. With `inserts` the events are the LOG records that it wants.
  LogFile(std::string_view text, std::vector<LogPart> parts, const LogTimes& times, const InsertFilter* inserts = nullptr)
      : text_(text), parts_(std::move(parts)), times_(times), inserts_(inserts) {}
  LogFile(std::string_view text, LogPlan plan, const LogTimes& times, const InsertFilter* inserts = nullptr)
      : LogFile(text, {LogPart{0, text.size(), std::move(plan)}}, times, inserts) {}

  RangeEvents events_of(std::size_t from, std::size_t to) const;
  /// At least one.
  const std::vector<LogPart>& parts() const { return parts_; }
  /// Of the first part.
  const LogPlan& plan() const { return parts_.front().plan; }
  std::string_view text() const { return text_; }
  /// Of the first part.
  Assembler assembler() const { return assembler_of(parts_.front()); }
  Assembler assembler_of(const LogPart& part) const {
    return Assembler(*part.plan.shape, text_.substr(part.begin, part.end - part.begin), PrefixSet(part.plan.prefixes), times_, inserts_);
  }
  const InsertFilter* inserts() const { return inserts_; }

 private:
  ScanResult scan(const LogPart& part, std::size_t from, std::size_t to) const;
  void add_events(const LogPart& part, std::size_t from, std::size_t to, RangeEvents& found) const;

  std::string_view text_;
  std::vector<LogPart> parts_;
  const LogTimes& times_;
  const InsertFilter* inserts_;
};

/// The events that begin in `earlier` and may end in `later`, where rotation cut a file between two lines of an event, or inside a line. Their
/// places count in `earlier`. `open` are the events of `earlier` that its end left open; they come again, complete.
struct Seam {
  bool joined = false;  // the files are one log, and `later` goes on inside a record
  std::size_t belongs_to_earlier = 0;  // bytes of `later`: the rest of a line that begins in `earlier`
  std::vector<AssembledEvent> events;
};
Seam join_files(const LogFile& earlier, const LogFile& later, std::span<const std::size_t> open, const LogTimes& times);

}  // namespace pgfk
