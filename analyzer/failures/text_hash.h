// 128 bits of a text: two texts with the same ones are taken for one in counts, never in a verdict.
//
// The same in each run, so that estimates made of it are, too.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pgfk {

struct TextHash {
  std::uint64_t high = 0, low = 0;
  friend auto operator<=>(const TextHash&, const TextHash&) = default;
};

TextHash text_hash(std::string_view text);

/// For tables that find by TextHash.
struct TextHasher {
  std::size_t operator()(const TextHash& hash) const { return static_cast<std::size_t>(hash.low); }
};

}  // namespace pgfk
