// containerd and CRI-O (/var/log/pods): "TIME stderr F text"; P marks a piece of a line, F its last one.
#include "parsers/log/log_time.h"
#include "parsers/log/shape.h"

namespace pgfk {
namespace {

struct Parts {
  std::string_view time;
  char tag = 0;
  std::string_view text;
};

std::optional<Parts> parts_of(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (space < 20 || space == std::string_view::npos || line.substr(0, space).find('T') != 10) return std::nullopt;
  std::string_view rest = line.substr(space + 1);
  if (!rest.starts_with("stderr ") && !rest.starts_with("stdout ")) return std::nullopt;
  rest.remove_prefix(7);
  if (rest.size() < 1 || (rest[0] != 'F' && rest[0] != 'P') || (rest.size() > 1 && rest[1] != ' ' && rest[1] != ':')) return std::nullopt;
  return Parts{line.substr(0, space), rest[0], rest.size() > 1 ? rest.substr(2) : std::string_view()};
}

}  // namespace

bool claims_cri(const LogSample& sample) {
  return most_lines(sample, [](std::string_view line) { return parts_of(line).has_value(); });
}

void unwrap_cri(std::string_view unit, InnerLines& out) {
  const std::optional<Parts> parts = parts_of(unit);
  if (!parts) return;
  InnerLine line;
  line.text = parts->text;
  line.time = parts->time;
  line.open_end = parts->tag == 'P';
  out.lines.push_back(line);
}

}  // namespace pgfk
