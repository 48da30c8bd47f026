#include "parsers/log/syslog_line.h"

#include <algorithm>
#include <charconv>

#include "parsers/log/log_time.h"
#include "parsers/sql/characters.h"

namespace pgfk {
namespace {

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

/// "#011" is a tab; -1 for what is no control character.
int escaped_control(std::string_view text) {
  if (text.size() < 4 || text[0] != '#') return -1;
  int code = 0;
  for (const char c : text.substr(1)) {
    if (c < '0' || c > '7') return -1;
    code = code * 8 + (c - '0');
  }
  return code < 0x20 || code == 0x7F ? code : -1;
}

/// The word at the front, taken off with the space behind it.
std::string_view take_word(std::string_view& text) {
  const std::size_t space = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, space);
  text.remove_prefix(std::min(space + 1, text.size()));
  return word;
}

/// "Nov 20 10:34:32"; 0 where the text begins with something else.
std::size_t old_time_length(std::string_view text) {
  constexpr std::size_t kLength = 15;
  if (text.size() < kLength + 1 || text[3] != ' ' || text[6] != ' ' || text[9] != ':' || text[12] != ':' || text[kLength] != ' ') return 0;
  return std::string_view("JanFebMarAprMayJunJulAugSepOctNovDec").find(text.substr(0, 3)) % 3 == 0 ? kLength : 0;
}

/// "tag[pid]: text".
bool read_tag(std::string_view rest, SyslogLine& line) {
  const std::size_t colon = rest.find("]: ");
  const std::size_t end = colon == std::string_view::npos && rest.ends_with("]:") ? rest.size() - 2 : colon;
  if (end == std::string_view::npos) return false;
  const std::string_view tag = rest.substr(0, end);
  const std::size_t bracket = tag.find('[');
  if (bracket == std::string_view::npos || bracket == 0 || tag.find(' ') != std::string_view::npos) return false;
  line.tag = tag.substr(0, bracket);
  line.pid = number(tag.substr(bracket + 1));
  line.text = rest.substr(std::min(end + 3, rest.size()));
  return line.pid.has_value();
}

bool read_rfc5424(std::string_view rest, SyslogLine& line) {
  line.form = SyslogLine::Form::rfc5424;
  line.time = take_word(rest);
  if (LogTimes::length_of_timestamp(line.time) != line.time.size() || line.time.empty()) return false;
  line.host = take_word(rest);
  line.tag = take_word(rest);
  line.pid = number(take_word(rest));
  take_word(rest);  // the message's id
  if (rest.starts_with('[')) {
    bool quoted = false;
    std::size_t at = 1;
    for (; at < rest.size() && (quoted || !(rest[at] == ']' && (at + 1 == rest.size() || rest[at + 1] == ' '))); ++at) {
      if (rest[at] == '"' && rest[at - 1] != '\\') quoted = !quoted;
    }
    rest.remove_prefix(std::min(at + 2, rest.size()));
  } else {
    take_word(rest);
  }
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
  if (rest.starts_with(' ')) rest.remove_prefix(1);  // rsyslog's own
  line.text = rest;
  return !line.tag.empty();
}

}  // namespace

std::optional<SyslogLine> syslog_line(std::string_view text) {
  SyslogLine line;
  // TCP captures count octets, raw ones have a priority: "451 <134>1 …".
  std::size_t digits = 0;
  while (digits < text.size() && digits < 7 && is_digit(text[digits])) ++digits;
  if (digits > 0 && text.substr(digits).starts_with(" <")) text.remove_prefix(digits + 1);
  bool version = false;
  if (text.starts_with('<')) {
    const std::size_t bracket = text.find('>');
    if (bracket == std::string_view::npos || bracket > 4 || !number(text.substr(1, bracket - 1))) return std::nullopt;
    text.remove_prefix(bracket + 1);
    version = text.starts_with("1 ");
    if (version) text.remove_prefix(2);
  }
  if (version) return read_rfc5424(text, line) ? std::optional(line) : std::nullopt;
  if (const std::size_t old_time = old_time_length(text)) {
    line.form = SyslogLine::Form::rfc3164;
    line.time = text.substr(0, old_time);
    text.remove_prefix(old_time + 1);
  } else {
    line.form = SyslogLine::Form::iso;
    line.time = take_word(text);
    if (line.time.size() < 19 || line.time[10] != 'T' || LogTimes::length_of_timestamp(line.time) != line.time.size()) return std::nullopt;
  }
  line.host = take_word(text);
  return !line.host.empty() && read_tag(text, line) ? std::optional(line) : std::nullopt;
}

SyslogSequence syslog_sequence(std::string_view text) {
  if (!text.starts_with('[')) return {{}, text};
  std::size_t at = 1;
  while (at < text.size() && is_digit(text[at])) ++at;
  const std::string_view sequence = text.substr(1, at - 1);
  if (sequence.empty()) return {{}, text};
  if (text.substr(at).starts_with('-')) {
    const std::size_t chunk = ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
    if (at == chunk) return {{}, text};
  }
  if (!text.substr(at).starts_with(']')) return {{}, text};
  ++at;
  if (text.substr(at).starts_with(' ')) ++at;
  return {sequence, text.substr(at)};
}

std::string unescape_syslog(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int code = escaped_control(text.substr(at, 4));
    plain += code >= 0 ? static_cast<char>(code) : text[at];
    if (code >= 0) at += 3;
  }
  return plain;
}

}  // namespace pgfk
