// pgfk fix: scripts and plain dumps that load, written anew.
#pragma once

#include <ostream>

#include "cli/options.h"

namespace pgfk {

/// Orders statements where the order is wrong, then does to orphan rows what --orphans says. Exit status kExitFails where rows are missing all the same.
int run_fix(CommandLine& line, std::ostream& out);

}  // namespace pgfk
