// libpg_query's fingerprint of statements.
//
// Cost: one run of the grammar, 7 to 30 MB of SQL a second. Threads: any number at once.
#pragma once

#include <string>
#include <string_view>

namespace pgfk {

/// 16 hex digits: the same for statements that differ in literals, parameters, comments, white space and the number of their rows. Empty where this
/// grammar cannot read the text.
std::string fingerprint_sql(std::string_view text);

}  // namespace pgfk
