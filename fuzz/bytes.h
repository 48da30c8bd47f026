// Bytes of the fuzzer as a source of pieces, and a stream read to its end.
//
// The libraries are not built with sanitizers, and some are assembler: pieces and windows end where a page begins that nobody may touch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

#include "parsers/input/byte_stream.h"

namespace pgfk::fuzz {

/// Stops the fuzzer: what it tried is a finding.
inline void require(bool holds) {
  if (!holds) std::abort();
}

inline std::string_view bytes_of(const std::uint8_t* data, std::size_t size) { return {reinterpret_cast<const char*>(data), size}; }

/// Memory up to a page that must not be touched.
class Guarded {
 public:
  Guarded() : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
    void* const start = mmap(nullptr, kSize + page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    require(start != MAP_FAILED);
    start_ = static_cast<char*>(start);
    require(mprotect(start_ + kSize, page_, PROT_NONE) == 0);
  }
  ~Guarded() { munmap(start_, kSize + page_); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  std::span<char> last(std::size_t size) { return {start_ + kSize - size, size}; }

  static constexpr std::size_t kSize = 1u << 18;

 private:
  std::size_t page_;
  char* start_;
};

/// A view is overwritten once the next one is asked for.
class Pieces final : public PieceSource {
 public:
  Pieces(std::string_view bytes, std::size_t piece) : rest_(bytes), piece_(piece) {}
  Result<std::string_view> next() override {
    const std::string_view piece = rest_.substr(0, piece_);
    rest_.remove_prefix(piece.size());
    std::memset(held_.last(held_size_).data(), '!', held_size_);
    held_size_ = piece.size();
    const std::span<char> held = held_.last(held_size_);
    piece.copy(held.data(), held.size());
    return std::string_view(held.data(), held.size());
  }

 private:
  std::string_view rest_;
  std::size_t piece_;
  Guarded held_;
  std::size_t held_size_ = 0;
};

struct Outcome {
  std::string bytes;
  bool whole = false;    // the end was reached
  bool stopped = false;  // there was more than kMost
};

/// Reads `window` bytes at a time. A stream has to keep its contract: no more bytes than there is room for, and an error that stays one.
inline Outcome read_all(ByteStream& stream, std::size_t window) {
  constexpr std::size_t kMost = 16u << 20;  // bytes; what decodes to more is cut off here
  Outcome outcome;
  Guarded guarded;
  const std::span<char> room = guarded.last(window);
  while (outcome.bytes.size() < kMost) {
    const Result<std::size_t> count = stream.read(room);
    if (!count) {
      require(!count.error().message.empty());
      require(!stream.read(room).ok());
      return outcome;
    }
    require(*count <= window);
    outcome.whole = *count == 0;
    if (outcome.whole) return outcome;
    outcome.bytes.append(room.data(), *count);
  }
  outcome.stopped = true;
  return outcome;
}

}  // namespace pgfk::fuzz
