// FK050: what pg_dump warns about does not hurt here.
#include <fmt/format.h>

#include "rules/evidence.h"
#include "rules/rule.h"
#include "rules/wording.h"

namespace pgfk {

void explain_circular_warning_harmless(const Case& c, Diagnosis& out) {
  const Finding& finding = c.finding;
  out.headline = finding.message.empty()
                     ? fmt::format("pg_dump's circular warning on \"{}\" is harmless", finding.statement.table)
                     : finding.message;
  out.excerpts.push_back(statement_excerpt(finding, finding.constraint ? constraint_arrow(finding) : std::string()));
  add_evidence(finding, "known", out);
}

}  // namespace pgfk
