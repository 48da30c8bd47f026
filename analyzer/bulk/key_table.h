// Sets of keys of one form: dense integers a bitmap, words or bytes an open-addressing table.
//
// Invariants: keys are compared whole; reserve() before add().
// Threads: several may add() at once, or find() at once, not both; the rest is for one.
// Cost: a key is about one cache miss, fetched ahead for a whole batch.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "analyzer/bulk/key_form.h"
#include "analyzer/bulk/key_reader.h"

namespace pgfk {

class KeyTable {
 public:
  virtual ~KeyTable() = default;

  /// Room for `more` keys. Of a bitmap: it has room for its ranges from the start.
  virtual void reserve(std::uint64_t more) = 0;
  /// Adds the rows of the batch that are keys. The first row whose key was there already, or the batch's count.
  virtual std::size_t add(const KeyBatch& batch) = 0;
  /// found[row] = whether the key of the row is there; 0 for rows that are no keys.
  virtual void find(const KeyBatch& batch, std::uint8_t* found) const = 0;
  virtual std::uint64_t size() const = 0;
  virtual std::uint64_t memory() const = 0;
};

/// A bitmap over all combinations of integers in ranges.
class DenseTable final : public KeyTable {
 public:
  /// `ranges` not empty, their product at most kMaxBits.
  explicit DenseTable(std::span<const IntegerRange> ranges);
  ~DenseTable() override;

  static constexpr std::uint64_t kMaxBits = std::uint64_t{1} << 40;
  /// How many bits that takes; nullopt if it is more than kMaxBits or a range is empty.
  static std::optional<std::uint64_t> bits_for(std::span<const IntegerRange> ranges);

  std::span<const IntegerRange> ranges() const { return ranges_; }
  /// Whether the keys of the batch can be added.
  bool covers(const KeyBatch& batch) const;
  /// Adds all keys of this set to another, which has room for them.
  void copy_to(KeyTable& to) const;

  void reserve(std::uint64_t) override {}
  std::size_t add(const KeyBatch& batch) override;
  void find(const KeyBatch& batch, std::uint8_t* found) const override;
  std::uint64_t size() const override;
  std::uint64_t memory() const override;

 private:
  bool index_of(const KeyBatch& batch, std::size_t row, std::uint64_t& index) const;
  /// Indexes of the rows of a batch; rows out of range get `limit`.
  void indexes_of(const KeyBatch& batch, std::uint64_t* indexes, std::uint64_t limit) const;

  std::vector<IntegerRange> ranges_;
  std::vector<std::uint64_t> strides_;
  std::uint64_t bits_ = 0;
  std::vector<std::uint64_t> words_;
  std::uint64_t size_ = 0;
};

/// A table of keys of 1 to KeyForm::kMaxWords words, or, if `words` is 0, of bytes.
std::unique_ptr<KeyTable> make_hash_table(std::size_t words);

}  // namespace pgfk
