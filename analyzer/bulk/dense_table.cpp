#include <algorithm>
#include <atomic>
#include <bit>

#include "analyzer/bulk/key_table.h"

namespace pgfk {

namespace {

std::uint64_t width_of(const IntegerRange& range) {
  return static_cast<std::uint64_t>(range.max) - static_cast<std::uint64_t>(range.min);
}

}  // namespace

std::optional<std::uint64_t> DenseTable::bits_for(std::span<const IntegerRange> ranges) {
  std::uint64_t bits = 1;
  for (const IntegerRange& range : ranges) {
    if (range.min > range.max || width_of(range) >= kMaxBits) return std::nullopt;
    if (bits > kMaxBits / (width_of(range) + 1)) return std::nullopt;
    bits *= width_of(range) + 1;
  }
  return bits;
}

DenseTable::DenseTable(std::span<const IntegerRange> ranges) : ranges_(ranges.begin(), ranges.end()), strides_(ranges.size()) {
  bits_ = 1;
  // The last part varies fastest, so that keys in order lie in order.
  for (std::size_t part = ranges_.size(); part-- > 0;) {
    strides_[part] = bits_;
    bits_ *= width_of(ranges_[part]) + 1;
  }
  words_.resize((bits_ + 63) / 64);
}

DenseTable::~DenseTable() = default;

void DenseTable::indexes_of(const KeyBatch& batch, std::uint64_t* indexes, std::uint64_t limit) const {
  const std::uint64_t last_min = static_cast<std::uint64_t>(ranges_[0].min), last_width = width_of(ranges_[0]);
  for (std::size_t row = 0; row < batch.count; ++row) {
    const std::uint64_t above = static_cast<std::uint64_t>(batch.words[0][row]) - last_min;
    indexes[row] = above <= last_width ? above * strides_[0] : limit;
  }
  for (std::size_t part = 1; part < ranges_.size(); ++part) {
    const std::uint64_t min = static_cast<std::uint64_t>(ranges_[part].min), width = width_of(ranges_[part]);
    for (std::size_t row = 0; row < batch.count; ++row) {
      const std::uint64_t above = static_cast<std::uint64_t>(batch.words[part][row]) - min;
      indexes[row] = above <= width && indexes[row] != limit ? indexes[row] + above * strides_[part] : limit;
    }
  }
  if (batch.all_keys) return;
  for (std::size_t row = 0; row < batch.count; ++row) {
    if (!batch.is_key(row)) indexes[row] = limit;
  }
}

bool DenseTable::covers(const KeyBatch& batch) const {
  std::uint64_t indexes[KeyBatch::kRows];
  indexes_of(batch, indexes, bits_);
  for (std::size_t row = 0; row < batch.count; ++row) {
    if (indexes[row] == bits_ && batch.is_key(row)) return false;
  }
  return true;
}

std::size_t DenseTable::add(const KeyBatch& batch) {
  std::uint64_t indexes[KeyBatch::kRows];
  indexes_of(batch, indexes, bits_);
  std::size_t first_repeat = batch.count;
  std::uint64_t added = 0;
  for (std::size_t row = 0; row < batch.count;) {
    if (indexes[row] == bits_) {
      ++row;
      continue;
    }
    // Keys that come in order share a word: it is written once.
    const std::uint64_t word = indexes[row] / 64;
    const std::size_t first = row;
    std::uint64_t bits = 0, repeated = 0;
    for (; row < batch.count && indexes[row] / 64 == word && indexes[row] != bits_; ++row) {
      const std::uint64_t bit = std::uint64_t{1} << (indexes[row] % 64);
      repeated |= bits & bit;
      bits |= bit;
    }
    const std::uint64_t before = std::atomic_ref<std::uint64_t>(words_[word]).fetch_or(bits, std::memory_order_relaxed);
    repeated |= before & bits;
    added += static_cast<std::uint64_t>(std::popcount(bits & ~before));
    if (repeated == 0 || first_repeat < batch.count) continue;
    std::uint64_t seen = before;
    for (std::size_t again = first; again < row && first_repeat == batch.count; ++again) {
      const std::uint64_t bit = std::uint64_t{1} << (indexes[again] % 64);
      if ((seen & bit) != 0) first_repeat = again;
      seen |= bit;
    }
  }
  std::atomic_ref<std::uint64_t>(size_).fetch_add(added, std::memory_order_relaxed);
  return first_repeat;
}

void DenseTable::find(const KeyBatch& batch, std::uint8_t* found) const {
  std::uint64_t indexes[KeyBatch::kRows];
  indexes_of(batch, indexes, UINT64_MAX);
  for (std::size_t row = 0; row < batch.count; ++row) {
    const bool inside = indexes[row] != UINT64_MAX;
    const std::uint64_t index = inside ? indexes[row] : 0;
    found[row] = static_cast<std::uint8_t>(words_[index / 64] >> (index % 64) & static_cast<std::uint64_t>(inside));
  }
}

void DenseTable::copy_to(KeyTable& to) const {
  const auto batch = std::make_unique<KeyBatch>();
  batch->all_keys = true;
  batch->count = 0;
  const auto flush = [&] {
    to.add(*batch);
    batch->count = 0;
  };
  for (std::size_t word = 0; word < words_.size(); ++word) {
    for (std::uint64_t bits = words_[word]; bits != 0; bits &= bits - 1) {
      std::uint64_t index = word * 64 + static_cast<std::uint64_t>(std::countr_zero(bits));
      for (std::size_t part = 0; part < ranges_.size(); ++part) {
        batch->words[part][batch->count] = static_cast<std::int64_t>(static_cast<std::uint64_t>(ranges_[part].min) + index / strides_[part]);
        index %= strides_[part];
      }
      if (++batch->count == KeyBatch::kRows) flush();
    }
  }
  flush();
}

std::uint64_t DenseTable::size() const { return size_; }

std::uint64_t DenseTable::memory() const { return words_.capacity() * sizeof(std::uint64_t); }

}  // namespace pgfk
