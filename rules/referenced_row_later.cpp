// FK002: the referenced row comes, but later.
#include <algorithm>

#include <fmt/format.h>

#include "rules/arrival.h"
#include "rules/evidence.h"
#include "rules/rule.h"
#include "rules/wording.h"

namespace pgfk {

void explain_referenced_row_later(const Case& c, Diagnosis& out) {
  constexpr std::size_t kMarked = 2;
  const Finding& finding = c.finding;
  const std::string parent = referenced_table(finding);
  out.headline = fmt::format("{} runs before its parent rows{}", statement_phrase(finding, c.context.sources()),
                             sqlstate_suffix(finding));
  add_places(finding, constraint_arrow(finding), kMarked,
             [&](const FindingRow& row, std::size_t position) {
               const std::string key = key_text(row.key);
               return position == 0 ? fmt::format("{} has no row {} yet", parent, key) : fmt::format("nor row {}", key);
             },
             out);
  Excerpt arrival = arrival_excerpt(c);
  if (!arrival.labels.empty()) out.excerpts.push_back(std::move(arrival));
  add_rows_note(c, brings_rows(finding) ? std::min(kMarked, finding.rows.size()) : 0, out);
  out.notes.push_back({"cause", all_arrive(finding) ? "order only; every parent row exists in the set"
                                                    : "order; the parent row comes later in the set"});
  add_evidence(finding, "known", out);
  out.remedies.push_back(reorder_remedy(c));
}

}  // namespace pgfk
