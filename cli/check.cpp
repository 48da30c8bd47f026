// pgfk check: what fails, why, what to do.
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/baseline_file.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/run.h"
#include "cli/terminal.h"
#include "cli/version.h"
#include "parsers/sql/pg_query.h"
#include "reports/formats.h"
#include "reports/redact.h"
#include "rules/directives.h"
#include "rules/selection.h"

namespace pgfk {

namespace {

constexpr std::size_t kFileWidth = 100;  // columns of what no terminal shows

/// Opened before anything is read, so that a name that cannot be written is told at once. False where one was.
bool open_reports(const std::vector<ReportFile>& files, std::vector<std::ofstream>& reports) {
  for (const ReportFile& file : files) {
    reports.emplace_back(file.path, std::ios::binary);
    if (reports.back()) continue;
    print_error({fmt::format("could not write to \"{}\"", file.path), {}, {}, {}});
    return false;
  }
  return true;
}

void heed_comments(const CommandLine& line, Run& run) {
  std::vector<SourceId> others = line.analyze.against;
  for (const auto& [archive, program] : line.analyze.archives) others.push_back(archive);
  Diagnostics notes;
  apply_directives(run.sources, others, run.analysis, notes);
  print_diagnostics(notes, run.sources, line.report.quiet);
  for (const Diagnostic& note : notes.kept()) run.analysis.diagnostics.report(note);
}

}  // namespace

int run_check(CommandLine& line, const std::vector<std::string>& args, std::ostream& out) {
  std::vector<std::ofstream> reports;
  if (!open_reports(line.reports, reports)) return kExitUsage;
  Run run;
  load_and_analyze(line, run);
  heed_comments(line, run);
  if (!settle_baseline(line.baseline, run)) return kExitUsage;
  leave_out_unselected(line.selection, run.analysis);
  const int status = exit_status(run.analysis, run.unusable, line.fail_on);
  const bool nothing_read = line.analyze.inputs.empty();

  line.report.color = wants_color(line.color, !line.output.empty());
  line.report.width = text_width(line.width);
  redact(run.analysis, line.report.redaction);
  const Invocation invocation{args, run.seconds, peak_memory(), status, kVersion, grammar_version()};
  const auto write = [&](const std::string& format, std::ostream& to) {
    if (nothing_read && !is_for_machines(format)) return;
    find_renderer(format)({run.analysis, run.sources, line.analyze, run.inputs, invocation, line.report}, to);
  };
  write(line.format, out);

  line.report.color = false;
  line.report.width = line.width.value_or(kFileWidth);
  for (std::size_t at = 0; at < reports.size(); ++at) {
    write(line.reports[at].format, reports[at]);
    if (reports[at].flush()) continue;
    print_error({fmt::format("could not write to \"{}\"", line.reports[at].path), {}, {}, {}});
    return kExitUsage;
  }
  return status;
}

}  // namespace pgfk
