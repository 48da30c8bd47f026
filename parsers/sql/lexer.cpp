#include "parsers/sql/lexer.h"

#include <algorithm>
#include <cstring>

#include "parsers/sql/characters.h"

namespace pgfk {
namespace {

// psql counts a COPY only where its target has at most five words outside of quotes and parentheses.
constexpr std::uint8_t kMaxTargetWords = 5;

std::size_t end_of_word(std::string_view text, std::size_t at, int bits) {
  while (at < text.size() && is_one_of(text[at], bits)) ++at;
  return at;
}

/// A "--" comment ends at either line end: psql's rule knows no other.
std::size_t end_of_line_comment(std::string_view text, std::size_t at) {
  const std::size_t newline = std::min(text.find('\n', at), text.size());
  return at + std::min(text.substr(at, newline - at).find('\r'), newline - at);
}

char at_or_nul(std::string_view text, std::size_t at) { return at < text.size() ? text[at] : '\0'; }

/// Behind the digits at `at`, an exponent, and the word that sticks to them: "1$$" opens a dollar quote, "1a$$" does not.
std::size_t end_of_number(std::string_view text, std::size_t at) {
  at = end_of_word(text, at, kDigit);
  if (to_lower(at_or_nul(text, at)) == 'e') {
    const char sign = at_or_nul(text, at + 1);
    const bool has_sign = sign == '+' || sign == '-';
    const std::size_t digits = at + 1 + has_sign;
    if (is_one_of(at_or_nul(text, digits), kDigit)) {
      at = end_of_word(text, digits, kDigit);
    } else if (has_sign) {
      return digits;  // the sign is taken all the same: "1e--x" holds no comment
    }
  }
  if (is_one_of(at_or_nul(text, at), kWordStart))
    at = end_of_word(text, at, kWordStart | kDigit | kDollar);
  return at;
}

}  // namespace

std::optional<VariableUse> variable_use_at(std::string_view text, std::size_t at) {
  using Form = VariableUse::Form;
  struct Shape {
    Form form;
    std::string_view opens;
    std::string_view closes;
  };
  static constexpr Shape kShapes[] = {{Form::plain, ":", ""},
                                      {Form::literal, ":'", "'"},
                                      {Form::identifier, ":\"", "\""},
                                      {Form::test, ":{?", "}"}};
  for (const Shape& shape : kShapes) {
    if (text.substr(at, shape.opens.size()) != shape.opens) continue;
    const std::size_t name = at + shape.opens.size();
    const std::size_t end = end_of_word(text, name, kVariable);
    if (end == name || text.substr(end, shape.closes.size()) != shape.closes) continue;
    return VariableUse{shape.form, text.substr(name, end - name), end + shape.closes.size()};
  }
  return std::nullopt;
}

void Lexer::reset() {
  mode_ = LexMode::initial;
  paren_depth_ = 0;
  begin_depth_ = 0;
  comment_depth_ = 0;
  begin_query();
}

void Lexer::begin_query() {
  has_token_ = false;
  has_comment_ = false;
  copies_ = 0;
  begin_part();
}

void Lexer::begin_part() {
  words_ = 0;
  std::fill(std::begin(first_words_), std::end(first_words_), '\0');
  copy_words_ = CopyWords::at_start;
  target_words_ = 0;
}

void Lexer::set_has_token(bool has, std::size_t at) {
  has_token_ = has;
  has_comment_ = has_comment_ && has;
  first_token_ = at;
}

void Lexer::note_token(std::size_t at) {
  if (has_token_) return;
  has_token_ = true;
  first_token_ = at;
}

void Lexer::open(LexMode mode, std::size_t at) {
  mode_ = mode;
  open_since_ = at;
}

void Lexer::note_copy_word(std::string_view word) {
  switch (copy_words_) {
    case CopyWords::at_start:
      copy_words_ = is_word(word, "copy") ? CopyWords::after_copy : CopyWords::none;
      return;
    case CopyWords::after_copy:
    case CopyWords::in_target:
      if (is_word(word, "from")) {
        copy_words_ = CopyWords::after_from;
      } else {
        copy_words_ = ++target_words_ > kMaxTargetWords ? CopyWords::none : CopyWords::in_target;
      }
      return;
    case CopyWords::after_from:
      copies_ += is_word(word, "stdin") || is_word(word, "stdout");
      copy_words_ = CopyWords::none;
      return;
    case CopyWords::none:
      return;
  }
}

void Lexer::note_other_token() {
  if (copy_words_ == CopyWords::after_copy) copy_words_ = CopyWords::in_target;
  if (copy_words_ == CopyWords::at_start || copy_words_ == CopyWords::after_from)
    copy_words_ = CopyWords::none;
}

/// psql's heuristic for CREATE [OR REPLACE] FUNCTION|PROCEDURE ... BEGIN ... END: by the first letters of the words that count.
void Lexer::note_word(std::string_view word) {
  if (paren_depth_ == 0) note_copy_word(word);
  if (words_ < sizeof(first_words_)) {
    for (const std::string_view counts : {"create", "function", "procedure", "or", "replace"}) {
      if (is_word(word, counts)) first_words_[words_] = counts[0];
    }
    ++words_;
  }
  if (first_words_[0] != 'c' || paren_depth_ > 0) return;
  const auto is_routine = [](char letter) { return letter == 'f' || letter == 'p'; };
  const bool replaces = first_words_[1] == 'o' && first_words_[2] == 'r';
  if (!is_routine(first_words_[1]) && !(replaces && is_routine(first_words_[3]))) return;
  if (is_word(word, "begin")) {
    ++begin_depth_;
  } else if (is_word(word, "case")) {
    begin_depth_ += begin_depth_ > 0;  // CASE has an END, too
  } else if (is_word(word, "end")) {
    begin_depth_ -= begin_depth_ > 0;
  }
}

void Lexer::begin_word(std::string_view text, std::size_t& at) {
  const std::size_t start = at;
  at = end_of_word(text, at, kWordStart | kDigit | kDollar);
  note_token(start);
  if (at == start + 1) {  // the prefixes of quotes are single letters that touch the quote
    const char prefix = to_lower(text[start]);
    const char next = at_or_nul(text, at);
    if (next == '\'' && (prefix == 'e' || prefix == 'b' || prefix == 'x')) {
      note_other_token();
      open(prefix == 'e' ? LexMode::escape_quote : LexMode::quote, start);
      ++at;
      return;
    }
    if (next == '\'' && prefix == 'n') return note_other_token();
    const char quote = prefix == 'u' && next == '&' ? at_or_nul(text, at + 1) : '\0';
    if (quote == '\'' || quote == '"') {
      note_other_token();
      open(quote == '"' ? LexMode::double_quote : LexMode::quote, start);
      at += 2;
      return;
    }
  }
  note_word(text.substr(start, at - start));
}

void Lexer::begin_dollar(std::string_view text, std::size_t& at) {
  const std::size_t start = at++;
  note_token(start);
  note_other_token();
  if (is_one_of(at_or_nul(text, at), kDigit)) {  // a parameter, with what junk sticks to it
    at = end_of_number(text, at);
    return;
  }
  const std::size_t end = end_of_word(text, at, kWordStart | kDigit);
  if (at_or_nul(text, end) != '$') return;
  tag_.assign(text, start, end + 1 - start);
  open(LexMode::dollar_quote, start);
  at = end + 1;
}

void Lexer::scan_comment(std::string_view text, std::size_t& at) {
  while (at < text.size()) {
    const char here = text[at++];
    if (here != '*' && here != '/') continue;
    const char next = at_or_nul(text, at);
    if (here == '*' && next == '/') {
      ++at;
      if (--comment_depth_ == 0) {
        mode_ = LexMode::initial;
        return;
      }
    } else if (here == '/' && next == '*') {
      ++at;
      ++comment_depth_;
    }
  }
}

/// Reads to the end of what is open, or of the text.
void Lexer::scan_open(std::string_view text, std::size_t& at) {
  switch (mode_) {
    case LexMode::initial:
      return;
    case LexMode::quote:
    case LexMode::double_quote: {
      // A doubled quote closes and opens again at once, which comes to the same, but for the mode a lone one would open.
      const char quote = mode_ == LexMode::quote ? '\'' : '"';
      while (at < text.size()) {
        const void* found = std::memchr(text.data() + at, quote, text.size() - at);
        if (found == nullptr) break;
        at = static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + 1;
        if (at_or_nul(text, at) != quote) {
          mode_ = LexMode::initial;
          return;
        }
        ++at;
      }
      at = text.size();
      return;
    }
    case LexMode::escape_quote:
      while (at < text.size()) {
        const char here = text[at++];
        if (here == '\\') {
          at += at < text.size();
        } else if (here == '\'') {
          if (at_or_nul(text, at) != '\'') {
            mode_ = LexMode::initial;
            return;
          }
          ++at;
        }
      }
      return;
    case LexMode::dollar_quote: {
      const std::size_t found = text.find(tag_, at);
      at = found == std::string_view::npos ? text.size() : found + tag_.size();
      if (found != std::string_view::npos) mode_ = LexMode::initial;
      return;
    }
    case LexMode::comment:
      return scan_comment(text, at);
  }
}

LexStop Lexer::scan(std::string_view text, std::size_t& at) {
  while (at < text.size()) {
    if (mode_ != LexMode::initial) {
      scan_open(text, at);
      continue;
    }
    bool stopped = false;
    const LexStop stop = scan_initial(text, at, stopped);
    if (stopped) return stop;
  }
  return LexStop::end;
}

/// Reads outside of quotes and comments, until something opens, stops the caller or the text ends.
LexStop Lexer::scan_initial(std::string_view text, std::size_t& at, bool& stopped) {
  const auto stop_with = [&stopped](LexStop stop) {
    stopped = true;
    return stop;
  };
  while (at < text.size()) {
    const char here = text[at];
    if (is_one_of(here, kWordStart)) {
      begin_word(text, at);
      if (mode_ != LexMode::initial) return LexStop::end;
      continue;
    }
    if (is_one_of(here, kSpace)) {
      ++at;
      if (here == '\n' && line_ends_ && has_text() && paren_depth_ == 0 && begin_depth_ == 0)
        return stop_with(LexStop::line_end);
      continue;
    }
    if (is_one_of(here, kDigit)) {  // letters that stick to a number are no prefix of a quote
      note_token(at);
      note_other_token();
      at = end_of_number(text, at);
      continue;
    }
    const char next = at_or_nul(text, at + 1);
    switch (here) {
      case ';':
        note_other_token();
        ++at;
        if (paren_depth_ == 0 && begin_depth_ == 0) return stop_with(LexStop::semicolon);
        break;
      case '\\':
        if (next == ';' || next == ':') {
          note_token(at);
          at += 2;
          if (next == ':') return stop_with(LexStop::colon);
          begin_part();
          return stop_with(LexStop::separator);
        }
        ++at;
        return stop_with(LexStop::backslash);
      case ':':
        if (next == ':' || next == '=') {
          note_token(at);
          at += 2;
        } else if (variable_use_at(text, at)) {
          return stop_with(LexStop::variable);
        } else {
          note_token(at++);
        }
        note_other_token();
        break;
      case '\'':
      case '"':
        note_token(at);
        note_other_token();
        open(here == '"' ? LexMode::double_quote
                         : (conforming_ ? LexMode::quote : LexMode::escape_quote),
             at++);
        return LexStop::end;
      case '$':
        begin_dollar(text, at);
        if (mode_ != LexMode::initial) return LexStop::end;
        break;
      case '(':
        note_token(at++);
        // COPY (query) has no data; behind a table's name the list of columns begins.
        if (paren_depth_++ == 0 && copy_words_ != CopyWords::in_target) copy_words_ = CopyWords::none;
        break;
      case ')':
        note_token(at++);
        paren_depth_ -= paren_depth_ > 0;
        break;
      case '-':
        if (next == '-') {
          at = end_of_line_comment(text, at + 2);
          break;
        }
        note_token(at++);
        break;
      case '/':
        if (next == '*') {
          has_comment_ = true;
          comment_depth_ = 1;
          open(LexMode::comment, at);
          at += 2;
          return LexStop::end;
        }
        note_token(at++);
        break;
      default:
        note_token(at++);
        break;
    }
  }
  return LexStop::end;
}

}  // namespace pgfk
