#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include "analyzer/bulk/key_reader.h"
#include "analyzer/bulk/key_table.h"
#include "analyzer/bulk/parallel.h"

namespace pgfk {
namespace {

// Bits of a bitmap per key, up to which it is preferred to a table, which takes 12 bytes a key and up, and a cache miss.
constexpr std::uint64_t kDenseBitsPerKey = 64;
constexpr std::uint64_t kSmallBits = 1u << 16;  // a bitmap so small is always right

/// All chunks of all sources, in row order.
struct Task {
  std::size_t source = 0, chunk = 0;
};

using Readers = std::vector<KeyReader>;

std::vector<Task> tasks_of(const Readers& readers) {
  std::vector<Task> tasks;
  for (std::size_t source = 0; source < readers.size(); ++source) {
    for (std::size_t chunk = 0; chunk < readers[source].chunks(); ++chunk) tasks.push_back({source, chunk});
  }
  return tasks;
}

std::vector<std::unique_ptr<KeyBatch>> make_batches(unsigned workers) {
  std::vector<std::unique_ptr<KeyBatch>> batches;
  for (unsigned worker = 0; worker < workers; ++worker) batches.push_back(std::make_unique<KeyBatch>());
  return batches;
}

/// Calls body(batch, first row) for all rows of a chunk, until it says false.
template <typename Body>
void for_batches(const KeyReader& reader, std::size_t chunk, KeyBatch& batch, const Body& body) {
  for (std::size_t first = 0; first < reader.chunk(chunk).rows; first += KeyBatch::kRows) {
    reader.read(chunk, first, batch);
    if (!body(batch, first)) return;
  }
}

bool same_key(const KeyForm& form, const KeyBatch& a, std::size_t row_a, const KeyBatch& b, std::size_t row_b) {
  if (form.words == 0) return a.key(row_a) == b.key(row_b);
  for (std::size_t word = 0; word < form.words; ++word) {
    if (a.words[word][row_a] != b.words[word][row_b]) return false;
  }
  return true;
}

}  // namespace

struct BulkKeySet::Impl {
  Impl(const std::vector<TypeId>& meet, const TypeContext& context, unsigned threads_)
      : types(context.types), settings(context.settings), form(meet, context.types), threads(threads_), one(std::make_unique<KeyBatch>()) {}

  const TypeLookup& types;
  ValueSettings settings;
  KeyForm form;
  unsigned threads;
  std::unique_ptr<KeyTable> table;   // null as long as nothing was added
  DenseTable* dense = nullptr;       // the table, if it is one
  std::unique_ptr<KeyBatch> one;     // the key that insert() or contains() is about

