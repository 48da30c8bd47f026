// Where the marks of a text are: separators of COPY rows, punctuation of VALUES lists outside of quotes. 64 bytes at a time, with the
// widest vectors of the machine (Highway, chosen at run time).
//
// Cost: several GB/s. All read kPadding bytes behind the end (cells.h), which decide nothing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pgfk {

/// What scan_copy saw besides the separators. The text begins at a row's begin.
struct CopyScan {
  std::size_t marks = 0;     // positions written: delimiters and newlines that no backslash takes away
  std::size_t newlines = 0;  // of these
  bool escapes = false;      // a backslash other than in a field that is just \N
  bool returns = false;      // a carriage return
  bool nul = false;          // a zero byte
  bool high = false;         // a byte from 0x80 on
};
/// `positions` has room for length + 64. `plain_null`: \N is the NULL string.
CopyScan scan_copy(const char* base, std::size_t length, char delimiter, bool plain_null, std::uint32_t* positions);

/// What scan_values saw besides commas, semicolons and parentheses outside of quotes. The text begins outside of quotes.
struct ValuesScan {
  std::size_t marks = 0;
  std::size_t quotes = 0;    // single quotes
  bool backslash = false, nul = false, high = false;
};
/// `positions` has room for length + 64.
ValuesScan scan_values(const char* base, std::size_t length, std::uint32_t* positions);

/// How many bytes of the text are newlines.
std::uint64_t count_newlines(const char* base, std::size_t length);

}  // namespace pgfk
