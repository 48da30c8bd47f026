#include "cli/order_list.h"

#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analyzer/order/order.h"
#include "cli/exit_status.h"
#include "cli/run.h"
#include "parsers/archive/list_file.h"
#include "reports/text.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

bool is_data(const TocEntry& entry) { return entry.section == Section::data; }

std::string key_of(std::string_view schema, std::string_view table) { return std::string(schema) + '\0' + std::string(table); }

/// Positions of the data entries, in an order in which no table comes before one that it references.
///
/// A partitioned table has no data of its own: a node of its own stands for it, behind all its partitions.
std::vector<std::size_t> ordered_data(const Archive& archive, const Analysis& analysis) {
  std::vector<std::size_t> entries;
  std::map<std::string, std::size_t> nodes;  // of tables, by key_of
  for (std::size_t at = 0; at < archive.entries().size(); ++at) {
    const TocEntry& entry = archive.entries()[at];
    if (!is_data(entry)) continue;
    if (entry.kind == "TABLE DATA") nodes.emplace(key_of(entry.schema.value_or(""), entry.tag), entries.size());
    entries.push_back(at);
  }
  std::size_t count = entries.size();
  const auto node_of = [&](const std::string& table) { return nodes.emplace(table, count).first->second == count ? count++ : nodes[table]; };
  std::map<std::string, std::vector<std::size_t>> families;  // what holds the rows of a table: itself or its partitions
  std::vector<OrderEdge> edges;
  for (const TableSummary& table : analysis.tables) {
    const std::string name = key_of(table.schema, table.table);
    const std::string root = table.root_table.empty() ? name : key_of(table.root_schema, table.root_table);
    const std::size_t node = node_of(name);
    families[root].push_back(node);
    if (root != name) edges.push_back({node_of(root), node});
  }
  for (const ConstraintSummary& key : analysis.constraints) {
    const std::size_t referenced = node_of(key_of(key.name.referenced_schema, key.name.referenced_table));
    for (const std::size_t node : families[key_of(key.name.schema, key.name.table)]) edges.push_back({node, referenced});
  }
  std::vector<std::size_t> ordered;
  for (const std::size_t node : stable_order(count, edges).order) {
    if (node < entries.size()) ordered.push_back(entries[node]);
  }
  return ordered;
}

/// The findings of a data-only restore in this order.
Analysis replay_list(const CommandLine& line, const std::vector<DumpId>& list) {
  CommandLine again = line;
  again.analyze.archives.clear();
  if (again.against.empty()) again.against = again.inputs;
  again.open.against.schema_only = line.against.empty();
  RestoreOptions restore;
  restore.data_only = true;
  restore.use_list.emplace(list);
  again.open.restore = std::move(restore);
  Run run;
  load_and_analyze(again, run);
  return std::move(run.analysis);
}

}  // namespace

int run_order_list(CommandLine& line, std::ostream& out) {
  Run run;
  load_and_analyze(line, run);
  if (run.unusable) return kExitUsage;
  if (line.analyze.inputs.size() != 1 || line.analyze.archives.count(line.analyze.inputs.front()) == 0) {
    print_error({"order --emit=list takes one archive of pg_dump", {}, "Scripts have no list: see order --emit=files.", {}});
    return kExitUsage;
  }
  const Archive& archive = *line.analyze.archives[line.analyze.inputs.front()]->archive;
  if (archive.header().kind == ArchiveKind::tar) {
    print_error({"a tar archive cannot be restored in another order than its own", {}, "Dump again with -Fc or -Fd.", {}});
    return kExitUsage;
  }
  std::vector<DumpId> list;
  out << list_header(archive) << fmt::format("; data in an order that loads, for: pg_restore --data-only -L THIS_LIST -d DATABASE {}\n;\n",
                                              printable(archive.path()));
  for (const std::size_t at : ordered_data(archive, run.analysis)) {
    list.push_back(archive.entries()[at].id);
    out << list_line(archive.entries()[at]) << '\n';
  }
  const Analysis replayed = replay_list(line, list);
  if (replayed.diagnostics.errors() > 0) return kExitUsage;
  std::map<std::string, std::size_t> failures;
  for (const Finding& finding : replayed.findings) {
    if (finding.verdict != Verdict::info && finding.reported) ++failures[finding.constraint ? finding.constraint->name : finding.message];
  }
  for (const auto& [name, count] : failures) {
    std::cerr << fmt::format("pgfk: in this order, too: {} by {}\n", counted(count, "failure"), printable(name));
  }
  return failures.empty() ? kExitFine : kExitFails;
}

}  // namespace pgfk
