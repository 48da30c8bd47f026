// pgfk schema: tables and foreign keys as understood, as text or as a graph.
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/run.h"
#include "parsers/sql/tokens.h"
#include "reports/text.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

std::string table_name(std::string_view schema, std::string_view table) { return printable(qualified_name(schema, table)); }

std::string column_names(const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const std::string& column : columns) names.push_back(quoted_name(column));
  return printable(joined(names, ", "));
}

std::string properties(const ConstraintSummary& key) {
  std::string words;
  if (key.match == MatchType::full) words += " MATCH FULL";
  if (key.on_delete != RefAction::no_action) words += fmt::format(" ON DELETE {}", upper_ascii(action_words(key.on_delete)));
  if (key.on_update != RefAction::no_action) words += fmt::format(" ON UPDATE {}", upper_ascii(action_words(key.on_update)));
  if (key.deferrable) words += key.initially_deferred ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE";
  if (!key.enforced) words += " NOT ENFORCED";
  if (!key.validated && key.enforced) words += " NOT VALID";
  return words;
}

void write_text(const Analysis& analysis, std::ostream& out) {
  std::multimap<std::pair<std::string, std::string>, const ConstraintSummary*> keys;
  for (const ConstraintSummary& key : analysis.constraints) keys.emplace(std::pair(key.name.schema, key.name.table), &key);
  for (const TableSummary& table : analysis.tables) {
    if (table.left_out) continue;
    out << table_name(table.schema, table.table)
        << (table.rows_after ? "  " + counted(*table.rows_after, "row") : std::string()) << '\n';
    const auto [first, last] = keys.equal_range(std::pair(table.schema, table.table));
    for (auto at = first; at != last; ++at) {
      const ConstraintSummary& key = *at->second;
      out << fmt::format("  {}  ({}) -> {} ({}){}{}\n", printable(quoted_name(key.name.name)), column_names(key.name.columns),
                         table_name(key.name.referenced_schema, key.name.referenced_table),
                         column_names(key.name.referenced_columns), properties(key),
                         key.exists_after_load ? "" : "  (missing after the load)");
    }
  }
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

void write_dot(const Analysis& analysis, std::ostream& out) {
  out << "digraph schema {\n  rankdir = LR;\n  node [shape = box];\n";
  for (const TableSummary& table : analysis.tables) {
    if (!table.left_out) out << "  " << quoted(table_name(table.schema, table.table)) << ";\n";
  }
  for (const ConstraintSummary& key : analysis.constraints) {
    out << fmt::format("  {} -> {} [label = {}];\n", quoted(table_name(key.name.schema, key.name.table)),
                       quoted(table_name(key.name.referenced_schema, key.name.referenced_table)), quoted(printable(key.name.name)));
  }
  out << "}\n";
}

// Mermaid's ids are plain words, so tables are numbered; quotes within labels are its entity.
void write_mermaid(const Analysis& analysis, std::ostream& out) {
  std::map<std::string, std::size_t> ids;
  out << "flowchart LR\n";
  const auto label = [](const std::string& text) {
    std::string escaped;
    for (const char c : text) escaped += c == '"' ? std::string("#quot;") : std::string(1, c);
    return escaped;
  };
  const auto id_of = [&](const std::string& name) {
    const auto [at, fresh] = ids.emplace(name, ids.size() + 1);
    if (fresh) out << fmt::format("  t{}[\"{}\"]\n", at->second, label(name));
    return at->second;
  };
  for (const TableSummary& table : analysis.tables) {
    if (!table.left_out) id_of(table_name(table.schema, table.table));
  }
  for (const ConstraintSummary& key : analysis.constraints) {
    const std::size_t from = id_of(table_name(key.name.schema, key.name.table));
    const std::size_t to = id_of(table_name(key.name.referenced_schema, key.name.referenced_table));
    out << fmt::format("  t{} -->|\"{}\"| t{}\n", from, label(printable(key.name.name)), to);
  }
}

}  // namespace

int run_schema(CommandLine& line, std::ostream& out) {
  Run run;
  load_and_analyze(line, run);
  switch (line.graph) {
    case GraphFormat::none: write_text(run.analysis, out); break;
    case GraphFormat::dot: write_dot(run.analysis, out); break;
    case GraphFormat::mermaid: write_mermaid(run.analysis, out); break;
  }
  return run.unusable || run.analysis.diagnostics.errors() > 0 ? kExitUsage : kExitFine;
}

}  // namespace pgfk
