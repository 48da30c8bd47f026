#include "cli/log_ahead.h"

#include <memory>

#include <fmt/format.h>

#include "analyzer/failures/logged_insert.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

class AnyInsert : public InsertFilter {
 public:
  bool may_be_table(std::string_view) const override { return true; }
  bool wants(const LogEvent& record) const override { return !logged_inserts(record.message, record.detail.value_or("")).empty(); }
};

/// What the reading at hand has to say of the log was or will be said by the one for failures.
template <typename Take>
void read(const Sources& sources, const std::vector<SourceId>& inputs, const LogOptions& options, Take take) {
  Diagnostics ignored;
  const Result<std::unique_ptr<LogReader>> reader = LogReader::open(sources, inputs, options, ignored);
  if (!reader) return;
  for (LogEvent event; (*reader)->next(event);) take(std::move(event));
}

bool holds_inserts(const Sources& sources, const std::vector<SourceId>& inputs, LogOptions options) {
  constexpr std::size_t kSamples = 32;
  const AnyInsert any;
  options.inserts = &any;
  options.samples = kSamples;
  bool found = false;
  read(sources, inputs, options, [&found](const LogEvent&) { found = true; });
  return found;
}

}  // namespace

void look_ahead(const Sources& sources, const std::vector<SourceId>& inputs, LogOptions options, FailureIntake& intake, Diagnostics& diagnostics) {
  if (!holds_inserts(sources, inputs, options)) return;
  read(sources, inputs, options, [&intake](LogEvent event) { intake.look_ahead(std::move(event)); });
  LaterInserts& later = intake.later();
  if (!later.wants_any()) return;
  options.inserts = &later;
  Diagnostics ignored;
  const Result<std::unique_ptr<LogReader>> reader = LogReader::open(sources, inputs, options, ignored);
  if (!reader) return;
  later.set_order((*reader)->inputs());
  for (LogEvent event; (*reader)->next(event);) later.add(event);
  if (!later.overflowed()) return;
  diagnostics.report({DiagnosticLevel::warning, "later INSERTs were not looked for for all missing keys",
                      fmt::format("They are for the first {} keys.", grouped(LaterInserts::kMostKeys)), {}});
}

}  // namespace pgfk
