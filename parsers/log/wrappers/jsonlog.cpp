// jsonlog (15 and later): one object a line, null members left out, severities never translated.
#include "parsers/log/field_names.h"

namespace pgfk {

bool claims_jsonlog(const LogSample& sample) {
  return most_lines(sample, [](std::string_view line) {
    return line.starts_with('{') && line.find("\"timestamp\"") != std::string_view::npos && line.find("\"error_severity\"") != std::string_view::npos &&
           line.find("\"session_id\"") != std::string_view::npos && line.find("\"record\"") == std::string_view::npos;
  });
}

bool read_jsonlog(std::string_view unit, FieldRecord& out) {
  const JsonMembers members(unit);
  read_named_fields(members, "", out);
  if (const std::string* function = members.find("func_name")) {
    const std::string* file = members.find("file_name");
    const std::string* line = members.find("file_line_num");
    out.event.location = *function + (file != nullptr ? ", " + *file : "") + (line != nullptr ? ":" + *line : "");
  }
  out.event.statement_cut = !members.complete() && out.event.statement.has_value();
  return !out.event.message.empty() || out.event.sqlstate.has_value();
}

}  // namespace pgfk
