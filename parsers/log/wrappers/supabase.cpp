// Supabase's log export: an array of {event_message, metadata:[{parsed:[{csvlog's columns}]}], timestamp}.
#include "parsers/log/field_names.h"

namespace pgfk {

bool claims_supabase(const LogSample& sample) {
  return (sample.text.starts_with('[') || sample.text.starts_with('{')) && sample.text.find("\"event_message\"") != std::string_view::npos &&
         sample.text.find("\"parsed\"") != std::string_view::npos;
}

bool read_supabase(std::string_view unit, FieldRecord& out) {
  const JsonMembers members(unit);
  read_named_fields(members, "metadata.parsed.", out);
  const std::string* message = members.find("event_message");
  if (message == nullptr) return false;
  out.event.message = *message;
  return true;
}

}  // namespace pgfk
