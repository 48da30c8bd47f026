// FK008: orphans enter while checks are off; nothing fails, the data is wrong.
#include <algorithm>

#include <fmt/format.h>

#include "rules/evidence.h"
#include "rules/rule.h"
#include "rules/wording.h"

namespace pgfk {

void explain_checks_bypassed(const Case& c, Diagnosis& out) {
  constexpr std::size_t kMarked = 2;
  const Finding& finding = c.finding;
  const std::string parent = referenced_table(finding);
  out.headline = fmt::format("{} of {} {} without parent while checks are off", counted(finding.rows_total, "row"),
                             referencing_table(finding), finding.rows_total == 1 ? "stands" : "stand");
  add_places(finding, constraint_arrow(finding), kMarked,
             [&](const FindingRow& row, std::size_t position) {
               return position == 0 ? fmt::format("{} is not in {}", key_phrase(finding, row), parent)
                                    : fmt::format("nor is {}", key_text(row.key));
             },
             out);
  add_rows_note(c, brings_rows(finding) ? std::min(kMarked, finding.rows.size()) : 0, out);
  add_evidence(finding, "cause", out);
  add_effect_note(out);
  const std::string condition = orphans_condition(finding);
  if (!condition.empty()) {
    const ConstraintName& name = *finding.constraint;
    out.remedies.push_back({"to see the rows afterwards", "find-rows",
                            fmt::format("SELECT * FROM {}\n  WHERE {};", qualified_name(name.schema, name.table), condition),
                            Needs::source});
  }
  out.remedies.push_back({"drop the constraint and add it again: that looks at every row, VALIDATE of a valid one does not",
                          "add-again", "", Needs::owner});
}

}  // namespace pgfk
