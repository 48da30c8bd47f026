// The cells of consecutive rows, as the tokenizer of a format hands them to the columns that check them.
//
// Nothing is copied: a cell is a range of the block's text. kPadding bytes behind the block can be read, so that words can be loaded whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace pgfk {

inline constexpr std::size_t kPadding = 64;

/// How a cell of a VALUES list was written. Cells of COPY are all text; which are NULL is a matter of their bytes.
enum class LiteralKind : std::uint8_t { null, text /* between quotes */, number, boolean, bits, default_ };

struct CellBlock {
  const char* base = nullptr;
  // Cell k begins at positions[k * step] + bias and ends before positions[k * step + 1], k counting row by row.
  const std::uint32_t* positions = nullptr;
  std::uint32_t step = 1;
  std::uint32_t bias = 1;
  std::size_t rows = 0;
  std::size_t columns = 0;
  const LiteralKind* kinds = nullptr;  // one per cell; null for COPY
  bool escapes = false;                // some text may hold an escape: a backslash, or in a literal a quote

  const char* begin(std::size_t cell) const {
    return base + static_cast<std::uint32_t>(positions[cell * step] + bias);
  }
  const char* end(std::size_t cell) const { return base + positions[cell * step + 1]; }
  std::string_view text(std::size_t cell) const {
    const char* from = begin(cell);
    return {from, static_cast<std::size_t>(end(cell) - from)};
  }
};

}  // namespace pgfk
