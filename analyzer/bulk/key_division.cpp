#include "analyzer/bulk/key_division.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "analyzer/bulk/mix.h"

namespace pgfk {
namespace {

// Bits of a bitmap per key, up to which it is preferred to a table, which takes 12 bytes a key and up, and a cache miss.
constexpr std::uint64_t kDenseBitsPerKey = 64;
constexpr std::uint64_t kSmallBits = 1u << 16;  // a bitmap so small is always right
constexpr std::uint64_t kMostParts = 1u << 16;  // more would be for ever

std::uint64_t width_of(const IntegerRange& range) { return static_cast<std::uint64_t>(range.max) - static_cast<std::uint64_t>(range.min); }

/// Of a table of so many keys, which is two thirds full.
std::uint64_t table_memory(const KeyForm& form, std::uint64_t keys, std::uint64_t key_bytes) {
  if (form.words != 0) return key_bytes + key_bytes / 2;
  return keys * (sizeof(std::uint64_t) * 3 / 2 + sizeof(std::uint32_t)) + key_bytes;
}

}  // namespace

KeyDivision::KeyDivision(const KeyForm& form, std::uint64_t keys, std::uint64_t key_bytes, std::vector<IntegerRange> ranges, std::uint64_t room,
                         std::uint64_t salt)
    : form_(form), keys_(keys), ranges_(std::move(ranges)), seed_(mix(table_seed(), salt + 1)) {
  const std::optional<std::uint64_t> bits = ranges_.empty() ? std::nullopt : DenseTable::bits_for(ranges_);
  dense_ = bits && *bits <= std::max(kSmallBits, std::min(keys, DenseTable::kMaxBits) * kDenseBitsPerKey);
  memory_ = dense_ ? *bits / 8 : table_memory(form, keys, key_bytes);
  room = std::max<std::uint64_t>(room, 1);
  if (memory_ <= room) return;
  parts_ = std::min(memory_ / room + 1, kMostParts);
  if (!dense_) return;
  const auto widest = std::max_element(ranges_.begin(), ranges_.end(),
                                       [](const IntegerRange& a, const IntegerRange& b) { return width_of(a) < width_of(b); });
  widest_ = static_cast<std::size_t>(widest - ranges_.begin());
  parts_ = std::min(parts_, width_of(*widest) + 1);
}

/// The integers of the widest column that belong to the part.
IntegerRange KeyDivision::slice(std::uint64_t part) const {
  const std::uint64_t width = width_of(ranges_[widest_]), step = width / parts_ + 1;
  const std::uint64_t first = std::min(width, part * step), last = std::min(width, first + step - 1);
  const std::uint64_t min = static_cast<std::uint64_t>(ranges_[widest_].min);
  return {static_cast<std::int64_t>(min + first), static_cast<std::int64_t>(min + last)};
}

std::unique_ptr<KeyTable> KeyDivision::make_table(std::uint64_t part) const {
  if (dense_) {
    std::vector<IntegerRange> ranges = ranges_;
    if (parts_ > 1) ranges[widest_] = slice(part);
    return std::make_unique<DenseTable>(ranges);
  }
  constexpr std::uint64_t kSlack = 1024;  // parts are not equally large
  std::unique_ptr<KeyTable> made = make_hash_table(form_.words);
  made->reserve(parts_ == 1 ? keys_ : std::min(keys_, keys_ / parts_ / 8 * 9 + kSlack));
  return made;
}

bool KeyDivision::belongs(const KeyBatch& batch, std::size_t row, std::uint64_t part) const {
  if (dense_) {
    const IntegerRange& range = ranges_[widest_];
    const std::int64_t value = std::clamp(batch.words[widest_][row], range.min, range.max);
    const std::uint64_t step = width_of(range) / parts_ + 1;
    return (static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(range.min)) / step == part;
  }
  std::uint64_t hash = seed_;
  if (form_.words == 0) {
    hash = hash_bytes(batch.key(row), seed_);
  } else {
    for (std::size_t word = 0; word < form_.words; ++word) hash = mix(static_cast<std::uint64_t>(batch.words[word][row]), hash);
  }
  return hash % parts_ == part;
}

void KeyDivision::narrow(std::uint64_t part, KeyBatch& batch) const {
  using State = KeyBatch::State;
  if (parts_ == 1) return;
  if (batch.all_keys) std::fill_n(batch.states, batch.count, State::key);
  batch.all_keys = false;
  for (std::size_t row = 0; row < batch.count; ++row) {
    const bool stays = batch.states[row] == State::key ? belongs(batch, row, part) : part == 0;
    if (!stays) batch.states[row] = State::dead;
  }
}

}  // namespace pgfk
