#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

#include "analyzer/bulk/copy_blocks.h"
#include "analyzer/bulk/copy_feed.h"
#include "analyzer/bulk/extract.h"
#include "analyzer/bulk/parallel.h"
#include "analyzer/progress.h"

namespace pgfk {
namespace {

/// One thread's reader of chunks.
class CopyWorker {
 public:
  CopyWorker(const BulkRows::Impl& rows, const TypeContext& context)
      : rows_(rows), blocks_(rows.plan, rows.crlf), readers_(make_readers(rows.plan, context)) {}

  ChunkResult read(const CopyChunk& text);

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

ChunkResult CopyWorker::read(const CopyChunk& text) {
  ChunkResult result;
  result.chunk.part = text.part;
  blocks_.start(text.text, text.readable);
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
  result.chunk.columns = take_columns(readers_, rows_.plan.area);
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

/// One block's extraction, which any number of threads may work on.
class CopyExtraction {
 public:
  CopyExtraction(std::unique_ptr<BulkRows::Impl> rows, std::unique_ptr<CopyFeed> feed, const TypeContext& context, const Release& release)
      : rows_(std::move(rows)), feed_(std::move(feed)), context_(context), release_(release) {}

  /// Reads chunks until none is left. Threads: any.
  void work();
  BulkResult finish();

 private:
  std::unique_ptr<BulkRows::Impl> rows_;
  std::unique_ptr<CopyFeed> feed_;
  const TypeContext& context_;
  const Release& release_;
  std::atomic<bool> bad_{false};  // what lies behind the first bad chunk decides nothing
  std::mutex mutex_;
  std::vector<ChunkResult> chunks_;
};

void CopyExtraction::work() {
  CopyWorker worker(*rows_, context_);
  CopyChunk text;
  while (!bad_.load(std::memory_order_relaxed) && feed_->next(text)) {
    ChunkResult chunk = worker.read(text);
    if (Progress* progress = rows_->plan.progress) {
      progress->add(text.part.length, chunk.row_count);
      if (progress->interrupted.load(std::memory_order_relaxed)) chunk.unsupported = true;
    }
    if (chunk.bad_row || chunk.unsupported) bad_.store(true, std::memory_order_relaxed);
    release_part(*rows_, text.part, release_);
    const std::lock_guard lock(mutex_);
    if (chunks_.size() <= text.index) chunks_.resize(text.index + 1);
    chunks_[text.index] = std::move(chunk);
  }
}

BulkResult CopyExtraction::finish() {
  BulkResult result;
  result.crlf = rows_->crlf;
  for (ChunkResult& chunk : chunks_) {
    result.unsupported |= chunk.unsupported;
    if (chunk.bad_row) result.bad_row = result.row_count + *chunk.bad_row;
    chunk.chunk.first_row = result.row_count;
    result.row_count += chunk.row_count;
    if (result.unsupported || result.bad_row) return result;
    rows_->chunks.push_back(std::move(chunk.chunk));
  }
  result.damage = feed_->error();
  if (result.damage) return result;
  rows_->rows = result.row_count;
  result.rows.emplace(std::move(rows_));
  return result;
}

}  // namespace

namespace {

BulkResult unsupported() {
  BulkResult result;
  result.unsupported = true;
  return result;
}

BulkResult damaged(Error error) {
  BulkResult result;
  result.damage = std::move(error);
  return result;
}

}  // namespace

BulkResult extract_copy(std::unique_ptr<BulkRows::Impl> rows, const TypeContext& context, const Release& release) {
  if (!is_supported(rows->plan)) return unsupported();
  rows->statements = 1;
  rows->crlf = ends_in_crlf(rows->text);
  const std::uint64_t chunk_bytes = std::max<std::uint64_t>(rows->plan.chunk_bytes, 1);
  const unsigned workers = worker_count(rows->plan.threads, rows->text.size() / chunk_bytes + 1);
  auto feed = feed_of_text(rows->text, chunk_bytes);
  CopyExtraction extraction(std::move(rows), std::move(feed), context, release);
  parallel_run(workers, [&](unsigned) { extraction.work(); });
  return extraction.finish();
}

std::vector<BulkResult> extract_streams(std::span<const CopyStream> streams, const TypeContext& context, unsigned threads) {
  const Release no_release;
  std::vector<BulkResult> results(streams.size());
  std::vector<std::unique_ptr<CopyExtraction>> extractions(streams.size());
  std::vector<std::size_t> order;
  for (std::size_t at = 0; at < streams.size(); ++at) {
    const CopyStream& from = streams[at];
    if (!is_supported(from.plan)) {
      results[at] = unsupported();
      continue;
    }
    Result<std::unique_ptr<ByteStream>> stream = from.source->open_stream();
    if (!stream) {
      results[at] = damaged(std::move(stream).error());
      continue;
    }
    auto rows = std::make_unique<BulkRows::Impl>(std::string_view(), from.at, from.plan, context);
    rows->source = from.source;
    rows->statements = 1;
    extractions[at] = std::make_unique<CopyExtraction>(std::move(rows), feed_of_stream(std::move(stream).value(), from.plan.chunk_bytes), context, no_release);
    order.push_back(at);
  }
  // One decoder does not go faster with two threads: each thread takes a stream of its own, the largest first, as long as there are any, and
  // then helps the others with their rows.
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return streams[a].source->stored_bytes() > streams[b].source->stored_bytes(); });
  std::atomic<std::size_t> next{0};
  parallel_run(std::max(1u, threads), [&](unsigned) {
    for (std::size_t at; (at = next.fetch_add(1, std::memory_order_relaxed)) < order.size();) extractions[order[at]]->work();
    for (const std::size_t at : order) extractions[at]->work();
  });
  for (const std::size_t at : order) results[at] = extractions[at]->finish();
  return results;
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
