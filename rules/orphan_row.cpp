// FK001: the referenced row is nowhere in the input.
#include <algorithm>

#include <fmt/format.h>

#include "rules/evidence.h"
#include "rules/rule.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

constexpr std::size_t kMarked = 2;

std::string headline(const Case& c) {
  const Finding& finding = c.finding;
  const std::string phrase = statement_phrase(finding, c.context.sources());
  if (finding.rows_total == 0) return fmt::format("{} fails{}", phrase, sqlstate_suffix(finding));
  const std::string have = finding.rows_total == 1 ? "has" : "have";
  if (checks_standing_rows(finding)) {
    return fmt::format("{} fails: {} of {} {} no parent{}", phrase, counted(finding.rows_total, "row"),
                       referencing_table(finding), have, sqlstate_suffix(finding));
  }
  return fmt::format("{} fails: {} {} no parent in {}{}", phrase, counted(finding.rows_total, "row"), have,
                     referenced_table(finding), sqlstate_suffix(finding));
}

// The constraint comes after the rows: clean the rows at their source, or take the constraint without looking at them.
void mend_standing_rows(const Case& c, Diagnosis& out) {
  const Finding& finding = c.finding;
  const ConstraintName& name = *finding.constraint;
  const std::string missing = finding.keys_total == 1
                                  ? fmt::format("missing row of {}", name.referenced_table)
                                  : fmt::format("{} {}", grouped(finding.keys_total), name.referenced_table);
  const std::string rows = fmt::format("      -- {}; or insert the {}", counted(finding.rows_total, "row"), missing);
  std::string condition = keys_condition(finding, name.columns);
  if (condition.empty()) condition = orphans_condition(finding);
  if (!condition.empty()) {
    out.remedies.push_back({"in the source, then dump again", "delete-rows",
                            fmt::format("DELETE FROM {}\n  WHERE {};{}", qualified_name(name.schema, name.table), condition, rows),
                            Needs::source});
  }
  if (const std::int32_t entry = toc_entry(finding, c.context.sources()); entry > 0) {
    out.remedies.push_back({fmt::format("keep the rows: restore without entry {} (pg_restore -l > list, put ; before its line, pg_restore -L list), add the key "
                                        "NOT VALID, and VALIDATE after cleaning", entry),
                            "not-valid", "", Needs::owner});
    const TableSummary* table = c.context.table(name.schema, name.table);
    if (table != nullptr && table->partitioned) {
      out.notes.push_back({"jobs", "with pg_restore -j the key may come before the rows of some partitions: then it stands, and each COPY with such a row loads "
                                   "nothing"});
    }
    return;
  }
  out.remedies.push_back({fmt::format("keep the rows: append NOT VALID to line {} and VALIDATE after cleaning",
                                      finding.statement.psql_line),
                          "not-valid", "", Needs::owner});
}

void mend_new_rows(const Case& c, Diagnosis& out) {
  const Finding& finding = c.finding;
  const ConstraintName& name = *finding.constraint;
  const std::string condition = keys_condition(finding, name.referenced_columns);
  out.remedies.push_back(
      {fmt::format("add the {} to {} before {}{}", finding.keys_total == 1 ? "missing row" : "missing rows",
                   referenced_table(finding),
                   line_of(c.context.sources(), finding.statement.span, finding.statement.span),
                   condition.empty() ? std::string() : fmt::format(" ({})", condition)),
       "insert-rows", "", Needs::source});
  out.remedies.push_back({fmt::format("leave out or correct the {}", counted(finding.rows_total, "row")), "delete-rows", "",
                          Needs::source});
}

}  // namespace

void explain_orphan_row(const Case& c, Diagnosis& out) {
  const Finding& finding = c.finding;
  out.headline = headline(c);
  const std::string parent = referenced_table(finding);
  add_places(finding, constraint_arrow(finding), kMarked,
             [&](const FindingRow& row, std::size_t position) {
               return position == 0 ? fmt::format("{} is not in {}", key_phrase(finding, row), parent)
                                    : fmt::format("nor is {}", row.key.empty() ? "this" : key_text(row.key));
             },
             out);
  add_rows_note(c, brings_rows(finding) ? std::min(kMarked, finding.rows.size()) : 0, out);
  add_parent_note(c, out);
  add_server_note(finding, out);
  add_effect_note(out);
  if (!finding.constraint) return;
  if (checks_standing_rows(finding)) {
    mend_standing_rows(c, out);
  } else {
    mend_new_rows(c, out);
  }
}

}  // namespace pgfk
