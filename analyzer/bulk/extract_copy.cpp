#include <algorithm>
#include <atomic>
#include <utility>

#include "analyzer/bulk/copy_blocks.h"
#include "analyzer/bulk/extract.h"
#include "analyzer/bulk/parallel.h"
#include "analyzer/bulk/split.h"

namespace pgfk {
namespace {

/// One thread's reader of chunks.
class CopyWorker {
 public:
  CopyWorker(const BulkRows::Impl& rows, const TypeContext& context)
      : rows_(rows), blocks_(rows.plan, rows.crlf), readers_(make_readers(rows.plan, context)) {}

  ChunkResult read(TextPart part);

 private:
  /// The first row of the block that some column refuses, or their number.
  std::size_t read_block(CellBlock block);

  const BulkRows::Impl& rows_;
  CopyBlocks blocks_;
  std::vector<ColumnReader> readers_;
  std::vector<std::uint32_t> bad_;
};

std::size_t CopyWorker::read_block(CellBlock block) {
  for (std::size_t column = 0; column < readers_.size(); ++column) {
    bad_.clear();
    readers_[column].read(block, column, bad_);
    // What lies behind a bad row is not looked at any more.
    if (!bad_.empty()) block.rows = bad_[0];
  }
  return block.rows;
}

ChunkResult CopyWorker::read(TextPart part) {
  ChunkResult result;
  result.chunk.part = part;
  blocks_.start(rows_.text.substr(part.offset, part.length), rows_.text.size() - part.offset - part.length);
  for (;;) {
    const CopyBlocks::Next next = blocks_.next();
    if (next == CopyBlocks::Next::end) break;
    if (next == CopyBlocks::Next::too_long) {
      result.unsupported = true;
      break;
    }
    const std::size_t rows = blocks_.block().rows;
    const std::size_t good = read_block(blocks_.block());
    result.row_count += good;
    if (good < rows || next == CopyBlocks::Next::bad) {
      result.bad_row = result.row_count++;
      break;
    }
  }
  result.chunk.columns = take_columns(readers_);
  result.chunk.rows = static_cast<std::uint32_t>(result.row_count);
  return result;
}

bool ends_in_crlf(std::string_view text) {
  const std::size_t newline = text.find('\n');
  return newline != std::string_view::npos && newline > 0 && text[newline - 1] == '\r';
}

bool is_supported(const BulkPlan& plan) {
  // Null strings of more than a word are rare, and one with a backslash may be cut by the escapes in it, except for \N.
  if (plan.null_text.size() > 8) return false;
  return plan.null_text == "\\N" || plan.null_text.find('\\') == std::string::npos;
}

}  // namespace

BulkResult extract_copy(std::unique_ptr<BulkRows::Impl> rows, const TypeContext& context, const Release& release) {
  BulkResult result;
  if (!is_supported(rows->plan)) {
    result.unsupported = true;
    return result;
  }
  rows->crlf = result.crlf = ends_in_crlf(rows->text);
  rows->statements = 1;
  CopySplitter splitter(rows->text, rows->plan.chunk_bytes);
  std::vector<ChunkResult> chunks(splitter.max_parts());
  std::vector<CopyWorker> workers;
  const unsigned count = worker_count(rows->plan.threads, chunks.size());
  workers.reserve(count);
  for (unsigned worker = 0; worker < count; ++worker) workers.emplace_back(*rows, context);
  // What lies behind the first bad chunk decides nothing.
  std::atomic<bool> bad{false};
  parallel_run(count, [&](unsigned worker) {
    while (!bad.load(std::memory_order_relaxed)) {
      const std::optional<CopySplitter::Numbered> next = splitter.next();
      if (!next) return;
      ChunkResult& chunk = chunks[next->index];
      chunk = workers[worker].read(next->part);
      if (chunk.bad_row || chunk.unsupported) bad.store(true, std::memory_order_relaxed);
      release_part(*rows, next->part, release);
    }
  });
  chunks.resize(splitter.parts());
  for (ChunkResult& chunk : chunks) {
    result.unsupported |= chunk.unsupported;
    if (chunk.bad_row) result.bad_row = result.row_count + *chunk.bad_row;
    chunk.chunk.first_row = result.row_count;
    result.row_count += chunk.row_count;
    if (result.unsupported || result.bad_row) return result;
    rows->chunks.push_back(std::move(chunk.chunk));
  }
  rows->rows = result.row_count;
  result.rows.emplace(std::move(rows));
  return result;
}

TextPart locate_copy_row(std::string_view text, const BulkPlan& plan, std::uint64_t row) {
  CopyBlocks blocks(plan, ends_in_crlf(text));
  blocks.start(text, 0);
  while (blocks.next() == CopyBlocks::Next::rows) {
    if (row < blocks.block().rows) {
      const auto [begin, end] = blocks.row_at(row);
      return {begin, end - begin};
    }
    row -= blocks.block().rows;
  }
  return {text.size(), 0};
}

}  // namespace pgfk
