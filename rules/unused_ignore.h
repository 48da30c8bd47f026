// FK099: a comment or an entry of the baseline that nothing needs. The one finding that rules/ makes itself.
#pragma once

#include <string>

#include "analyzer/finding.h"

namespace pgfk {

/// `kind` is what it is called: "comment" or "baseline entry"; `text` what it says, without its reason.
Finding unused_ignore(std::string kind, Span place, std::string text);

}  // namespace pgfk
