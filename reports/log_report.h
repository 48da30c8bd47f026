// What every output format of `pgfk log` gets: each failure as it is found, then the sums. One file per format writes it.
//
//   LogReader --> Failure --redact--> LogWriter::write, FailureGroups --> LogWriter::finish
//
// Writers keep nothing per failure.
#pragma once

#include <cstddef>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/failures/failure.h"
#include "analyzer/failures/groups.h"
#include "parsers/input/diagnostic.h"
#include "parsers/input/source.h"
#include "parsers/log/log_reader.h"
#include "reports/report.h"

namespace pgfk {

struct LogReportOptions {
  std::size_t top = 0;            // groups shown in texts; 0: as many as are worth it
  Redaction redaction = Redaction::none;
  std::size_t width = 100;
  bool quiet = false;             // nothing where nothing fails
};

/// References stay valid, and what they refer to grows, until finish().
struct LogReport {
  const FailureGroups& groups;
  const std::vector<LogInput>& inputs;   // complete at finish()
  const Sources& sources;
  const Diagnostics& diagnostics;
  const Invocation& invocation;          // exit code and times: at finish()
  std::string dump;                      // the file of --dump; empty: none
  LogReportOptions options;
};

class LogWriter {
 public:
  virtual ~LogWriter() = default;
  virtual void write(const Failure&) {}
  virtual void finish() {}
};

using LogWriterMaker = std::unique_ptr<LogWriter> (*)(const LogReport& report, std::ostream& out);

/// Null where no such format can be written.
LogWriterMaker find_log_writer(std::string_view format);
std::vector<std::string> log_format_names();

std::unique_ptr<LogWriter> log_summary(const LogReport& report, std::ostream& out);
std::unique_ptr<LogWriter> log_full(const LogReport& report, std::ostream& out);
std::unique_ptr<LogWriter> log_concise(const LogReport& report, std::ostream& out);
std::unique_ptr<LogWriter> log_json(const LogReport& report, std::ostream& out);
std::unique_ptr<LogWriter> log_jsonl(const LogReport& report, std::ostream& out);
std::unique_ptr<LogWriter> log_csv(const LogReport& report, std::ostream& out);

/// Takes values out of a failure before anything is made of it: key values become hashes, a statement its shape; with `all`, no text of the log but
/// names is left.
void redact(Failure& failure, Redaction redaction);

}  // namespace pgfk
