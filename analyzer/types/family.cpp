#include "analyzer/types/family.h"

namespace pgfk {

ServerError invalid_input(std::string_view type, std::string_view text, std::string detail) {
  std::string message = "invalid input syntax for type ";
  message.append(type).append(": \"").append(text).append("\"");
  return {"22P02", std::move(message), std::move(detail)};
}

ServerError value_out_of_range(std::string_view text, std::string_view type) {
  std::string message = "value \"";
  message.append(text).append("\" is out of range for type ").append(type);
  return {"22003", std::move(message)};
}

void integer_key(const TypeContext&, const Value& value, std::string& out) {
  append_number_key(value.integer(), out);
}
int integer_compare(const TypeContext&, const Value& a, const Value& b) {
  return three_way(a.integer(), b.integer());
}
void string_write(const TypeContext&, const Value& value, std::string& out) { out += value.text(); }
void string_key(const TypeContext&, const Value& value, std::string& out) {
  append_bytes_key(value.text(), out);
}
int string_compare(const TypeContext&, const Value& a, const Value& b) {
  return a.text().compare(b.text());
}

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
  if (text.size() != lower_case.size()) return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (lower(text[at]) != lower_case[at]) return false;
  }
  return true;
}

namespace {
bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }
}  // namespace

std::size_t utf8_prefix(std::string_view text, std::size_t characters) {
  if (text.size() <= characters) return text.size();
  std::size_t seen = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (starts_character(text[at]) && ++seen > characters) return at;
  }
  return text.size();
}

std::size_t utf8_length(std::string_view text) {
  std::size_t characters = 0;
  for (const char c : text) characters += starts_character(c);
  return characters;
}

std::string_view utf8_cut(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  std::size_t end = bytes;
  while (end > 0 && !starts_character(text[end])) --end;
  return text.substr(0, end);
}

}  // namespace pgfk
