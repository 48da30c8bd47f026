// pgfk order: tables or files, what is referred to first.
#include <algorithm>
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
    out << fmt::format("-- cycle: {}; {}{}\n", printable(joined(cycle.tables, " -> ")),
                       cycle.harmless ? "harmless" : "no order of statements alone will do",
                       cycle.why.empty() ? "" : ": " + printable(cycle.why));
  }
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
  const std::vector<std::string>& names = line.emit == OrderEmit::tables ? order.tables : order.files;
  for (const std::string& name : names) out << printable(name) << '\n';
  if (line.emit == OrderEmit::tables) write_cycles(run.analysis, out);
  if (run.unusable || run.analysis.diagnostics.errors() > 0) return kExitUsage;
  return line.check_order && out_of_order(run.analysis) ? kExitFails : kExitFine;
}

}  // namespace pgfk
