// The hash of the bulk sets and dictionaries: where to look, never whether two keys are equal.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace pgfk {

inline std::uint64_t load64(const void* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a ^ 0x9E3779B97F4A7C15u) * (b ^ 0xD1B54A32D192ED03u);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// Up to 8 bytes as a word, without reading past them.
inline std::uint64_t load_short(const char* at, std::size_t length) {
  if (length >= 8) return load64(at);
  std::uint64_t word = 0;
  if (length > 0) std::memcpy(&word, at, length);
  return word;
}

inline std::uint64_t hash_bytes(std::string_view text, std::uint64_t seed) {
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t hash = mix(seed, text.size());
  for (; left > 16; at += 16, left -= 16) hash = mix(load64(at) ^ hash, load64(at + 8));
  if (left > 8) return mix(load64(at) ^ hash, load64(at + left - 8));
  return mix(load_short(at, left) ^ hash, left);
}

/// Another one in each run of the program, so that no input can be made to collide.
std::uint64_t table_seed();

}  // namespace pgfk
