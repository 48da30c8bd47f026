// A place in an input: which source, where, how long. Bytes; offsets are 64 bit since dumps are.
#pragma once

#include <cstdint>

namespace pgfk {

enum class SourceId : std::uint32_t {};

struct Span {
  SourceId source{};
  std::uint64_t offset = 0;
  std::uint64_t length = 0;

  friend bool operator==(const Span&, const Span&) = default;
};

/// The length of a span that reaches to the source's end, wherever that is.
inline constexpr std::uint64_t kWholeSource = UINT64_MAX;

}  // namespace pgfk
