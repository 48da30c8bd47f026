// The command line, read: what to do, with which inputs, and how to tell it. Names as in docs/pgfk.1.
//
// Words of PGFK_OPTS come before those of the command line, so that the latter win where an option is given once; options that may
// be repeated add up. Abbreviations are not taken. Boost stays in options.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/analyze.h"
#include "analyzer/rewrite/remedies.h"
#include "cli/inputs.h"
#include "cli/log_options.h"
#include "cli/watch.h"
#include "parsers/input/result.h"
#include "reports/report.h"
#include "rules/selection.h"

namespace pgfk {

enum class Command { check, order, fix, schema, log, explain, version, help };

enum class ColorChoice { automatic, always, never };
enum class FailOn { error, warning, undecided, never };
enum class OrderEmit { tables, files, list, sql };
enum class GraphFormat { none, dot, mermaid };

/// --report=FORMAT:FILE: a further report beside the output.
struct ReportFile {
  std::string format, path;
};

/// The file of known findings, and what to do with it beside heeding it.
enum class BaselineChange { none, write, prune };
struct BaselineOptions {
  std::string path;                   // empty: none
  BaselineChange change = BaselineChange::none;
};

struct CommandLine {
  Command command = Command::check;
  std::vector<std::string> inputs;    // files, directories, "-"; the topic of explain and help
  std::vector<std::string> against;
  OpenOptions open;                   // how they are opened
  AnalyzeOptions analyze;             // inputs and against are still to be opened
  ReportOptions report;               // color and width are settled by the terminal, see terminal.h
  ColorChoice color = ColorChoice::automatic;
  std::optional<std::size_t> width;
  std::string format = "full";
  std::string output;                 // empty: standard output
  ShowProgress progress = ShowProgress::automatic;
  std::vector<ReportFile> reports;    // no file twice, none of them `output`
  Selection selection;                // --select, --ignore
  BaselineOptions baseline;
  FailOn fail_on = FailOn::error;     // undecided is --strict
  OrderEmit emit = OrderEmit::tables;
  bool check_order = false;
  bool write = false, diff = false;   // order: seed files in place; as a diff
  CycleRemedy cycles = CycleRemedy::fail;
  OrphanRemedy orphans = OrphanRemedy::fail;
  GraphFormat graph = GraphFormat::none;
  LogCommandOptions log;
};

/// `args` without the program's name. An error is a usage error: message, and a hint where one is known.
Result<CommandLine> parse_command_line(const std::vector<std::string>& args, const std::string& pgfk_opts);

}  // namespace pgfk
