// What one run may hold in memory of keys and rows, and the file that takes packed columns beyond that.
//
//   hold(bytes) -> counted | no room: store(bytes) -> appended to a file without a name, mapped for reading
//
// Invariants: the file is gone with the program, however that ends; what was stored stays where it is as long as the area lives.
// The count is of what is worth counting (columns, key tables, whole rows), not of every byte.
// Cost: storing is one write; pages that were read stay with the process until they are released, so whoever reads much releases.
// Threads: any.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "parsers/input/result.h"

namespace pgfk {

class SpillArea {
 public:
  /// `limit` in bytes; the file is made in `folder` (empty: TMPDIR, else /tmp) when it is first needed.
  explicit SpillArea(std::uint64_t limit, std::string folder = {});
  ~SpillArea();
  SpillArea(const SpillArea&) = delete;
  SpillArea& operator=(const SpillArea&) = delete;

  std::uint64_t limit() const { return limit_; }
  std::uint64_t held() const { return held_.load(std::memory_order_relaxed); }
  std::uint64_t room() const { return limit_ - std::min(limit_, held()); }
  /// Counts the bytes as held; true unless that makes more than `most` in all.
  bool hold(std::uint64_t bytes, std::uint64_t most);
  /// The same without a bound, for what is there already.
  void add_held(std::uint64_t bytes) { held_.fetch_add(bytes, std::memory_order_relaxed); }
  void give_back(std::uint64_t bytes) { held_.fetch_sub(bytes, std::memory_order_relaxed); }

  /// A copy of the bytes in the file, aligned to 8. Null if it cannot be written: then trouble() says why.
  const std::uint8_t* store(std::span<const std::uint8_t> bytes);
  /// Tells the kernel that these stored bytes are not needed for now.
  void release(const std::uint8_t* stored, std::size_t length) const;
  std::uint64_t stored() const;
  std::optional<Error> trouble() const;

 private:
  struct Piece {
    std::uint8_t* mapping = nullptr;
    std::uint64_t offset = 0, length = 0, used = 0;
  };
  /// Room for `length` bytes in the last piece, or in a new one. Null if there is none.
  Piece* piece_for(std::uint64_t length);
  bool open_file();
  void fail(const std::string& what, int code);

  const std::uint64_t limit_;
  const std::string folder_;
  std::atomic<std::uint64_t> held_{0};
  mutable std::mutex mutex_;
  int file_ = -1;
  std::vector<Piece> pieces_;
  std::optional<Error> trouble_;
};

/// What one owner holds of an area's count, and gives back when it goes.
class HeldCount {
 public:
  explicit HeldCount(SpillArea& area) : area_(area) {}
  ~HeldCount() { area_.give_back(bytes_); }
  HeldCount(const HeldCount&) = delete;
  HeldCount& operator=(const HeldCount&) = delete;
  void add(std::uint64_t bytes) {
    area_.add_held(bytes);
    bytes_ += bytes;
  }
  void give_back(std::uint64_t bytes) {
    bytes = std::min(bytes, bytes_);
    area_.give_back(bytes);
    bytes_ -= bytes;
  }

 private:
  SpillArea& area_;
  std::uint64_t bytes_ = 0;
};

/// Bytes written once and read many times: in memory where the area has room, else in its file.
class HeldBytes {
 public:
  HeldBytes() = default;
  /// Copies them. `area` outlives this; null: memory without a bound.
  HeldBytes(std::span<const std::uint8_t> bytes, SpillArea* area);
  HeldBytes(HeldBytes&& other) noexcept;
  HeldBytes& operator=(HeldBytes&& other) noexcept;
  ~HeldBytes();

  /// Stays where it is when this is moved. Aligned to 8.
  const std::uint8_t* data() const { return data_; }
  /// Bytes in memory.
  std::size_t memory() const { return owned_ ? size_ : 0; }
  /// Not needed for now.
  void release() const;

 private:
  std::unique_ptr<std::uint64_t[]> owned_;
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  SpillArea* area_ = nullptr;
};

}  // namespace pgfk
