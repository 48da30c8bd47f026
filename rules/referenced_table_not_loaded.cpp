// FK009: the input has no data (or no definition) of the referenced table.
#include <algorithm>

#include <fmt/format.h>

#include "rules/evidence.h"
#include "rules/rule.h"
#include "rules/wording.h"

namespace pgfk {

void explain_referenced_table_not_loaded(const Case& c, Diagnosis& out) {
  constexpr std::size_t kMarked = 2;
  const Finding& finding = c.finding;
  const std::string parent = referenced_table(finding);
  out.headline = fmt::format("{} fails: the input has no rows of {}{}", statement_phrase(finding, c.context.sources()), parent,
                             sqlstate_suffix(finding));
  add_places(finding, constraint_arrow(finding), kMarked,
             [&](const FindingRow& row, std::size_t position) {
               return position == 0 ? fmt::format("{} is not in {}, which is empty", key_phrase(finding, row), parent)
                                    : fmt::format("nor is {}", key_text(row.key));
             },
             out);
  add_rows_note(c, brings_rows(finding) ? std::min(kMarked, finding.rows.size()) : 0, out);
  add_parent_note(c, out);
  add_server_note(finding, out);
  add_effect_note(out);
  out.remedies.push_back({fmt::format("load {} too, before: with pg_dump, add -t {} or drop what excludes its data", parent, parent),
                          "include-table", "", Needs::source});
  out.remedies.push_back({"if the database holds these rows already, say so:  pgfk --against=FILE", "against", "",
                          Needs::source});
}

}  // namespace pgfk
