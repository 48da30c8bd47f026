// One column of a block of rows: each cell is checked as the server would on the way in, and packed if it is wanted.
//
//   cell --NULL?--> --fast path of the type (fast_cells.h)--> --else unescape, read_value--> good (packed) or bad
//
// A column at a time, so that the loop over rows knows its type. Threads: one reader per worker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/bulk/bulk.h"
#include "analyzer/bulk/cells.h"
#include "analyzer/bulk/packed_column.h"

namespace pgfk {

/// Whether the text of a cell, which began and ended as such a literal does, is one all through.
bool is_literal(LiteralKind kind, std::string_view text);

/// How a column of the type is packed. Texts are the cell's own text, which `stores_value` says to be the value; else it is read again.
PackKind pack_kind(const TypeLookup& types, TypeId type);
bool stores_value(TypeId type);

class ColumnReader {
 public:
  /// `context` and `plan` outlive the reader.
  ColumnReader(const BulkColumn& column, const BulkPlan& plan, const TypeContext& context);

  /// Reads the cells of column `column`. Appends the rows that are not certainly fine to `bad`; of COPY only the first, as nothing behind
  /// it counts.
  void read(const CellBlock& block, std::size_t column, std::vector<std::uint32_t>& bad) {
    (this->*read_)(block, column, bad);
  }
  /// Whether a cell of a VALUES list was no literal at all, so that the text may have been cut wrongly.
  bool strange() const { return strange_; }
  ColumnBuilder& builder() { return builder_; }
  bool wanted() const { return builder_.kind() != PackKind::none; }

 private:
  template <typename Fast, bool kInsert>
  void read_cells(const CellBlock& block, std::size_t column, std::vector<std::uint32_t>& bad);
  template <typename Fast>
  void use() {
    read_ = insert_ ? &ColumnReader::read_cells<Fast, true> : &ColumnReader::read_cells<Fast, false>;
  }
  struct IntegerCell;
  struct DecimalCell;
  struct BooleanCell;
  struct UuidCell;
  struct DateCell;
  struct TimestampCell;
  struct TimestamptzCell;
  struct TextCell;
  struct AnyCell;

  void choose();
  template <bool kInsert>
  bool is_null(const CellBlock& block, std::size_t cell, std::string_view text) const;
  bool passes_unread(const CellBlock& block) const;
  bool read_slowly(const CellBlock& block, std::size_t cell, std::string_view text, std::size_t row);
  bool read_literal(LiteralKind kind, std::string_view text, std::size_t row);
  bool read_text(std::string_view text, std::size_t row);

  BulkColumn column_;
  const TypeContext& context_;
  bool insert_;
  bool check_utf8_;
  std::uint64_t null_word_ = 0, null_mask_ = 0;  // COPY's NULL string, at most eight bytes
  std::size_t null_length_ = 0;
  void (ColumnReader::*read_)(const CellBlock&, std::size_t, std::vector<std::uint32_t>&) = nullptr;
  std::int64_t low_ = 0, high_ = 0;        // integers
  std::size_t whole_ = 0, scale_ = 0;      // decimals: digits before and behind the point; timestamps: scale
  std::size_t bytes_ = SIZE_MAX;           // texts: so many fit for certain
  std::int64_t* integers_ = nullptr;       // where the block's rows go
  std::uint8_t* uuids_ = nullptr;
  bool strange_ = false;
  ColumnBuilder builder_;
  std::string scratch_;
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, std::int64_t, TextHash, std::equal_to<>> accepted_;  // texts that read_value took, and the integer it made
};

}  // namespace pgfk
