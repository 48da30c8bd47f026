// A look at the whole log before its failures are told: which rows that were missed are inserted later in it.
//
// Cost: two more readings at the speed of memory, and only of logs that hold INSERTs, which samples of them tell.
#pragma once

#include <vector>

#include "cli/failure_intake.h"
#include "parsers/input/diagnostic.h"
#include "parsers/input/source.h"
#include "parsers/log/log_reader.h"

namespace pgfk {

void look_ahead(const Sources& sources, const std::vector<SourceId>& inputs, LogOptions options, FailureIntake& intake, Diagnostics& diagnostics);

}  // namespace pgfk
