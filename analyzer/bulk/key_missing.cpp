#include <atomic>
#include <iterator>

#include "analyzer/bulk/key_set.h"
#include "analyzer/bulk/parallel.h"

namespace pgfk {
namespace {

/// What one chunk lacks.
struct ChunkMissing {
  std::uint64_t rows = 0, mixed = 0, checked = 0;
  std::vector<BulkRow> first, first_mixed;
};

void note(std::vector<BulkRow>& rows, BulkRow row, std::uint64_t keep) {
  if (rows.size() < keep) rows.push_back(row);
}

class MissingFinder {
 public:
  /// Looks into `table` (may be null) for the keys of the pass; rows with some NULLs are told in one pass only.
  MissingFinder(const BulkKeySet::Impl& set, const KeyTable* table, const KeyPass& pass, std::uint64_t keep, bool full)
      : set_(set), table_(table), pass_(pass), keep_(keep), full_(full) {}

  ChunkMissing find(const KeyReader& reader, std::size_t chunk, KeyBatch& batch) const {
    ChunkMissing missing;
    const PackedColumn* dictionary = pass_.division.parts() == 1 ? reader.dictionary(chunk) : nullptr;
    if (dictionary != nullptr) {
      find_by_entry(reader, chunk, *dictionary, batch, missing);
      reader.release(chunk);
      return missing;
    }
    std::uint8_t found[KeyBatch::kRows];
    for_batches(reader, chunk, pass_, batch, [&](const KeyBatch& keys, std::size_t first) {
      set_.find(table_, keys, found);
      add_batch(keys, found, reader.chunk(chunk).first_row + first, missing);
      return true;
    });
    return missing;
  }

 private:
  void add_batch(const KeyBatch& keys, const std::uint8_t* found, BulkRow first, ChunkMissing& missing) const {
    if (keys.all_keys) {
      missing.checked += keys.count;
      if (std::find(found, found + keys.count, 0) == found + keys.count) return;
    }
    for (std::size_t row = 0; row < keys.count; ++row) {
      switch (keys.all_keys ? KeyBatch::State::key : keys.states[row]) {
        case KeyBatch::State::key:
          missing.checked += !keys.all_keys;
          if (found[row] == 0) {
            ++missing.rows;
            note(missing.first, first + row, keep_);
          }
          break;
        case KeyBatch::State::odd:
          ++missing.checked;
          ++missing.rows;
          note(missing.first, first + row, keep_);
          break;
        case KeyBatch::State::mixed:
          if (!full_) break;
          ++missing.mixed;
          note(missing.first_mixed, first + row, keep_);
          break;
        case KeyBatch::State::null:
        case KeyBatch::State::dead: break;
      }
    }
  }

  void find_by_entry(const KeyReader& reader, std::size_t chunk, const PackedColumn& column, KeyBatch& batch, ChunkMissing& missing) const {
    std::vector<std::uint8_t> found(column.entries() + KeyBatch::kRows);
    for (std::size_t first = 0; first < column.entries(); first += KeyBatch::kRows) {
      reader.read_entries(column, first, batch);
      set_.find(table_, batch, found.data() + first);
    }
    // Entries are those of the rows, but for the one that NULLs stand at.
    const bool all_found = std::find(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(column.entries()), 0) ==
                           found.begin() + static_cast<std::ptrdiff_t>(column.entries());
    const std::size_t rows = column.rows();
    if (all_found && !column.has_nulls()) {
      missing.checked += rows;
      return;
    }
    for (std::size_t row = 0; row < rows; ++row) {
      if (column.is_null(row)) continue;
      ++missing.checked;
      if (found[column.entry_of(row)] != 0) continue;
      ++missing.rows;
      note(missing.first, reader.chunk(chunk).first_row + row, keep_);
    }
  }

