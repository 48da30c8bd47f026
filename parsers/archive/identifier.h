// Names as pg_restore writes them into SQL.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pgfk {

/// Quoted where it has to be, keywords included. Source: string_utils.c, fmtId (15).
std::string sql_identifier(std::string_view name);
/// With its schema, where that is not NULL or empty.
std::string sql_identifier(std::optional<std::string_view> schema, std::string_view name);

}  // namespace pgfk
