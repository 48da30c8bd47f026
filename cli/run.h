// A run over inputs: open, analyze, and what of it goes to standard error.
#pragma once

#include <string>
#include <vector>

#include "analyzer/analyze.h"
#include "cli/options.h"
#include "parsers/input/source.h"
#include "reports/report.h"

namespace pgfk {

struct Run {
  Sources sources;
  Analysis analysis;
  std::vector<InputInfo> inputs;
  bool unusable = false;   // some input could not be opened or read
  double seconds = 0;
};

/// Opens the inputs of `line` (their ids go into line.analyze) and analyzes what could be opened. Errors and diagnostics are printed to
/// standard error, the first kShown of them. With nothing to analyze the analysis is empty.
void load_and_analyze(CommandLine& line, Run& run);

/// To standard error; with `quiet` errors only.
void print_diagnostics(const Diagnostics& diagnostics, const Sources& sources, bool quiet);
/// "pgfk: message", then detail and hint.
void print_error(const Error& error);

}  // namespace pgfk
