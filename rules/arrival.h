// Where a row that is needed earlier arrives later: shared by the rules on order (FK002, FK003, FK004).
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "rules/rule.h"

namespace pgfk {

/// The first place where a row of the finding would be satisfied.
std::optional<Span> first_arrival(const Finding& finding);
/// Whether every row counted was kept and arrives somewhere.
bool all_arrive(const Finding& finding);
/// The arrivals that stand on the line of the first one, as an excerpt; no labels where none is known.
Excerpt arrival_excerpt(const Case& c);
/// "move line 9 before line 2", or the same for files.
Remedy reorder_remedy(const Case& c);

}  // namespace pgfk
