// The members of JSON records by the names that the server and its operators give them.
#pragma once

#include <string_view>

#include "parsers/log/json_members.h"
#include "parsers/log/shape.h"

namespace pgfk {

/// Fills `out` from members named as csvlog's columns ("sql_state_code", "query") or as jsonlog's ("state_code", "statement"), under `path`
/// ("record." or empty).
void read_named_fields(const JsonMembers& members, std::string_view path, FieldRecord& out);

}  // namespace pgfk
