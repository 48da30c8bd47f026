// FK004: rows of one table that point at each other, in separate statements, in the wrong order.
#include <algorithm>

#include <fmt/format.h>

#include "rules/arrival.h"
#include "rules/evidence.h"
#include "rules/rule.h"
#include "rules/wording.h"

namespace pgfk {

void explain_self_reference_order(const Case& c, Diagnosis& out) {
  constexpr std::size_t kMarked = 2;
  const Finding& finding = c.finding;
  const std::string table = referenced_table(finding);
  out.headline = fmt::format("{} runs before the row of {} it points to{}",
                             statement_phrase(finding, c.context.sources()), table, sqlstate_suffix(finding));
  add_places(finding, constraint_arrow(finding), kMarked,
             [&](const FindingRow& row, std::size_t position) {
               const std::string key = key_text(row.key);
               return position == 0 ? fmt::format("{} has no row {} yet", table, key) : fmt::format("nor row {}", key);
             },
             out);
  Excerpt arrival = arrival_excerpt(c);
  if (!arrival.labels.empty()) out.excerpts.push_back(std::move(arrival));
  add_rows_note(c, brings_rows(finding) ? std::min(kMarked, finding.rows.size()) : 0, out);
  out.notes.push_back({"cause", "order of statements within one table; a check runs at its statement's end"});
  add_evidence(finding, "known", out);
  out.remedies.push_back(reorder_remedy(c));
  out.remedies.push_back({"bring all rows in one statement: one INSERT with several rows, or one COPY", "one-statement", "",
                          Needs::source});
}

}  // namespace pgfk
