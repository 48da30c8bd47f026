// --baseline, --write-baseline, --prune-baseline: the baseline as a file (rules/baseline.h).
#pragma once

#include "cli/options.h"
#include "cli/run.h"

namespace pgfk {

/// Suppresses what the baseline accepts, tells of entries that accept nothing, and writes the file anew where that is asked for. Nothing is
/// written after a run that did not read everything. False where the file cannot be read or written, which is printed.
bool settle_baseline(const BaselineOptions& options, Run& run);

}  // namespace pgfk
