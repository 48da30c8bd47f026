// Google Cloud SQL out of Cloud Logging: entries with a textPayload, each of them one line of the server's without its time.
#include "parsers/log/json_members.h"
#include "parsers/log/shape.h"

namespace pgfk {
namespace {

bool is_entry(std::string_view text) {
  return text.find("\"textPayload\"") != std::string_view::npos && (text.find("\"insertId\"") != std::string_view::npos || text.find("\"logName\"") != std::string_view::npos);
}

}  // namespace

bool claims_cloudsql(const LogSample& sample) {
  return most_lines(sample, [](std::string_view line) { return line.starts_with('{') && is_entry(line); });
}

bool claims_cloudsql_document(const LogSample& sample) { return sample.text.starts_with('[') && is_entry(sample.text); }

void unwrap_cloudsql(std::string_view unit, InnerLines& out) {
  const JsonMembers members(unit);
  const std::string* payload = members.find("textPayload");
  if (payload == nullptr) return;
  InnerLine like;
  if (const std::string* time = members.find("timestamp")) like.time = out.keep(*time);
  add_lines(out.keep(*payload), like, out);
}

}  // namespace pgfk
