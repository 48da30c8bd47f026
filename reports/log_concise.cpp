// One line per failure and nothing else, so that grep and wc can be used on it:
//   app.log:88121: 2026-11-20T02:14:05.123+00:00 insert order_items_order_id_fkey: order_items (order_id)=(9912) -> orders db=shop user=app
#include <fmt/format.h>

#include "reports/log_report.h"
#include "reports/text.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

std::string key_words(const LogEvent& event) {
  const std::string columns = event.key_columns.empty() ? event.key_columns_text.value_or("") : joined(event.key_columns, ", ");
  if (event.key_shown == KeyShown::no) return columns.empty() ? "" : fmt::format(" ({})", columns);
  const std::string values = event.key_shown == KeyShown::yes ? joined(event.key_values, ", ") : event.key_values_text.value_or("");
  return fmt::format(" ({})=({})", columns, values);
}

/// "order_items (order_id)=(9912) -> orders": the key stands with the table whose columns it names.
std::string what_failed(const LogEvent& event) {
  const std::string from = event.referencing_table.value_or("?"), to = event.referenced_table.value_or("?");
  const bool insert = event.side != ViolationSide::referenced;
  return insert ? fmt::format("{}{} -> {}", from, key_words(event), to) : fmt::format("{} -> {}{}", from, to, key_words(event));
}

class ConciseWriter : public LogWriter {
 public:
  ConciseWriter(const LogReport& report, std::ostream& out) : report_(report), out_(out) {}

  void write(const Failure& failure) override {
    const LogEvent& event = failure.event;
    std::string line = fmt::format("{}:{}:", report_.sources[event.place.source].path(), event.line);
    if (event.time) line += ' ' + event.time->text;
    if (event.constraint) {
      line += fmt::format(" {} {}: {}", event.side ? violation_side_name(*event.side) : "fails", *event.constraint, what_failed(event));
    } else {
      line += " raised: " + event.message;
    }
    const auto add = [&](const char* name, const std::optional<std::string>& value) {
      if (value && !value->empty()) line += fmt::format(" {}={}", name, *value);
    };
    add("db", event.database);
    add("user", event.user);
    add("app", event.application_name);
    if (event.pid) line += fmt::format(" pid={}", *event.pid);
    add("fingerprint", failure.fingerprint);
    if (failure.in_dump) line += fmt::format(" dump={}", dump_state_name(failure.in_dump->state));
    if (failure.later) line += fmt::format(" later={}:{}", report_.sources[failure.later->place.source].path(), failure.later->line);
    out_ << printable(line) << '\n';
  }

 private:
  const LogReport& report_;
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<LogWriter> log_concise(const LogReport& report, std::ostream& out) { return std::make_unique<ConciseWriter>(report, out); }

}  // namespace pgfk
