// Keys out of packed columns, batch by batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyzer/bulk/bulk_rows.h"
#include "analyzer/bulk/key_form.h"

namespace pgfk {

/// Bounds of one integer part; min > max if there is nothing.
struct IntegerRange {
  std::int64_t min = INT64_MAX, max = INT64_MIN;
};

class KeyReader {
 public:
  /// All outlive the reader.
  KeyReader(const KeySource& source, const KeyForm& form, const TypeContext& context);

  std::size_t chunks() const { return rows_.chunks.size(); }
  const BulkChunk& chunk(std::size_t index) const { return rows_.chunks[index]; }
  /// Reads the keys of up to KeyBatch::kRows rows of a chunk from row `first` on.
  void read(std::size_t chunk, std::size_t first, KeyBatch& out) const;

  /// False where the chunk cannot have the key at hand (row 0 of the batch), by the bounds of its integers.
  bool may_hold(std::size_t chunk, const KeyBatch& key) const;
  /// The chunk is not needed for now: columns that were spilled need not stay mapped.
  void release(std::size_t chunk) const;
  /// How many bytes the keys of all rows take, about.
  std::uint64_t key_bytes() const;

  /// The only column, if it is text with a dictionary in this chunk and no row is dead: then its entries may be looked at instead of its rows.
  const PackedColumn* dictionary(std::size_t chunk) const;
  /// The keys of the entries [first, ...) of a dictionary; their states are `key`.
  void read_entries(const PackedColumn& column, std::size_t first, KeyBatch& out) const;

  /// Bounds of the integers of a part over all chunks. Reads values only where they have to be cast.
  IntegerRange range(std::size_t part) const;

 private:
  enum class Access : std::uint8_t { integers, uuids, text, stripped_text, cast };

  Access access_of(std::size_t part) const;
  void read_states(const BulkChunk& chunk, std::size_t first, KeyBatch& out) const;
  void read_words(const BulkChunk& chunk, std::size_t first, KeyBatch& out) const;
  void read_bytes(const BulkChunk& chunk, std::size_t first, KeyBatch& out) const;
  bool put_part(const BulkChunk& chunk, std::size_t part, std::size_t word, std::size_t chunk_row, std::size_t row, KeyBatch& out) const;
  const PackedColumn& column(const BulkChunk& chunk, std::size_t part) const { return rows_.column(chunk, source_.columns[part]); }

  const KeySource& source_;
  const BulkRows::Impl& rows_;
  const KeyForm& form_;
  const TypeContext& context_;
  std::vector<Access> access_;
};

}  // namespace pgfk
