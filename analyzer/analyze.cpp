#include "analyzer/analyze.h"

#include <algorithm>
#include <string>
#include <utility>

#include "analyzer/file_order.h"
#include "analyzer/replay/replay.h"
#include "analyzer/table_filters.h"
#include "analyzer/versions.h"

namespace pgfk {

namespace {

/// Tables that rows refer to in vain and that no statement, be it refused, brings a row of.
TableNames never_loaded(const Analysis& analysis) {
  TableNames loaded, wanted;
  for (const TableSummary& table : analysis.tables) {
    if (table.rows_offered > 0) loaded.emplace(table.schema, table.table);
  }
  for (const Finding& finding : analysis.findings) {
    if (finding.reason != Reason::table_not_loaded || !finding.constraint) continue;
    const std::pair table(finding.constraint->referenced_schema, finding.constraint->referenced_table);
    if (!loaded.contains(table)) wanted.insert(table);
  }
  return wanted;
}

bool has_aborted_block(const Analysis& analysis) {
  return std::ranges::any_of(analysis.findings, [](const Finding& finding) { return finding.sqlstate == "25P02"; });
}

void say_what_settles(const TableNames& unknown, Analysis& analysis) {
  for (Finding& finding : analysis.findings) {
    if (finding.verdict != Verdict::undecided || !finding.constraint) continue;
    if (!unknown.contains({finding.constraint->referenced_schema, finding.constraint->referenced_table})) continue;
    finding.settles = "load its rows before with --against=FILE, or take them for missing with --assume-parent=absent";
  }
}

}  // namespace

Analysis load_once(Sources& sources, const AnalyzeOptions& options) {
  const Versions versions = versions_of(sources, options);
  Analysis result;
  result.server_version = versions.server;
  result.pg_dump_version = versions.pg_dump;
  result.target_version = versions.target;
  Replay replay(sources, options, result);
  for (const SourceId id : options.against) replay.load_against(id);
  replay.doubt_rows_of(options.doubted_tables);
  replay.load(options.inputs);
  replay.finish();
  return result;
}

Analysis analyze(Sources& sources, const AnalyzeOptions& options) {
  const Versions versions = versions_of(sources, options);
  const auto load = [&](const std::vector<SourceId>& inputs, const TableNames& unknown, const AnalyzeOptions& how) {
    Analysis result;
    result.server_version = versions.server;
    result.pg_dump_version = versions.pg_dump;
    result.target_version = versions.target;
    Replay replay(sources, how, result);
    for (const SourceId id : how.against) replay.load_against(id);
    replay.doubt_rows_of(unknown);
    replay.load(inputs);
    replay.finish();
    return result;
  };

  AnalyzeOptions on = options;
  on.single_transaction = on.exit_on_error = false;
  on.keep_going = true;
  TableNames unknown;
  Analysis result = load(options.inputs, unknown, options);
  // What stands before the inputs may hold rows that nobody has shown us; what the inputs make themselves is empty.
  if (options.assume_parent == AssumeRows::unknown && !options.against.empty()) {
    // A load or a block that ends at its first failure does not come to what it would have loaded.
    unknown = never_loaded(result.stopped || has_aborted_block(result) ? load(options.inputs, unknown, on) : result);
    if (!unknown.empty()) result = load(options.inputs, unknown, options);
    say_what_settles(unknown, result);
    result.doubted_tables = unknown;
  }
  LoadInOrder load_on;
  if (options.single_transaction || options.exit_on_error) load_on = [&](const std::vector<SourceId>& inputs) { return load(inputs, unknown, on); };
  find_file_order(sources, options.inputs, [&](const std::vector<SourceId>& inputs) { return load(inputs, unknown, options); }, load_on, result);
  leave_out_other_tables(options.filters, result);
  if (versions.clamped) {
    result.diagnostics.report({DiagnosticLevel::warning,
                               "the dump is of PostgreSQL " + versions.server + "; its load is judged as by PostgreSQL " +
                                   std::to_string(versions.target),
                               "--pg-version names another one, from " + std::to_string(kOldestVersion) + " to " +
                                   std::to_string(kNewestVersion) + ".", {}});
  }
  return result;
}

}  // namespace pgfk
