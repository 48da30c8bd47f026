// The literal scan: where one of a few dozen needles stands in gigabytes of text, and how many lines there are.
//
// Each needle is known by a window of four of its bytes; tables of nibbles say for 16 to 64 bytes at once where such a window may begin
// (the idea is Hyperscan's "Teddy"), and only there bytes are compared.
// Cost: the speed of memory, as long as windows are rare in the text. Threads: every function, from any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace pgfk {

struct Needle {
  std::string_view text;  // at least four bytes
  std::uint8_t window;    // where the four bytes begin that stand for it
  std::uint8_t bucket;    // of eight; needles of one bucket blur each other's windows
};
/// What every foreign key failure has in its first lines.
std::span<const Needle> violation_needles();

struct ScanResult {
  std::vector<std::size_t> hits;      // offsets of needles in the text, rising
  std::vector<std::size_t> newlines;  // per hit: newlines before it
  std::size_t newline_count = 0;      // in all of the text
  bool has_nul = false;               // a NUL byte, which no server writes, stands in it
};

/// Finds the needles that begin in text[from, to); they may end behind `to`. Counts the newlines of that range, and looks for NUL bytes in it.
ScanResult scan_for_violations(std::string_view text, std::size_t from, std::size_t to);

}  // namespace pgfk
