#include "parsers/log/field_names.h"

#include <array>
#include <charconv>
#include <string>

namespace pgfk {
namespace {

struct TextField {
  std::optional<std::string> LogEvent::* field;
  std::array<std::string_view, 3> names;
};
const std::array kTextFields = {
    TextField{&LogEvent::user, {"user", "user_name", "userName"}},
    TextField{&LogEvent::database, {"dbname", "database_name", "databaseName"}},
    TextField{&LogEvent::session_id, {"session_id", "sessionId", ""}},
    TextField{&LogEvent::client, {"connection_from", "remote_host", ""}},
    TextField{&LogEvent::virtual_transaction, {"vxid", "virtual_transaction_id", ""}},
    TextField{&LogEvent::transaction_id, {"txid", "transaction_id", ""}},
    TextField{&LogEvent::sqlstate, {"state_code", "sql_state_code", "sqlerrcode"}},
    TextField{&LogEvent::detail, {"detail", "", ""}},
    TextField{&LogEvent::hint, {"hint", "", ""}},
    TextField{&LogEvent::context, {"context", "", ""}},
    TextField{&LogEvent::statement, {"statement", "query", ""}},
    TextField{&LogEvent::location, {"location", "", ""}},
    TextField{&LogEvent::application_name, {"application_name", "appName", ""}},
    TextField{&LogEvent::backend_type, {"backend_type", "backendType", ""}},
    TextField{&LogEvent::query_id, {"query_id", "queryId", ""}},
};
constexpr std::array<std::string_view, 3> kPidNames = {"pid", "process_id", "processId"};
constexpr std::array<std::string_view, 2> kTimeNames = {"timestamp", "log_time"};
constexpr std::array<std::string_view, 2> kSeverityNames = {"error_severity", "errorLevel"};

const std::string* find_under(const JsonMembers& members, std::string_view path, std::string_view name) {
  return name.empty() ? nullptr : members.find(std::string(path) + std::string(name));
}

}  // namespace

void read_named_fields(const JsonMembers& members, std::string_view path, FieldRecord& out) {
  for (const TextField& text : kTextFields) {
    for (const std::string_view name : text.names) {
      const std::string* value = find_under(members, path, name);
      if (value == nullptr) continue;
      out.event.*text.field = *value;
      break;
    }
  }
  for (const std::string_view name : kPidNames) {
    std::int64_t pid = 0;
    const std::string* value = find_under(members, path, name);
    if (value != nullptr && std::from_chars(value->data(), value->data() + value->size(), pid).ec == std::errc()) out.event.pid = pid;
  }
  for (const std::string_view name : kTimeNames) {
    if (const std::string* value = find_under(members, path, name)) out.time = *value;
  }
  for (const std::string_view name : kSeverityNames) {
    if (const std::string* value = find_under(members, path, name)) out.severity = *value;
  }
  if (const std::string* message = find_under(members, path, "message")) out.event.message = *message;
  const std::string* port = find_under(members, path, "remote_port");
  if (port != nullptr && out.event.client) *out.event.client += ":" + *port;
}

}  // namespace pgfk
