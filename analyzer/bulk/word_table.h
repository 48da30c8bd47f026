// Keys of a fixed number of 64-bit words in one flat array, probed linearly.
//
//   slot: first word | other words      an empty slot's first word is kEmpty; kBusy while its other words are being written
//
// Keys whose first word is one of these two marks are kept aside. Several threads may add: a slot is claimed by compare-and-swap of its first word.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <set>
#include <vector>

#include "analyzer/bulk/key_table.h"
#include "analyzer/bulk/mix.h"

namespace pgfk {

template <std::size_t kWords>
class WordTable final : public KeyTable {
 public:
  using Key = std::array<std::uint64_t, kWords>;

  void reserve(std::uint64_t more) override;
  std::size_t add(const KeyBatch& batch) override;
  void find(const KeyBatch& batch, std::uint8_t* found) const override;
  std::uint64_t size() const override { return size_ + aside_.size(); }
  std::uint64_t memory() const override { return slots_.capacity() * sizeof(std::uint64_t); }

 private:
  static constexpr std::uint64_t kEmpty = 0x8C7A5B3D91E0F246u, kBusy = kEmpty + 1;
  static bool is_mark(const Key& key) { return key[0] == kEmpty || key[0] == kBusy; }
  static Key key_of(const KeyBatch& batch, std::size_t row) {
    Key key;
    for (std::size_t word = 0; word < kWords; ++word) key[word] = static_cast<std::uint64_t>(batch.words[word][row]);
    return key;
  }
  std::uint64_t slot_of(const Key& key) const {
    std::uint64_t hash = seed_;
    for (const std::uint64_t word : key) hash = mix(word, hash);
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>(static_cast<Wide>(hash) * capacity_ >> 64);
  }
  void find_slots(const KeyBatch& batch, std::uint64_t* slots) const;
  /// False if it was there.
  bool claim(const Key& key, std::uint64_t slot);
  bool holds(const Key& key, std::uint64_t slot) const;

  std::vector<std::uint64_t> slots_;
  std::uint64_t capacity_ = 0;  // slots
  std::uint64_t size_ = 0;      // without those aside
  std::uint64_t seed_ = table_seed();
  std::mutex aside_mutex_;
  std::set<Key> aside_;
};

}  // namespace pgfk
