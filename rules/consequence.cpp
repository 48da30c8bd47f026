// FK007: the statement that brings the referenced row fails itself; the root is told at length elsewhere.
#include <algorithm>

#include <fmt/format.h>

#include "rules/evidence.h"
#include "rules/rule.h"
#include "rules/wording.h"

namespace pgfk {

void explain_consequence(const Case& c, Diagnosis& out) {
  constexpr std::size_t kMarked = 2;
  const Finding& finding = c.finding;
  const std::string parent = referenced_table(finding);
  const std::string phrase = statement_phrase(finding, c.context.sources());
  const bool lost = !finding.parent_side && !parent.empty();
  out.headline = lost ? fmt::format("{} fails too: its rows of {} did not load{}", phrase, parent, sqlstate_suffix(finding))
                      : fmt::format("{} fails too{}", phrase, sqlstate_suffix(finding));
  add_places(finding, constraint_arrow(finding), kMarked,
             [&](const FindingRow& row, std::size_t position) {
               const std::string key = key_text(row.key);
               if (finding.parent_side) return fmt::format("{} is still referenced", key);
               return position == 0 ? fmt::format("{} {} did not load", parent, key) : fmt::format("nor did {}", key);
             },
             out);
  add_rows_note(c, brings_rows(finding) ? std::min(kMarked, finding.rows.size()) : 0, out);
  const std::size_t root = c.context.root_of(c.index);
  const Finding& cause = c.context.finding(root);
  const std::string place = line_of(c.context.sources(), cause.statement.span, finding.statement.span);
  out.notes.push_back({"cause", fmt::format("{} at {} fails ({})", statement_phrase(cause, c.context.sources()), place,
                                            cause_of(cause).code)});
  add_evidence(finding, "known", out);
  out.remedies.push_back({fmt::format("mend {} first; this one then loads or says something else", place), "mend-root", "",
                          Needs::source});
}

}  // namespace pgfk
