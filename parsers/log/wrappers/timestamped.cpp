// A time in front of every line: docker logs -t, kubectl logs --timestamps, RDS logs out of CloudWatch exports. "2026-11-20T10:34:10.92Z text".
#include "parsers/log/log_time.h"
#include "parsers/log/shape.h"

namespace pgfk {
namespace {

/// Where the text begins; 0 where there is no such time.
std::size_t text_at(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || space < 20 || line[10] != 'T' || LogTimes::length_of_timestamp(line.substr(0, space)) != space) return 0;
  return space + 1;
}

/// What the server's own lines go on with: a continuation, or anything that has a label.
bool passes(std::string_view line) {
  const std::size_t begin = text_at(line);
  if (begin == 0) return false;
  const std::string_view text = line.substr(begin);
  if (text.starts_with('\t')) return true;
  if (text.starts_with("stderr ") || text.starts_with("stdout ") || text.find("]: ") < text.find(':') || text.starts_with("app[")) return false;
  // "host tag[pid]: " is syslog.
  const std::size_t tag = text.find(' ');
  const std::size_t colon = text.find("]: ");
  const bool syslog = tag != std::string_view::npos && colon != std::string_view::npos && text.find('[', tag) < colon && text.find(' ', tag + 1) > colon;
  return !syslog;
}

}  // namespace

bool claims_timestamped(const LogSample& sample) { return most_lines(sample, passes) && !claims_aws_tail(sample); }

void unwrap_timestamped(std::string_view unit, InnerLines& out) {
  const std::size_t begin = text_at(unit);
  if (begin == 0) return;
  InnerLine line;
  line.text = unit.substr(begin);
  line.time = unit.substr(0, begin - 1);
  out.lines.push_back(line);
}

}  // namespace pgfk
