// pgfk order --emit=sql, --write and --diff: scripts with their statements in an order that loads.
#pragma once

#include <ostream>

#include "cli/options.h"

namespace pgfk {

/// Exit status kExitFails where rows are still missing in the new order, or, with --check, where there is anything to move.
int run_order_scripts(CommandLine& line, std::ostream& out);

}  // namespace pgfk
