#include "cli/failure_intake.h"

#include <utility>

#include "parsers/log/log_text.h"

namespace pgfk {
namespace {

void make_utf8(std::optional<std::string>& text) {
  if (text) *text = as_utf8(*text);
}

/// One log may hold several databases' encodings; groups, dumps and readers have one.
void make_utf8(LogEvent& event) {
  for (auto* text : {&event.database, &event.user, &event.application_name, &event.schema, &event.table, &event.constraint, &event.referencing_table,
                     &event.referenced_table, &event.key_columns_text, &event.key_values_text, &event.detail, &event.hint, &event.context,
                     &event.statement}) {
    make_utf8(*text);
  }
  for (auto* texts : {&event.key_columns, &event.key_values}) {
    for (std::string& text : *texts) text = as_utf8(text);
  }
  event.message = as_utf8(event.message);
}

}  // namespace

void FailureIntake::look_ahead(LogEvent event) {
  if (!window_.open() && event.time && !window_.contains(*event.time)) return;
  make_utf8(event);
  if (lookup_) lookup_->complete(event);
  later_.want(event, lookup_ ? lookup_->referenced_columns(event) : std::vector<std::string>());
}

void FailureIntake::take(LogEvent event) {
  if (!window_.open()) {
    if (!event.time) ++without_time_;
    if (event.time && !window_.contains(*event.time)) return;
  }
  Failure failure;
  failure.event = std::move(event);
  make_utf8(failure.event);
  if (lookup_) {
    lookup_->complete(failure.event);
    failure.in_dump = lookup_->look_up(failure.event);
  }
  failure.later = later_.after(failure.event);
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