  TypeContext context() const { return {types, settings}; }
  std::uint64_t size() const { return table == nullptr ? 0 : table->size(); }
  Readers readers_of(std::span<const KeySource> sources, const TypeContext& context) const;
  std::vector<IntegerRange> ranges_of(const Readers& readers) const;
  void make_room(std::uint64_t more, std::vector<IntegerRange> ranges);
  void make_room_for_one();
  std::unique_ptr<KeyTable> make_table(std::uint64_t keys, std::span<const IntegerRange> ranges) const;
  bool add_all(KeyTable& to, const Readers& readers) const;
  std::optional<std::pair<std::size_t, BulkRow>> first_found(const Readers& readers) const;
  std::optional<Duplicate> find_duplicate(const Readers& readers, std::optional<std::pair<std::size_t, BulkRow>> earlier) const;
  std::uint64_t count_distinct(const Readers& readers, const std::vector<Task>& tasks, const std::vector<std::uint64_t>& missing) const;
};

Readers BulkKeySet::Impl::readers_of(std::span<const KeySource> sources, const TypeContext& context) const {
  Readers readers;
  readers.reserve(sources.size());
  for (const KeySource& source : sources) readers.emplace_back(source, form, context);
  return readers;
}

std::vector<IntegerRange> BulkKeySet::Impl::ranges_of(const Readers& readers) const {
  std::vector<IntegerRange> ranges;
  if (!form.only_integers) return ranges;
  ranges.resize(form.parts.size());
  for (const KeyReader& reader : readers) {
    for (std::size_t part = 0; part < ranges.size(); ++part) {
      const IntegerRange range = reader.range(part);
      ranges[part].min = std::min(ranges[part].min, range.min);
      ranges[part].max = std::max(ranges[part].max, range.max);
    }
  }
  return ranges;
}

/// The fitting kind of table for so many keys in all, in these ranges (empty: not all integers), with room for them.
std::unique_ptr<KeyTable> BulkKeySet::Impl::make_table(std::uint64_t keys, std::span<const IntegerRange> ranges) const {
  const std::optional<std::uint64_t> bits = ranges.empty() ? std::nullopt : DenseTable::bits_for(ranges);
  if (bits && *bits <= std::max(kSmallBits, std::min(keys, DenseTable::kMaxBits) * kDenseBitsPerKey)) {
    return std::make_unique<DenseTable>(ranges);
  }
  std::unique_ptr<KeyTable> made = make_hash_table(form.words);
  made->reserve(keys);
  return made;
}

/// Room for `more` keys within the ranges.
void BulkKeySet::Impl::make_room(std::uint64_t more, std::vector<IntegerRange> ranges) {
  if (table != nullptr && dense == nullptr) {
    table->reserve(more);
    return;
  }
  if (dense != nullptr) {
    bool inside = true;
    for (std::size_t part = 0; part < ranges.size(); ++part) {
      const IntegerRange& held = dense->ranges()[part];
      inside = inside && (ranges[part].min > ranges[part].max || (ranges[part].min >= held.min && ranges[part].max <= held.max));
      ranges[part].min = std::min(ranges[part].min, held.min);
      ranges[part].max = std::max(ranges[part].max, held.max);
    }
    if (inside) return;
  }
  std::unique_ptr<KeyTable> made = make_table(size() + more, ranges);
  if (dense != nullptr) dense->copy_to(*made);
  table = std::move(made);
  dense = dynamic_cast<DenseTable*>(table.get());
}

/// Room for the key in `one`; a bitmap that has to grow doubles towards the key, if that is not too much.
void BulkKeySet::Impl::make_room_for_one() {
  if (dense != nullptr && dense->covers(*one)) return;
  std::vector<IntegerRange> ranges(form.only_integers ? form.parts.size() : 0);
  for (std::size_t part = 0; part < ranges.size(); ++part) {
    const std::int64_t value = one->words[part][0];
    ranges[part] = {value, value};
    if (dense == nullptr) continue;
    const IntegerRange& held = dense->ranges()[part];
    const std::int64_t width = held.max - held.min;  // of a bitmap, so small
    std::int64_t ahead = 0;
    if (value > held.max && !__builtin_add_overflow(held.max, width, &ahead)) ranges[part].max = std::max(value, ahead);
    if (value < held.min && !__builtin_sub_overflow(held.min, width, &ahead)) ranges[part].min = std::min(value, ahead);
  }
  make_room(1, std::move(ranges));
}

/// Whether some key was there already.
bool BulkKeySet::Impl::add_all(KeyTable& to, const Readers& readers) const {
  const std::vector<Task> tasks = tasks_of(readers);
  const std::vector<std::unique_ptr<KeyBatch>> batches = make_batches(worker_count(threads, tasks.size()));
  std::atomic<bool> repeated{false};
  parallel_for(threads, tasks.size(), [&](unsigned worker, std::size_t index) {
    const Task& task = tasks[index];
    for_batches(readers[task.source], task.chunk, *batches[worker], [&](const KeyBatch& batch, std::size_t) {
      if (to.add(batch) < batch.count) repeated.store(true, std::memory_order_relaxed);
      return true;
    });
  });
  return repeated.load();
}

/// The first row whose key the set has.
std::optional<std::pair<std::size_t, BulkRow>> BulkKeySet::Impl::first_found(const Readers& readers) const {
  if (size() == 0) return std::nullopt;
  KeyBatch& batch = *one;
  std::optional<std::pair<std::size_t, BulkRow>> found;
  for (const Task& task : tasks_of(readers)) {
    for_batches(readers[task.source], task.chunk, batch, [&](const KeyBatch& keys, std::size_t first) {
      std::uint8_t hits[KeyBatch::kRows];
      table->find(keys, hits);
      const std::uint8_t* hit = std::find(hits, hits + keys.count, 1);
      if (hit == hits + keys.count) return true;
      const BulkRow row = readers[task.source].chunk(task.chunk).first_row + first + static_cast<std::size_t>(hit - hits);
      found.emplace(task.source, row);
      return false;
    });
    if (found) break;
  }
  return found;
}

/// The first pair of equal keys among the rows, which is known to exist unless `earlier` says that a row repeats what was there before.
/// Adds them once more, one after the other: only a refusal costs this.
std::optional<BulkKeySet::Duplicate> BulkKeySet::Impl::find_duplicate(const Readers& readers,
                                                                      std::optional<std::pair<std::size_t, BulkRow>> earlier) const {
  std::uint64_t rows = 0;
  for (const KeyReader& reader : readers) {
    for (std::size_t chunk = 0; chunk < reader.chunks(); ++chunk) rows += reader.chunk(chunk).rows;
  }
  const std::unique_ptr<KeyTable> seen = make_table(rows, ranges_of(readers));
  const auto batch = std::make_unique<KeyBatch>(), other = std::make_unique<KeyBatch>();
  std::optional<Duplicate> found;
  std::size_t at = 0;  // of the repeated key, in `batch`
  const std::vector<Task> tasks = tasks_of(readers);
  for (const Task& task : tasks) {
    for_batches(readers[task.source], task.chunk, *batch, [&](const KeyBatch& keys, std::size_t first) {
      at = seen->add(keys);
      if (at == keys.count) return true;
      found = Duplicate{task.source, readers[task.source].chunk(task.chunk).first_row + first + at, kEarlier, 0};
      return false;
    });
    if (found) break;
  }
  if (earlier && (!found || *earlier <= std::pair(found->source, found->row))) return Duplicate{earlier->first, earlier->second, kEarlier, 0};
  bool named = false;
  for (const Task& task : tasks) {
    if (!found || named) break;
    for_batches(readers[task.source], task.chunk, *other, [&](const KeyBatch& keys, std::size_t first) {
      for (std::size_t row = 0; row < keys.count && !named; ++row) {
        if (!keys.is_key(row) || !same_key(form, keys, row, *batch, at)) continue;
        found->first_source = task.source;
        found->first_row = readers[task.source].chunk(task.chunk).first_row + first + row;
        named = true;
      }
      return !named;
    });
  }
  return found;
}

BulkKeySet::BulkKeySet(std::vector<TypeId> types, const TypeContext& context, unsigned threads)
    : impl_(std::make_unique<Impl>(types, context, threads)) {}
BulkKeySet::~BulkKeySet() = default;
BulkKeySet::BulkKeySet(BulkKeySet&&) noexcept = default;

std::optional<BulkKeySet::Duplicate> BulkKeySet::add(std::span<const KeySource> sources, bool want_unique) {
  const TypeContext context = impl_->context();
  const Readers readers = impl_->readers_of(sources, context);
  std::uint64_t rows = 0;
  for (const KeySource& source : sources) rows += source.rows->size();
  if (rows == 0) return std::nullopt;
  std::optional<std::pair<std::size_t, BulkRow>> earlier;
  if (want_unique) earlier = impl_->first_found(readers);
  impl_->make_room(rows, impl_->ranges_of(readers));
  const bool repeated = impl_->add_all(*impl_->table, readers);
  if (!want_unique || !repeated) return std::nullopt;
  return impl_->find_duplicate(readers, earlier);
}

bool BulkKeySet::insert(std::span<const Value> key) {
  read_key(impl_->form, key, impl_->context(), *impl_->one);
  if (!impl_->one->is_key(0)) return true;
  impl_->make_room_for_one();
  return impl_->table->add(*impl_->one) == 1;
}

bool BulkKeySet::contains(std::span<const Value> key) const {
  if (impl_->table == nullptr) return false;
  read_key(impl_->form, key, impl_->context(), *impl_->one);
  std::uint8_t found = 0;
  impl_->table->find(*impl_->one, &found);
  return found != 0;
}

std::uint64_t BulkKeySet::size() const { return impl_->size(); }

std::uint64_t BulkKeySet::memory() const { return sizeof *impl_ + (impl_->table == nullptr ? 0 : impl_->table->memory()); }

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
  MissingFinder(const KeyTable* table, std::uint64_t keep, bool full) : table_(table), keep_(keep), full_(full) {}

