// Where the in-line data of a COPY ends: at the line "\." that psql looks for, whatever the format.
//
// Cost: one pass at the speed of memory that counts lines on the way.
// Source: psql's copy.c, handleCopyIn; fk-semantics 17.3.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace pgfk {

struct CopyEnd {
  std::uint64_t data_end = 0;  // offset of the line "\.", or the text's end
  std::uint64_t after = 0;     // offset behind that line
  std::uint64_t newlines = 0;  // in the data, without the line "\."
  bool terminated = false;
  bool has_nul = false;
};

/// The end of the data that begins at text[start], which is the start of a line. A last line "\." without a newline is data:
/// psql sends it, and the server may take it for the end.
/// `release`, if given, is told of ranges that are not looked at any more. Long data is searched by two threads.
CopyEnd find_copy_end(std::string_view text, std::uint64_t start, const std::function<void(std::uint64_t, std::uint64_t)>& release = {});

}  // namespace pgfk
