#include "cli/run.h"

#include <algorithm>
#include <chrono>
#include <iostream>

#include <fmt/format.h>

#include "cli/inputs.h"
#include "cli/watch.h"
#include "reports/input_info.h"
#include "reports/text.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

constexpr std::size_t kShown = 20;  // diagnostics printed; all are counted

void report_damage(const std::vector<SourceId>& ids, Run& run) {
  for (const SourceId id : ids) {
    const std::optional<Error> damage = run.sources[id].damage();
    if (damage) run.analysis.diagnostics.report({DiagnosticLevel::error, damage->message, damage->hint, {}});
  }
}

}  // namespace

void print_error(const Error& error) {
  std::cerr << "pgfk: " << printable(error.message) << '\n';
  if (!error.detail.empty()) std::cerr << "      " << printable(error.detail) << '\n';
  if (!error.hint.empty()) std::cerr << "      " << printable(error.hint) << '\n';
}

void print_diagnostics(const Diagnostics& diagnostics, const Sources& sources, bool quiet) {
  std::size_t shown = 0;
  for (const Diagnostic& diagnostic : diagnostics.kept()) {
    const bool error = diagnostic.level == DiagnosticLevel::error;
    if (quiet && !error) continue;
    if (shown++ == kShown) break;
    std::string place;
    if (diagnostic.span) {
      const Place at = sources.place_of(*diagnostic.span);
      place = fmt::format("{}:{}:{}: ", printable(sources[diagnostic.span->source].path()), at.line, at.column);
    }
    std::cerr << fmt::format("pgfk: {}{}: {}\n", place, error ? "error" : "warning", printable(diagnostic.message));
    if (!diagnostic.hint.empty()) std::cerr << "      " << printable(diagnostic.hint) << '\n';
  }
  const std::size_t count = diagnostics.count();
  if (shown > kShown) std::cerr << fmt::format("pgfk: {} in all, {} shown\n", counted(count, "complaint"), kShown);
}

void load_and_analyze(CommandLine& line, Run& run) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<Error> errors;
  OpenOptions against;
  against.source = line.open.source;
  against.restore = line.open.against;
  line.analyze.against = open_inputs(line.against, against, run.sources, line.analyze.archives, errors);
  line.analyze.inputs = open_inputs(line.inputs, line.open, run.sources, line.analyze.archives, errors);
  for (const Error& error : errors) print_error(error);
  run.unusable = !errors.empty();
  Diagnostics notes;
  for (const SourceId id : line.analyze.inputs) {
    const auto archive = line.analyze.archives.find(id);
    const bool is_script = archive == line.analyze.archives.end();
    if (is_script && run.sources[id].text().empty() && run.sources[id].path() != "<stdin>" && run.sources[id].path() != line.open.stdin_path) {
      notes.report({DiagnosticLevel::error, fmt::format("file \"{}\" is empty", run.sources[id].path()), "", {}});
    }
    if (!is_script) {
      for (const Diagnostic& note : archive->second->archive->notes().kept()) notes.report(note);
    }
    run.inputs.push_back(is_script ? describe_input(run.sources[id]) : describe_archive(run.sources[id], *archive->second));
  }
  if (!line.analyze.inputs.empty()) {
    Progress progress;
    line.analyze.progress = &progress;
    const bool all_text = line.analyze.archives.empty();
    for (const InputInfo& input : run.inputs) progress.total_bytes += all_text ? input.bytes : 0;
    const Watch watch(progress, line.progress);
    run.analysis = analyze(run.sources, line.analyze);
    line.analyze.progress = nullptr;
  }
  if (run.analysis.interrupted) notes.report({DiagnosticLevel::error, "interrupted: what follows was not looked at", "", {}});
  for (const auto& ids : {line.analyze.against, line.analyze.inputs}) report_damage(ids, run);
  for (const Diagnostic& note : notes.kept()) run.analysis.diagnostics.report(note);
  for (const InputInfo& input : run.inputs) {
    if (input.complete) continue;
    run.analysis.diagnostics.report({input.cut_off ? DiagnosticLevel::error : DiagnosticLevel::warning,
                                     input.cut_off ? fmt::format("dump \"{}\" is cut off: its end is missing", input.path)
                                                   : fmt::format("dump \"{}\" has no closing comment", input.path),
                                     "pg_dump writes \"PostgreSQL database dump complete\" at the end.", {}});
  }
  print_diagnostics(run.analysis.diagnostics, run.sources, line.report.quiet);
  // Printed already; reports for machines need them as well.
  for (const Error& error : errors) run.analysis.diagnostics.report({DiagnosticLevel::error, error.message, error.hint, {}});
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace pgfk
