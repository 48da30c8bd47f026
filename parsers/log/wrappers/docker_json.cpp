// Docker's json-file driver: {"log":"…\n","stream":"stderr","time":"…Z"}. Lines over 16 KiB come in pieces; only the last ends in \n.
#include "parsers/log/json_members.h"
#include "parsers/log/shape.h"

namespace pgfk {

bool claims_docker_json(const LogSample& sample) {
  return most_lines(sample, [](std::string_view line) { return line.starts_with("{\"log\":") && line.find("\"stream\":") != std::string_view::npos; });
}

void unwrap_docker_json(std::string_view unit, InnerLines& out) {
  const JsonMembers members(unit);
  const std::string* log = members.find("log");
  if (log == nullptr) return;
  InnerLine like;
  like.open_end = true;
  if (const std::string* time = members.find("time")) like.time = out.keep(*time);
  add_lines(out.keep(*log), like, out);
}

}  // namespace pgfk
