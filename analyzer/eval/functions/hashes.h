// Digests that SQL functions give. Boost stays behind this file.
#pragma once

#include <string>
#include <string_view>

namespace pgfk {

/// 16 bytes.
std::string md5_of(std::string_view bytes);
/// 20 bytes.
std::string sha1_of(std::string_view bytes);
std::string hex_of(std::string_view bytes);

}  // namespace pgfk
