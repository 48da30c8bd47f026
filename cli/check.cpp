// pgfk check: what fails, why, what to do.
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/run.h"
#include "cli/terminal.h"
#include "cli/version.h"
#include "parsers/sql/pg_query.h"
#include "reports/formats.h"
#include "reports/redact.h"
#include "rules/selection.h"

namespace pgfk {

int run_check(CommandLine& line, const std::vector<std::string>& args, std::ostream& out) {
  Run run;
  load_and_analyze(line, run);
  leave_out_unselected(line.selection, run.analysis);
  const int status = exit_status(run.analysis, run.unusable, line.fail_on);
  const bool nothing_read = line.analyze.inputs.empty();
  if (nothing_read && line.format != "json") return status;

  line.report.color = wants_color(line.color, !line.output.empty());
  line.report.width = text_width(line.width);
  redact(run.analysis, line.report.redaction);
  const Invocation invocation{args, run.seconds, peak_memory(), status, kVersion, grammar_version()};
  find_renderer(line.format)({run.analysis, run.sources, line.analyze, run.inputs, invocation, line.report}, out);
  return status;
}

}  // namespace pgfk
