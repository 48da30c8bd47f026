// Whether bytes are UTF-8 as the server wants them. Source: wchar.c, pg_utf8_verifystr; SQLSTATE 22021.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pgfk {

/// The bytes that the server's message names, "0xff" or "0xc3 0x28", for the first place that is no UTF-8 (a zero byte is none, either);
/// nullopt if all is well. The message is `invalid byte sequence for encoding "UTF8": 0xff`.
/// Cost: ASCII goes 16 bytes at a time.
std::optional<std::string> invalid_utf8(std::string_view text);

}  // namespace pgfk
