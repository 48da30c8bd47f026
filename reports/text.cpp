#include "reports/text.h"

#include <array>

#include <fmt/format.h>

namespace pgfk {
namespace {

// Length of the UTF-8 character that begins `bytes`, 0 where it is broken, overlong or a C1 control.
std::size_t character_length(std::string_view bytes) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  const unsigned char lead = byte(0);
  const std::size_t length = lead >= 0xC2 && lead <= 0xDF ? 2 : (lead & 0xF0) == 0xE0 ? 3 : lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
  if (length == 0 || bytes.size() < length) return 0;
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0) != 0x80) return 0;
  }
  if (lead == 0xC2 && byte(1) < 0xA0) return 0;
  if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F)) return 0;
  if ((lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F)) return 0;
  return length;
}

bool laid_out(std::string_view line) { return line.starts_with(' ') || line.find("  ") != std::string_view::npos; }

void wrap_line(std::string_view line, std::size_t width, std::vector<std::string>& out) {
  while (line.size() > width && !laid_out(line)) {
    std::size_t cut = line.rfind(' ', width);
    if (cut == std::string_view::npos) cut = line.find(' ');
    if (cut == std::string_view::npos) break;
    out.emplace_back(line.substr(0, cut));
    line.remove_prefix(cut + 1);
  }
  out.emplace_back(line);
}

}  // namespace

std::string Paint::in(const char* code, std::string_view text) const {
  return on_ ? fmt::format("\033[{}m{}\033[0m", code, text) : std::string(text);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    wrap_line(text.substr(0, end), width, lines);
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

Cells cells_of(std::string_view bytes) {
  Cells out;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    const std::size_t cell = out.cells.size();
    std::size_t length = 1;
    if (byte == '\t') {
      out.cells.insert(out.cells.end(), {" ", " "});
    } else if (byte >= 0x20 && byte < 0x7F) {
      out.cells.emplace_back(1, bytes[at]);
    } else if (const std::size_t known = byte < 0x80 ? 0 : character_length(bytes.substr(at)); known > 0) {
      length = known;
      out.cells.emplace_back(bytes.substr(at, length));
    } else {
      out.cells.emplace_back("?");
    }
    out.cell_of.insert(out.cell_of.end(), length, cell);
    at += length;
  }
  out.cell_of.push_back(out.cells.size());
  return out;
}

std::string printable(std::string_view bytes) {
  std::string text;
  for (const std::string& cell : cells_of(bytes).cells) text += cell;
  return text;
}

std::string human_bytes(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  constexpr std::array kUnits = {"kB", "MB", "GB", "TB", "PB", "EB"};
  double amount = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  while (amount >= 999.5 && unit + 1 < kUnits.size()) {
    amount /= 1000;
    ++unit;
  }
  return amount < 9.95 ? fmt::format("{:.1f} {}", amount, kUnits[unit]) : fmt::format("{:.0f} {}", amount, kUnits[unit]);
}

}  // namespace pgfk
