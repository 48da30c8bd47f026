// Names of error conditions, as EXCEPTION WHEN and RAISE write them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pgfk {

/// The SQLSTATEs of that name (a few names stand for two); empty where there is none. `others` is no name here.
std::vector<std::string_view> sqlstates_of_condition(std::string_view name);

/// Whether an error of `sqlstate` is what the condition of code `condition` means: itself, or its whole class where it ends in 000.
bool condition_matches(std::string_view condition, std::string_view sqlstate);

/// Whether WHEN OTHERS takes it: not what cancels a query, nor a failed ASSERT.
bool others_match(std::string_view sqlstate);

}  // namespace pgfk
