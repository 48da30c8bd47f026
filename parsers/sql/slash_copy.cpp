#include "parsers/sql/slash_copy.h"

#include "parsers/sql/characters.h"

namespace pgfk {
namespace {

/// psql's strtokx: words at blanks, single characters of `delimiters`, and what quotes hold.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  std::optional<std::string_view> next(std::string_view delimiters, std::string_view quotes) {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    if (at_ == text_.size()) return std::nullopt;
    const std::size_t start = at_;
    const char first = text_[at_];
    if (delimiters.find(first) != std::string_view::npos) return text_.substr(at_++, 1);
    if (quotes.find(first) != std::string_view::npos) {
      for (++at_; at_ < text_.size(); ++at_) {
        if (text_[at_] != first) continue;
        if (at_ + 1 == text_.size() || text_[at_ + 1] != first) break;
        ++at_;  // doubled
      }
      at_ += at_ < text_.size();
      return text_.substr(start, at_ - start);
    }
    while (at_ < text_.size() && !is_blank(text_[at_]) &&
           delimiters.find(text_[at_]) == std::string_view::npos &&
           quotes.find(text_[at_]) == std::string_view::npos)
      ++at_;
    return text_.substr(start, at_ - start);
  }
  std::string_view rest() const { return text_.substr(at_); }

 private:
  static bool is_blank(char character) {
    return character == ' ' || character == '\t' || character == '\n' || character == '\r';
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

constexpr std::string_view kTarget = ".,()";  // delimiters up to FROM or TO

/// Takes words up to the parenthesis that closes the one just read.
bool read_parenthesis(Words& words, std::string_view delimiters, std::string_view quotes,
                      std::string& text) {
  for (int depth = 1; depth > 0;) {
    const std::optional<std::string_view> word = words.next(delimiters, quotes);
    if (!word) return false;
    text += ' ';
    text += *word;
    depth += *word == "(";
    depth -= *word == ")";
  }
  return true;
}

/// Takes single quotes off, if there are any.
std::string unquoted(std::string_view word) {
  if (word.empty() || word.front() != '\'') return std::string(word);
  word.remove_prefix(1);
  if (!word.empty() && word.back() == '\'') word.remove_suffix(1);
  std::string text;
  for (std::size_t at = 0; at < word.size(); ++at) {
    text += word[at];
    at += word[at] == '\'';
  }
  return text;
}

}  // namespace

std::optional<SlashCopy> parse_slash_copy(std::string_view arguments) {
  SlashCopy copy;
  std::string target;
  Words words(arguments);
  std::optional<std::string_view> word = words.next(kTarget, "\"");
  const auto take = [&](std::string_view delimiters) {
    target += ' ';
    target += *word;
    word = words.next(delimiters, "\"");
  };
  if (word && is_word(*word, "binary")) take(kTarget);
  if (!word) return std::nullopt;
  if (*word == "(") {
    target += " (";
    if (!read_parenthesis(words, "()", "\"'", target)) return std::nullopt;
    word = words.next(kTarget, "\"");
  } else {
    take(kTarget);
    if (word && *word == ".") {
      target += '.';
      word = words.next(kTarget, "\"");
      if (!word) return std::nullopt;
      target += *word;
      word = words.next(kTarget, "\"");
    }
    if (word && *word == "(") {
      target += " (";
      if (!read_parenthesis(words, "(),", "\"", target)) return std::nullopt;
      word = words.next(kTarget, "\"");
    }
  }
  if (!word || (!is_word(*word, "from") && !is_word(*word, "to"))) return std::nullopt;
  copy.from = is_word(*word, "from");

  word = words.next(";", "'");
  if (!word) return std::nullopt;
  if (is_word(*word, "program")) {
    word = words.next(";", "'");
    if (!word || word->size() < 2 || word->front() != '\'' || word->back() != '\'')
      return std::nullopt;
    copy.client = SlashCopy::Client::program;
    copy.name = unquoted(*word);
  } else if (is_word(*word, "stdin") || is_word(*word, "stdout")) {
    copy.client = SlashCopy::Client::in_line;
  } else if (is_word(*word, "pstdin") || is_word(*word, "pstdout")) {
    copy.client = SlashCopy::Client::terminal;
  } else {
    copy.client = SlashCopy::Client::file;
    copy.name = unquoted(*word);
  }
  copy.sql = "COPY" + target + (copy.from ? " FROM STDIN" : " TO STDOUT") + std::string(words.rest());
  while (!copy.sql.empty() && (is_space(copy.sql.back()) || copy.sql.back() == ';')) copy.sql.pop_back();
  return copy;
}

}  // namespace pgfk
