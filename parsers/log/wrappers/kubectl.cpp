// kubectl logs --prefix: "[pod/NAME/CONTAINER] text".
#include "parsers/log/shape.h"

namespace pgfk {

bool claims_kubectl(const LogSample& sample) {
  return most_lines(sample, [](std::string_view line) { return line.starts_with("[pod/") && line.find("] ") != std::string_view::npos; });
}

void unwrap_kubectl(std::string_view unit, InnerLines& out) {
  const std::size_t bracket = unit.find("] ");
  if (!unit.starts_with("[pod/") || bracket == std::string_view::npos) return;
  InnerLine line;
  line.text = unit.substr(bracket + 2);
  line.sender = std::hash<std::string_view>()(unit.substr(0, bracket));
  out.lines.push_back(line);
}

}  // namespace pgfk
