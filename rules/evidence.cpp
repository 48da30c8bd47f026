#include "rules/evidence.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rules/wording.h"

namespace pgfk {
namespace {

constexpr std::size_t kListedRows = 3;  // in one line of facts
constexpr std::size_t kListedKeys = 8;  // in one SQL condition

// Different keys among the rows kept, in order of first sight.
std::vector<const std::vector<std::string>*> distinct_keys(const Finding& finding) {
  std::vector<const std::vector<std::string>*> keys;
  for (const FindingRow& row : finding.rows) {
    const bool seen = std::ranges::any_of(keys, [&](const auto* key) { return *key == row.key; });
    if (!seen && !row.key.empty()) keys.push_back(&row.key);
    if (keys.size() > kListedKeys) break;
  }
  return keys;
}

std::string column_list(const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const std::string& column : columns) names.push_back(quoted_name(column));
  return names.size() == 1 ? names.front() : fmt::format("({})", joined(names, ", "));
}

}  // namespace

Span statement_mark(const Finding& finding) {
  if (finding.at) return *finding.at;
  Span span = finding.statement.span;
  span.length = std::min<std::uint64_t>(span.length, std::max<std::size_t>(finding.statement.kind.size(), 1));
  return span;
}

Span row_mark(const FindingRow& row) { return row.cell ? *row.cell : row.row; }

bool brings_rows(const Finding& finding) {
  if (finding.rows.empty()) return false;
  const Span& row = finding.rows.front().row;
  const Span& statement = finding.statement.span;
  if (row.source != statement.source || row.offset < statement.offset) return false;
  return row.offset < statement.offset + statement.length || finding.statement.kind == "COPY";
}

std::string constraint_arrow(const Finding& finding) {
  if (!finding.constraint) return {};
  const ConstraintName& name = *finding.constraint;
  return fmt::format("{} -> {} ({})", column_list(name.columns), referenced_table(finding),
                     joined(name.referenced_columns, ", "));
}

std::string key_phrase(const Finding& finding, const FindingRow& row) {
  if (row.key.empty()) return "its key";
  if (!finding.constraint) return key_text(row.key);
  const ConstraintName& name = *finding.constraint;
  return fmt::format("{} {}", column_list(finding.parent_side ? name.referenced_columns : name.columns),
                     key_text(row.key));
}

Excerpt statement_excerpt(const Finding& finding, std::string label) {
  Excerpt excerpt;
  excerpt.context = finding.statement.span;
  excerpt.labels.push_back({statement_mark(finding), std::move(label)});
  return excerpt;
}

Excerpt rows_excerpt(const Finding& finding, std::size_t limit,
                     const std::function<std::string(const FindingRow&, std::size_t)>& say) {
  Excerpt excerpt;
  excerpt.rows = excerpt.offends = true;
  for (const FindingRow& row : finding.rows) {
    if (excerpt.labels.size() == limit) break;
    if (row.row.source != finding.rows.front().row.source) continue;
    excerpt.labels.push_back({row_mark(row), say(row, excerpt.labels.size())});
  }
  return excerpt;
}

void add_places(const Finding& finding, std::string statement_label, std::size_t limit,
                const std::function<std::string(const FindingRow&, std::size_t)>& say, Diagnosis& out) {
  if (brings_rows(finding)) {
    Excerpt rows = rows_excerpt(finding, limit, say);
    rows.context = finding.statement.span;
    out.excerpts.push_back(std::move(rows));
    return;
  }
  out.excerpts.push_back(statement_excerpt(finding, std::move(statement_label)));
  if (finding.rows.empty()) return;
  Excerpt rows = rows_excerpt(finding, 1, say);
  const FindingRow& first = finding.rows.front();
  const std::string origin = first.origin.empty() ? referencing_table(finding) : first.origin;
  rows.caption = first.number == 0 ? origin : fmt::format("{}, row {}", origin, grouped(first.number));
  out.excerpts.push_back(std::move(rows));
}

