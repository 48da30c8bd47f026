#include "cli/baseline_file.h"

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/replace_file.h"
#include "rules/baseline.h"

namespace pgfk {
namespace {

bool write_baseline(const std::string& path, std::vector<BaselineEntry> entries) {
  const std::string text = baseline_text(std::move(entries));
  if (!replace_file(path, [&](const TextSink& sink) { return sink(text); })) return true;
  print_error({fmt::format("could not write to \"{}\"", path), {}, {}, {}});
  return false;
}

}  // namespace

bool settle_baseline(const BaselineOptions& options, Run& run) {
  if (options.path.empty()) return true;
  std::vector<BaselineEntry> entries;
  std::error_code ignored;
  const bool fresh = options.change == BaselineChange::write && !std::filesystem::exists(options.path, ignored);
  if (!fresh) {
    Result<std::unique_ptr<Source>> source = Source::open(options.path);
    if (!source) {
      Error error = std::move(source).error();
      if (error.hint.empty()) error.hint = "--write-baseline makes one.";
      print_error(error);
      return false;
    }
    const SourceId id = run.sources.add(std::move(source).value());
    Result<std::vector<BaselineEntry>> read = read_baseline(run.sources[id], id);
    if (!read) {
      print_error(read.error());
      return false;
    }
    entries = std::move(read).value();
  }
  apply_baseline(entries, run.analysis);
  const bool whole = !run.unusable && run.analysis.diagnostics.errors() == 0 && !run.analysis.stopped && !run.analysis.interrupted;
  switch (options.change) {
    case BaselineChange::none:
      if (whole) tell_unused_entries(entries, run.analysis);
      return true;
    case BaselineChange::write: {
      if (!whole) break;
      std::vector<BaselineEntry> extended = extended_baseline(entries, run.analysis);
      const bool written = write_baseline(options.path, extended);
      apply_baseline(extended, run.analysis);
      return written;
    }
    case BaselineChange::prune:
      if (!whole) break;
      return write_baseline(options.path, pruned_baseline(std::move(entries)));
  }
  print_error({fmt::format("baseline \"{}\" is left as it is: the input was not read to its end", options.path), {}, {}, {}});
  return false;
}

}  // namespace pgfk
