// journalctl -o json: MESSAGE is a string, or an array of bytes where it is not plain text.
#include <charconv>

#include "parsers/log/json_members.h"
#include "parsers/log/shape.h"
#include "parsers/log/syslog_line.h"

namespace pgfk {

bool claims_journal_json(const LogSample& sample) {
  return most_lines(sample, [](std::string_view line) {
    return line.starts_with('{') && line.find("\"MESSAGE\"") != std::string_view::npos &&
           (line.find("\"__REALTIME_TIMESTAMP\"") != std::string_view::npos || line.find("\"_SYSTEMD_UNIT\"") != std::string_view::npos ||
            line.find("\"SYSLOG_IDENTIFIER\"") != std::string_view::npos);
  });
}

void unwrap_journal_json(std::string_view unit, InnerLines& out) {
  const JsonMembers members(unit);
  const std::string* message = members.find("MESSAGE");
  if (message == nullptr) return;
  InnerLine like;
  // Microseconds; LogTimes reads seconds with a fraction.
  if (const std::string* time = members.find("__REALTIME_TIMESTAMP"); time != nullptr && time->size() > 10) {
    like.time = out.keep(time->substr(0, time->size() - 6) + "." + time->substr(time->size() - 6));
  }
  if (const std::string* pid = members.find("_PID")) {
    std::int64_t value = 0;
    if (std::from_chars(pid->data(), pid->data() + pid->size(), value).ec == std::errc()) like.pid = value;
  }
  const SyslogSequence numbered = syslog_sequence(out.keep(*message));
  if (!numbered.sequence.empty()) like.sender = std::hash<std::string_view>()(numbered.sequence) + static_cast<std::uint64_t>(like.pid.value_or(0));
  add_lines(numbered.text, like, out);
}

}  // namespace pgfk
