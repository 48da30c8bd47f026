#include "analyzer/table_filters.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "analyzer/name_pattern.h"

namespace pgfk {
namespace {

/// The filters with their patterns read.
class Chosen {
 public:
  Chosen(const TableFilters& filters, Diagnostics& diagnostics)
      : schemas_(read(filters.schemas, 1, diagnostics)),
        exclude_schemas_(read(filters.exclude_schemas, 1, diagnostics)),
        tables_(read(filters.tables, 2, diagnostics)),
        exclude_tables_(read(filters.exclude_tables, 2, diagnostics)) {}

  bool by_table() const { return !tables_.empty(); }
  bool names_some() const { return by_table() || !schemas_.empty(); }

  /// As pg_dump does: where tables are named by -t, schemas have no say.
  bool names(std::string_view schema, std::string_view table) const {
    if (by_table()) return any_table(tables_, schema, table);
    return schemas_.empty() || any_schema(schemas_, schema);
  }
  bool has(std::string_view schema, std::string_view table) const {
    if (any_table(exclude_tables_, schema, table)) return false;
    return names(schema, table) && (by_table() || !any_schema(exclude_schemas_, schema));
  }

 private:
  static bool any_table(const std::vector<NamePattern>& patterns, std::string_view schema, std::string_view table) {
    return std::ranges::any_of(patterns, [&](const NamePattern& pattern) { return pattern.matches_table(schema, table); });
  }
  static bool any_schema(const std::vector<NamePattern>& patterns, std::string_view schema) {
    return std::ranges::any_of(patterns, [&](const NamePattern& pattern) { return pattern.matches_schema(schema); });
  }

  static std::vector<NamePattern> read(const std::vector<std::string>& words, std::size_t most_parts, Diagnostics& diagnostics) {
    std::vector<NamePattern> patterns;
    for (const std::string& word : words) {
      Result<NamePattern> pattern = NamePattern::read(word, most_parts);
      if (pattern) {
        patterns.push_back(std::move(pattern).value());
      } else {
        diagnostics.report({DiagnosticLevel::error, pattern.error().message, "Patterns are those of pg_dump.", {}});
      }
    }
    return patterns;
  }

  std::vector<NamePattern> schemas_, exclude_schemas_, tables_, exclude_tables_;
};

}  // namespace

void leave_out_other_tables(const TableFilters& filters, Analysis& analysis) {
  if (filters.empty()) return;
  const std::size_t errors_before = analysis.diagnostics.errors();
  const Chosen chosen(filters, analysis.diagnostics);
  if (analysis.diagnostics.errors() > errors_before) return;

  std::set<std::string, std::less<>> shown;                    // schema.table, as in the load order
  std::set<std::string_view> known_names, chosen_names;        // without schema, as statements may write them
  for (TableSummary& table : analysis.tables) {
    table.left_out = !chosen.has(table.schema, table.table);
    known_names.insert(table.table);
    if (table.left_out) continue;
    chosen_names.insert(table.table);
    shown.insert(table.schema + "." + table.table);
  }
  // Of a table that a failed statement would have made only the name is known.
  const auto has_name = [&](const std::string& name) { return known_names.contains(name) ? chosen_names.contains(name) : chosen.has("public", name); };

  bool any = !chosen.names_some() || std::ranges::any_of(analysis.tables, [&](const TableSummary& table) { return chosen.names(table.schema, table.table); });
  for (Finding& finding : analysis.findings) {
    const bool named = finding.constraint && !finding.constraint->table.empty();
    const bool in = named                              ? chosen.has(finding.constraint->schema, finding.constraint->table)
                    : finding.statement.table.empty() || has_name(finding.statement.table);
    finding.left_out = finding.left_out || !in;
    any = any || (in && (named || !finding.statement.table.empty()));
  }
  if (!any) {
    analysis.diagnostics.report({DiagnosticLevel::error, chosen.by_table() ? "no matching tables were found" : "no matching schemas were found",
                                 "pgfk schema FILE lists the tables there are.", {}});
  }
  std::erase_if(analysis.constraints, [&](const ConstraintSummary& key) { return !chosen.has(key.name.schema, key.name.table); });
  std::erase_if(analysis.load_order.tables, [&](const std::string& table) { return !shown.contains(table); });
  for (CycleSummary& cycle : analysis.cycles) {
    cycle.left_out = cycle.left_out || std::ranges::none_of(cycle.tables, [&](const std::string& table) { return shown.contains(table); });
  }
}

}  // namespace pgfk
