// FK090: a verdict would be a guess: which statement, why, what would settle it.

#include <fmt/format.h>

#include "rules/evidence.h"
#include "rules/rule.h"
#include "rules/wording.h"

namespace pgfk {

void explain_undecided(const Case& c, Diagnosis& out) {
  constexpr std::size_t kMarked = 2;
  const Finding& finding = c.finding;
  const char* verdict = finding.assumed ? "assumed to be fine" : "undecided";
  out.headline = finding.doubt.empty()
                     ? fmt::format("{}: whether {} fails", verdict, statement_phrase(finding, c.context.sources()))
                     : fmt::format("{}: {}", verdict, finding.doubt);
  const std::string arrow =
      finding.constraint ? fmt::format("{} -> {} ({})", finding.constraint->name, referenced_table(finding),
                                       joined(finding.constraint->referenced_columns, ", "))
                         : std::string();
  add_places(finding, arrow, kMarked,
             [&](const FindingRow& row, std::size_t) { return fmt::format("{} may or may not be there", key_phrase(finding, row)); },
             out);
  if (finding.rows_total > finding.rows.size()) out.notes.push_back(rows_note(c));
  add_evidence(finding, "known", out);
  if (finding.assumed) return;
  if (finding.constraint && is_data_statement(finding.statement.kind) && finding.statement.kind != "DELETE") {
    const ConstraintName& key = *finding.constraint;
    out.remedies.push_back({fmt::format("-- pgfk:assume rows {}({}) from {}     above {}, if that is so", referencing_table(finding), joined(key.columns, ", "),
                                        referenced_table(finding), line_of(c.context.sources(), finding.statement.span, finding.statement.span)),
                            "assume", "", Needs::source});
  }
  if (!finding.settles.empty()) out.remedies.push_back({finding.settles, "settle", "", Needs::source});
  out.remedies.push_back({"--strict turns undecided statements into exit 3", "hint", "", Needs::source});
}

}  // namespace pgfk
