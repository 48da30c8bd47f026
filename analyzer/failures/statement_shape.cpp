#include "analyzer/failures/statement_shape.h"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include "parsers/sql/characters.h"

namespace pgfk {
namespace {

bool begins_word(char c) { return (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
bool in_word(char c) { return begins_word(c) || is_digit(c) || c == '$'; }

enum class TokenKind { end, value, other };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;
  bool after_blank = false;
};

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Token next() {
    const bool blank = skip_blanks_and_comments();
    if (at_ == text_.size()) return {};
    const std::size_t start = at_;
    const TokenKind kind = scan();
    return {kind, text_.substr(start, at_ - start), blank};
  }

 private:
  char at(std::size_t place) const { return place < text_.size() ? text_[place] : '\0'; }
  std::size_t behind(std::string_view mark, std::size_t from) const {
    const std::size_t found = text_.find(mark, from);
    return found == std::string_view::npos ? text_.size() : found + mark.size();
  }

  bool skip_blanks_and_comments() {
    const std::size_t start = at_;
    while (at_ < text_.size()) {
      if (is_space(text_[at_])) {
        ++at_;
      } else if (text_.substr(at_, 2) == "--") {
        at_ = behind("\n", at_);
      } else if (text_.substr(at_, 2) == "/*") {
        skip_comment();
      } else {
        break;
      }
    }
    return at_ > start;
  }

  void skip_comment() {
    std::size_t depth = 0;
    do {
      const std::size_t mark = std::min(text_.find("/*", at_), text_.find("*/", at_));
      if (mark == std::string_view::npos) {
        at_ = text_.size();
        return;
      }
      text_[mark] == '/' ? ++depth : --depth;
      at_ = mark + 2;
    } while (depth > 0);
  }

  TokenKind scan() {
    const char first = text_[at_];
    if (first == '\'') return scan_literal(false);
    if (first == '"') return scan_quoted_name();
    if (first == '$') return scan_dollar();
    if (is_digit(first) || (first == '.' && is_digit(at(at_ + 1)))) return scan_number();
    if (begins_word(first)) return scan_word();
    ++at_;
    return TokenKind::other;
  }

  TokenKind scan_literal(bool escapes) {
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '\\' && escapes) {
        at_ = std::min(at_ + 1, text_.size());
      } else if (c == '\'') {
        if (at(at_) != '\'') break;
        ++at_;
      }
    }
    return TokenKind::value;
  }

  TokenKind scan_quoted_name() {
    do {
      at_ = behind("\"", at_ + 1);
    } while (at(at_) == '"');
    return TokenKind::other;
  }

  TokenKind scan_dollar() {
    std::size_t end = at_ + 1;
    if (is_digit(at(end))) {
      while (is_digit(at(end))) ++end;
      at_ = end;
      return TokenKind::value;
    }
    while (in_word(at(end)) && at(end) != '$') ++end;
    if (at(end) != '$') {
      ++at_;
      return TokenKind::other;
    }
    const std::string_view tag = text_.substr(at_, end + 1 - at_);
    at_ = behind(tag, end + 1);
    return TokenKind::value;
  }

  TokenKind scan_number() {
    while (is_digit(at(at_)) || begins_word(at(at_)) || at(at_) == '.' ||
           ((at(at_) == '-' || at(at_) == '+') && to_lower(text_[at_ - 1]) == 'e')) {
      ++at_;
    }
    return TokenKind::value;
  }

  TokenKind scan_word() {
    const std::size_t start = at_;
    while (in_word(at(at_))) ++at_;
    const char prefix = to_lower(text_[start]);
    const std::size_t length = at_ - start;
    if (at(at_) == '\'' && length == 1 && (prefix == 'e' || prefix == 'b' || prefix == 'x' || prefix == 'n')) return scan_literal(prefix == 'e');
    if (length == 1 && prefix == 'u' && at(at_) == '&' && at(at_ + 1) == '\'') {
      ++at_;
      return scan_literal(false);
    }
    return TokenKind::other;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Tokens for the hash: of a run of values, commas and parentheses between them, only the first value and what closes the run.
class HashText {
 public:
  void add(const Token& token) {
    const bool sign = token.text == "-" && (between_.ends_with(',') || between_.ends_with('('));
    const bool between = token.kind == TokenKind::other && (token.text == "," || token.text == "(" || token.text == ")" || sign);
    if (token.kind == TokenKind::value) {
      if (!in_values_) text_ += "? ";
      in_values_ = true;
      between_.clear();
    } else if (in_values_ && between) {
      between_ += token.text;
    } else {
      leave();
      for (const char c : token.text) text_.push_back(token.text.front() == '"' ? c : to_lower(c));
      text_.push_back(' ');
    }
  }
  TextHash hash() {
    leave();
    return text_hash(text_);
  }

 private:
  void leave() {
    text_ += between_;
    between_.clear();
    in_values_ = false;
  }
  std::string text_;
  std::string between_;
  bool in_values_ = false;
};

}  // namespace

StatementShape statement_shape(std::string_view statement) {
  StatementShape shape;
  HashText hashed;
  std::size_t values = 0;
  Scanner scanner(statement);
  for (Token token = scanner.next(); token.kind != TokenKind::end; token = scanner.next()) {
    hashed.add(token);
    if (token.kind == TokenKind::value) ++values;
    if (shape.text.size() >= StatementShape::kMostText) continue;
    if (token.after_blank && !shape.text.empty()) shape.text.push_back(' ');
    shape.text += token.kind == TokenKind::value ? fmt::format("${}", values) : std::string(token.text);
  }
  shape.hash = hashed.hash();
  return shape;
}

}  // namespace pgfk
