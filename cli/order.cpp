// pgfk order: tables or files, what is referred to first.
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/order_list.h"
#include "cli/run.h"
#include "reports/text.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

void write_cycles(const Analysis& analysis, std::ostream& out) {
  for (const CycleSummary& cycle : analysis.cycles) {
    if (cycle.left_out) continue;
    out << fmt::format("-- cycle: {}; {}{}\n", printable(joined(cycle.tables, " -> ")),
                       cycle.harmless ? "harmless" : "no order of statements alone will do",
                       cycle.why.empty() ? "" : ": " + printable(cycle.why));
  }
}

// What the order of files leaves, as loading it has shown; to standard error, so that what is printed are files alone.
void print_remaining(const Run& run) {
  constexpr std::size_t kShown = 20;
  const std::vector<Finding>& remaining = run.analysis.load_order.remaining;
  for (std::size_t at = 0; at < std::min(kShown, remaining.size()); ++at) {
    const Finding& finding = remaining[at];
    const Span span = finding.statement.span;
    std::cerr << fmt::format("pgfk: still fails: {}:{}: {}{}\n", printable(run.sources[span.source].path()), run.sources.place_of(span).line,
                       printable(statement_phrase(finding, run.sources)),
                       finding.constraint ? fmt::format(" ({})", printable(finding.constraint->name)) : std::string());
  }
  if (remaining.size() > kShown) std::cerr << fmt::format("pgfk: and {} more\n", grouped(remaining.size() - kShown));
}

// Whether something in the input fails for lack of order.
bool out_of_order(const Analysis& analysis) {
  const bool files = analysis.load_order.files != analysis.load_order.given_files;
  return files || std::ranges::any_of(analysis.findings, [](const Finding& finding) {
    return finding.reason == Reason::comes_later || finding.reason == Reason::comes_later_same_table ||
           finding.reason == Reason::comes_later_in_cycle;
  });
}

}  // namespace

int run_order(CommandLine& line, std::ostream& out) {
  if (line.emit == OrderEmit::list) return run_order_list(line, out);
  Run run;
  load_and_analyze(line, run);
  const LoadOrder& order = run.analysis.load_order;
  const bool files = line.emit == OrderEmit::files;
  for (const std::string& name : files ? order.files : order.tables) out << printable(name) << '\n';
  if (files) {
    print_remaining(run);
  } else {
    write_cycles(run.analysis, out);
  }
  if (run.unusable || run.analysis.diagnostics.errors() > 0) return kExitUsage;
  if (line.check_order && out_of_order(run.analysis)) return kExitFails;
  return files && !order.remaining.empty() ? kExitFails : kExitFine;
}

}  // namespace pgfk
