// csvlog of 9.0 to 18: 23, 24 (13) or 26 (14 and later) columns, read by position; forks append their own.
#include <charconv>

#include "parsers/log/csv_record.h"
#include "parsers/log/shape.h"

namespace pgfk {
namespace {

enum Column : std::size_t {
  log_time, user_name, database_name, process_id, connection_from, session_id, session_line_num, command_tag, session_start_time, virtual_transaction_id,
  transaction_id, error_severity, sql_state_code, message, detail, hint, internal_query, internal_query_pos, context, query, query_pos, location,
  application_name, backend_type, leader_pid, query_id,
};

}  // namespace

bool claims_csvlog(const LogSample& sample) {
  // The first line may be the rest of a record that began in another file.
  std::size_t at = 0;
  for (int tries = 0; tries < 50 && at < sample.text.size(); ++tries) {
    const std::optional<CsvRecord> record = csv_record_at(sample.text.substr(at));
    if (record && record->fields.size() > 12) return true;
    const std::size_t newline = sample.text.find('\n', at);
    if (newline == std::string_view::npos) return false;
    at = newline + 1;
  }
  return false;
}

bool read_csvlog(std::string_view unit, FieldRecord& out) {
  const std::optional<CsvRecord> record = csv_record_at(unit);
  if (!record || record->fields.size() <= message) return false;
  LogEvent& event = out.event;
  out.time = record->value(log_time).value_or("");
  out.severity = record->value(error_severity).value_or("");
  event.user = record->value(user_name);
  event.database = record->value(database_name);
  if (const std::optional<std::string> pid = record->value(process_id)) {
    std::int64_t value = 0;
    if (std::from_chars(pid->data(), pid->data() + pid->size(), value).ec == std::errc()) event.pid = value;
  }
  event.client = record->value(connection_from);
  event.session_id = record->value(session_id);
  event.virtual_transaction = record->value(virtual_transaction_id);
  event.transaction_id = record->value(transaction_id);
  event.sqlstate = record->value(sql_state_code);
  event.message = record->value(message).value_or("");
  event.detail = record->value(detail);
  event.hint = record->value(hint);
  event.context = record->value(context);
  event.statement = record->value(query);
  event.location = record->value(location);
  event.application_name = record->value(application_name);
  event.backend_type = record->value(backend_type);
  event.query_id = record->value(query_id);
  event.statement_cut = record->cut;
  return true;
}

}  // namespace pgfk
