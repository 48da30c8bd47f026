// Reads foreign key failures out of server logs of any format, several files as one.
//
//   text --scan (all cores)--> hits --framing--> records --wrapper--> lines or fields --assembler--> parts --violation--> LogEvent
//
// Only what stands around a hit (a SQLSTATE, a fragment of a message in any language) is parsed; all else is looked at once, for hits and
// newlines. Events of one file come in file order, never sorted (clocks step back); files come in the order of their first times.
// Cost: the speed of memory for what is no failure; a few microseconds per failure.
// Memory: a bounded number of chunks of each core, whatever the size of the log; scanned pages are released.
// Threads: one caller; workers inside.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "parsers/input/diagnostic.h"
#include "parsers/input/result.h"
#include "parsers/input/source.h"
#include "parsers/log/event.h"
#include "parsers/log/insert_scan.h"

namespace pgfk {

struct LogOptions {
  std::optional<std::string> prefix;     // log_line_prefix, as in postgresql.conf; empty string: none
  std::optional<std::string> time_zone;  // IANA name or offset, for times without zone; UTC without it
  std::optional<int> year;               // of syslog lines without one; the last line is taken to be of this year or the file's newest
  unsigned threads = 0;                  // 0: as many as there are cores
  const InsertFilter* inserts = nullptr; // outlives the reader: LOG records that it wants are read, not failures; they have message, detail and what
                                         // tells when and by whom, and those that failed at once are left out
  std::size_t samples = 0;               // only so many pieces of each file, of 64 kB; line numbers are wrong then. 0: all
};

/// How lines become records: what a file was found to be.
struct LogFormat {
  std::string format;         // "stderr", "csvlog", "jsonlog", "syslog", "client"
  std::string wrapper;        // "docker-json", "cri", …; empty: none
  std::optional<std::string> prefix;  // log_line_prefix; no value where the format has none
  bool prefix_given = false;          // by the user; otherwise found out
  std::string language;               // "de": of the labels that were seen; empty where there are none, or in English
};

/// One input, once it was read.
struct LogInput {
  SourceId source{};
  std::string path;
  LogFormat format;
  std::uint64_t bytes = 0;
  std::uint64_t lines = 0;
  std::optional<LogTime> first;  // of the first and the last record that has a time
  std::optional<LogTime> last;
  std::uint64_t events = 0;
};

class LogReader {
 public:
  /// `sources` and `diagnostics` outlive the reader. Refuses options that make no sense. What looks like no log is read all the same, as what a
  /// program may have printed, and reported once it held nothing.
  static Result<std::unique_ptr<LogReader>> open(const Sources& sources, const std::vector<SourceId>& inputs, const LogOptions& options,
                                                 Diagnostics& diagnostics);
  ~LogReader();

  /// The next failure; false at the end of the last input.
  bool next(LogEvent& event);
  /// In reading order. Complete once next() has returned false.
  const std::vector<LogInput>& inputs() const;

 private:
  LogReader();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pgfk
