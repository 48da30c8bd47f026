#include <algorithm>
#include <utility>

#include "analyzer/bulk/extract.h"
#include "analyzer/bulk/parallel.h"
#include "analyzer/progress.h"
#include "analyzer/bulk/values_blocks.h"

namespace pgfk {
namespace {

/// One thread's reader of chunks.
class InsertWorker {
 public:
  InsertWorker(const BulkRows::Impl& rows, const TypeContext& context)
      : rows_(rows), blocks_(rows.plan, rows.header), readers_(make_readers(rows.plan, context)) {}

  ChunkResult read(TextPart part);

 private:
  void read_block(std::size_t first_row);
  /// Rows of each statement, after those with a bad row lost theirs.
  std::vector<std::uint32_t> drop_bad(std::size_t rows, std::vector<std::uint64_t>& bad_statements);

  const BulkRows::Impl& rows_;
  ValuesBlocks blocks_;
  std::vector<ColumnReader> readers_;
  std::vector<std::uint32_t> bad_;       // rows of the block
  std::vector<std::uint32_t> bad_rows_;  // rows of the chunk
};

void InsertWorker::read_block(std::size_t first_row) {
  bad_ = blocks_.bad_rows();
  for (std::size_t column = 0; column < readers_.size(); ++column) readers_[column].read(blocks_.block(), column, bad_);
  for (const std::uint32_t row : bad_) bad_rows_.push_back(static_cast<std::uint32_t>(first_row + row));
}

std::vector<std::uint32_t> InsertWorker::drop_bad(std::size_t rows, std::vector<std::uint64_t>& bad_statements) {
  std::sort(bad_rows_.begin(), bad_rows_.end());
  std::vector<std::uint32_t> counts;
  std::vector<std::uint8_t> keep(rows, 1);
  std::size_t next_bad = 0, first = 0;
  for (const ValuesBlocks::Statement& statement : blocks_.statements()) {
    const std::size_t end = first + statement.rows;
    const bool bad = statement.odd || (next_bad < bad_rows_.size() && bad_rows_[next_bad] < end);
    while (next_bad < bad_rows_.size() && bad_rows_[next_bad] < end) ++next_bad;
    if (bad) {
      std::fill(keep.begin() + static_cast<std::ptrdiff_t>(first), keep.begin() + static_cast<std::ptrdiff_t>(end), std::uint8_t{0});
      bad_statements.push_back(counts.size());
    }
    counts.push_back(bad ? 0 : statement.rows);
    first = end;
  }
  if (!bad_statements.empty()) {
    for (ColumnReader& reader : readers_) {
      if (reader.wanted()) reader.builder().filter(keep);
    }
  }
  return counts;
}

ChunkResult InsertWorker::read(TextPart part) {
  ChunkResult result;
  result.chunk.part = part;
  bad_rows_.clear();
  blocks_.start(rows_.text.substr(part.offset, part.length), rows_.text.size() - part.offset - part.length);
  std::size_t rows = 0;
  ValuesBlocks::Next next = ValuesBlocks::Next::rows;
  while ((next = blocks_.next()) == ValuesBlocks::Next::rows) {
    read_block(rows);
    rows += blocks_.block().rows;
  }
  result.unsupported = next == ValuesBlocks::Next::unsupported ||
                       std::any_of(readers_.begin(), readers_.end(), [](const ColumnReader& reader) { return reader.strange(); });
  if (result.unsupported) return result;
  result.row_count = rows;
  const std::vector<std::uint32_t> counts = drop_bad(rows, result.bad_statements);
  result.chunk.set_statements(counts);
  for (const std::uint32_t count : counts) result.chunk.rows += count;
  result.chunk.columns = take_columns(readers_, rows_.plan.area);
  return result;
}

}  // namespace

BulkResult extract_insert(std::unique_ptr<BulkRows::Impl> rows, const TypeContext& context, std::span<const std::uint64_t> split_offsets,
                          const Release& release) {
  BulkResult result;
  const std::optional<std::string> header = find_header(rows->text);
  if (!header || rows->plan.columns.empty()) {
    result.unsupported = true;
    return result;
  }
  rows->header = *header;
  const std::vector<TextPart> parts = split_at(rows->text, rows->plan.chunk_bytes, split_offsets);
  if (std::any_of(parts.begin(), parts.end(), [](const TextPart& part) { return part.length > kMaxChunkBytes; })) {
    result.unsupported = true;
    return result;
  }
  std::vector<ChunkResult> chunks(parts.size());
  std::vector<InsertWorker> workers;
  const unsigned count = worker_count(rows->plan.threads, parts.size());
  workers.reserve(count);
  for (unsigned worker = 0; worker < count; ++worker) workers.emplace_back(*rows, context);
  parallel_for(rows->plan.threads, parts.size(), [&](unsigned worker, std::size_t index) {
    chunks[index] = workers[worker].read(parts[index]);
    if (rows->plan.progress) rows->plan.progress->add(parts[index].length, chunks[index].row_count);
    release_part(*rows, parts[index], release);
  });
  for (ChunkResult& chunk : chunks) {
    if (chunk.unsupported) {
      result.unsupported = true;
      return result;
    }
    for (const std::uint64_t statement : chunk.bad_statements) result.bad_statements.push_back(rows->statements + statement);
    result.row_count += chunk.row_count;
    chunk.chunk.first_row = rows->rows;
    chunk.chunk.first_statement = rows->statements;
    rows->rows += chunk.chunk.rows;
    rows->statements += chunk.chunk.statements;
    rows->chunks.push_back(std::move(chunk.chunk));
  }
  result.rows.emplace(std::move(rows));
  return result;
}

LocatedValues locate_values_row(std::string_view text, const BulkPlan& plan, const std::string& header, std::uint64_t statement,
                                std::uint64_t row) {
  ValuesBlocks blocks(plan, header);
  blocks.start(text, 0);
  LocatedValues found;
  bool row_found = false;
  std::uint64_t block_first = 0;  // rows of the chunk ahead of the block
  while (blocks.next() == ValuesBlocks::Next::rows) {
    const std::vector<ValuesBlocks::Statement>& statements = blocks.statements();
    if (statements.size() > statement) {
      std::uint64_t wanted = row;
      for (std::uint64_t ahead = 0; ahead < statement; ++ahead) wanted += statements[ahead].rows;
      if (!row_found && wanted - block_first < blocks.block().rows) {
        found.row = blocks.row_at(wanted - block_first);
        row_found = true;
      }
      const ValuesBlocks::Statement& at = statements[statement];
      found.statement = {at.offset, at.end - at.offset};
      if (row_found && at.end != 0) break;
    }
    block_first += blocks.block().rows;
  }
  return found;
}

}  // namespace pgfk
