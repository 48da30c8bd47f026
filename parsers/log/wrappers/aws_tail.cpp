// aws logs tail: "2026-11-20T10:34:30.985000+00:00 shop-db.0 text"; what an event has behind its first line follows bare.
#include "parsers/log/log_time.h"
#include "parsers/log/shape.h"

namespace pgfk {
namespace {

/// Where the text begins; 0 where the line is none of these.
std::size_t text_at(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || space < 20 || line[10] != 'T' || LogTimes::length_of_timestamp(line.substr(0, space)) != space) return 0;
  const std::size_t stream = line.find(' ', space + 1);
  if (stream == std::string_view::npos) return 0;
  const std::string_view name = line.substr(space + 1, stream - space - 1);
  // Streams of RDS are called INSTANCE.NUMBER.
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == name.size() || name.find_first_not_of("0123456789", dot + 1) != std::string_view::npos) return 0;
  if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != std::string_view::npos) return 0;
  return stream + 1;
}

}  // namespace

bool claims_aws_tail(const LogSample& sample) {
  std::size_t passing = 0;
  for (const std::string_view line : sample.lines) passing += text_at(line) > 0;
  return !sample.lines.empty() && text_at(sample.lines.front()) > 0 && passing * 2 >= sample.lines.size();
}

void unwrap_aws_tail(std::string_view unit, InnerLines& out) {
  InnerLine line;
  const std::size_t begin = text_at(unit);
  line.text = unit.substr(begin);
  if (begin > 0) line.time = unit.substr(0, unit.find(' '));
  out.lines.push_back(line);
}

}  // namespace pgfk
