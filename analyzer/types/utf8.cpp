#include "analyzer/types/utf8.h"

#include <cstdint>
#include <cstring>

namespace pgfk {
namespace {

/// Bytes the first one promises, as pg_utf_mblen counts: 1 for what can start no character.
std::size_t promised_length(unsigned char first) {
  if ((first & 0x80) == 0) return 1;
  if ((first & 0xe0) == 0xc0) return 2;
  if ((first & 0xf0) == 0xe0) return 3;
  if ((first & 0xf8) == 0xf0) return 4;
  return 1;
}

/// As pg_utf8_islegal: no overlong forms, no surrogates, nothing past U+10FFFF.
bool is_legal(const unsigned char* bytes, std::size_t length) {
  const unsigned char first = bytes[0];
  if (length == 1) return first < 0x80 && first != 0;
  for (std::size_t at = 1; at < length; ++at) {
    if ((bytes[at] & 0xc0) != 0x80) return false;
  }
  const unsigned char second = bytes[1];
  switch (first) {
    case 0xe0: return second >= 0xa0;
    case 0xed: return second <= 0x9f;
    case 0xf0: return second >= 0x90;
    case 0xf4: return second <= 0x8f;
    default: return first >= 0xc2 && first <= 0xf4;
  }
}

/// True where all eight bytes are ASCII and none is zero.
bool plain_eight(const unsigned char* bytes) {
  constexpr std::uint64_t kHigh = 0x8080808080808080u, kOnes = 0x0101010101010101u;
  std::uint64_t word;
  std::memcpy(&word, bytes, 8);
  return (word & kHigh) == 0 && ((word - kOnes) & ~word & kHigh) == 0;
}

}  // namespace

std::optional<std::string> invalid_utf8(std::string_view text) {
  const unsigned char* at = reinterpret_cast<const unsigned char*>(text.data());
  const unsigned char* const end = at + text.size();
  while (at < end) {
    while (end - at >= 16 && plain_eight(at) && plain_eight(at + 8)) at += 16;
    if (at == end) break;
    const std::size_t left = static_cast<std::size_t>(end - at);
    const std::size_t length = promised_length(*at);
    if (length <= left && is_legal(at, length)) {
      at += length;
      continue;
    }
    // The message names as many bytes as the first one promises, or as there are.
    std::string named;
    constexpr char kDigits[] = "0123456789abcdef";
    for (std::size_t byte = 0; byte < length && byte < left; ++byte) {
      if (byte > 0) named += ' ';
      named.append("0x").append(1, kDigits[at[byte] >> 4]).append(1, kDigits[at[byte] & 15]);
    }
    return named;
  }
  return std::nullopt;
}

}  // namespace pgfk
