// What happens to each failure that a log shows, before it is forgotten.
//
//   LogEvent --window, dump, later INSERTs, fingerprint, redact--> Failure --> groups, writer
#pragma once

#include <cstdint>

#include "analyzer/failures/dump_lookup.h"
#include "analyzer/failures/fingerprints.h"
#include "analyzer/failures/groups.h"
#include "analyzer/failures/later_inserts.h"
#include "cli/log_window.h"
#include "reports/log_report.h"

namespace pgfk {

class FailureIntake {
 public:
  /// `lookup` may be null. All outlive this.
  FailureIntake(const LogWindow& window, Redaction redaction, DumpLookup* lookup, FailureGroups& groups, LogWriter& writer)
      : window_(window), redaction_(redaction), lookup_(lookup), groups_(groups), writer_(writer) {}

  /// Nothing comes of it but what to look for in the log before failures are taken.
  void look_ahead(LogEvent event);
  void take(LogEvent event);
  LaterInserts& later() { return later_; }

  /// Failures taken although the log does not say when they were, with a window given.
  std::uint64_t without_time() const { return without_time_; }

 private:
  const LogWindow& window_;
  Redaction redaction_;
  DumpLookup* lookup_;
  FailureGroups& groups_;
  LogWriter& writer_;
  Fingerprints fingerprints_;
  LaterInserts later_;
  std::uint64_t without_time_ = 0;
};

}  // namespace pgfk
