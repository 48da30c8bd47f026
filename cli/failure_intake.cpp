#include "cli/failure_intake.h"

#include <utility>

namespace pgfk {

void FailureIntake::take(LogEvent event) {
  if (!window_.open()) {
    if (!event.time) ++without_time_;
    if (event.time && !window_.contains(*event.time)) return;
  }
  Failure failure;
  failure.event = std::move(event);
  if (lookup_) {
    lookup_->complete(failure.event);
    failure.in_dump = lookup_->look_up(failure.event);
  }
  if (failure.event.statement) {
    StatementShape shape = statement_shape(*failure.event.statement);
    failure.fingerprint = fingerprints_.of(*failure.event.statement, shape);
    failure.shape = std::move(shape.text);
  }
  redact(failure, redaction_);
  groups_.add(failure);
  writer_.write(failure);
}

}  // namespace pgfk
