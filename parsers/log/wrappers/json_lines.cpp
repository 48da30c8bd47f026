// JSON around the server's line by tools we have no shape for (Fluent Bit, Vector, Logstash, Loki …): the member that holds a label.
#include <array>

#include "parsers/log/json_members.h"
#include "parsers/log/shape.h"

namespace pgfk {
namespace {

constexpr std::array<std::string_view, 9> kTextMembers = {"log", "message", "MESSAGE", "msg", "textPayload", "event_message", "body", "line", "@message"};
constexpr std::array<std::string_view, 6> kTimeMembers = {"time", "timestamp", "@timestamp", "ts", "date", "datetime"};

/// The text member: by name, at the top or one level below.
const std::string* text_of(const JsonMembers& members) {
  for (const std::string_view name : kTextMembers) {
    if (const std::string* text = members.find(name)) return text;
  }
  for (const JsonMember& member : members.all()) {
    const std::size_t dot = member.path.rfind('.');
    if (dot == std::string::npos || !member.is_string) continue;
    for (const std::string_view name : kTextMembers) {
      if (std::string_view(member.path).substr(dot + 1) == name) return &member.value;
    }
  }
  return nullptr;
}

}  // namespace

bool claims_json_lines(const LogSample& sample) {
  if (sample.lines.empty() || !sample.lines.front().starts_with('{')) return false;
  for (const LogShape& shape : log_shapes()) {
    if (shape.claims != claims_json_lines && shape.claims(sample)) return false;
  }
  return most_lines(sample, [](std::string_view line) {
    if (!line.starts_with('{')) return false;
    const JsonMembers members(line);
    return text_of(members) != nullptr;
  });
}

void unwrap_json_lines(std::string_view unit, InnerLines& out) {
  const JsonMembers members(unit);
  const std::string* text = text_of(members);
  if (text == nullptr) return;
  InnerLine like;
  for (const std::string_view name : kTimeMembers) {
    if (const std::string* time = members.find(name)) {
      like.time = out.keep(*time);
      break;
    }
  }
  add_lines(out.keep(*text), like, out);
}

}  // namespace pgfk
