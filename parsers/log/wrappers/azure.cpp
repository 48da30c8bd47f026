// Azure Database for PostgreSQL, diagnostic records: the server's line is in properties.message, the rest of the event in members beside it.
#include "parsers/log/field_names.h"

namespace pgfk {
namespace {

bool is_record(std::string_view text) {
  return text.find("\"properties\"") != std::string_view::npos && text.find("\"sqlerrcode\"") != std::string_view::npos;
}

}  // namespace

bool claims_azure(const LogSample& sample) {
  return most_lines(sample, [](std::string_view line) { return line.starts_with('{') && is_record(line); }) && !claims_azure_document(sample);
}

bool claims_azure_document(const LogSample& sample) {
  const bool records = sample.text.starts_with('{') && sample.text.substr(0, 200).find("\"records\"") != std::string_view::npos;
  return (records || sample.text.starts_with('[')) && is_record(sample.text);
}

bool read_azure(std::string_view unit, FieldRecord& out) {
  const JsonMembers members(unit);
  read_named_fields(members, "properties.", out);
  if (out.event.message.empty()) return false;
  // Single server keeps the prefix apart.
  const std::string* prefix = members.find("properties.prefix");
  out.line = prefix == nullptr ? out.event.message : *prefix + out.severity + ":  " + out.event.message;
  return true;
}

}  // namespace pgfk
