// Heroku: "TIME app[postgres.4711]: [GREEN] [6-1] text", and drains: "LEN <134>1 TIME host app postgres.4711 - [GREEN] [6-1] text". Syslog
// pieces under a dyno's number; the backend's is in the prefix.
#include "parsers/log/log_time.h"
#include "parsers/log/shape.h"
#include "parsers/log/syslog_line.h"

namespace pgfk {
namespace {

struct Parts {
  std::string_view time;
  std::string_view dyno;  // with the colour
  std::string_view text;
};

std::optional<Parts> parts_of(std::string_view line) {
  Parts parts;
  const std::size_t dyno = line.find("app[postgres.");
  const std::size_t drained = line.find(" app postgres.");
  if (dyno != std::string_view::npos && dyno >= 20 && dyno < 40) {
    parts.time = line.substr(0, dyno - 1);
    const std::size_t end = line.find("]: ", dyno);
    if (end == std::string_view::npos) return std::nullopt;
    parts.dyno = line.substr(dyno, end - dyno);
    parts.text = line.substr(end + 3);
  } else if (drained != std::string_view::npos && drained < 100) {
    const std::size_t version = line.find(">1 ");
    const std::size_t end = line.find(" - ", drained + 1);
    if (version == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
    const std::size_t time = version + 3;
    parts.time = line.substr(time, line.find(' ', time) - time);
    parts.dyno = line.substr(drained, end - drained);
    parts.text = line.substr(end + 3);
  } else {
    return std::nullopt;
  }
  const std::size_t colour = parts.text.find("] ");
  if (!parts.text.starts_with('[') || colour == std::string_view::npos || LogTimes::length_of_timestamp(parts.time) != parts.time.size()) return std::nullopt;
  parts.dyno = parts.text.substr(0, colour);
  parts.text.remove_prefix(colour + 2);
  return parts;
}

}  // namespace

bool claims_logplex(const LogSample& sample) {
  std::size_t passing = 0;
  for (const std::string_view line : sample.lines) passing += parts_of(line).has_value();
  return passing > 0 && passing * 2 >= sample.lines.size();  // metrics of app[heroku-postgres] share the file
}

void unwrap_logplex(std::string_view unit, InnerLines& out) {
  const std::optional<Parts> parts = parts_of(unit);
  if (!parts) return;
  const SyslogSequence numbered = syslog_sequence(parts->text);
  InnerLine like;
  like.time = parts->time;
  const std::hash<std::string_view> hash;
  like.sender = hash(parts->dyno) * 31 + hash(numbered.sequence);
  const bool escaped = numbered.text.find('#') != std::string_view::npos;
  add_lines(escaped ? out.keep(unescape_syslog(numbered.text)) : numbered.text, like, out);
}

}  // namespace pgfk