  ChunkMissing find(const KeyReader& reader, std::size_t chunk, KeyBatch& batch) const {
    ChunkMissing missing;
    if (const PackedColumn* dictionary = reader.dictionary(chunk)) {
      find_by_entry(reader, chunk, *dictionary, batch, missing);
      return missing;
    }
    std::uint8_t found[KeyBatch::kRows] = {};
    for_batches(reader, chunk, batch, [&](const KeyBatch& keys, std::size_t first) {
      if (table_ != nullptr) table_->find(keys, found);
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
      if (table_ != nullptr) table_->find(batch, found.data() + first);
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

  const KeyTable* table_;
  std::uint64_t keep_;
  bool full_;
};

}  // namespace

/// How many keys the missing rows have. Their rows are looked up once more, and collected in a table of their own.
std::uint64_t BulkKeySet::Impl::count_distinct(const Readers& readers, const std::vector<Task>& tasks,
                                               const std::vector<std::uint64_t>& missing) const {
  std::uint64_t rows = 0;
  for (const std::uint64_t count : missing) rows += count;
  const std::unique_ptr<KeyTable> lost = make_hash_table(form.words);
  lost->reserve(rows);
  const std::vector<std::unique_ptr<KeyBatch>> batches = make_batches(worker_count(threads, tasks.size()));
  std::atomic<std::uint64_t> odd{0};
  parallel_for(threads, tasks.size(), [&](unsigned worker, std::size_t index) {
    if (missing[index] == 0) return;
    const Task& task = tasks[index];
    KeyBatch& batch = *batches[worker];
    for_batches(readers[task.source], task.chunk, batch, [&](const KeyBatch&, std::size_t) {
      std::uint8_t found[KeyBatch::kRows] = {};
      if (table != nullptr) table->find(batch, found);
      if (batch.all_keys) std::fill_n(batch.states, batch.count, KeyBatch::State::key);
      batch.all_keys = false;
      for (std::size_t row = 0; row < batch.count; ++row) {
        if (found[row] != 0) batch.states[row] = KeyBatch::State::dead;
        if (batch.states[row] == KeyBatch::State::odd) odd.fetch_add(1, std::memory_order_relaxed);
      }
      lost->add(batch);
      return true;
    });
  });
  return lost->size() + odd.load();
}

BulkKeySet::Missing BulkKeySet::missing(std::span<const KeySource> sources, std::uint64_t keep, bool full) const {
  const TypeContext context = impl_->context();
  const Readers readers = impl_->readers_of(sources, context);
  const std::vector<Task> tasks = tasks_of(readers);
  std::vector<ChunkMissing> chunks(tasks.size());
  const std::vector<std::unique_ptr<KeyBatch>> batches = make_batches(worker_count(impl_->threads, tasks.size()));
  const MissingFinder finder(impl_->table.get(), keep, full);
  parallel_for(impl_->threads, tasks.size(), [&](unsigned worker, std::size_t index) {
    chunks[index] = finder.find(readers[tasks[index].source], tasks[index].chunk, *batches[worker]);
  });
  Missing missing;
  std::vector<std::uint64_t> counts;
  for (std::size_t index = 0; index < tasks.size(); ++index) {
    const ChunkMissing& chunk = chunks[index];
    missing.rows += chunk.rows;
    missing.mixed += chunk.mixed;
    missing.checked += chunk.checked;
    counts.push_back(chunk.rows);
    for (const BulkRow row : chunk.first) {
      if (missing.first.size() < keep) missing.first.emplace_back(tasks[index].source, row);
    }
    for (const BulkRow row : chunk.first_mixed) {
      if (missing.first_mixed.size() < keep) missing.first_mixed.emplace_back(tasks[index].source, row);
    }
  }
  if (missing.rows > 0) missing.keys = impl_->count_distinct(readers, tasks, counts);
  return missing;
}

}  // namespace pgfk
