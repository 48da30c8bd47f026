// COPY text cut into blocks of rows and cells.
//
// A block begins at a row's begin and ends behind a row's end; a row longer than a block makes the block grow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/bulk/bulk.h"
#include "analyzer/bulk/cells.h"

namespace pgfk {

class CopyBlocks {
 public:
  /// `text` is a chunk; behind it `readable` more bytes belong to the same memory.
  CopyBlocks(const BulkPlan& plan, bool crlf);
  void start(std::string_view text, std::size_t readable);

  enum class Next {
    rows,   // block() holds rows that have the right number of cells
    bad,    // the same, but behind block().rows stands a row that is not certainly fine
    end,
    too_long,  // a row of gigabytes
  };
  Next next();
  const CellBlock& block() const { return block_; }
  /// Where row `row` of the block at hand begins and ends, without its line end, within the chunk.
  std::pair<std::uint64_t, std::uint64_t> row_at(std::size_t row) const;

 private:
  Next take(std::size_t offered, bool last);
  void cut_odd_row(std::size_t marks);
  void check_bytes(bool returns, bool nul, bool high);
  void strip_returns();

  const BulkPlan& plan_;
  bool crlf_;
  bool plain_null_;
  std::size_t columns_;
  std::string_view text_;
  std::size_t readable_ = 0;
  std::size_t at_ = 0;          // of the next block
  std::size_t block_at_ = 0;    // of the block at hand
  std::size_t block_size_ = 0;
  CellBlock block_;
  std::vector<std::uint32_t> positions_;  // [0] is the byte ahead of the block (-1), the rest as scanned
  std::vector<std::uint32_t> pairs_;      // begin and end of each cell, where line ends are CR LF
  std::vector<char> padded_;              // a copy of the last block, with room behind
};

}  // namespace pgfk
