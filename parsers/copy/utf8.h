// Whether bytes are UTF-8 as the server has it: no NUL, no surrogates, no overlong forms, nothing past U+10FFFF.
//
// Cost: ASCII at several GB/s, the rest some hundred MB/s.
// Source: wchar.c, pg_utf8_verifystr, pg_utf8_islegal; mbutils.c, report_invalid_encoding.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pgfk {

/// Length of the valid characters that `text` begins with. An incomplete last character is not valid.
std::size_t valid_utf8_prefix(std::string_view text);

/// The bytes that the server's message names, "0xff" or "0xc3 0x28", for the first place that is no valid character; nullopt if all are.
std::optional<std::string> invalid_utf8(std::string_view text);

/// The server's message (22021) for what stands at the start of `text`, which is no valid character.
std::string invalid_utf8_message(std::string_view text);

}  // namespace pgfk
