// docker compose logs: "db-1  | text".
#include "parsers/log/shape.h"

namespace pgfk {
namespace {

constexpr std::size_t kLongestService = 60;  // bytes in front of the bar

/// Where the text begins; 0 where the line is none of compose's.
std::size_t text_at(std::string_view line) {
  const std::size_t bar = line.substr(0, kLongestService).find(" | ");
  if (bar == std::string_view::npos || bar == 0) return line.ends_with(" |") && line.size() < kLongestService ? line.size() : 0;
  const std::string_view service = line.substr(0, line.find(' '));
  const bool padded = line.substr(service.size(), bar - service.size()).find_first_not_of(' ') == std::string_view::npos;
  const bool named = service.find_first_of("[]:/@|,") == std::string_view::npos && (service[0] < '0' || service[0] > '9');
  return padded && named ? bar + 3 : 0;
}

}  // namespace

bool claims_docker_compose(const LogSample& sample) {
  return most_lines(sample, [](std::string_view line) { return text_at(line) > 0; });
}

void unwrap_docker_compose(std::string_view unit, InnerLines& out) {
  InnerLine line;
  const std::size_t begin = text_at(unit);
  line.text = unit.substr(begin);
  // Several services share the capture.
  line.sender = std::hash<std::string_view>()(unit.substr(0, begin));
  out.lines.push_back(line);
}

}  // namespace pgfk
