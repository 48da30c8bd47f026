#include "parsers/sql/slash_arguments.h"

#include "parsers/sql/characters.h"

namespace pgfk {
namespace {

int digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  const char lower = to_lower(digit);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

/// Digits of base 8 or 16 at text[at], `most` of them; -1 where there is none.
int read_code(std::string_view text, std::size_t& at, int base, int most) {
  int code = -1;
  for (int count = 0; count < most && at < text.size() && digit_value(text[at]) < base; ++count, ++at)
    code = (code < 0 ? 0 : code) * base + digit_value(text[at]);
  return code;
}

/// psql's dequote_downcase_identifier.
std::string without_double_quotes(std::string_view text, bool fold) {
  std::string name;
  bool inside = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') {
      if (inside && at + 1 < text.size() && text[at + 1] == '"') {
        name += '"';
        ++at;
      } else {
        inside = !inside;
      }
    } else {
      name += fold && !inside ? to_lower(text[at]) : text[at];
    }
  }
  return name;
}

}  // namespace

std::optional<std::string> variable_text(const VariableUse& use, const Variables& variables) {
  const std::string* value = variables.find(use.name);
  if (use.form == VariableUse::Form::test) return value != nullptr ? "TRUE" : "FALSE";
  if (value == nullptr) return std::nullopt;
  switch (use.form) {
    case VariableUse::Form::literal:
      return quote_literal(*value);
    case VariableUse::Form::identifier:
      return psql_identifier(*value);
    case VariableUse::Form::plain:
    case VariableUse::Form::test:
      break;
  }
  return *value;
}

void SlashArguments::skip_blanks() {
  while (at_ < line_.size() && is_space(line_[at_])) ++at_;
}

/// From behind the opening quote; gives the place behind the closing one.
std::size_t SlashArguments::read_single_quoted(std::string& argument) {
  std::size_t at = at_ + 1;
  while (at < line_.size()) {
    const char here = line_[at++];
    if (here == '\'') {
      if (at == line_.size() || line_[at] != '\'') return at;
      argument += '\'';
      ++at;
    } else if (here == '\\' && at < line_.size()) {
      const char escaped = line_[at];
      static constexpr std::string_view kLetters = "ntbrf";
      static constexpr std::string_view kMeanings = "\n\t\b\r\f";
      const std::size_t letter = kLetters.find(escaped);
      int code = -1;
      std::size_t behind = at + (escaped == 'x' ? 1 : 0);
      if (escaped == 'x') {
        code = read_code(line_, behind, 16, 2);
      } else {
        code = read_code(line_, behind, 8, 3);
      }
      if (letter != std::string_view::npos) {
        argument += kMeanings[letter];
        ++at;
      } else if (code >= 0) {
        argument += static_cast<char>(code);
        at = behind;
      } else {
        argument += escaped;
        ++at;
      }
    } else {
      argument += here;
    }
  }
  unterminated_ = true;
  return at;
}

bool SlashArguments::read_variable(std::string& argument) {
  const std::optional<VariableUse> use = variable_use_at(line_, at_);
  if (!use) return false;
  std::optional<std::string> value;
  if (variables_ != nullptr) value = variable_text(*use, *variables_);
  argument += value ? std::string_view(*value) : line_.substr(at_, use->end - at_);
  at_ = use->end;
  return true;
}

std::optional<std::string> SlashArguments::next(bool strip_semicolons) {
  skip_blanks();
  std::string argument;
  bool quoted = false;
  std::size_t bare = 0;  // characters at the argument's end that no quote protects
  while (at_ < line_.size() && !is_space(line_[at_]) && line_[at_] != '\\') {
    const char here = line_[at_];
    const bool variable = here == ':' && read_variable(argument);
    if (!variable && here != '\'' && here != '"' && here != '`') {
      argument += here;
      ++bare;
      ++at_;
      continue;
    }
    bare = 0;
    quoted = true;
    if (variable) continue;
    if (here == '\'') {
      at_ = read_single_quoted(argument);
      continue;
    }
    const std::size_t closing = line_.find(here, at_ + 1);
    unterminated_ = unterminated_ || closing == std::string_view::npos;
    const std::size_t behind = closing == std::string_view::npos ? line_.size() : closing + 1;
    if (here == '"') argument += line_.substr(at_, behind - at_);
    if (here == '`') had_backquotes_ = had_backquotes_ || variables_ != nullptr;
    at_ = behind;
  }
  if (unterminated_ || (argument.empty() && !quoted)) return std::nullopt;
  while (strip_semicolons && bare > 0 && argument.back() == ';') {
    argument.pop_back();
    --bare;
  }
  return argument;
}

std::optional<std::string> SlashArguments::next_name(bool fold) {
  std::optional<std::string> argument = next(true);
  if (argument) *argument = without_double_quotes(*argument, fold);
  return argument;
}

std::string SlashArguments::rest_of_line() {
  skip_blanks();
  std::string rest(line_.substr(at_));
  at_ = line_.size();
  return rest;
}

std::optional<std::string> SlashArguments::next_file_or_pipe() {
  skip_blanks();
  if (at_ < line_.size() && line_[at_] == '|') return rest_of_line();
  return next();
}

void SlashArguments::finish() {
  variables_ = nullptr;
  while (next()) {
  }
  if (line_.substr(at_, 2) == "\\\\") at_ += 2;
}

}  // namespace pgfk
