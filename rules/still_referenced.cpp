// FK010: DELETE or UPDATE (or TRUNCATE, DETACH) of a row that others reference.
#include <algorithm>

#include <fmt/format.h>

#include "rules/evidence.h"
#include "rules/rule.h"
#include "rules/wording.h"

namespace pgfk {

void explain_still_referenced(const Case& c, Diagnosis& out) {
  constexpr std::size_t kMarked = 2;
  const Finding& finding = c.finding;
  const std::string referencing = referencing_table(finding);
  const std::string rows = finding.rows_total == 0 ? std::string("rows are") :
      fmt::format("{} {}", counted(finding.rows_total, "row"), finding.rows_total == 1 ? "is" : "are");
  out.headline = fmt::format("{} fails: {} still referenced from {}{}", statement_phrase(finding, c.context.sources()), rows,
                             referencing, sqlstate_suffix(finding));
  add_places(finding, finding.constraint ? fmt::format("{} of {} points here", finding.constraint->name, referencing) : "",
             kMarked,
             [&](const FindingRow& row, std::size_t) {
               return fmt::format("{} is still referenced from {}", key_phrase(finding, row), referencing);
             },
             out);
  add_rows_note(c, brings_rows(finding) ? std::min(kMarked, finding.rows.size()) : 0, out);
  add_evidence(finding, "known", out);
  add_server_note(finding, out);
  add_effect_note(out);
  if (!finding.constraint) return;
  const ConstraintName& name = *finding.constraint;
  const std::string condition = keys_condition(finding, name.columns);
  out.remedies.push_back({fmt::format("remove the rows of {} first", referencing), "delete-rows",
                          condition.empty() ? std::string()
                                            : fmt::format("DELETE FROM {} WHERE {};",
                                                          qualified_name(name.schema, name.table), condition),
                          Needs::source});
  out.remedies.push_back({"declare the key ON DELETE CASCADE or SET NULL, if that is what is meant", "on-delete", "",
                          Needs::owner});
}

}  // namespace pgfk
