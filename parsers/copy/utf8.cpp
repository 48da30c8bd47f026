#include "parsers/copy/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace pgfk {
namespace {

using Bytes = std::int8_t __attribute__((vector_size(16)));
constexpr std::size_t kLane = sizeof(Bytes);

/// Whether the 16 bytes are ASCII and none of them NUL: all of them above zero.
bool is_plain(const char* at) {
  Bytes bytes;
  std::memcpy(&bytes, at, kLane);
  const auto above = bytes > Bytes{};
  std::uint64_t halves[2];
  std::memcpy(halves, &above, sizeof(halves));
  return (halves[0] & halves[1]) == ~std::uint64_t{0};
}

std::uint8_t byte_at(std::string_view text, std::size_t at) { return static_cast<std::uint8_t>(text[at]); }

/// Bytes that the first byte promises, as the server counts them for a message.
std::size_t promised_length(std::uint8_t first) {
  if ((first & 0xe0) == 0xc0) return 2;
  if ((first & 0xf0) == 0xe0) return 3;
  if ((first & 0xf8) == 0xf0) return 4;
  return 1;
}

/// Length of the valid character at `at`; 0 where there is none.
std::size_t character_length(std::string_view text, std::size_t at) {
  const std::uint8_t first = byte_at(text, at);
  if (first < 0x80) return first == 0 ? 0 : 1;
  const std::size_t length = promised_length(first);
  if (length == 1 || text.size() - at < length) return 0;
  std::uint32_t code = first & (0xffu >> (length + 1));
  for (std::size_t index = 1; index < length; ++index) {
    const std::uint8_t next = byte_at(text, at + index);
    if ((next & 0xc0) != 0x80) return 0;
    code = code << 6 | (next & 0x3fu);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return code < kLeast[length] || code > 0x10ffff || surrogate ? 0 : length;
}

/// As many bytes as the first one promises, or as there are.
std::string named_bytes(std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string named;
  const std::size_t shown = text.empty() ? 0 : std::min(promised_length(byte_at(text, 0)), text.size());
  for (std::size_t index = 0; index < shown; ++index) {
    const std::uint8_t byte = byte_at(text, index);
    if (index > 0) named += ' ';
    named.append("0x").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 0xf]);
  }
  return named;
}

}  // namespace

std::size_t valid_utf8_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    while (at + kLane <= text.size() && is_plain(text.data() + at)) at += kLane;
    const std::size_t stop = std::min(at + kLane, text.size());
    while (at < stop) {
      const std::size_t length = character_length(text, at);
      if (length == 0) return at;
      at += length;
    }
  }
  return at;
}

std::optional<std::string> invalid_utf8(std::string_view text) {
  const std::size_t valid = valid_utf8_prefix(text);
  if (valid == text.size()) return std::nullopt;
  return named_bytes(text.substr(valid));
}

std::string invalid_utf8_message(std::string_view text) {
  return "invalid byte sequence for encoding \"UTF8\": " + named_bytes(text);
}

}  // namespace pgfk
