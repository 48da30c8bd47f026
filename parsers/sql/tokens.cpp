#include "parsers/sql/tokens.h"

#include <algorithm>

#include "parsers/sql/characters.h"

namespace pgfk {

namespace {

constexpr std::string_view kOperatorCharacters = "~!@#^&|`?+-*/%<>=";
// An operator may end in + or - only if it holds one of these.
constexpr std::string_view kNonMathCharacters = "~!@#^&|`?%";

char lowered(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool is_word_start(char c) {
  return (lowered(c) >= 'a' && lowered(c) <= 'z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_word_part(char c) {
  return is_word_start(c) || is_digit(c) || c == '$';
}
bool is_operator(char c) {
  return c != '\0' && kOperatorCharacters.find(c) != std::string_view::npos;
}

}  // namespace

bool Token::is_word(std::string_view lower) const {
  return kind == TokenKind::word && text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(),
                    [](char a, char b) { return lowered(a) == b; });
}

void Tokenizer::skip_blanks_and_comments() {
  while (place_ < text_.size()) {
    if (is_space(text_[place_])) {
      ++place_;
    } else if (at(place_) == '-' && at(place_ + 1) == '-') {
      place_ = std::min(text_.find_first_of("\r\n", place_), text_.size());
    } else if (at(place_) == '/' && at(place_ + 1) == '*') {
      std::size_t depth = 0;
      do {
        if (at(place_) == '/' && at(place_ + 1) == '*') {
          ++depth;
          place_ += 2;
        } else if (at(place_) == '*' && at(place_ + 1) == '/') {
          --depth;
          place_ += 2;
        } else {
          ++place_;
        }
      } while (depth > 0 && place_ < text_.size());
    } else {
      return;
    }
  }
}

/// `begin` is the place behind the opening quote. A doubled quote goes on.
std::size_t Tokenizer::quoted_end(std::size_t begin, char quote, bool backslashes) const {
  for (std::size_t place = begin; place < text_.size(); ++place) {
    if (backslashes && text_[place] == '\\') {
      ++place;
    } else if (text_[place] == quote) {
      if (at(place + 1) != quote) return place + 1;
      ++place;
    }
  }
  return text_.size();
}

/// `begin` is the first dollar sign; the same place where no dollar quote begins there.
std::size_t Tokenizer::dollar_quoted_end(std::size_t begin) const {
  std::size_t tag_end = begin + 1;
  if (is_word_start(at(tag_end))) {
    while (is_word_part(at(tag_end)) && at(tag_end) != '$') ++tag_end;
  }
  if (at(tag_end) != '$') return begin;
  const std::string_view delimiter = text_.substr(begin, tag_end + 1 - begin);
  const std::size_t close = text_.find(delimiter, tag_end + 1);
  return close == std::string_view::npos ? text_.size() : close + delimiter.size();
}

std::size_t Tokenizer::number_end(std::size_t begin) const {
  std::size_t place = begin;
  const bool based =
      at(begin) == '0' && is_word_start(at(begin + 1)) && lowered(at(begin + 1)) != 'e';
  bool dot = false;
  while (place < text_.size()) {
    const char c = text_[place];
    if (is_digit(c) || is_word_start(c)) {
      const bool exponent = !based && lowered(c) == 'e' &&
                            (at(place + 1) == '+' || at(place + 1) == '-') &&
                            is_digit(at(place + 2));
      place += exponent ? 2 : 1;
    } else if (c == '.' && !based && !dot && at(place + 1) != '.') {
      dot = true;
      ++place;
    } else {
      break;
    }
  }
  return place;
}

std::size_t Tokenizer::op_end(std::size_t begin) const {
  std::size_t end = begin;
  while (is_operator(at(end))) {
    if (end > begin &&
        ((at(end) == '-' && at(end + 1) == '-') || (at(end) == '/' && at(end + 1) == '*')))
      break;
    ++end;
  }
  const std::string_view op = text_.substr(begin, end - begin);
  if (op.find_first_of(kNonMathCharacters) != std::string_view::npos) return end;
  while (end > begin + 1 && (at(end - 1) == '+' || at(end - 1) == '-')) --end;
  return end;
}

std::size_t Tokenizer::word_end(std::size_t begin) const {
  std::size_t end = begin;
  while (is_word_part(at(end))) ++end;
  return end;
}

Token Tokenizer::next() {
  skip_blanks_and_comments();
  Token token;
  token.offset = place_;
  if (place_ >= text_.size()) return token;

  const char c = text_[place_];
  const char after = at(place_ + 1);
  std::size_t end = place_ + 1;
  if (c == '\'') {
    token.kind = TokenKind::string;
    end = quoted_end(place_ + 1, '\'', !standard_conforming_strings_);
  } else if (c == '"') {
    token.kind = TokenKind::quoted_name;
    end = quoted_end(place_ + 1, '"', false);
  } else if (after == '\'' && std::string_view("eEbBxXnN").find(c) != std::string_view::npos) {
    token.kind = TokenKind::string;
    const bool plain = lowered(c) == 'n';
    end =
        quoted_end(place_ + 2, '\'', lowered(c) == 'e' || (plain && !standard_conforming_strings_));
  } else if (lowered(c) == 'u' && after == '&' &&
             (at(place_ + 2) == '\'' || at(place_ + 2) == '"')) {
    token.kind = at(place_ + 2) == '"' ? TokenKind::quoted_name : TokenKind::string;
    end = quoted_end(place_ + 3, at(place_ + 2), false);
  } else if (is_word_start(c)) {
    token.kind = TokenKind::word;
    end = word_end(place_);
  } else if (is_digit(c) || (c == '.' && is_digit(after))) {
    token.kind = TokenKind::number;
    end = number_end(place_);
  } else if (c == '$') {
    end = dollar_quoted_end(place_);
    if (end != place_) {
      token.kind = TokenKind::string;
    } else {
      token.kind = TokenKind::parameter;
      end = is_digit(after) ? number_end(place_ + 1) : place_ + 1;
    }
  } else if (is_operator(c)) {
    token.kind = TokenKind::op;
    end = op_end(place_);
  } else {
    token.kind = TokenKind::punctuation;
    if ((c == ':' && (after == ':' || after == '=')) || (c == '.' && after == '.')) end = place_ + 2;
  }
  token.text = text_.substr(place_, end - place_);
  place_ = end;
  return token;
}

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), lowered);
  return lower;
}

std::string upper_ascii(std::string_view text) {
  std::string upper(text);
  for (char& letter : upper) letter = letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  return upper;
}

std::string folded_name(const Token& token) {
  constexpr std::size_t kLongestName = 63;
  std::string name;
  if (token.kind == TokenKind::quoted_name) {
    const std::string_view quoted =
        token.text.substr(std::min(token.text.find('"') + 1, token.text.size()));
    for (std::size_t place = 0; place + 1 < quoted.size(); ++place) {
      name += quoted[place];
      if (quoted[place] == '"') ++place;
    }
  } else {
    name = lower_ascii(token.text);
  }
  if (name.size() > kLongestName) {
    std::size_t end = kLongestName;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
    name.resize(end);
  }
  return name;
}

std::vector<Token> tokenize(std::string_view text, bool standard_conforming_strings) {
  Tokenizer tokenizer(text, standard_conforming_strings);
  std::vector<Token> tokens;
  tokens.reserve(text.size() / 4 + 1);
  do {
    tokens.push_back(tokenizer.next());
  } while (tokens.back().kind != TokenKind::end);
  return tokens;
}

}  // namespace pgfk
