// All keys at once if they fit into the room there is, else part by part: each part is decided in a pass of its own over the rows.
//
//   bitmap of integers -> slices of the widest column's range | other keys -> by hash
//
// Invariants: a key belongs to exactly one part, on the building and on the asking side alike; rows that are no keys belong to part 0.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "analyzer/bulk/key_form.h"
#include "analyzer/bulk/key_reader.h"
#include "analyzer/bulk/key_table.h"

namespace pgfk {

class KeyDivision {
 public:
  /// At most `keys` keys of `key_bytes` in all; `ranges` of their integers, empty if not all parts are integers. `room` in bytes.
  /// Divisions with different `salt` are independent of each other. `form` outlives this.
  KeyDivision(const KeyForm& form, std::uint64_t keys, std::uint64_t key_bytes, std::vector<IntegerRange> ranges, std::uint64_t room,
              std::uint64_t salt = 0);

  std::uint64_t parts() const { return parts_; }
  /// Bytes that a table of all keys takes.
  std::uint64_t memory() const { return memory_; }
  /// An empty table with room for the keys of the part.
  std::unique_ptr<KeyTable> make_table(std::uint64_t part) const;
  /// Rows of other parts become `dead`.
  void narrow(std::uint64_t part, KeyBatch& batch) const;

 private:
  bool belongs(const KeyBatch& batch, std::size_t row, std::uint64_t part) const;
  IntegerRange slice(std::uint64_t part) const;

  const KeyForm& form_;
  std::uint64_t keys_;
  std::vector<IntegerRange> ranges_;
  std::uint64_t seed_;
  std::uint64_t parts_ = 1;
  std::uint64_t memory_ = 0;
  bool dense_ = false;
  std::size_t widest_ = 0;  // of the ranges
};

}  // namespace pgfk
