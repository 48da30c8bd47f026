// The arguments of one backslash command, read as psql reads them: from the command's line only.
//
// Source: psqlscanslash.l.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "parsers/sql/lexer.h"
#include "parsers/sql/variables.h"

namespace pgfk {

class SlashArguments {
 public:
  /// `line` is the text up to the command's line end, without it; `at` stands behind the command's name. `variables` is
  /// null in a branch of \if that is not taken: nothing is replaced there.
  SlashArguments(std::string_view line, std::size_t at, const Variables* variables)
      : line_(line), at_(at), variables_(variables) {}

  /// The next argument, without its quotes; nothing at the command's end, or where a quote is left open.
  std::optional<std::string> next(bool strip_semicolons = false);
  /// The same, for a name: unquoted letters are folded if `fold`, double quotes taken off.
  std::optional<std::string> next_name(bool fold);
  /// All that is left of the line, without leading blanks.
  std::string rest_of_line();
  /// A file's name, or, where the argument begins with "|", all that is left of the line.
  std::optional<std::string> next_file_or_pipe();

  /// Passes what is left of the command's arguments, and the double backslash that may end it.
  void finish();
  /// Passes the line, as psql does behind a command that failed.
  void drop_line() { at_ = line_.size(); }

  std::string_view line() const { return line_; }
  std::size_t at() const { return at_; }
  /// Whether an argument held a command in backquotes: what that gives cannot be known, nothing was put in its place.
  bool had_backquotes() const { return had_backquotes_; }

 private:
  void skip_blanks();
  std::size_t read_single_quoted(std::string& argument);
  bool read_variable(std::string& argument);

  std::string_view line_;
  std::size_t at_;
  const Variables* variables_;
  bool unterminated_ = false;
  bool had_backquotes_ = false;
};

/// What takes the place of a use of a variable; nothing where the variable is not set, and the text stays as it is.
std::optional<std::string> variable_text(const VariableUse& use, const Variables& variables);

}  // namespace pgfk
