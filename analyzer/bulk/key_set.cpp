#include "analyzer/bulk/key_set.h"

#include <atomic>

#include "analyzer/bulk/parallel.h"

namespace pgfk {
namespace {

bool same_key(const KeyForm& form, const KeyBatch& a, std::size_t row_a, const KeyBatch& b, std::size_t row_b) {
  if (form.words == 0) return a.key(row_a) == b.key(row_b);
  for (std::size_t word = 0; word < form.words; ++word) {
    if (a.words[word][row_a] != b.words[word][row_b]) return false;
  }
  return true;
}

std::uint64_t rows_of(const Readers& readers) {
  std::uint64_t rows = 0;
  for (const KeyReader& reader : readers) {
    for (std::size_t chunk = 0; chunk < reader.chunks(); ++chunk) rows += reader.chunk(chunk).rows;
  }
  return rows;
}

std::uint64_t key_bytes_of(const Readers& readers) {
  std::uint64_t bytes = 0;
  for (const KeyReader& reader : readers) bytes += reader.key_bytes();
  return bytes;
}

/// The one that comes first; of two that repeat at one row the left one.
std::optional<BulkKeySet::Duplicate> earlier_of(const std::optional<BulkKeySet::Duplicate>& left, const std::optional<BulkKeySet::Duplicate>& right) {
  if (!left || !right) return left ? left : right;
  return std::pair(left->source, left->row) <= std::pair(right->source, right->row) ? left : right;
}

/// A row whose key was in the set before.
std::optional<BulkKeySet::Duplicate> repeats_earlier(const std::optional<std::pair<std::size_t, BulkRow>>& place) {
  if (!place) return std::nullopt;
  return BulkKeySet::Duplicate{place->first, place->second, BulkKeySet::kEarlier, 0};
}

}  // namespace

std::vector<ChunkTask> tasks_of(const Readers& readers) {
  std::vector<ChunkTask> tasks;
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

BulkKeySet::Impl::Impl(const std::vector<TypeId>& meet, const TypeContext& context, unsigned threads_, SpillArea* area_)
    : types(context.types), settings(context.settings), form(meet, context.types), threads(threads_), area(area_), one(std::make_unique<KeyBatch>()) {}

BulkKeySet::Impl::~Impl() {
  if (area != nullptr) area->give_back(counted);
}

std::uint64_t BulkKeySet::Impl::memory() const {
  return (table == nullptr ? 0 : table->memory()) + (singles == nullptr ? 0 : singles->memory());
}

void BulkKeySet::Impl::count_memory() {
  if (area == nullptr) return;
  area->add_held(memory());
  area->give_back(counted);
  counted = memory();
}

std::uint64_t BulkKeySet::Impl::room() const {
  constexpr std::uint64_t kLeastOf = 8;  // of the limit: with less, the passes would take for ever
  return area == nullptr ? UINT64_MAX : std::max(area->room(), area->limit() / kLeastOf);
}

Readers BulkKeySet::Impl::readers_of(std::span<const KeySource> from, const TypeContext& context) const {
  Readers readers;
  readers.reserve(from.size());
  for (const KeySource& source : from) readers.emplace_back(source, form, context);
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

KeyDivision BulkKeySet::Impl::divide(const Readers& readers) const {
  std::vector<IntegerRange> ranges;
  if (table == nullptr || dense != nullptr) ranges = ranges_of(readers);
  for (std::size_t part = 0; dense != nullptr && part < ranges.size(); ++part) {
    ranges[part].min = std::min(ranges[part].min, dense->ranges()[part].min);
    ranges[part].max = std::max(ranges[part].max, dense->ranges()[part].max);
  }
  const std::uint64_t there = form.words != 0 || table == nullptr ? size() * form.words * sizeof(std::uint64_t) : table->memory();
  return KeyDivision(form, size() + rows_of(readers), there + key_bytes_of(readers), std::move(ranges), room());
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
  std::unique_ptr<KeyTable> made = KeyDivision(form, size() + more, 0, std::move(ranges), UINT64_MAX).make_table(0);
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

void BulkKeySet::Impl::go_apart() {
  apart = true;
  dense = nullptr;
  table.reset();
  count_memory();
}

bool BulkKeySet::Impl::add_all(KeyTable& to, const Readers& readers, const KeyPass& pass) const {
  const std::vector<ChunkTask> tasks = tasks_of(readers);
  const std::vector<std::unique_ptr<KeyBatch>> batches = make_batches(worker_count(threads, tasks.size()));
  std::atomic<bool> repeated{false};
  parallel_for(threads, tasks.size(), [&](unsigned worker, std::size_t index) {
    const ChunkTask& task = tasks[index];
    for_batches(readers[task.source], task.chunk, pass, *batches[worker], [&](const KeyBatch& batch, std::size_t) {
      if (to.add(batch) < batch.count) repeated.store(true, std::memory_order_relaxed);
      return true;
    });
  });
  return repeated.load();
}

void BulkKeySet::Impl::find(const KeyTable* in, const KeyBatch& batch, std::uint8_t* found) const {
  if (in != nullptr) {
    in->find(batch, found);
  } else {
    std::fill_n(found, batch.count, std::uint8_t{0});
  }
  if (!apart || singles == nullptr) return;
  std::uint8_t single[KeyBatch::kRows];
  singles->find(batch, single);
  for (std::size_t row = 0; row < batch.count; ++row) found[row] |= single[row];
}

/// The first row whose key the set has.
std::optional<BulkKeySet::Impl::Place> BulkKeySet::Impl::first_found(const KeyTable* in, const Readers& readers, const KeyPass& pass) const {
  if ((in == nullptr || in->size() == 0) && singles == nullptr) return std::nullopt;
  std::optional<Place> found;
  for (const ChunkTask& task : tasks_of(readers)) {
    for_batches(readers[task.source], task.chunk, pass, *one, [&](const KeyBatch& keys, std::size_t first) {
      std::uint8_t hits[KeyBatch::kRows];
      find(in, keys, hits);
      const std::uint8_t* hit = std::find(hits, hits + keys.count, 1);
      if (hit == hits + keys.count) return true;
      found.emplace(task.source, readers[task.source].chunk(task.chunk).first_row + first + static_cast<std::size_t>(hit - hits));
      return false;
    });
    if (found) break;
  }
  return found;
}

/// The first row of the pass that repeats an earlier one, unless it lies behind `best`. Adds the keys once more, one after the other: only a
/// refusal costs this.
std::optional<BulkKeySet::Duplicate> BulkKeySet::Impl::duplicate_in(const Readers& readers, const KeyPass& pass,
                                                                    const std::optional<Duplicate>& best) const {
  const std::unique_ptr<KeyTable> seen = pass.division.make_table(pass.part);
  const auto batch = std::make_unique<KeyBatch>(), other = std::make_unique<KeyBatch>();
  std::optional<Duplicate> found;
  std::size_t at = 0;  // of the repeated key, in `batch`
  const std::vector<ChunkTask> tasks = tasks_of(readers);
  for (const ChunkTask& task : tasks) {
    const BulkRow first_row = readers[task.source].chunk(task.chunk).first_row;
    if (best && std::pair(task.source, first_row) > std::pair(best->source, best->row)) return std::nullopt;
    for_batches(readers[task.source], task.chunk, pass, *batch, [&](const KeyBatch& keys, std::size_t first) {
      at = seen->add(keys);
      if (at == keys.count) return true;
      found = Duplicate{task.source, first_row + first + at, kEarlier, 0};
      return false;
    });
    if (found) break;
  }
  bool named = false;
  for (const ChunkTask& task : tasks) {
    if (!found || named) break;
    for_batches(readers[task.source], task.chunk, pass, *other, [&](const KeyBatch& keys, std::size_t first) {
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

/// The first pair of equal keys among the rows.
std::optional<BulkKeySet::Duplicate> BulkKeySet::Impl::find_duplicate(const Readers& readers) const {
  const KeyDivision division(form, rows_of(readers), key_bytes_of(readers), ranges_of(readers), room());
  std::optional<Duplicate> best;
  for (std::uint64_t part = 0; part < division.parts(); ++part) best = earlier_of(best, duplicate_in(readers, {division, part}, best));
  return best;
}

/// The same, and against what was there before, for a set that is read in parts.
std::optional<BulkKeySet::Duplicate> BulkKeySet::Impl::find_duplicate_apart(const Readers& before, const Readers& readers) const {
  const TypeContext reading = context();
  const KeyDivision division = divide(readers_of(sources, reading));
  std::optional<Duplicate> best;
  for (std::uint64_t part = 0; part < division.parts(); ++part) {
    const KeyPass pass{division, part};
    std::unique_ptr<KeyTable> keys = division.make_table(part);
    static_cast<void>(add_all(*keys, before, pass));
    best = earlier_of(best, repeats_earlier(first_found(keys.get(), readers, pass)));
    const bool repeated = add_all(*keys, readers, pass);
    keys.reset();
    if (repeated) best = earlier_of(best, duplicate_in(readers, pass, best));
  }
  return best;
}

/// Whether a source has the key in `one`.
bool BulkKeySet::Impl::scan_for_one() const {
  const TypeContext reading = context();
  const Readers readers = readers_of(sources, reading);
  const KeyDivision all(form, 0, 0, {}, UINT64_MAX);
  const std::vector<ChunkTask> tasks = tasks_of(readers);
  const std::vector<std::unique_ptr<KeyBatch>> batches = make_batches(worker_count(threads, tasks.size()));
  std::atomic<bool> found{false};
  parallel_for(threads, tasks.size(), [&](unsigned worker, std::size_t index) {
    const ChunkTask& task = tasks[index];
    if (found.load(std::memory_order_relaxed) || !readers[task.source].may_hold(task.chunk, *one)) return;
    for_batches(readers[task.source], task.chunk, {all, 0}, *batches[worker], [&](const KeyBatch& keys, std::size_t) {
      for (std::size_t row = 0; row < keys.count; ++row) {
        if (keys.is_key(row) && same_key(form, keys, row, *one, 0)) found.store(true, std::memory_order_relaxed);
      }
      return !found.load(std::memory_order_relaxed);
    });
  });
  return found.load();
}

BulkKeySet::BulkKeySet(std::vector<TypeId> types, const TypeContext& context, unsigned threads, SpillArea* area)
    : impl_(std::make_unique<Impl>(types, context, threads, area)) {}
BulkKeySet::~BulkKeySet() = default;
BulkKeySet::BulkKeySet(BulkKeySet&&) noexcept = default;

std::optional<BulkKeySet::Duplicate> BulkKeySet::add(std::span<const KeySource> sources, bool want_unique) {
  const TypeContext context = impl_->context();
  const Readers readers = impl_->readers_of(sources, context);
  const std::uint64_t rows = rows_of(readers);
  if (rows == 0) return std::nullopt;
  const std::vector<KeySource> before = impl_->sources;
  impl_->sources.insert(impl_->sources.end(), sources.begin(), sources.end());
  if (impl_->apart || impl_->divide(readers).parts() > 1) {
    impl_->go_apart();
    if (!want_unique) return std::nullopt;
    return impl_->find_duplicate_apart(impl_->readers_of(before, context), readers);
  }
  const KeyDivision all(impl_->form, 0, 0, {}, UINT64_MAX);
  std::optional<Impl::Place> earlier;
  if (want_unique) earlier = impl_->first_found(impl_->table.get(), readers, {all, 0});
  impl_->make_room(rows, impl_->ranges_of(readers));
  const bool repeated = impl_->add_all(*impl_->table, readers, {all, 0});
  impl_->count_memory();
  if (!want_unique || !repeated) return std::nullopt;
  return earlier_of(repeats_earlier(earlier), impl_->find_duplicate(readers));
}

bool BulkKeySet::insert(std::span<const Value> key) {
  read_key(impl_->form, key, impl_->context(), *impl_->one);
  if (!impl_->one->is_key(0)) return true;
  bool added = true;
  if (impl_->area != nullptr) {
    if (!impl_->singles) impl_->singles = make_hash_table(impl_->form.words);
    impl_->singles->reserve(1);
    added = impl_->singles->add(*impl_->one) == 1;
  }
  if (impl_->apart) {
    added = added && !impl_->scan_for_one();
  } else {
    impl_->make_room_for_one();
    added = impl_->table->add(*impl_->one) == 1;
  }
  impl_->count_memory();
  return added;
}

bool BulkKeySet::contains(std::span<const Value> key) const {
  if (impl_->table == nullptr && !impl_->apart) return false;
  read_key(impl_->form, key, impl_->context(), *impl_->one);
  std::uint8_t found = 0;
  impl_->find(impl_->table.get(), *impl_->one, &found);
  if (found != 0 || !impl_->apart || !impl_->one->is_key(0)) return found != 0;
  return impl_->scan_for_one();
}

std::uint64_t BulkKeySet::memory_for(std::span<const KeySource> sources) const {
  const TypeContext context = impl_->context();
  return impl_->divide(impl_->readers_of(sources, context)).memory();
}

bool BulkKeySet::apart() const { return impl_->apart; }

std::uint64_t BulkKeySet::size() const { return impl_->size(); }

std::uint64_t BulkKeySet::memory() const { return sizeof *impl_ + impl_->memory(); }

}  // namespace pgfk
