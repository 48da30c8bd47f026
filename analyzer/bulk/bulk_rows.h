// What a BulkRows holds: the wanted columns of each chunk, and where its text stood.
//
//   BulkChunk: rows [first_row, + rows) | columns (packed) | statements [first_statement, + statements) | text part
//
// Invariants: chunks are in row order; text and plan say how to read a chunk again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/bulk/bulk.h"
#include "analyzer/bulk/packed_column.h"
#include "analyzer/bulk/split.h"
#include "parsers/input/source.h"

namespace pgfk {

struct BulkChunk {
  TextPart part;
  BulkRow first_row = 0;
  std::uint32_t rows = 0;
  std::vector<PackedColumn> columns;      // wanted ones, in plan order
  std::uint64_t first_statement = 0;
  std::uint32_t statements = 0;           // insert runs
  // Row (within the chunk) at which each statement begins, and the end; empty if each has rows_each.
  std::vector<std::uint32_t> row_starts;
  std::uint32_t rows_each = 0;

  std::pair<std::uint32_t, std::uint32_t> rows_of(std::uint32_t statement) const;
  std::uint32_t statement_of(std::uint32_t row) const;
  /// From the number of rows of each statement.
  void set_statements(const std::vector<std::uint32_t>& counts);
  std::size_t memory() const;
  /// Its columns are not needed for now.
  void release() const;
};

struct BulkRows::Impl {
  Impl(std::string_view text_, Span at_, const BulkPlan& plan_, const TypeContext& context);

  std::string_view text;                  // empty where `source` is a stream
  const Source* source = nullptr;         // set where the rows were decoded on the way; its text is made only if a row is looked for
  Span at;
  BulkPlan plan;
  const TypeLookup& types;
  ValueSettings settings;                 // of the time of reading; cells kept as text are read again under them
  std::vector<std::size_t> slots;         // plan column -> index in BulkChunk::columns, SIZE_MAX if not wanted
  std::vector<BulkChunk> chunks;
  std::uint64_t rows = 0;
  std::uint64_t statements = 0;
  std::string header;                     // insert runs: INSERT up to VALUES
  bool crlf = false;
  const BulkChunk* asked = nullptr;  // that BulkRows::cell read last

  std::string_view text_of(TextPart part) const { return (source ? source->text() : text).substr(part.offset, part.length); }
  /// The chunk that holds the row, which exists.
  const BulkChunk& chunk_of(BulkRow row) const;
  /// The chunk that holds the statement, which exists.
  const BulkChunk& chunk_of_statement(std::uint64_t statement) const;
  const PackedColumn& column(const BulkChunk& chunk, std::size_t plan_column) const { return chunk.columns[slots[plan_column]]; }
  Value cell(const PackedColumn& column, std::size_t row, std::size_t plan_column) const;
};

/// Where row `row` of a COPY chunk's text lies, without its line end.
TextPart locate_copy_row(std::string_view text, const BulkPlan& plan, std::uint64_t row);

/// Row `row` (from 0) of statement `statement` of a chunk of an insert run, and the statement without its semicolon.
struct LocatedValues {
  TextPart row, statement;
};
LocatedValues locate_values_row(std::string_view text, const BulkPlan& plan, const std::string& header, std::uint64_t statement,
                                std::uint64_t row);

}  // namespace pgfk
