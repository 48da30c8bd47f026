// AlloyDB: "[file.c:123]  " in front of the prefix.
#include "parsers/log/shape.h"

namespace pgfk {
namespace {

std::size_t text_at(std::string_view line) {
  if (!line.starts_with('[')) return 0;
  const std::size_t bracket = line.find("]  ");
  if (bracket == std::string_view::npos || bracket > 100) return 0;
  const std::string_view place = line.substr(1, bracket - 1);
  const std::size_t colon = place.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == place.size() || place.find_first_not_of("0123456789", colon + 1) != std::string_view::npos) return 0;
  return place.substr(0, colon).find('.') == std::string_view::npos ? 0 : bracket + 3;
}

}  // namespace

bool claims_alloydb(const LogSample& sample) {
  std::size_t passing = 0, own = 0;
  for (const std::string_view line : sample.lines) {
    own += !line.starts_with('\t');
    passing += text_at(line) > 0;
  }
  return passing > 0 && passing * 10 >= own * 8;
}

void unwrap_alloydb(std::string_view unit, InnerLines& out) {
  InnerLine line;
  line.text = unit.substr(text_at(unit));
  out.lines.push_back(line);
}

}  // namespace pgfk