Note rows_note(const Case& c) {
  const Finding& finding = c.finding;
  std::string text;
  std::size_t told = 0;
  for (const FindingRow& row : finding.rows) {
    if (told == kListedRows) break;
    if (told > 0) text += ", ";
    text += line_of(c.context.sources(), row_mark(row), finding.statement.span);
    if (!row.key.empty()) text += fmt::format(" {}{}{}", row.key.size() == 1 ? "(" : "", key_text(row.key),
                                              row.key.size() == 1 ? ")" : "");
    ++told;
  }
  if (finding.rows_total > told) {
    text += fmt::format("{}{} more", told == 0 ? "" : " and ", grouped(finding.rows_total - told));
  }
  text += fmt::format(": {}", counted(finding.rows_total, "row"));
  if (finding.keys_total > 0 && !finding.parent_side) {
    text += fmt::format(", {}", counted(finding.keys_total, "missing key"));
  }
  return {"rows", std::move(text)};
}

void add_rows_note(const Case& c, std::size_t marked, Diagnosis& out) {
  if (c.finding.rows_total > marked) out.notes.push_back(rows_note(c));
}

void add_parent_note(const Case& c, Diagnosis& out) {
  const Finding& finding = c.finding;
  if (!finding.constraint) return;
  std::vector<std::string> facts;
  const TableSummary* table =
      c.context.table(finding.constraint->referenced_schema, finding.constraint->referenced_table);
  if (table != nullptr && table->rows_offered > 0) {
    facts.push_back(fmt::format("{} loads {}", referenced_table(finding), counted(table->rows_loaded, "row")));
    if (table->rows_offered > table->rows_loaded) {
      facts.push_back(fmt::format("{} more are refused", grouped(table->rows_offered - table->rows_loaded)));
    }
  }
  facts.insert(facts.end(), finding.evidence.begin(), finding.evidence.end());
  if (!facts.empty()) out.notes.push_back({"parent", joined(facts, "; ")});
}

void add_server_note(const Finding& finding, Diagnosis& out) {
  if (finding.message.empty()) return;
  out.notes.push_back({"server", finding.detail.empty() ? finding.message : finding.message + "\n" + finding.detail});
}

void add_effect_note(Diagnosis& out) { out.notes.push_back({"effect", out.effect}); }

void add_evidence(const Finding& finding, std::string_view label, Diagnosis& out) {
  if (!finding.evidence.empty()) out.notes.push_back({std::string(label), joined(finding.evidence, "; ")});
}

std::string keys_condition(const Finding& finding, const std::vector<std::string>& columns) {
  const auto keys = distinct_keys(finding);
  if (keys.empty() || keys.size() > kListedKeys || keys.size() != finding.keys_total) return {};
  std::vector<std::string> values;
  for (const std::vector<std::string>* key : keys) {
    if (key->size() != columns.size()) return {};
    std::vector<std::string> literals;
    for (const std::string& value : *key) literals.push_back(literal(value));
    values.push_back(literals.size() == 1 ? literals.front() : fmt::format("({})", joined(literals, ", ")));
  }
  return fmt::format("{} IN ({})", column_list(columns), joined(values, ", "));
}

std::string orphans_condition(const Finding& finding) {
  if (!finding.constraint) return {};
  const ConstraintName& name = *finding.constraint;
  if (name.columns.empty() || name.columns.size() != name.referenced_columns.size()) return {};
  std::vector<std::string> present, equal;
  for (std::size_t at = 0; at < name.columns.size(); ++at) {
    const std::string column = fmt::format("{}.{}", quoted_name(name.table), quoted_name(name.columns[at]));
    present.push_back(column + " IS NOT NULL");
    equal.push_back(fmt::format("r.{} = {}", quoted_name(name.referenced_columns[at]), column));
  }
  return fmt::format("{}\n    AND NOT EXISTS (SELECT FROM {} AS r\n                    WHERE {})", joined(present, " AND "),
                     qualified_name(name.referenced_schema, name.referenced_table), joined(equal, " AND "));
}

}  // namespace pgfk
