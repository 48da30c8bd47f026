// FK005: MATCH FULL with some, not all, columns NULL.
#include <algorithm>

#include <fmt/format.h>

#include "rules/evidence.h"
#include "rules/rule.h"
#include "rules/wording.h"

namespace pgfk {

void explain_match_full_mixed_null(const Case& c, Diagnosis& out) {
  constexpr std::size_t kMarked = 2;
  const Finding& finding = c.finding;
  const std::string columns = finding.constraint ? joined(finding.constraint->columns, ", ") : std::string("its key");
  out.headline = fmt::format("{} fails: MATCH FULL and {} with some, not all, key columns NULL{}",
                             statement_phrase(finding, c.context.sources()), counted(finding.rows_total, "row"),
                             sqlstate_suffix(finding));
  add_places(finding, constraint_arrow(finding), kMarked,
             [&](const FindingRow&, std::size_t position) {
               return position == 0 ? fmt::format("one of ({}) is NULL, another is not", columns) : std::string("here too");
             },
             out);
  add_rows_note(c, brings_rows(finding) ? std::min(kMarked, finding.rows.size()) : 0, out);
  out.notes.push_back({"cause", "under MATCH FULL a row refers with all columns or, all being NULL, with none"});
  add_evidence(finding, "known", out);
  add_server_note(finding, out);
  add_effect_note(out);
  out.remedies.push_back({"set the other columns to NULL too, or fill in the missing ones", "correct-rows", "", Needs::source});
  out.remedies.push_back({"declare the key without MATCH FULL: then one NULL is enough to refer to nothing", "match-simple", "",
                          Needs::owner});
}

}  // namespace pgfk
