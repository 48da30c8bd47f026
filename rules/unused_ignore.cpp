#include "rules/unused_ignore.h"

#include <utility>

#include <fmt/format.h>

#include "rules/rule.h"

namespace pgfk {

Finding unused_ignore(std::string kind, Span place, std::string text) {
  Finding finding;
  finding.verdict = Verdict::info;
  finding.unused_ignore = true;
  finding.statement.kind = std::move(kind);
  finding.statement.span = place;
  finding.evidence.push_back(std::move(text));
  return finding;
}

void explain_unused_ignore(const Case& c, Diagnosis& out) {
  const Finding& finding = c.finding;
  const std::string text = finding.evidence.empty() ? std::string() : finding.evidence.front();  // hidden by --redact
  out.headline = fmt::format("unused {}{}{}", finding.statement.kind, text.empty() ? "" : ": ", text);
  out.excerpts.push_back({std::nullopt, "", {{finding.statement.span, "nothing is found that it accepts"}}, false, false});
  if (finding.statement.kind == "comment") {
    out.remedies.push_back({"remove the comment", "remove-ignore", "", Needs::source});
  } else {
    out.remedies.push_back({"remove the entry, as --prune-baseline does", "remove-ignore", "", Needs::source});
  }
}

}  // namespace pgfk
