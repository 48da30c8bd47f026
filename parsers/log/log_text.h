// Bytes of a log as UTF-8. A backend logs in its database's encoding, so that one log may hold several; JSON and terminals want one.
#pragma once

#include <string>
#include <string_view>

namespace pgfk {

/// `text` where it is UTF-8; otherwise read as Latin-1, the encoding met most beside it. Every byte stays tellable.
std::string as_utf8(std::string_view text);

}  // namespace pgfk
