// Where a block of rows may be cut, so that the parts can be read apart.
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace pgfk {

/// A part of a text.
struct TextPart {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// Rows and bytes of a chunk are counted in 32 bits.
inline constexpr std::uint64_t kMaxChunkBytes = 2ull << 30;

/// Hands out parts of about `chunk` bytes that end behind row ends of COPY text: newlines with an even number of backslashes ahead.
///
/// A cut is looked for when its part is asked for, not before: a look at one byte of a mapped file can map megabytes around it.
/// Threads: any.
class CopySplitter {
 public:
  CopySplitter(std::string_view text, std::uint64_t chunk) : text_(text), chunk_(std::clamp<std::uint64_t>(chunk, 1, kMaxChunkBytes)) {}

  /// At least as many parts as there will be.
  std::size_t max_parts() const { return text_.size() / chunk_ + 1; }
  struct Numbered {
    std::size_t index = 0;
    TextPart part;
  };
  /// The next part, nothing at the end.
  std::optional<Numbered> next();
  /// How many were handed out.
  std::size_t parts() const { return parts_; }

 private:
  std::string_view text_;
  std::uint64_t chunk_;
  std::mutex mutex_;
  std::size_t at_ = 0;
  std::size_t parts_ = 0;
};

/// Parts of about `chunk` bytes, if the starts allow, that begin at some of `starts` (rising; what makes no sense is left out).
std::vector<TextPart> split_at(std::string_view text, std::uint64_t chunk, std::span<const std::uint64_t> starts);

}  // namespace pgfk
