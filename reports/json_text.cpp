#include "reports/json_text.h"

#include <cmath>

#include <fmt/format.h>

#include "parsers/copy/utf8.h"

namespace pgfk {
namespace {

void add_byte(unsigned char byte, std::string& out) {
  switch (byte) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (byte < 0x20 || byte == 0x7F) {
    out += fmt::format("\\u{:04x}", byte);
  } else {
    out.push_back(static_cast<char>(byte));
  }
}

}  // namespace

JsonText& JsonText::key(std::string_view name) {
  value(name);
  text_ += ": ";
  first_ = true;
  return *this;
}

JsonText& JsonText::value(std::string_view text) {
  separate();
  text_.push_back('"');
  while (!text.empty()) {
    const std::size_t good = valid_utf8_prefix(text);
    for (const char c : text.substr(0, good)) add_byte(static_cast<unsigned char>(c), text_);
    text.remove_prefix(good);
    if (text.empty()) break;
    const auto odd = static_cast<unsigned char>(text.front());  // NUL, or no character
    if (odd < 0x80) {
      add_byte(odd, text_);
    } else if (broken_ == BrokenBytes::replaced) {
      text_ += "\\ufffd";
    } else {
      text_ += fmt::format("\\udc{:02x}", odd);
    }
    text.remove_prefix(1);
  }
  text_.push_back('"');
  return *this;
}

JsonText& JsonText::value(double number) { return raw(std::isfinite(number) ? fmt::format("{}", number) : "null"); }

JsonText& JsonText::value(const std::vector<std::string>& texts) {
  begin_array();
  for (const std::string& text : texts) value(std::string_view(text));
  return end_array();
}

JsonText& JsonText::open(char bracket) {
  separate();
  text_.push_back(bracket);
  first_ = true;
  return *this;
}

JsonText& JsonText::close(char bracket) {
  text_.push_back(bracket);
  first_ = false;
  return *this;
}

JsonText& JsonText::raw(std::string_view text) {
  separate();
  text_ += text;
  return *this;
}

void JsonText::separate() {
  if (!first_) text_ += ", ";
  first_ = false;
}

}  // namespace pgfk
