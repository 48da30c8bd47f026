// Lines, comments and line ends of scripts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pgfk {

/// Blank, tab, line end and their kin.
bool is_script_blank(char c);
/// The first byte of the line that holds `at`.
std::size_t line_start_of(std::string_view text, std::size_t at);
/// Behind the line end of the line that holds `at`.
std::size_t behind_line(std::string_view text, std::size_t at);
/// Behind a block comment that begins at `at`; they nest.
std::size_t behind_block_comment(std::string_view text, std::size_t at);
/// Behind what follows a statement on its line: blanks, a comment, the line's end; `at` itself where more follows.
std::size_t behind_rest_of_line(std::string_view text, std::size_t at);
/// Where the comment lines begin that stand right above the statement whose first token is at `first`; the start of its line where there are none, and
/// `first` where something stands before it on its line.
std::size_t comments_above(std::string_view text, std::size_t first);
/// "\r\n" or "\n", as the first line ends.
std::string newline_of(std::string_view text);

}  // namespace pgfk
