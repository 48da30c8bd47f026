// Character classes and case-blind words, as the lexers of psql and the server see them: ASCII, no locale.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace pgfk {

enum CharacterBits : std::uint8_t {
  kSpace = 1,         // blank, tab, line ends, form feed, vertical tab (from psql 16 on)
  kWordStart = 2,     // A-Z a-z _ and every byte above 127
  kDigit = 4,
  kDollar = 8,
  kVariable = 16,     // of a psql variable's name
};

namespace detail {
constexpr std::array<std::uint8_t, 256> make_character_bits() {
  std::array<std::uint8_t, 256> bits{};
  for (const char space : {' ', '\t', '\n', '\r', '\f', '\v'})
    bits[static_cast<std::uint8_t>(space)] = kSpace;
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte >= 128;
    if (letter || byte == '_') bits[byte] = kWordStart | kVariable;
    if (byte >= '0' && byte <= '9') bits[byte] = kDigit | kVariable;
  }
  bits['$'] = kDollar;
  return bits;
}
inline constexpr std::array<std::uint8_t, 256> kCharacterBits = make_character_bits();
}  // namespace detail

inline bool is_one_of(char character, int bits) {
  return (detail::kCharacterBits[static_cast<std::uint8_t>(character)] & bits) != 0;
}
inline bool is_space(char character) { return is_one_of(character, kSpace); }
inline bool is_digit(char character) { return character >= '0' && character <= '9'; }

inline char to_lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

/// Whether `word` is `lower`, case aside; `lower` is written in lower case.
inline bool is_word(std::string_view word, std::string_view lower) {
  if (word.size() != lower.size()) return false;
  for (std::size_t at = 0; at < word.size(); ++at) {
    if (to_lower(word[at]) != lower[at]) return false;
  }
  return true;
}

}  // namespace pgfk
