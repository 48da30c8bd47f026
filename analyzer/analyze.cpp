#include "analyzer/analyze.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string_view>
#include <utility>

#include "analyzer/file_order.h"
#include "analyzer/replay/replay.h"
#include "analyzer/table_filters.h"

namespace pgfk {

namespace {

constexpr std::size_t kHeaderBytes = 8192;  // of a dump: its comment about versions stands at the top

std::string word_after(std::string_view head, std::string_view lead) {
  const std::size_t at = head.find(lead);
  if (at == std::string_view::npos) return "";
  const std::size_t from = at + lead.size();
  std::size_t end = from;
  while (end < head.size() && !std::isspace(static_cast<unsigned char>(head[end]))) ++end;
  return std::string(head.substr(from, end - from));
}

int major_of(const std::string& version) {
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  return major;
}

struct Versions {
  std::string server, pg_dump;  // of the first dump that tells; empty if none does
  int target = kNewestVersion;
  bool clamped = false;
};

Versions versions_of(const Sources& sources, const AnalyzeOptions& options) {
  Versions out;
  for (const SourceId id : options.inputs) {
    if (const auto archive = options.archives.find(id); archive != options.archives.end()) {
      const ArchiveHeader& header = archive->second->archive->header();
      if (out.server.empty()) out.server = header.server_version;
      if (out.pg_dump.empty()) out.pg_dump = header.pg_dump_version;
      continue;
    }
    const std::string_view head = sources[id].text().substr(0, kHeaderBytes);
    if (out.server.empty()) out.server = word_after(head, "-- Dumped from database version ");
    if (out.pg_dump.empty()) out.pg_dump = word_after(head, "-- Dumped by pg_dump version ");
  }
  if (options.pg_version != 0) {
    out.target = options.pg_version;
  } else if (const int dumped = major_of(out.server); dumped != 0) {
    out.target = std::clamp(dumped, kOldestVersion, kNewestVersion);
    out.clamped = out.target != dumped;
  }
  return out;
}

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

void say_what_settles(const TableNames& unknown, Analysis& analysis) {
  for (Finding& finding : analysis.findings) {
    if (finding.verdict != Verdict::undecided || !finding.constraint) continue;
    if (!unknown.contains({finding.constraint->referenced_schema, finding.constraint->referenced_table})) continue;
    finding.settles = "load its rows before with --against=FILE, or take them for missing with --assume-parent=absent";
  }
}

}  // namespace

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
  TableNames unknown;
  Analysis result = load(options.inputs, unknown, options);
  // What stands before the inputs may hold rows that nobody has shown us; what the inputs make themselves is empty.
  if (options.assume_parent == AssumeRows::unknown && !options.against.empty()) {
    // A load that ends at its first failure does not come to what it would have loaded.
    unknown = never_loaded(result.stopped ? load(options.inputs, unknown, on) : result);
    if (!unknown.empty()) result = load(options.inputs, unknown, options);
    say_what_settles(unknown, result);
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
