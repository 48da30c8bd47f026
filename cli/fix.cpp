#include "cli/fix.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "analyzer/rewrite/edited_source.h"
#include "analyzer/rewrite/mend.h"
#include "analyzer/rewrite/ordering.h"
#include "cli/exit_status.h"
#include "cli/replace_file.h"
#include "cli/rewrite_inputs.h"
#include "cli/run.h"
#include "reports/text.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

namespace fs = std::filesystem;

bool is_out_of_order(const Analysis& analysis) {
  return std::ranges::any_of(analysis.findings, [](const Finding& finding) {
    return finding.reason == Reason::comes_later || finding.reason == Reason::comes_later_same_table || finding.reason == Reason::comes_later_in_cycle;
  });
}

/// Where each script goes: one file, or a folder with the names that the scripts have. Empty: standard output.
struct Destination {
  std::string file, folder;

  std::string path_of(const std::string& input) const {
    return folder.empty() ? file : (fs::path(folder) / fs::path(input == "<stdin>" ? "stdin.sql" : input).filename()).string();
  }
};

Result<Destination> destination_of(const CommandLine& line, const Sources& sources, const std::vector<SourceId>& inputs) {
  if (line.output.empty()) {
    if (inputs.size() > 1 && !line.diff) return Error{"fix of several files needs a folder to write them to: -o DIR", {}, "Or --diff.", {}};
    return Destination{};
  }
  std::error_code ignored;
  if (inputs.size() == 1 && !fs::is_directory(line.output, ignored) && line.output.back() != '/') return Destination{line.output, {}};
  std::error_code code;
  fs::create_directories(line.output, code);
  if (code) return Error{fmt::format("could not make the folder \"{}\": {}", line.output, code.message()), {}, {}, {}};
  std::set<std::string> names;
  const Destination out{{}, line.output};
  for (const SourceId id : inputs) {
    if (!names.insert(out.path_of(sources[id].path())).second) {
      return Error{fmt::format("two files would be written to \"{}\"", out.path_of(sources[id].path())), {}, {}, {}};
    }
  }
  return out;
}

/// "shop.quarantine.sql" beside "shop.sql".
std::string quarantine_path(const Destination& to, const std::string& input) {
  const std::string written = to.path_of(input);
  fs::path path = written.empty() ? fs::path(input == "<stdin>" ? "stdin.sql" : input).filename() : fs::path(written);
  path.replace_extension(".quarantine.sql");
  return path.string();
}

/// Writes what came of one script; false where something could not be written.
bool write_script(const CommandLine& line, const Destination& to, const std::string& input, std::string_view text, const MendedScript& mended, std::ostream& out) {
  const TextSink print = [&](std::string_view piece) {
    out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    return out.good();
  };
  std::optional<Error> error;
  if (line.diff) {
    if (!write_unified_diff(input, input, text, mended.edits, print)) return false;
    if (to.path_of(input).empty()) return true;
  }
  const std::string path = to.path_of(input);
  if (!mended.quarantine.empty()) {
    const std::string aside = quarantine_path(to, input);
    error = replace_file(aside, [&](const TextSink& sink) {
      return std::ranges::all_of(mended.quarantine, [&](const QuarantinedRows& rows) { return write_quarantine(rows, text, sink); });
    });
    if (!error && !line.report.quiet) std::cerr << fmt::format("pgfk: rows moved to {}\n", printable(aside));
  }
  if (!error && path.empty()) return mended.edits.write(text, print);
  if (!error) error = replace_file(path, [&](const TextSink& sink) { return mended.edits.write(text, sink); });
  if (error) print_error(*error);
  return !error;
}

/// Why nothing is written: what fails in the result and did not before.
void tell_new_failures(const Sources& sources, const Mending& mending) {
  std::multiset<std::string> known;
  for (const Finding& finding : mending.before.findings) known.insert(finding.message + finding.doubt);
  std::string first;
  for (const Finding& finding : mending.after.findings) {
    const auto same = known.find(finding.message + finding.doubt);
    if (same != known.end()) {
      known.erase(same);
    } else if (first.empty() && finding.verdict != Verdict::info) {
      first = fmt::format("{} would fail: {}", statement_phrase(finding, sources), finding.message.empty() ? finding.doubt : finding.message);
    }
  }
  print_error({"the result fails otherwise: nothing is written", first, "Another --orphans may do.", {}});
}

void tell_unmended(const Sources& sources, const Mending& mending) {
  constexpr std::size_t kShown = 20;
  for (std::size_t at = 0; at < std::min(kShown, mending.unmended.size()); ++at) {
    const Unmended& left = mending.unmended[at];
    std::cerr << fmt::format("pgfk: not mended: {} ({}): {}\n", place_text(sources, left.source, left.offset), printable(left.constraint), printable(left.why));
  }
  if (mending.unmended.size() > kShown) std::cerr << fmt::format("pgfk: and {} more\n", grouped(mending.unmended.size() - kShown));
}

}  // namespace

int run_fix(CommandLine& line, std::ostream& out) {
  Run run;
  std::optional<AnalyzeOptions> loaded =
      load_scripts(line, run, {"fix takes SQL scripts and plain dumps", {}, "pg_restore -f FILE makes a script of an archive.", {}});
  if (!loaded) return kExitUsage;
  AnalyzeOptions& load = *loaded;
  const Result<Destination> to = destination_of(line, run.sources, load.inputs);
  if (!to) {
    print_error(to.error());
    return kExitUsage;
  }

  // First the order, then what no order settles; the diffs apply one behind the other.
  std::uint64_t moved = 0;
  if (is_out_of_order(run.analysis)) {
    const ScriptOrdering ordering = order_statements(run.sources, load, {line.cycles});
    if (ordering.error) {
      print_error(*ordering.error);
      return kExitUsage;
    }
    for (SourceId& id : load.inputs) {
      const Reordering& script = ordering.scripts.at(id);
      moved += script.moves.size() + script.settled;
      if (line.diff) {
        const std::string& path = run.sources[id].path();
        static_cast<void>(write_unified_diff(path, path, run.sources[id].text(), script.edits, [&](std::string_view piece) {
          out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
          return out.good();
        }));
      }
      if (const auto edited = ordering.edited.find(id); edited != ordering.edited.end()) id = edited->second;
    }
    if (line.orphans == OrphanRemedy::fail) tell_refused(run.sources, ordering);
  }
  const Mending mending = mend_orphans(run.sources, load, line.orphans);
  for (const Error& error : mending.errors) print_error(error);
  if (!mending.errors.empty()) return kExitUsage;
  const LoadFailures before = failures_of_load(mending.before), after = failures_of_load(mending.after);
  tell_unmended(run.sources, mending);
  tell_remaining(run.sources, mending.after);
  if (!after.at_most(before)) {
    tell_new_failures(run.sources, mending);
    return kExitFails;
  }
  static_cast<void>(tell_file_order(run.analysis.load_order));
  bool fine = true;
  for (std::size_t at = 0; at < load.inputs.size(); ++at) {
    const Source& source = run.sources[load.inputs[at]];
    fine = write_script(line, *to, source.path(), source.text(), mending.scripts.at(load.inputs[at]), out) && fine;
  }
  if (!fine) return kExitUsage;
  if (!line.report.quiet) {
    std::cerr << fmt::format("pgfk: {} moved, {} mended, {} made\n", counted(moved, "statement"), counted(mending.rows, "row"), counted(mending.stubs, "row"));
  }
  return after.keys > 0 || !mending.unmended.empty() ? kExitFails : kExitFine;
}

}  // namespace pgfk
