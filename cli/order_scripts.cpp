#include "cli/order_scripts.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "analyzer/rewrite/ordering.h"
#include "cli/exit_status.h"
#include "cli/replace_file.h"
#include "cli/rewrite_inputs.h"
#include "cli/run.h"
#include "reports/text.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

/// All scripts as one. What the end of a file ends, a semicolon ends here.
SourceId one_script(Sources& sources, const std::vector<SourceId>& inputs, int server_version) {
  std::string text;
  for (const SourceId id : inputs) {
    const ScriptUnits units = read_units(sources, id, server_version);
    std::string_view part = sources[id].text();
    if (!text.empty() && part.starts_with("\xEF\xBB\xBF")) part.remove_prefix(3);
    text += part;
    if (!text.empty() && text.back() != '\n') text += units.newline;
    if (!units.units.empty() && units.units.back().open) text += ";" + units.newline;
  }
  return sources.add(Source::of_text(sources[inputs.front()].path(), std::move(text)));
}

/// Why a script cannot be replaced by another one.
std::optional<Error> not_writable(const Source& source) {
  if (source.path() == "<stdin>") return Error{"standard input cannot be written back", {}, "order --emit=sql prints the script.", {}};
  if (source.compression() != Codec::none) return Error{"\"" + source.path() + "\" is compressed", {}, "Decompress it first, or see order --emit=sql.", {}};
  return std::nullopt;
}

bool write_scripts(const Sources& sources, const ScriptOrdering& ordering, bool quiet, std::ostream& out) {
  bool fine = true;
  for (const auto& entry : ordering.scripts) {
    const Reordering& script = entry.second;
    if (script.edits.empty()) continue;
    const Source& source = sources[entry.first];
    std::optional<Error> error = not_writable(source);
    if (!error) error = replace_file(source.path(), [&](const TextSink& sink) { return script.edits.write(source.text(), sink); });
    if (error) {
      print_error(*error);
      fine = false;
    } else if (!quiet) {
      out << fmt::format("{}: {} moved{}\n", printable(source.path()), counted(script.moves.size(), "statement"),
                         script.settled > 0 ? fmt::format(", {} framed", counted(script.settled, "cycle")) : std::string());
    }
  }
  return fine;
}

}  // namespace

int run_order_scripts(CommandLine& line, std::ostream& out) {
  Run run;
  std::optional<AnalyzeOptions> loaded =
      load_scripts(line, run, {"order --emit=sql, --write and --diff take SQL scripts", {}, "Of an archive: order --emit=list, or pg_restore -f FILE first.", {}});
  if (!loaded) return kExitUsage;
  AnalyzeOptions& load = *loaded;
  const LoadOrder& files = run.analysis.load_order;
  const bool other_files = files.files != files.given_files;
  const bool as_one = line.emit == OrderEmit::sql && !line.write && load.inputs.size() > 1;
  if (as_one) load.inputs = {one_script(run.sources, load.inputs, run.analysis.target_version)};
  const ScriptOrdering ordering = order_statements(run.sources, load, {line.cycles});
  if (ordering.error) {
    print_error(*ordering.error);
    return kExitUsage;
  }

  const TextSink sink = [&](std::string_view text) {
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    return out.good();
  };
  bool fine = true;
  if (line.diff) {
    for (const SourceId id : load.inputs) {
      const std::string& path = run.sources[id].path();
      fine = write_unified_diff(path, path, run.sources[id].text(), ordering.scripts.at(id).edits, sink) && fine;
    }
  }
  if (line.write) fine = write_scripts(run.sources, ordering, line.report.quiet || line.diff, out) && fine;
  if (!line.diff && !line.write) {
    for (const SourceId id : load.inputs) fine = ordering.scripts.at(id).edits.write(run.sources[id].text(), sink) && fine;
  }
  if (!as_one) static_cast<void>(tell_file_order(files));
  tell_refused(run.sources, ordering);
  tell_remaining(run.sources, ordering.after);
  if (!fine) return kExitUsage;
  const bool moved = std::ranges::any_of(ordering.scripts, [](const auto& script) { return !script.second.edits.empty(); });
  if (line.check_order && (moved || other_files)) return kExitFails;
  return failures_of_load(ordering.after).keys > 0 ? kExitFails : kExitFine;
}

}  // namespace pgfk
