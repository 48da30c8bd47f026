// What syslog daemons and PostgreSQL's syslog output put in front of a text, and what they do to its bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pgfk {

struct SyslogLine {
  enum class Form { rfc3164, iso, rfc5424 } form{};
  std::string_view time;
  std::string_view host;
  std::string_view tag;
  std::optional<std::int64_t> pid;
  std::string_view text;
};
/// A line with a tag and a process number; empty for everything else.
std::optional<SyslogLine> syslog_line(std::string_view line);

/// "[SEQ-CHUNK] " or "[SEQ] " at the front of a text. Gives what is behind it; the number is empty where there is none.
struct SyslogSequence {
  std::string_view sequence;
  std::string_view text;
};
SyslogSequence syslog_sequence(std::string_view text);

/// Undoes rsyslog's escapes of control characters, #000 to #037 and #177. The same five bytes in the text itself look no different.
std::string unescape_syslog(std::string_view text);

}  // namespace pgfk
