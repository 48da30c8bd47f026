// One wanted column of one chunk of rows, in row order, as small as is cheap to read.
//
// Invariants: integers lie as width() bytes above the chunk's least value (width 0: all alike); uuids are 16 bytes, most significant first;
// texts are bytes, as a dictionary where few are distinct. A NULL has a bit, and some value that means nothing.
// All of it is one block, in memory or in the run's spill area (spill.h); only bounds and sizes are always at hand.
//   nulls (8-byte words) | offsets of entries (4 bytes each) | packed integers or entries | bytes of uuids or texts
// Cost: reading a cell is O(1). Threads: immutable once built.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/bulk/spill.h"

namespace pgfk {

enum class PackKind : std::uint8_t { none, integers, uuids, texts };

class PackedColumn {
 public:
  PackKind kind() const { return kind_; }
  std::size_t rows() const { return rows_; }
  bool has_nulls() const { return nulls_ != nullptr; }
  bool is_null(std::size_t row) const {
    return has_nulls() && (nulls_[row >> 6] >> (row & 63) & 1) != 0;
  }

  std::int64_t integer(std::size_t row) const {
    std::int64_t out = 0;
    integers(row, 1, &out);
    return out;
  }
  /// Rows [first, first + count) into `out`.
  void integers(std::size_t first, std::size_t count, std::int64_t* out) const;
  /// Bounds of the integers that are not NULL; min > max if there are none.
  std::int64_t min() const { return min_; }
  std::int64_t max() const { return max_; }

  const std::uint8_t* uuid(std::size_t row) const { return bytes_ + row * 16; }

  /// A view of this column's bytes.
  std::string_view text(std::size_t row) const { return entry(entry_of(row)); }
  /// Texts are numbered: a row has an entry, rows with one entry are equal (not the other way round). Entries may be shared only where coded().
  bool coded() const { return width_ != 0; }
  std::size_t entries() const { return entries_; }
  std::string_view entry(std::size_t index) const {
    return {reinterpret_cast<const char*>(bytes_) + offsets_[index], offsets_[index + 1] - offsets_[index]};
  }
  std::size_t entry_of(std::size_t row) const;

  /// Bytes of uuids or texts, without what says where they are.
  std::size_t byte_count() const { return byte_count_; }

  /// Bytes in memory.
  std::size_t memory() const { return sizeof *this + block_.memory(); }
  /// Not needed for now: what was read of the spill area need not stay mapped.
  void release() const { block_.release(); }

 private:
  friend class ColumnBuilder;

  PackKind kind_ = PackKind::none;
  std::uint8_t width_ = 0;  // of packed_: 0, 1, 2, 4, 8
  std::uint32_t rows_ = 0, entries_ = 0;
  std::int64_t min_ = INT64_MAX, max_ = INT64_MIN;
  std::size_t byte_count_ = 0;
  HeldBytes block_;
  // Into the block; null where there is nothing.
  const std::uint64_t* nulls_ = nullptr;    // bit (row % 64) of word (row / 64)
  const std::uint32_t* offsets_ = nullptr;  // of entries in bytes_, and the end
  const std::uint8_t* packed_ = nullptr;    // integers, or a text's entry
  const std::uint8_t* bytes_ = nullptr;     // uuids, texts
};

/// Collects a chunk's cells and packs them. Kept and reused from chunk to chunk.
class ColumnBuilder {
 public:
  explicit ColumnBuilder(PackKind kind) : kind_(kind) {}

  PackKind kind() const { return kind_; }
  std::size_t rows() const { return rows_; }

  /// Room for `count` more rows, to be written to the pointer that the kind has; `texts` are added one by one.
  std::int64_t* grow_integers(std::size_t count);
  std::uint8_t* grow_uuids(std::size_t count);
  void add_text(std::string_view text);
  /// The row at hand (of those grown) is NULL. A text row must be NULL by add_null_text.
  void set_null(std::size_t row);
  void add_null_text();

  /// Keeps the rows for which `keep` is not 0 (one byte a row).
  void filter(const std::vector<std::uint8_t>& keep);
  /// What was collected, and starts again. `area` may be null, see HeldBytes.
  PackedColumn finish(SpillArea* area);

 private:
  /// The parts of a column's block, in their order.
  struct Parts {
    std::vector<std::uint64_t> nulls;
    std::vector<std::uint32_t> offsets;
    std::vector<std::uint8_t> packed, bytes;
    void clear();
  };

  std::uint32_t find_entry(std::string_view text);
  template <typename Width>
  void pack(const std::uint64_t* values, std::uint64_t base, PackedColumn& out);
  void pack_width(const std::uint64_t* values, std::uint64_t base, std::uint64_t range, PackedColumn& out);
  void finish_integers(PackedColumn& out);
  void finish_texts(PackedColumn& out);
  void put_together(PackedColumn& out, SpillArea* area);

  PackKind kind_;
  std::size_t rows_ = 0;
  bool any_null_ = false;
  std::vector<std::int64_t> integers_;
  std::vector<std::uint8_t> uuids_;
  std::vector<std::uint64_t> nulls_;
  // Texts: entries in order of arrival, found again by an open-addressing table while few are distinct.
  struct Entry {
    std::uint64_t offset = 0;
    std::uint32_t length = 0, hash = 0;
  };
  std::vector<std::uint32_t> row_entries_;
  std::vector<Entry> entries_;
  std::vector<char> bytes_;
  std::vector<std::uint32_t> slots_;  // entry + 1, or 0
  std::uint64_t repeats_ = 0;
  Parts parts_;
  std::vector<std::uint8_t> block_;
};

}  // namespace pgfk
