#include "analyzer/eval/functions/json_text.h"

#include <cstdint>

#include "analyzer/eval/functions/utf8_text.h"

namespace pgfk {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// The end of the string that begins at `from`, behind its closing quote.
std::size_t string_end(std::string_view text, std::size_t from) {
  for (std::size_t at = from + 1; at < text.size(); ++at) {
    if (text[at] == '\\') ++at;
    else if (text[at] == '"') return at + 1;
  }
  return text.size();
}

/// Calls `part` for each piece of a container between its commas.
template <typename Part>
void each_part(std::string_view container, Part part) {
  container = trimmed(container);
  if (container.size() < 2) return;
  container = container.substr(1, container.size() - 2);
  std::size_t from = 0;
  int depth = 0;
  for (std::size_t at = 0; at < container.size(); ++at) {
    const char c = container[at];
    if (c == '"') {
      at = string_end(container, at) - 1;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    } else if (c == ',' && depth == 0) {
      part(trimmed(container.substr(from, at - from)));
      from = at + 1;
    }
  }
  const std::string_view last = trimmed(container.substr(from));
  if (!last.empty()) part(last);
}

std::uint32_t hex4(std::string_view text, std::size_t at) {
  std::uint32_t code = 0;
  for (std::size_t digit = at; digit < at + 4 && digit < text.size(); ++digit) {
    const char c = text[digit];
    code = code * 16 + static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return code;
}

}  // namespace

JsonKind json_kind(std::string_view value) {
  value = trimmed(value);
  switch (value.empty() ? 'n' : value.front()) {
    case '{': return JsonKind::object;
    case '[': return JsonKind::array;
    case '"': return JsonKind::string;
    case 't':
    case 'f': return JsonKind::boolean;
    case 'n': return JsonKind::null;
    default: return JsonKind::number;
  }
}

std::vector<std::pair<std::string, std::string_view>> json_members(std::string_view object) {
  std::vector<std::pair<std::string, std::string_view>> members;
  each_part(object, [&](std::string_view part) {
    const std::size_t end = string_end(part, 0);
    const std::size_t colon = part.find(':', end);
    if (colon == std::string_view::npos) return;
    members.emplace_back(json_unescape(part.substr(0, end)), trimmed(part.substr(colon + 1)));
  });
  return members;
}

std::vector<std::string_view> json_elements(std::string_view array) {
  std::vector<std::string_view> elements;
  each_part(array, [&](std::string_view part) { elements.push_back(part); });
  return elements;
}

std::string json_unescape(std::string_view text) {
  text = trimmed(text);
  if (text.size() >= 2) text = text.substr(1, text.size() - 2);
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      result += text[at];
      continue;
    }
    switch (text[++at]) {
      case 'n': result += '\n'; break;
      case 't': result += '\t'; break;
      case 'r': result += '\r'; break;
      case 'b': result += '\b'; break;
      case 'f': result += '\f'; break;
      case 'u': {
        std::uint32_t code = hex4(text, at + 1);
        at += 4;
        if (code >= 0xd800 && code < 0xdc00 && at + 6 < text.size()) {
          code = 0x10000 + ((code - 0xd800) << 10) + (hex4(text, at + 3) - 0xdc00);
          at += 6;
        }
        result += encode_character(code);
        break;
      }
      default: result += text[at];
    }
  }
  return result;
}

std::string json_escape(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': result += "\\\""; break;
      case '\\': result += "\\\\"; break;
      case '\n': result += "\\n"; break;
      case '\t': result += "\\t"; break;
      case '\r': result += "\\r"; break;
      case '\b': result += "\\b"; break;
      case '\f': result += "\\f"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          constexpr char kDigits[] = "0123456789abcdef";
          result += "\\u00";
          result += kDigits[c >> 4 & 15];
          result += kDigits[c & 15];
        } else {
          result += c;
        }
    }
  }
  return result + "\"";
}

std::optional<std::string_view> json_member(std::string_view object, std::string_view key) {
  if (json_kind(object) != JsonKind::object) return std::nullopt;
  std::optional<std::string_view> found;
  for (const auto& [name, value] : json_members(object)) {
    if (name == key) found = value;
  }
  return found;
}

std::optional<std::string_view> json_element(std::string_view array, std::int64_t index) {
  if (json_kind(array) != JsonKind::array) return std::nullopt;
  const std::vector<std::string_view> elements = json_elements(array);
  const std::int64_t count = static_cast<std::int64_t>(elements.size());
  if (index < 0) index += count;
  if (index < 0 || index >= count) return std::nullopt;
  return elements[static_cast<std::size_t>(index)];
}

}  // namespace pgfk
