#include "reports/log_report.h"
#include "rules/fingerprint.h"

namespace pgfk {
namespace {

constexpr const char* kHidden = "(redacted)";

void hide(std::optional<std::string>& text) {
  if (text) *text = kHidden;
}

}  // namespace

void redact(Failure& failure, Redaction redaction) {
  if (redaction == Redaction::none) return;
  LogEvent& event = failure.event;
  for (std::string& value : event.key_values) value = hashed_value(value);
  if (event.key_values_text) event.key_values_text = hashed_value(*event.key_values_text);
  hide(event.detail);
  hide(event.hint);
  hide(event.context);  // bind parameters, rows of COPY
  if (event.statement) event.statement = failure.shape;
  if (failure.in_dump) failure.in_dump->why.clear();
  // The texts of constraints name tables and constraints only; any other may quote a value.
  if (!event.kind || *event.kind == ViolationKind::raised) event.message = kHidden;
  if (redaction == Redaction::keys) return;
  event.message = kHidden;
  hide(event.statement);
  failure.shape.clear();
}

}  // namespace pgfk
