#include "cli/rewrite_inputs.h"

#include <algorithm>
#include <iostream>
#include <vector>

#include <fmt/format.h>

#include "reports/text.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

constexpr std::size_t kShown = 20;

std::vector<SourceId> in_file_order(const Run& run, const std::vector<SourceId>& inputs) {
  std::vector<SourceId> left = inputs, out;
  for (const std::string& path : run.analysis.load_order.files) {
    const auto found = std::ranges::find_if(left, [&](SourceId id) { return run.sources[id].path() == path; });
    if (found == left.end()) continue;
    out.push_back(*found);
    left.erase(found);
  }
  out.insert(out.end(), left.begin(), left.end());
  return out;
}

}  // namespace

std::optional<AnalyzeOptions> load_scripts(CommandLine& line, Run& run, const Error& no_archives) {
  load_and_analyze(line, run);
  if (run.unusable || run.analysis.diagnostics.errors() > 0) return std::nullopt;
  if (!line.analyze.archives.empty()) {
    print_error(no_archives);
    return std::nullopt;
  }
  AnalyzeOptions load = line.analyze;
  load.inputs = in_file_order(run, line.analyze.inputs);
  load.doubted_tables = run.analysis.doubted_tables;
  return load;
}

std::string place_text(const Sources& sources, SourceId id, std::uint64_t offset) {
  return fmt::format("{}:{}", printable(sources[id].path()), sources[id].place_of(offset).line);
}

void tell_refused(const Sources& sources, const ScriptOrdering& ordering) {
  std::size_t count = 0;
  for (const auto& [id, script] : ordering.scripts) {
    for (const RefusedNeed& need : script.refused) {
      if (++count > kShown) continue;
      std::cerr << fmt::format("pgfk: {} needs rows of {} ({}), {}\n", place_text(sources, id, need.from), place_text(sources, id, need.to),
                               printable(ordering.needs.keys[need.key].name.name),
                               need.why.empty() ? "and each needs the other: see --cycles" : "and cannot come behind it: " + need.why);
    }
  }
  if (count > kShown) std::cerr << fmt::format("pgfk: and {} more\n", grouped(count - kShown));
}

void tell_remaining(const Sources& sources, const Analysis& after) {
  std::size_t count = 0;
  for (const Finding& finding : after.findings) {
    if (finding.verdict != Verdict::fails || !finding.reported || finding.sqlstate != "23503") continue;
    if (++count > kShown) continue;
    const Span span = finding.statement.span;
    std::cerr << fmt::format("pgfk: still fails: {}: {}{}\n", place_text(sources, span.source, span.offset), printable(statement_phrase(finding, sources)),
                             finding.constraint ? fmt::format(" ({})", printable(finding.constraint->name)) : std::string());
  }
  if (count > kShown) std::cerr << fmt::format("pgfk: and {} more\n", grouped(count - kShown));
}

bool tell_file_order(const LoadOrder& files) {
  if (files.files == files.given_files) return false;
  std::vector<std::string> names;
  for (const std::string& file : files.files) names.push_back(printable(file));
  std::cerr << fmt::format("pgfk: load the files in this order: {}\n", joined(names, " "));
  return true;
}

}  // namespace pgfk