  const BulkKeySet::Impl& set_;
  const KeyTable* table_;
  const KeyPass& pass_;
  std::uint64_t keep_;
  bool full_;
};

/// Both in row order; the result as well, cut off.
void merge(std::vector<BulkRow>& rows, const std::vector<BulkRow>& more, std::uint64_t keep) {
  const std::ptrdiff_t middle = std::ssize(rows);
  rows.insert(rows.end(), more.begin(), more.end());
  std::inplace_merge(rows.begin(), rows.begin() + middle, rows.end());
  if (rows.size() > keep) rows.resize(keep);
}

}  // namespace

/// How many keys the missing rows of a pass have, by task. Their rows are looked up once more, and collected in a table of their own.
std::uint64_t BulkKeySet::Impl::count_distinct(const KeyTable* in, const Readers& readers, const KeyPass& pass,
                                               const std::vector<std::uint64_t>& missing) const {
  const std::vector<ChunkTask> tasks = tasks_of(readers);
  std::uint64_t rows = 0, all_rows = 0, key_bytes = 0;
  for (const std::uint64_t count : missing) rows += count;
  for (const KeyReader& reader : readers) key_bytes += reader.key_bytes();
  for (const ChunkTask& task : tasks) all_rows += readers[task.source].chunk(task.chunk).rows;
  const std::uint64_t lost_bytes = static_cast<std::uint64_t>(static_cast<double>(key_bytes) / static_cast<double>(all_rows) * static_cast<double>(rows));
  constexpr std::uint64_t kSalt = 1;  // cut across the parts that the passes make
  const KeyDivision division(form, rows, lost_bytes, {}, std::max(room() / 2, std::uint64_t{1}), kSalt);
  const std::vector<std::unique_ptr<KeyBatch>> batches = make_batches(worker_count(threads, tasks.size()));
  std::atomic<std::uint64_t> odd{0};
  std::uint64_t keys = 0;
  for (std::uint64_t part = 0; part < division.parts(); ++part) {
    const std::unique_ptr<KeyTable> lost = division.make_table(part);
    parallel_for(threads, tasks.size(), [&](unsigned worker, std::size_t index) {
      if (missing[index] == 0) return;
      const ChunkTask& task = tasks[index];
      KeyBatch& batch = *batches[worker];
      for_batches(readers[task.source], task.chunk, pass, batch, [&](const KeyBatch&, std::size_t) {
        std::uint8_t found[KeyBatch::kRows];
        find(in, batch, found);
        if (batch.all_keys) std::fill_n(batch.states, batch.count, KeyBatch::State::key);
        batch.all_keys = false;
        for (std::size_t row = 0; row < batch.count; ++row) {
          if (found[row] != 0) batch.states[row] = KeyBatch::State::dead;
        }
        division.narrow(part, batch);
        odd.fetch_add(static_cast<std::uint64_t>(std::count(batch.states, batch.states + batch.count, KeyBatch::State::odd)),
                      std::memory_order_relaxed);
        lost->add(batch);
        return true;
      });
    });
    keys += lost->size();
  }
  return keys + odd.load();
}

BulkKeySet::Missing BulkKeySet::missing(std::span<const KeySource> sources, std::uint64_t keep, bool full) const {
  const TypeContext context = impl_->context();
  const Readers readers = impl_->readers_of(sources, context);
  const std::vector<ChunkTask> tasks = tasks_of(readers);
  const Readers own = impl_->readers_of(impl_->apart ? std::span<const KeySource>(impl_->sources) : std::span<const KeySource>(), context);
  const KeyDivision division = impl_->apart ? impl_->divide(own) : KeyDivision(impl_->form, 0, 0, {}, UINT64_MAX);
  const std::vector<std::unique_ptr<KeyBatch>> batches = make_batches(worker_count(impl_->threads, tasks.size()));
  std::vector<ChunkMissing> chunks(tasks.size());
  Missing missing;
  for (std::uint64_t part = 0; part < division.parts(); ++part) {
    const KeyPass pass{division, part};
    std::unique_ptr<KeyTable> keys;
    if (impl_->apart) {
      keys = division.make_table(part);
      static_cast<void>(impl_->add_all(*keys, own, pass));
    }
    const KeyTable* const table = impl_->apart ? keys.get() : impl_->table.get();
    const MissingFinder finder(*impl_, table, pass, keep, full);
    std::vector<std::uint64_t> counts(tasks.size());
    parallel_for(impl_->threads, tasks.size(), [&](unsigned worker, std::size_t index) {
      const ChunkMissing found = finder.find(readers[tasks[index].source], tasks[index].chunk, *batches[worker]);
      ChunkMissing& chunk = chunks[index];
      counts[index] = found.rows;
      chunk.rows += found.rows;
      chunk.mixed += found.mixed;
      chunk.checked += found.checked;
      merge(chunk.first, found.first, keep);
      merge(chunk.first_mixed, found.first_mixed, keep);
    });
    if (std::any_of(counts.begin(), counts.end(), [](std::uint64_t count) { return count > 0; })) {
      missing.keys += impl_->count_distinct(table, readers, pass, counts);
    }
  }
  for (std::size_t index = 0; index < tasks.size(); ++index) {
    const ChunkMissing& chunk = chunks[index];
    missing.rows += chunk.rows;
    missing.mixed += chunk.mixed;
    missing.checked += chunk.checked;
    for (const BulkRow row : chunk.first) {
      if (missing.first.size() < keep) missing.first.emplace_back(tasks[index].source, row);
    }
    for (const BulkRow row : chunk.first_mixed) {
      if (missing.first_mixed.size() < keep) missing.first_mixed.emplace_back(tasks[index].source, row);
    }
  }
  return missing;
}

}  // namespace pgfk
