// pgfk order --emit=list: a list for pg_restore -L that loads the data of an archive into its tables, keys in force.
#pragma once

#include <ostream>

#include "cli/options.h"

namespace pgfk {

/// Writes the list, referenced tables first, after replaying it: schema (of the archive, or of --against), then the data in that order. What still
/// fails then is told on standard error, and the status is kExitFails.
int run_order_list(CommandLine& line, std::ostream& out);

}  // namespace pgfk
