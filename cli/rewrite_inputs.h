// What order and fix have in common: scripts in the order of their files, and what is told of them.
#pragma once

#include <string>
#include <vector>

#include "analyzer/rewrite/ordering.h"
#include "cli/run.h"

namespace pgfk {

/// The inputs in the order of files that loads best.
std::vector<SourceId> in_file_order(const Run& run, const std::vector<SourceId>& inputs);
/// "seed.sql:12"
std::string place_text(const Sources& sources, SourceId id, std::uint64_t offset);
/// What no order of the statements settles, to standard error.
void tell_refused(const Sources& sources, const ScriptOrdering& ordering);
/// Statements that fail for missing rows, to standard error.
void tell_remaining(const Sources& sources, const Analysis& after);
/// Where the order of the files has to be another one, to standard error. False where it is right.
bool tell_file_order(const LoadOrder& files);

}  // namespace pgfk
