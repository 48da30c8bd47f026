// syslog files of any daemon, and journalctl's text output, which looks the same: the old format, ISO times, RFC 5424.
#include "parsers/log/shape.h"
#include "parsers/log/syslog_line.h"

namespace pgfk {
namespace {

bool claims(const LogSample& sample, SyslogLine::Form form) {
  // journalctl says where boots begin; continuations of a message with newlines are padded.
  std::size_t own = 0, all = 0;
  for (const std::string_view line : sample.lines) {
    if (line.starts_with("-- ") || line.starts_with("    ")) continue;
    ++all;
    const std::optional<SyslogLine> parts = syslog_line(line);
    // Heroku's drains and others that number their lines by colour have a shape of their own.
    own += parts && parts->form == form && !parts->tag.starts_with("app");
  }
  return own > 0 && own * 10 >= all * 8;
}

}  // namespace

bool claims_syslog(const LogSample& sample) { return claims(sample, SyslogLine::Form::rfc3164); }
bool claims_syslog_iso(const LogSample& sample) { return claims(sample, SyslogLine::Form::iso); }
bool claims_syslog_5424(const LogSample& sample) { return claims(sample, SyslogLine::Form::rfc5424); }

void unwrap_syslog(std::string_view unit, InnerLines& out) {
  const std::optional<SyslogLine> parts = syslog_line(unit);
  if (!parts) return;
  const SyslogSequence numbered = syslog_sequence(parts->text);
  InnerLine like;
  like.time = parts->time;
  like.pid = parts->pid;
  const std::hash<std::string_view> hash;
  like.sender = hash(parts->host) * 31 + hash(parts->tag) + static_cast<std::uint64_t>(parts->pid.value_or(0)) * 1'000'003 + hash(numbered.sequence);
  const bool escaped = numbered.text.find('#') != std::string_view::npos;
  add_lines(escaped ? out.keep(unescape_syslog(numbered.text)) : numbered.text, like, out);
}

}  // namespace pgfk
