// Statements as short texts, so that a test compares a whole tree and a failure reads as a diff.
//
// Close to SQL where SQL is short; what is at its default is left out.
#pragma once

#include <string>
#include <string_view>

#include "parsers/sql/pg_query.h"

namespace pgfk {

std::string dump(const Expr* expr);
std::string dump(const Statement& statement);
/// Statements parted by "; ", or the error as "42601 message @position", with "(ours) " before what
/// is ours.
std::string dump(const ParsedSql& parsed);

/// dump(parse_sql(..)) under the newest target.
std::string parsed(std::string_view sql);
std::string parsed_for(int target_version, std::string_view sql);

}  // namespace pgfk
