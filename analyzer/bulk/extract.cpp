#include "analyzer/bulk/extract.h"

#include <utility>

namespace pgfk {

BulkResult extract_rows(std::string_view text, Span at, const BulkPlan& plan, const TypeContext& context,
                        std::span<const std::uint64_t> split_offsets, const Release& release) {
  auto rows = std::make_unique<BulkRows::Impl>(text, at, plan, context);
  if (plan.insert) return extract_insert(std::move(rows), context, split_offsets, release);
  return extract_copy(std::move(rows), context, release);
}

std::vector<ColumnReader> make_readers(const BulkPlan& plan, const TypeContext& context) {
  std::vector<ColumnReader> readers;
  readers.reserve(plan.columns.size());
  for (const BulkColumn& column : plan.columns) readers.emplace_back(column, plan, context);
  return readers;
}

std::vector<PackedColumn> take_columns(std::vector<ColumnReader>& readers, SpillArea* area) {
  std::vector<PackedColumn> columns;
  for (ColumnReader& reader : readers) {
    if (reader.wanted()) columns.push_back(reader.builder().finish(area));
  }
  return columns;
}

void release_part(const BulkRows::Impl& rows, TextPart part, const Release& release) {
  if (release) release(rows.at.offset + part.offset, part.length);
}

}  // namespace pgfk
