// The parts of extract_rows: one per format, and what they share.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "analyzer/bulk/bulk.h"
#include "analyzer/bulk/bulk_rows.h"
#include "analyzer/bulk/column_reader.h"

namespace pgfk {

using Release = std::function<void(std::uint64_t offset, std::uint64_t length)>;

/// What reading one chunk gave, on some worker.
struct ChunkResult {
  BulkChunk chunk;
  std::uint64_t row_count = 0;
  std::optional<std::uint64_t> bad_row;           // COPY: within the chunk
  std::vector<std::uint64_t> bad_statements;      // insert run: within the chunk
  bool unsupported = false;
};

/// Fills `rows` (its text, plan and, of an insert run, header are set) with the chunks.
BulkResult extract_copy(std::unique_ptr<BulkRows::Impl> rows, const TypeContext& context, const Release& release);
BulkResult extract_insert(std::unique_ptr<BulkRows::Impl> rows, const TypeContext& context, std::span<const std::uint64_t> split_offsets,
                          const Release& release);

std::vector<ColumnReader> make_readers(const BulkPlan& plan, const TypeContext& context);
/// The packed columns of the wanted ones; the readers are ready for the next chunk.
std::vector<PackedColumn> take_columns(std::vector<ColumnReader>& readers, SpillArea* area);
/// Calls `release` for a part of the rows' text.
void release_part(const BulkRows::Impl& rows, TextPart part, const Release& release);

}  // namespace pgfk
