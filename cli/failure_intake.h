// What happens to each failure that a log shows, before it is forgotten.
//
//   LogEvent --window, dump, fingerprint, redact--> Failure --> groups, writer
#pragma once

#include <cstdint>

#include "analyzer/failures/dump_lookup.h"
#include "analyzer/failures/fingerprints.h"
#include "analyzer/failures/groups.h"
#include "cli/log_window.h"
#include "reports/log_report.h"

namespace pgfk {

class FailureIntake {
 public:
  /// `lookup` may be null. All outlive this.
  FailureIntake(const LogWindow& window, Redaction redaction, DumpLookup* lookup, FailureGroups& groups, LogWriter& writer)
      : window_(window), redaction_(redaction), lookup_(lookup), groups_(groups), writer_(writer) {}

  void take(LogEvent event);

  /// Failures taken although the log does not say when they were, with a window given.
  std::uint64_t without_time() const { return without_time_; }

 private:
  const LogWindow& window_;
  Redaction redaction_;
  DumpLookup* lookup_;
  FailureGroups& groups_;
  LogWriter& writer_;
  Fingerprints fingerprints_;
  std::uint64_t without_time_ = 0;
};

}  // namespace pgfk
