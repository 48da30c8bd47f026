// Where a block of rows may be cut, so that the parts can be read apart.
#pragma once

#include <cstdint>
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

/// Parts of about `chunk` bytes, if the starts allow, that begin at some of `starts` (rising; what makes no sense is left out).
std::vector<TextPart> split_at(std::string_view text, std::uint64_t chunk, std::span<const std::uint64_t> starts);

}  // namespace pgfk
