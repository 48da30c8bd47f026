#include <algorithm>
#include <array>
#include <cstdint>

#include "analyzer/types/family.h"
#include "analyzer/types/json.h"
#include "analyzer/types/numeric.h"

namespace pgfk {
namespace {

constexpr int kMaxDepth = 2000;  // the server's stack bears more than 6000 levels; what lies between is not decided here

enum class Token { end, string, number, word, punctuation };

class Parser {
 public:
  Parser(std::string_view text, bool decode, int version) : text_(text), decode_(decode), version_(version) {}

  Outcome<JsonNode> run() {
    JsonNode root;
    if (next() && value(root, 0) && token_ != Token::end) fail("Expected end of input, but found " + found() + ".");
    if (failure_.refused() || failure_.doubtful()) return failure_.as<JsonNode>();
    return root;
  }

 private:
  bool fail(std::string detail) { return refuse({"22P02", "invalid input syntax for type json", std::move(detail)}); }
  bool refuse(ServerError error) {
    if (failure_.ok()) failure_ = Done(std::move(error));
    return false;
  }
  std::string found() const { return "\"" + std::string(text_.substr(start_, at_ - start_)) + "\""; }
  bool unexpected(const char* expected) {
    if (token_ == Token::end) return fail("The input string ended unexpectedly.");
    return fail(std::string("Expected ") + expected + ", but found " + found() + ".");
  }
  bool is(char c) const { return token_ == Token::punctuation && text_[start_] == c; }

  bool next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
    start_ = at_;
    if (at_ == text_.size()) {
      token_ = Token::end;
      return true;
    }
    const char c = text_[at_];
    if (std::string_view("{}[],:").find(c) != std::string_view::npos) {
      ++at_;
      token_ = Token::punctuation;
      return true;
    }
    if (c == '"') return string_token();
    if (c == '-' || is_digit(c)) return number_token();
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    if (at_ == start_) {
      at_ += utf8_prefix(text_.substr(at_), 1);
      return fail("Token " + found() + " is invalid.");
    }
    token_ = Token::word;
    const std::string_view word = text_.substr(start_, at_ - start_);
    return word == "true" || word == "false" || word == "null" ? true : fail("Token " + found() + " is invalid.");
  }

  static bool is_word(char c) { return is_alnum(c) || c == '_' || (static_cast<unsigned char>(c) & 0x80) != 0; }

  bool number_token() {
    token_ = Token::number;
    bool bad = false;
    const auto digits = [&] {
      const std::size_t from = at_;
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
      return at_ > from;
    };
    if (text_[at_] == '-') ++at_;
    if (at_ < text_.size() && text_[at_] == '0') {
      ++at_;
    } else {
      bad = !digits();
    }
    if (!bad && at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      bad = !digits();
    }
    if (!bad && at_ < text_.size() && lower(text_[at_]) == 'e') {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      bad = !digits();
    }
    const std::size_t end = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return !bad && at_ == end ? true : fail("Token " + found() + " is invalid.");
  }

  bool string_token() {
    token_ = Token::string;
    string_.clear();
    high_surrogate_ = 0;
    for (++at_;; ++at_) {
      if (at_ >= text_.size()) return fail("Token " + found() + " is invalid.");
      const unsigned char c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') break;
      if (c < 0x20) {
        constexpr char kDigits[] = "0123456789abcdef";
        return fail(std::string("Character with value 0x") + kDigits[c >> 4] + kDigits[c & 15] + " must be escaped.");
      }
      if (c == '\\') {
        if (!escape()) return false;
      } else if (high_surrogate_ != 0 && decode_) {
        return fail("Unicode low surrogate must follow a high surrogate.");
      } else {
        string_ += text_[at_];
      }
    }
    if (high_surrogate_ != 0 && decode_) return fail("Unicode low surrogate must follow a high surrogate.");
    ++at_;
    return true;
  }

  /// At a backslash; leaves `at_` on the last character of the escape.
  bool escape() {
    if (++at_ >= text_.size()) return fail("Token " + found() + " is invalid.");
    const char c = text_[at_];
    if (c == 'u') return unicode_escape();
    constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
    const std::size_t which = kFrom.find(c);
    if (high_surrogate_ != 0 && decode_) return fail("Unicode low surrogate must follow a high surrogate.");
    if (which == std::string_view::npos) {
      return fail("Escape sequence \"\\" + std::string(text_.substr(at_, utf8_prefix(text_.substr(at_), 1))) + "\" is invalid.");
    }
    string_ += kTo[which];
    return true;
  }

  bool unicode_escape() {
    std::uint32_t code = 0;
    for (int digit = 0; digit < 4; ++digit) {
      const int value = ++at_ < text_.size() ? hex_digit(text_[at_]) : -1;
      if (value < 0) return fail("\"\\u\" must be followed by four hexadecimal digits.");
      code = code << 4 | static_cast<std::uint32_t>(value);
    }
    if (!decode_) return true;
    if (code >= 0xd800 && code <= 0xdbff) {
      if (high_surrogate_ != 0) return fail("Unicode high surrogate must not follow a high surrogate.");
      high_surrogate_ = code;
      return true;
    }
    if (code >= 0xdc00 && code <= 0xdfff) {
      if (high_surrogate_ == 0) return fail("Unicode low surrogate must follow a high surrogate.");
      code = 0x10000 + ((high_surrogate_ & 0x3ff) << 10) + (code & 0x3ff);
      high_surrogate_ = 0;
    }
    if (high_surrogate_ != 0) return fail("Unicode low surrogate must follow a high surrogate.");
    if (code == 0) {
      return refuse({"22P05", "unsupported Unicode escape sequence", "\\u0000 cannot be converted to text."});
    }
    append_utf8(code);
    return true;
  }

