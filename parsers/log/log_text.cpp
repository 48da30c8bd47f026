#include "parsers/log/log_text.h"

#include "parsers/copy/utf8.h"

namespace pgfk {

std::string as_utf8(std::string_view text) {
  // NUL is a character here, whatever the server says.
  bool valid = true;
  for (std::string_view rest = text; valid && !rest.empty();) {
    const std::size_t good = valid_utf8_prefix(rest);
    rest.remove_prefix(good);
    if (rest.empty()) break;
    valid = rest.front() == '\0';
    rest.remove_prefix(1);
  }
  if (valid) return std::string(text);
  std::string utf8;
  utf8.reserve(text.size() * 2);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      utf8 += c;
    } else {
      utf8 += static_cast<char>(static_cast<unsigned char>(0xC0 | (byte >> 6)));
      utf8 += static_cast<char>(static_cast<unsigned char>(0x80 | (byte & 0x3F)));
    }
  }
  return utf8;
}

}  // namespace pgfk
