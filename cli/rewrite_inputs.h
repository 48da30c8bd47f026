// What order and fix have in common: scripts in the order of their files, and what is told of them.
#pragma once

#include <optional>
#include <string>

#include "analyzer/rewrite/ordering.h"
#include "cli/run.h"

namespace pgfk {

/// Loads the scripts into `run`. How they are to be loaded from then on: in the order of files that loads best. Nothing where they cannot be
/// rewritten; why is told then, `no_archives` of archives.
std::optional<AnalyzeOptions> load_scripts(CommandLine& line, Run& run, const Error& no_archives);
/// "seed.sql:12"
std::string place_text(const Sources& sources, SourceId id, std::uint64_t offset);
/// What no order of the statements settles, to standard error.
void tell_refused(const Sources& sources, const ScriptOrdering& ordering);
/// Statements that fail for missing rows, to standard error.
void tell_remaining(const Sources& sources, const Analysis& after);
/// Where the order of the files has to be another one, to standard error. False where it is right.
bool tell_file_order(const LoadOrder& files);

}  // namespace pgfk