  void append_utf8(std::uint32_t code) {
    const auto byte = [&](std::uint32_t value) { string_ += static_cast<char>(value); };
    if (code < 0x80) return byte(code);
    if (code < 0x800) {
      byte(0xc0 | code >> 6);
    } else if (code < 0x10000) {
      byte(0xe0 | code >> 12);
      byte(0x80 | (code >> 6 & 0x3f));
    } else {
      byte(0xf0 | code >> 18);
      byte(0x80 | (code >> 12 & 0x3f));
      byte(0x80 | (code >> 6 & 0x3f));
    }
    byte(0x80 | (code & 0x3f));
  }

  bool value(JsonNode& node, int depth) {
    if (depth > kMaxDepth) {
      failure_ = Done(Doubt{"JSON nested very deeply"});
      return false;
    }
    if (is('{')) return object(node, depth);
    if (is('[')) return array(node, depth);
    switch (token_) {
      case Token::string:
        node.kind = JsonKind::string;
        node.text = string_;
        return next();
      case Token::number: {
        node.kind = JsonKind::number;
        if (!decode_) return next();
        Outcome<std::string> number = read_numeric_text(text_.substr(start_, at_ - start_), version_);
        if (!number) return refuse(number.error());
        node.text = *std::move(number);
        return next();
      }
      case Token::word:
        node.truth = text_[start_] == 't';
        node.kind = text_[start_] == 'n' ? JsonKind::null : JsonKind::boolean;
        return next();
      case Token::end:
      case Token::punctuation: break;
    }
    return unexpected("JSON value");
  }

  bool array(JsonNode& node, int depth) {
    node.kind = JsonKind::array;
    if (!next()) return false;
    if (is(']')) return next();
    while (true) {
      if (!value(node.items.emplace_back(), depth + 1)) return false;
      if (is(']')) return next();
      if (!is(',')) return unexpected("\",\" or \"]\"");
      if (!next()) return false;
    }
  }

  bool object(JsonNode& node, int depth) {
    node.kind = JsonKind::object;
    if (!next()) return false;
    if (is('}')) return next();
    if (token_ != Token::string) return unexpected("string or \"}\"");
    while (true) {
      if (token_ != Token::string) return unexpected("string");
      node.keys.push_back(string_);
      if (!next()) return false;
      if (!is(':')) return unexpected("\":\"");
      if (!next() || !value(node.items.emplace_back(), depth + 1)) return false;
      if (is('}')) return next();
      if (!is(',')) return unexpected("\",\" or \"}\"");
      if (!next()) return false;
    }
  }

  const std::string_view text_;
  const bool decode_;
  const int version_;
  std::size_t at_ = 0, start_ = 0;
  Token token_ = Token::end;
  std::string string_;
  std::uint32_t high_surrogate_ = 0;
  Done failure_ = done();
};

void write_string(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      default: {
        const unsigned byte = static_cast<unsigned char>(c);
        constexpr char kDigits[] = "0123456789abcdef";
        if (byte < 0x20) {
          out.append("\\u00").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
        } else {
          out += c;
        }
      }
    }
  }
  out += '"';
}

}  // namespace

Outcome<JsonNode> parse_json(std::string_view text, bool decode, int server_version) {
  return Parser(text, decode, server_version).run();
}

void sort_json(JsonNode& node) {
  for (JsonNode& item : node.items) sort_json(item);
  if (node.kind != JsonKind::object) return;
  std::vector<std::size_t> order(node.keys.size());
  for (std::size_t place = 0; place < order.size(); ++place) order[place] = place;
  const auto before = [&](std::size_t a, std::size_t b) {
    const std::string &left = node.keys[a], &right = node.keys[b];
    return left.size() != right.size() ? left.size() < right.size() : left < right;
  };
  std::stable_sort(order.begin(), order.end(), before);
  JsonNode sorted;
  sorted.kind = JsonKind::object;
  for (const std::size_t place : order) {
    if (!sorted.keys.empty() && sorted.keys.back() == node.keys[place]) {
      sorted.items.back() = std::move(node.items[place]);  // the last one wins
    } else {
      sorted.keys.push_back(node.keys[place]);
      sorted.items.push_back(std::move(node.items[place]));
    }
  }
  node = std::move(sorted);
}

void write_jsonb(const JsonNode& node, std::string& out) {
  switch (node.kind) {
    case JsonKind::null: out += "null"; break;
    case JsonKind::boolean: out += node.truth ? "true" : "false"; break;
    case JsonKind::number: out += node.text; break;
    case JsonKind::string: write_string(node.text, out); break;
    case JsonKind::array:
    case JsonKind::object: {
      const bool object = node.kind == JsonKind::object;
      out += object ? '{' : '[';
      for (std::size_t item = 0; item < node.items.size(); ++item) {
        if (item > 0) out += ", ";
        if (object) {
          write_string(node.keys[item], out);
          out += ": ";
        }
        write_jsonb(node.items[item], out);
      }
      out += object ? '}' : ']';
      break;
    }
  }
}

}  // namespace pgfk
