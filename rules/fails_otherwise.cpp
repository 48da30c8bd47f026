// FK030: a statement fails for another reason than a foreign key.
#include <fmt/format.h>

#include "rules/evidence.h"
#include "rules/rule.h"
#include "rules/wording.h"

namespace pgfk {

void explain_fails_otherwise(const Case& c, Diagnosis& out) {
  const Finding& finding = c.finding;
  out.headline = fmt::format("{} fails: {}{}", statement_phrase(finding, c.context.sources()), finding.message,
                             sqlstate_suffix(finding));
  add_places(finding, "", 1, [](const FindingRow&, std::size_t) { return std::string("this row"); }, out);
  if (!finding.detail.empty()) out.notes.push_back({"server", finding.detail});
  add_evidence(finding, "known", out);
  add_effect_note(out);
  if (finding.matters) {
    out.notes.push_back({"note", "no foreign key by itself, but rows or keys that others need are lost with it"});
  }
}

}  // namespace pgfk
