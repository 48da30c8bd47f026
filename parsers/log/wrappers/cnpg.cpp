// CloudNativePG: {"level":…,"logger":"postgres","msg":"record","record":{csvlog's columns}}.
#include "parsers/log/field_names.h"

namespace pgfk {

bool claims_cnpg(const LogSample& sample) {
  std::size_t records = 0, objects = 0;
  for (const std::string_view line : sample.lines) {
    objects += line.starts_with('{');
    records += line.starts_with('{') && line.find("\"record\"") != std::string_view::npos && line.find("\"log_time\"") != std::string_view::npos;
  }
  // Other loggers share the file.
  return records > 0 && objects * 10 >= sample.lines.size() * 8;
}

bool read_cnpg(std::string_view unit, FieldRecord& out) {
  read_named_fields(JsonMembers(unit), "record.", out);
  return !out.event.message.empty();
}

}  // namespace pgfk
