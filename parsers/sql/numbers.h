// Numeric literals as 16 and newer take them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pgfk {

/// 0x2A, 0o52, 0b101010 and 1_000.5 in plain decimal digits; other texts as they are. Past
/// kLongestInteger characters an integer with a base stays as it is: no server takes so large a
/// number.
std::string plain_number(std::string_view literal);

inline constexpr std::size_t kLongestInteger = 16'384;

}  // namespace pgfk
