// Terminal captures: colours in the prefix and around labels, CRLF. Colours inside values are left: a key may hold them.
#include "parsers/log/shape.h"

namespace pgfk {
namespace {

constexpr std::string_view kEscape = "\x1b[";

/// Length of the colour code at the front of `text`; 0 where there is none.
std::size_t colour_length(std::string_view text) {
  if (!text.starts_with(kEscape)) return 0;
  std::size_t at = kEscape.size();
  while (at < text.size() && ((text[at] >= '0' && text[at] <= '9') || text[at] == ';')) ++at;
  return at < text.size() && text[at] == 'm' ? at + 1 : 0;
}

}  // namespace

bool claims_ansi(const LogSample& sample) {
  std::size_t coloured = 0;
  for (const std::string_view line : sample.lines) coloured += colour_length(line) > 0 || line.find("\x1b[0m:  ") != std::string_view::npos;
  return coloured > 0 && coloured * 4 >= sample.lines.size();
}

void unwrap_ansi(std::string_view unit, InnerLines& out) {
  std::string plain;
  std::size_t at = 0;
  while (at < unit.size()) {
    if (const std::size_t colour = colour_length(unit.substr(at))) {
      at += colour;
      continue;
    }
    plain += unit[at++];
    if (plain.ends_with(":  ") && find_label(plain).label != nullptr) break;
  }
  plain += unit.substr(at);
  if (plain.ends_with('\r')) plain.pop_back();
  InnerLine line;
  line.text = out.keep(std::move(plain));
  out.lines.push_back(line);
}

}  // namespace pgfk
