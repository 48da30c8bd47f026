// FK003: no order of these statements loads them.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "rules/arrival.h"
#include "rules/evidence.h"
#include "rules/rule.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

bool is_member(const CycleSummary& cycle, const ConstraintName& name) {
  return std::ranges::any_of(cycle.constraints, [&](const ConstraintName& other) {
    return other.schema == name.schema && other.table == name.table && other.name == name.name;
  });
}

const CycleSummary* cycle_of(const Case& c) {
  if (!c.finding.constraint) return nullptr;
  for (const CycleSummary& cycle : c.context.analysis().cycles) {
    if (is_member(cycle, *c.finding.constraint)) return &cycle;
  }
  return nullptr;
}

std::string shown_columns(const std::vector<std::string>& columns) {
  return columns.size() == 1 ? columns.front() : fmt::format("({})", joined(columns, ", "));
}

std::string properties(const ConstraintSummary& summary) {
  std::vector<std::string> words;
  if (summary.nullable) words.push_back(*summary.nullable ? "may be NULL" : "NOT NULL");
  words.push_back(!summary.deferrable ? "not deferrable" : summary.initially_deferred ? "initially deferred" : "deferrable");
  return joined(words, ", ");
}

// One line for each constraint of the cycle, in columns.
std::string members_text(const Case& c, const CycleSummary& cycle) {
  struct Row { std::string arrow, name, properties; };
  std::vector<Row> rows;
  std::size_t arrow_width = 0, name_width = 0;
  for (const ConstraintName& name : cycle.constraints) {
    Row row{fmt::format("{}.{} -> {}.{}", shown_table(c.finding, name.schema, name.table), shown_columns(name.columns),
                        shown_table(c.finding, name.referenced_schema, name.referenced_table),
                        shown_columns(name.referenced_columns)),
            name.name, {}};
    if (const ConstraintSummary* summary = c.context.constraint(name)) row.properties = properties(*summary);
    arrow_width = std::max(arrow_width, row.arrow.size());
    name_width = std::max(name_width, row.name.size());
    rows.push_back(std::move(row));
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line = fmt::format("{:<{}}  {:<{}}  {}", row.arrow, arrow_width, row.name, name_width, row.properties);
    line.erase(line.find_last_not_of(' ') + 1);
    text += (text.empty() ? "" : "\n") + line;
  }
  return text;
}

// The statement that brings the missing row, where it fails for lack of ours: its key closes the cycle.
const Finding* counterpart(const Case& c, Span arrival) {
  for (const std::size_t index : c.context.consequences(c.index)) {
    const Finding& other = c.context.finding(index);
    const Span& span = other.statement.span;
    const bool holds = span.source == arrival.source && span.offset <= arrival.offset &&
                       arrival.offset < span.offset + span.length;
    if (holds && other.constraint && !other.rows.empty() && other.rows.front().cell) return &other;
  }
  return nullptr;
}

void add_counterpart(const Case& c, Diagnosis& out) {
  const std::optional<Span> arrival = first_arrival(c.finding);
  if (!arrival) return;
  Label label{*arrival, "it arrives here, and needs rows of this statement"};
  if (const Finding* other = counterpart(c, *arrival)) {
    const FindingRow& row = other->rows.front();
    label = {*row.cell, fmt::format("needs {} {}, inserted at {}", referenced_table(*other), key_text(row.key),
                                    line_of(c.context.sources(), c.finding.statement.span, arrival.value()))};
  }
  Excerpt& first = out.excerpts.front();
  if (first.labels.front().span.source == label.span.source) {
    first.labels.push_back(std::move(label));
  } else {
    Excerpt excerpt;
    excerpt.rows = true;
    excerpt.labels.push_back(std::move(label));
    out.excerpts.push_back(std::move(excerpt));
  }
}

Remedy deferrable_remedy(const Case& c) {
  const ConstraintName& name = *c.finding.constraint;
  const std::string table = shown_table(c.finding, name.schema, name.table);
  const std::string constraint = quoted_name(name.name);
  std::string lines = "the statements of the cycle";
  if (const std::optional<Span> arrival = first_arrival(c.finding)) {
    const Sources& sources = c.context.sources();
    const Span statement = c.finding.statement.span;
    if (arrival->source == statement.source) {
      lines = fmt::format("lines {}-{}", sources.place_of(statement).line, sources.place_of(*arrival).line);
    }
  }
  return {"as table owner, no superuser needed", "deferrable",
          fmt::format("BEGIN;\nALTER TABLE {0} ALTER CONSTRAINT {1}\n  DEFERRABLE INITIALLY DEFERRED;\n-- {2}\nCOMMIT;\n"
                      "ALTER TABLE {0} ALTER CONSTRAINT {1} NOT DEFERRABLE;",
                      table, constraint, lines),
          Needs::owner};
}

}  // namespace

void explain_cycle(const Case& c, Diagnosis& out) {
  const Finding& finding = c.finding;
  const CycleSummary* cycle = cycle_of(c);
  std::vector<std::string> tables;
  bool any_deferrable = false, any_nullable = false;
  if (cycle != nullptr) {
    for (const ConstraintName& name : cycle->constraints) {
      const std::string table = shown_table(finding, name.schema, name.table);
      if (std::ranges::find(tables, table) == tables.end()) tables.push_back(table);
      if (const ConstraintSummary* summary = c.context.constraint(name)) {
        any_deferrable = any_deferrable || summary->deferrable;
        any_nullable = any_nullable || summary->nullable.value_or(false);
      }
    }
  } else {
    tables = {referencing_table(finding), referenced_table(finding)};
  }
  out.headline = fmt::format("no order of these statements loads {}{}", listed(tables), sqlstate_suffix(finding));
  add_places(finding, constraint_arrow(finding), 1,
             [&](const FindingRow& row, std::size_t) {
               std::string text = fmt::format("needs {} {}", referenced_table(finding), key_text(row.key));
               if (row.arrives_at) {
                 text += fmt::format(", inserted at {}", line_of(c.context.sources(), *row.arrives_at, finding.statement.span));
               }
               return text;
             },
             out);
  add_counterpart(c, out);
  if (cycle != nullptr) out.notes.push_back({"cycle", members_text(c, *cycle)});
  if (!any_deferrable) {
    out.notes.push_back({"note", "SET CONSTRAINTS ALL DEFERRED does nothing for constraints that are not DEFERRABLE"});
  }
  add_evidence(finding, "known", out);
  if (any_deferrable) {
    out.remedies.push_back({"in one transaction", "deferred",
                            "BEGIN;\nSET CONSTRAINTS ALL DEFERRED;\n-- the statements of the cycle\nCOMMIT;", Needs::source});
  } else if (finding.constraint) {
    out.remedies.push_back(deferrable_remedy(c));
  }
  if (any_nullable) {
    out.remedies.push_back({"insert with NULL first, then UPDATE the column that may be NULL", "two-phase", "", Needs::source});
  }
  out.remedies.push_back({"see also: pgfk explain FK003", "hint", "", Needs::source});
}

}  // namespace pgfk
