// FK006: the referenced row was there, and an earlier DELETE, UPDATE, TRUNCATE or rollback took it away.
#include <algorithm>

#include <fmt/format.h>

#include "rules/evidence.h"
#include "rules/rule.h"
#include "rules/wording.h"

namespace pgfk {

void explain_referenced_row_removed(const Case& c, Diagnosis& out) {
  constexpr std::size_t kMarked = 2;
  const Finding& finding = c.finding;
  const std::string parent = referenced_table(finding);
  out.headline = fmt::format("{} refers to rows of {} that are gone by then{}",
                             statement_phrase(finding, c.context.sources()), parent, sqlstate_suffix(finding));
  add_places(finding, constraint_arrow(finding), kMarked,
             [&](const FindingRow& row, std::size_t position) {
               const std::string key = key_text(row.key);
               return position == 0 ? fmt::format("{} {} was there and is gone", parent, key) : fmt::format("so is {}", key);
             },
             out);
  if (finding.removed_by) {
    Excerpt removal;
    removal.labels.push_back({*finding.removed_by, finding.reason == Reason::lost_with_statement
                                                       ? "rolled back here"
                                                       : "taken away here"});
    out.excerpts.push_back(std::move(removal));
  }
  add_rows_note(c, brings_rows(finding) ? std::min(kMarked, finding.rows.size()) : 0, out);
  add_evidence(finding, "known", out);
  add_server_note(finding, out);
  add_effect_note(out);
  if (finding.removed_by) {
    const Span from = finding.statement.span;
    out.remedies.push_back({fmt::format("keep the {} of {}, or leave out what refers to {} after {}",
                                        finding.keys_total == 1 ? "row" : "rows", parent,
                                        finding.keys_total == 1 ? "it" : "them",
                                        line_of(c.context.sources(), *finding.removed_by, from)),
                            "keep-rows", "", Needs::source});
  } else {
    out.remedies.push_back({fmt::format("load the rows of {} again before this statement", parent), "insert-rows", "",
                            Needs::source});
  }
}

}  // namespace pgfk
