#include "parsers/log/json_members.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace pgfk {
namespace {

constexpr int kDeepest = 16;
constexpr std::size_t kMostMembers = 10'000;

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

class Reader {
 public:
  Reader(std::string_view text, std::vector<JsonMember>& members) : text_(text), members_(members) {}

  bool value(const std::string& path, int depth) {
    skip_spaces();
    if (at_ >= text_.size() || depth > kDeepest || members_.size() > kMostMembers) return false;
    switch (text_[at_]) {
      case '{': return object(path, depth);
      case '[': return array(path, depth);
      case '"': {
        std::string text;
        const bool whole = string(text);
        members_.push_back({path, std::move(text), true});
        return whole;
      }
      default: return scalar(path);
    }
  }

 private:
  bool object(const std::string& path, int depth) {
    ++at_;
    skip_spaces();
    if (take('}')) return true;
    for (;;) {
      skip_spaces();
      std::string name;
      if (at_ >= text_.size() || text_[at_] != '"' || !string(name)) return false;
      skip_spaces();
      if (!take(':')) return false;
      if (!value(path.empty() ? name : path + "." + name, depth + 1)) return false;
      skip_spaces();
      if (take('}')) return true;
      if (!take(',')) return false;
    }
  }

  bool array(const std::string& path, int depth) {
    ++at_;
    skip_spaces();
    if (take(']')) return true;
    if (std::optional<std::string> bytes = array_of_bytes()) {
      members_.push_back({path, *std::move(bytes), true});
      return true;
    }
    for (;;) {
      if (!value(path, depth + 1)) return false;
      skip_spaces();
      if (take(']')) return true;
      if (!take(',')) return false;
    }
  }

  /// Numbers from 0 to 255 up to the closing bracket.
  std::optional<std::string> array_of_bytes() {
    std::string bytes;
    std::size_t at = at_;
    for (;;) {
      while (at < text_.size() && is_space(text_[at])) ++at;
      int number = 0;
      std::size_t digits = 0;
      for (; at < text_.size() && digits < 4 && text_[at] >= '0' && text_[at] <= '9'; ++at, ++digits) number = number * 10 + (text_[at] - '0');
      if (digits == 0 || number > 255) return std::nullopt;
      bytes += static_cast<char>(static_cast<unsigned char>(number));
      while (at < text_.size() && is_space(text_[at])) ++at;
      if (at >= text_.size()) return std::nullopt;
      if (text_[at] == ']') break;
      if (text_[at] != ',') return std::nullopt;
      ++at;
    }
    at_ = at + 1;
    return bytes;
  }

  bool scalar(const std::string& path) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (is_word(text_[at_]) || text_[at_] == '-' || text_[at_] == '+' || text_[at_] == '.')) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word.empty()) return false;
    if (word != "null") members_.push_back({path, std::string(word), false});
    return true;
  }

  /// The string at the cursor, decoded; false where the text ends inside.
  bool string(std::string& out) {
    ++at_;
    for (;;) {
      const std::size_t stop = text_.find_first_of("\"\\", at_);
      out.append(text_.substr(at_, stop == std::string_view::npos ? stop : stop - at_));
      if (stop == std::string_view::npos) {
        at_ = text_.size();
        return false;
      }
      at_ = stop + 1;
      if (text_[stop] == '"') return true;
      if (at_ >= text_.size()) return false;
      escape(out);
    }
  }

  void escape(std::string& out) {
    const char c = text_[at_++];
    switch (c) {
      case 'n': out += '\n'; break;
      case 't': out += '\t'; break;
      case 'r': out += '\r'; break;
      case 'b': out += '\b'; break;
      case 'f': out += '\f'; break;
      case 'u': {
        std::uint32_t code = 0;
        if (!hex4(code)) {
          out += "\\u";
          break;
        }
        std::uint32_t low = 0;
        if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
          at_ += 2;
          if (hex4(low) && low >= 0xDC00 && low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
          } else {
            append_utf8(out, 0xFFFD);
            code = low;
          }
        }
        append_utf8(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
        break;
      }
      default: out += c;  // quotes, backslash, slash; what JSON does not know stands for itself
    }
  }

  bool hex4(std::uint32_t& code) {
    if (text_.size() - at_ < 4) return false;
    std::uint32_t sum = 0;
    for (std::size_t digit = 0; digit < 4; ++digit) {
      const char c = text_[at_ + digit];
      const int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
      if (value < 0) return false;
      sum = sum * 16 + static_cast<std::uint32_t>(value);
    }
    at_ += 4;
    code = sum;
    return true;
  }

  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
  static bool is_word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<JsonMember>& members_;
};

}  // namespace

JsonMembers::JsonMembers(std::string_view text) { complete_ = Reader(text, members_).value("", 0); }

const std::string* JsonMembers::find(std::string_view path) const {
  const auto found = std::ranges::find(members_, path, &JsonMember::path);
  return found == members_.end() ? nullptr : &found->value;
}

}  // namespace pgfk
