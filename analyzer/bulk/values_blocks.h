// The statements of an insert run cut into blocks of rows and cells.
//
//   INSERT INTO t VALUES (1, 'a'), (2, NULL);   header | row | row | end of statement
//
// Every byte is accounted for: header, white space, comment between statements, punctuation or a cell that begins as a literal does. What is
// none of these makes the run unsupported, so that quotes are never paired wrongly behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/bulk/bulk.h"
#include "analyzer/bulk/cells.h"
#include "analyzer/bulk/split.h"

namespace pgfk {

/// INSERT up to and including VALUES of the first statement, or nullopt if it is of another shape.
std::optional<std::string> find_header(std::string_view text);

class ValuesBlocks {
 public:
  struct Statement {
    std::uint64_t offset = 0, end = 0;  // within the chunk; the end is the semicolon
    std::uint32_t rows = 0;             // with the right number of cells
    bool odd = false;                   // has a row with another number of cells
  };
  enum class Next { rows, end, unsupported };

  /// `plan` and `header` outlive this.
  ValuesBlocks(const BulkPlan& plan, const std::string& header);
  /// `text` is a chunk, which begins and ends between statements; behind it `readable` more bytes belong to the same memory.
  void start(std::string_view text, std::size_t readable);
  Next next();

  const CellBlock& block() const { return block_; }
  /// Rows of the block with bytes that are no text.
  const std::vector<std::uint32_t>& bad_rows() const { return bad_rows_; }
  /// The statements of the chunk met so far; rows stand in their order.
  const std::vector<Statement>& statements() const { return statements_; }
  /// Where row `row` of the block at hand stands within the chunk, with its parentheses.
  TextPart row_at(std::size_t row) const { return {block_at_ + rows_[row].begin, rows_[row].end - rows_[row].begin}; }

 private:
  enum class Step { done, incomplete, unsupported };
  struct RowPlace {
    std::uint32_t begin = 0, end = 0;
  };

  Next take(std::size_t offered, bool last);
  Step take_rows();
  Step begin_statement();
  Step skip_comment(std::size_t& at);
  Step take_row();
  Step take_odd_row();
  Step end_row(std::size_t close);
  bool add_cell(std::size_t begin, std::size_t end);
  bool only_blanks(std::size_t begin, std::size_t end) const;
  bool is_conflict_clause(std::size_t begin, std::size_t end) const;
  bool check_encoding();

  const BulkPlan& plan_;
  const std::string& header_;
  std::size_t columns_;
  std::string_view text_;
  std::size_t readable_ = 0;
  std::size_t at_ = 0;
  std::size_t block_at_ = 0, block_size_ = 0;
  bool in_rows_ = false;              // behind VALUES or a row's comma
  std::vector<Statement> statements_;

  // The block at hand; offsets are within it.
  const char* base_ = nullptr;
  std::size_t length_ = 0;
  bool last_ = false;
  bool cut_ = false;                  // at a comment with a quote in it: what was scanned behind it is worth nothing
  std::size_t mark_ = 0, marks_ = 0;
  std::size_t used_ = 0;              // all ahead of it is taken
  std::size_t quoted_cells_ = 0;
  CellBlock block_;
  std::vector<std::uint32_t> positions_, pairs_;
  std::vector<LiteralKind> kinds_;
  std::vector<RowPlace> rows_;
  std::vector<std::uint32_t> bad_rows_;
  std::vector<char> padded_;
};

}  // namespace pgfk
