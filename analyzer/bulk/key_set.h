// The inside of a BulkKeySet: one table of all keys, or, where that does not fit, the sources to read them from again in parts.
//
//   key_set.cpp     building, unique checks, single keys
//   key_missing.cpp rows whose key is not there
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "analyzer/bulk/key_division.h"
#include "analyzer/bulk/key_reader.h"
#include "analyzer/bulk/key_table.h"
#include "analyzer/bulk/spill.h"

namespace pgfk {

using Readers = std::vector<KeyReader>;

/// The keys that count in one walk over the rows.
struct KeyPass {
  const KeyDivision& division;
  std::uint64_t part = 0;
};

/// A chunk of a source. In row order.
struct ChunkTask {
  std::size_t source = 0, chunk = 0;
};
std::vector<ChunkTask> tasks_of(const Readers& readers);
std::vector<std::unique_ptr<KeyBatch>> make_batches(unsigned workers);

/// Calls body(batch, first row) for all rows of a chunk, until it says false. Keys that do not belong to the pass are `dead`.
template <typename Body>
void for_batches(const KeyReader& reader, std::size_t chunk, const KeyPass& pass, KeyBatch& batch, const Body& body) {
  for (std::size_t first = 0; first < reader.chunk(chunk).rows; first += KeyBatch::kRows) {
    reader.read(chunk, first, batch);
    pass.division.narrow(pass.part, batch);
    if (!body(batch, first)) break;
  }
  reader.release(chunk);
}

struct BulkKeySet::Impl {
  using Place = std::pair<std::size_t, BulkRow>;  // source, row

  Impl(const std::vector<TypeId>& meet, const TypeContext& context, unsigned threads, SpillArea* area);
  ~Impl();

  const TypeLookup& types;
  ValueSettings settings;
  KeyForm form;
  unsigned threads;
  SpillArea* area;                    // may be null
  std::vector<KeySource> sources;     // all that was added
  bool apart = false;                 // the keys are read from the sources again for each question
  std::unique_ptr<KeyTable> table;    // all keys; null as long as there are none, and while apart
  DenseTable* dense = nullptr;        // the table, if it is one
  std::unique_ptr<KeyTable> singles;  // keys that were added one by one, which no source has, if the set may come apart; the table has them, too
  std::uint64_t counted = 0;          // bytes of the area
  std::unique_ptr<KeyBatch> one;      // the key that insert() or contains() is about

  TypeContext context() const { return {types, settings}; }
  std::uint64_t size() const { return table == nullptr ? 0 : table->size(); }
  std::uint64_t memory() const;
  Readers readers_of(std::span<const KeySource> from, const TypeContext& context) const;
  std::vector<IntegerRange> ranges_of(const Readers& readers) const;
  /// Of the keys of these readers and, if there is a table, its own.
  KeyDivision divide(const Readers& readers) const;
  /// Bytes that new tables may take.
  std::uint64_t room() const;
  /// Tells the area what the tables take now.
  void count_memory();

  void make_room(std::uint64_t more, std::vector<IntegerRange> ranges);
  void make_room_for_one();
  void go_apart();
  /// Whether some key was there already.
  bool add_all(KeyTable& to, const Readers& readers, const KeyPass& pass) const;
  /// found[row] = whether the table, or, while apart, a single key is the row's.
  void find(const KeyTable* in, const KeyBatch& batch, std::uint8_t* found) const;
  std::optional<Place> first_found(const KeyTable* in, const Readers& readers, const KeyPass& pass) const;
  std::optional<Duplicate> duplicate_in(const Readers& readers, const KeyPass& pass, const std::optional<Duplicate>& best) const;
  std::optional<Duplicate> find_duplicate(const Readers& readers) const;
  std::optional<Duplicate> find_duplicate_apart(const Readers& before, const Readers& readers) const;
  bool scan_for_one() const;
  std::uint64_t count_distinct(const KeyTable* in, const Readers& readers, const KeyPass& pass, const std::vector<std::uint64_t>& missing) const;
};

}  // namespace pgfk
