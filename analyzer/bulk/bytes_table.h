// Keys of bytes: an array of tagged pointers, probed linearly, to keys copied into an arena.
//
//   slot: 16 bits of the hash | 48 bits of address; 0 is empty        key in the arena: length (4 bytes) | bytes
//
// Addresses of user space have at most 48 bits on x86-64 and arm64 unless a program asks for more, which this one does not.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "analyzer/bulk/key_table.h"
#include "analyzer/bulk/mix.h"

namespace pgfk {

/// Bytes that stay where they are. Any thread; each gets its own piece from time to time.
class SharedArena {
 public:
  char* allocate(std::size_t length) {
    const std::lock_guard lock(mutex_);
    if (length > left_) {
      const std::size_t size = length > kBlock ? length : kBlock;
      blocks_.push_back(std::make_unique<char[]>(size));
      memory_ += size;
      next_ = blocks_.back().get();
      left_ = size;
    }
    char* const at = next_;
    next_ += length;
    left_ -= length;
    return at;
  }
  std::uint64_t memory() const { return memory_; }

 private:
  static constexpr std::size_t kBlock = 256u << 10;
  std::mutex mutex_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::uint64_t memory_ = 0;
};

class BytesTable final : public KeyTable {
 public:
  void reserve(std::uint64_t more) override;
  std::size_t add(const KeyBatch& batch) override;
  void find(const KeyBatch& batch, std::uint8_t* found) const override;
  std::uint64_t size() const override { return size_; }
  std::uint64_t memory() const override { return slots_.capacity() * sizeof(std::uint64_t) + arena_.memory(); }

 private:
  static_assert(sizeof(void*) == 8, "a slot is an address and a tag in 64 bits");
  static constexpr std::uint64_t kTagMask = 0xFFFFull << 48;
  static std::uint64_t tag_of(std::uint64_t hash) { return hash << 48; }
  std::uint64_t slot_of(std::uint64_t hash) const {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>(static_cast<Wide>(hash) * slots_.size() >> 64);
  }
  static std::string_view key_at(std::uint64_t slot) {
    const char* at = reinterpret_cast<const char*>(static_cast<std::uintptr_t>(slot & ~kTagMask));
    std::uint32_t length;
    std::memcpy(&length, at, sizeof length);
    return {at + sizeof length, length};
  }
  /// A piece of the arena that one call of add() fills, so that threads seldom meet at its lock.
  struct Piece {
    char* next = nullptr;
    std::size_t left = 0;
  };
  void find_slots(const KeyBatch& batch, std::uint64_t* hashes) const;
  /// `expected`: bytes that the batch may still want.
  std::uint64_t store(std::string_view key, std::uint64_t hash, std::size_t expected, Piece& piece);

  std::vector<std::uint64_t> slots_;
  std::uint64_t size_ = 0;
  std::uint64_t seed_ = table_seed();
  SharedArena arena_;
};

}  // namespace pgfk
