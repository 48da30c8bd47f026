// What \copy says, taken apart as psql does, and the COPY that psql sends for it.
//
// Source: psql's copy.c, parse_slash_copy and do_copy.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pgfk {

struct SlashCopy {
  enum class Client { in_line, terminal, file, program };
  bool from = false;
  Client client = Client::in_line;  // `terminal`: pstdin, pstdout, which is no part of the script
  std::string name;                 // of the file, or the program's command line
  std::string sql;                  // COPY target FROM STDIN options, or TO STDOUT
};

/// `arguments` is the rest of the command's line. Nothing where psql calls it a syntax error.
std::optional<SlashCopy> parse_slash_copy(std::string_view arguments);

}  // namespace pgfk
