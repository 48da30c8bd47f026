// Characters of UTF-8 text that is known to be valid.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgfk {

bool is_ascii(std::string_view text);
std::size_t count_characters(std::string_view text);
/// Views into `text`, one per character.
std::vector<std::string_view> split_characters(std::string_view text);
/// Characters [first, last).
std::string join_characters(const std::vector<std::string_view>& characters, std::size_t first, std::size_t last);
/// The code point of the first character; `text` must not be empty.
std::uint32_t decode_character(std::string_view text);
std::string encode_character(std::uint32_t code);

}  // namespace pgfk
