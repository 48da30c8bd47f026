// The key of a DETAIL, "columns)=(values": where it can be cut, and whether only one way remains.
//
// The server puts names and values there raw, joined by ", ". One `)=(` and one column are exact, whatever the value holds; several columns
// are exact where their names need no quotes and there are as many values. Otherwise each value has to be found as a literal of the statement, and one way has to remain.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/log/event.h"

namespace pgfk {

/// Empty where the text can be cut in several ways. `statement` may be empty.
std::optional<SplitKey> cut_key(std::string_view key, std::string_view statement);

}  // namespace pgfk
