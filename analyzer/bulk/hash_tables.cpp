#include <algorithm>
#include <cstring>
#include <random>
#include <utility>

#include "analyzer/bulk/bytes_table.h"
#include "analyzer/bulk/word_table.h"

namespace pgfk {

std::uint64_t table_seed() {
  static const std::uint64_t seed = [] {
    std::random_device device;
    return static_cast<std::uint64_t>(device()) << 32 | device();
  }();
  return seed;
}

template <std::size_t kWords>
void WordTable<kWords>::reserve(std::uint64_t more) {
  if ((size_ + more) * 3 <= capacity_ * 2) return;
  // Two thirds full at most; a table that grows key by key doubles.
  const std::uint64_t wanted = std::max((size_ + more) * 3 / 2 + 8, more < size_ ? capacity_ * 2 : 0);
  const std::vector<std::uint64_t> old = std::exchange(slots_, {});
  slots_.assign(wanted * kWords, kEmpty);
  capacity_ = wanted;
  for (std::size_t at = 0; at < old.size(); at += kWords) {
    if (old[at] == kEmpty) continue;
    Key key;
    std::copy_n(old.begin() + static_cast<std::ptrdiff_t>(at), kWords, key.begin());
    claim(key, slot_of(key));
  }
}

template <std::size_t kWords>
void WordTable<kWords>::find_slots(const KeyBatch& batch, std::uint64_t* slots) const {
  for (std::size_t row = 0; row < batch.count; ++row) {
    slots[row] = batch.is_key(row) ? slot_of(key_of(batch, row)) : 0;
    __builtin_prefetch(slots_.data() + slots[row] * kWords);
  }
}

template <std::size_t kWords>
bool WordTable<kWords>::claim(const Key& key, std::uint64_t slot) {
  for (;; slot = slot + 1 == capacity_ ? 0 : slot + 1) {
    std::uint64_t* const at = slots_.data() + slot * kWords;
    const std::atomic_ref<std::uint64_t> first(*at);
    std::uint64_t seen = first.load(std::memory_order_acquire);
    if (seen == kEmpty) {
      if (first.compare_exchange_strong(seen, kWords == 1 ? key[0] : kBusy, std::memory_order_acquire)) {
        if constexpr (kWords > 1) {
          std::copy(key.begin() + 1, key.end(), at + 1);
          first.store(key[0], std::memory_order_release);
        }
        return true;
      }
    }
    while (seen == kBusy) seen = first.load(std::memory_order_acquire);
    if (seen == key[0] && std::equal(key.begin() + 1, key.end(), at + 1)) return false;
  }
}

template <std::size_t kWords>
bool WordTable<kWords>::holds(const Key& key, std::uint64_t slot) const {
  for (;; slot = slot + 1 == capacity_ ? 0 : slot + 1) {
    const std::uint64_t* at = slots_.data() + slot * kWords;
    if (*at == kEmpty) return false;
    if (std::equal(key.begin(), key.end(), at)) return true;
  }
}

template <std::size_t kWords>
std::size_t WordTable<kWords>::add(const KeyBatch& batch) {
  std::uint64_t slots[KeyBatch::kRows];
  find_slots(batch, slots);
  std::size_t first_repeat = batch.count;
  std::uint64_t added = 0;
  for (std::size_t row = 0; row < batch.count; ++row) {
    if (!batch.is_key(row)) continue;
    const Key key = key_of(batch, row);
    bool fresh = false;
    if (is_mark(key)) {
      const std::lock_guard lock(aside_mutex_);
      fresh = aside_.insert(key).second;
    } else {
      fresh = claim(key, slots[row]);
      added += fresh;
    }
    if (!fresh) first_repeat = std::min(first_repeat, row);
  }
  std::atomic_ref<std::uint64_t>(size_).fetch_add(added, std::memory_order_relaxed);
  return first_repeat;
}

template <std::size_t kWords>
void WordTable<kWords>::find(const KeyBatch& batch, std::uint8_t* found) const {
  if (capacity_ == 0) {
    std::fill_n(found, batch.count, std::uint8_t{0});
    return;
  }
  std::uint64_t slots[KeyBatch::kRows];
  find_slots(batch, slots);
  for (std::size_t row = 0; row < batch.count; ++row) {
    const Key key = key_of(batch, row);
    found[row] = batch.is_key(row) && (is_mark(key) ? aside_.contains(key) : holds(key, slots[row]));
  }
}

void BytesTable::reserve(std::uint64_t more) {
  if ((size_ + more) * 3 <= slots_.size() * 2) return;
  const std::uint64_t wanted = std::max((size_ + more) * 3 / 2 + 8, more < size_ ? std::uint64_t{slots_.size() * 2} : 0);
  const std::vector<std::uint64_t> old = std::exchange(slots_, std::vector<std::uint64_t>(wanted));
  for (const std::uint64_t slot : old) {
    if (slot == 0) continue;
    std::uint64_t at = slot_of(hash_bytes(key_at(slot), seed_));
    while (slots_[at] != 0) at = at + 1 == slots_.size() ? 0 : at + 1;
    slots_[at] = slot;
  }
}

void BytesTable::find_slots(const KeyBatch& batch, std::uint64_t* hashes) const {
  for (std::size_t row = 0; row < batch.count; ++row) {
    hashes[row] = batch.is_key(row) ? hash_bytes(batch.key(row), seed_) : 0;
    __builtin_prefetch(slots_.data() + slot_of(hashes[row]));
  }
}

std::uint64_t BytesTable::store(std::string_view key, std::uint64_t hash, std::size_t expected, Piece& piece) {
  constexpr std::size_t kPiece = 1024;  // what a batch of keys that are all there already may waste
  const std::uint32_t length = static_cast<std::uint32_t>(key.size());
  const std::size_t needed = sizeof length + key.size();
  if (needed > piece.left) {
    piece.left = std::max(needed, std::min(expected, kPiece));
    piece.next = arena_.allocate(piece.left);
  }
  char* const at = piece.next;
  piece.next += needed;
  piece.left -= needed;
  std::memcpy(at, &length, sizeof length);
  if (!key.empty()) std::memcpy(at + sizeof length, key.data(), key.size());
  return tag_of(hash) | reinterpret_cast<std::uintptr_t>(at);
}

std::size_t BytesTable::add(const KeyBatch& batch) {
  std::uint64_t hashes[KeyBatch::kRows];
  find_slots(batch, hashes);
  std::size_t first_repeat = batch.count;
  std::uint64_t added = 0;
  Piece piece;
  for (std::size_t row = 0; row < batch.count; ++row) {
    if (!batch.is_key(row)) continue;
    const std::string_view key = batch.key(row);
    std::uint64_t stored = 0;
    for (std::uint64_t slot = slot_of(hashes[row]);; slot = slot + 1 == slots_.size() ? 0 : slot + 1) {
      const std::atomic_ref<std::uint64_t> at(slots_[slot]);
      std::uint64_t seen = at.load(std::memory_order_acquire);
      if (seen == 0) {
        if (stored == 0) {
          const std::size_t expected = batch.ends[batch.count] - batch.ends[row] + (batch.count - row) * sizeof(std::uint32_t);
          stored = store(key, hashes[row], expected, piece);
        }
        if (at.compare_exchange_strong(seen, stored, std::memory_order_acq_rel, std::memory_order_acquire)) {
          ++added;
          break;
        }
      }
      if ((seen & kTagMask) == tag_of(hashes[row]) && key_at(seen) == key) {
        first_repeat = std::min(first_repeat, row);
        break;
      }
    }
  }
  std::atomic_ref<std::uint64_t>(size_).fetch_add(added, std::memory_order_relaxed);
  return first_repeat;
}

void BytesTable::find(const KeyBatch& batch, std::uint8_t* found) const {
  std::fill_n(found, batch.count, std::uint8_t{0});
  if (slots_.empty()) return;
  std::uint64_t hashes[KeyBatch::kRows];
  find_slots(batch, hashes);
  for (std::size_t row = 0; row < batch.count; ++row) {
    if (!batch.is_key(row)) continue;
    const std::string_view key = batch.key(row);
    for (std::uint64_t slot = slot_of(hashes[row]); slots_[slot] != 0; slot = slot + 1 == slots_.size() ? 0 : slot + 1) {
      if ((slots_[slot] & kTagMask) == tag_of(hashes[row]) && key_at(slots_[slot]) == key) {
        found[row] = 1;
        break;
      }
    }
  }
}

std::unique_ptr<KeyTable> make_hash_table(std::size_t words) {
  switch (words) {
    case 1: return std::make_unique<WordTable<1>>();
    case 2: return std::make_unique<WordTable<2>>();
    case 3: return std::make_unique<WordTable<3>>();
    case 4: return std::make_unique<WordTable<4>>();
    default: return std::make_unique<BytesTable>();
  }
}

}  // namespace pgfk
