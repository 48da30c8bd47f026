// SQL cut into tokens as the server's scanner cuts it (scan.l), for looking at statements before
// the grammar does.
//
// Blanks and comments are passed over. Numbers are taken generously: 0x2A, 1_000 and 12ab are one
// token each, so that a reader can say what an older server makes of them. An open string, quoted
// name or comment reaches to the end. Cost: one pass, no allocation. A token is a view into the
// text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pgfk {

enum class TokenKind {
  word,         // unquoted: a keyword or a name
  quoted_name,  // "..", also U&".."
  string,       // '..', also with E, B, X, N, U& in front, and dollar quotes
  number,
  parameter,    // $1
  op,           // + || ->> = and so on
  punctuation,  // one of ( ) [ ] , ; . : or :: := ..
  end
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::size_t offset = 0;
  std::string_view text;

  std::size_t end() const { return offset + text.size(); }
  bool is(std::string_view punctuation_or_op) const {
    return (kind == TokenKind::punctuation || kind == TokenKind::op) && text == punctuation_or_op;
  }
  /// An unquoted word, in any case; `lower` in lower case.
  bool is_word(std::string_view lower) const;
};

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view text, bool standard_conforming_strings = true,
                     std::size_t offset = 0)
      : text_(text), place_(offset), standard_conforming_strings_(standard_conforming_strings) {}

  /// The next token; kind `end` at the end, and ever after.
  Token next();

 private:
  void skip_blanks_and_comments();
  std::size_t quoted_end(std::size_t begin, char quote, bool backslashes) const;
  std::size_t dollar_quoted_end(std::size_t begin) const;
  std::size_t number_end(std::size_t begin) const;
  std::size_t op_end(std::size_t begin) const;
  std::size_t word_end(std::size_t begin) const;
  char at(std::size_t place) const { return place < text_.size() ? text_[place] : '\0'; }

  std::string_view text_;
  std::size_t place_;
  bool standard_conforming_strings_;
};

/// ASCII letters in lower case, all else as it is.
std::string lower_ascii(std::string_view text);
/// ASCII letters in upper case, all else as it is.
std::string upper_ascii(std::string_view text);

/// A word or quoted name as the server keeps it: folded or unquoted, cut to 63 bytes. U&".." keeps
/// its escapes.
std::string folded_name(const Token& token);

/// All tokens of a text, the one of kind `end` last.
std::vector<Token> tokenize(std::string_view text, bool standard_conforming_strings = true);

}  // namespace pgfk
