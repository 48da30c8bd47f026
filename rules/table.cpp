// The causes, in order of precedence: the first that applies is the finding's. The last explains everything left.
#include <array>
#include <vector>

#include "rules/diagnosis.h"
#include "rules/effect.h"
#include "rules/rule.h"
#include "rules/then.h"

namespace pgfk {
namespace {

bool is_unused_ignore(const Finding& f) { return f.unused_ignore; }
bool is_undecided(const Finding& f) { return f.verdict == Verdict::undecided || f.assumed; }
bool is_bypassed(const Finding& f) { return f.bypassed; }
bool is_info(const Finding& f) { return f.verdict == Verdict::info; }
bool is_impossible(const Finding& f) { return f.constraint_impossible; }
bool fails_otherwise(const Finding& f) { return f.sqlstate != "23503" && f.sqlstate != "23001"; }
bool is_match_full(const Finding& f) { return f.reason == Reason::match_full_mixed; }
bool is_consequence(const Finding& f) { return !f.caused_by.empty(); }
bool comes_later(const Finding& f) { return f.reason == Reason::comes_later; }
bool comes_later_in_cycle(const Finding& f) { return f.reason == Reason::comes_later_in_cycle; }
bool comes_later_same_table(const Finding& f) { return f.reason == Reason::comes_later_same_table; }
// Rows lost without a failed statement to blame went with a transaction that was rolled back.
bool was_removed(const Finding& f) {
  return f.reason == Reason::removed || f.reason == Reason::lost_with_statement;
}
bool table_not_loaded(const Finding& f) { return f.reason == Reason::table_not_loaded; }
bool is_still_referenced(const Finding& f) { return f.parent_side || f.reason == Reason::still_referenced; }
bool everything_left(const Finding&) { return true; }

constexpr std::array kRules = {
    Rule{{"FK099", "unused-ignore", Severity::warning}, is_unused_ignore, explain_unused_ignore},
    Rule{{"FK090", "undecided", Severity::note}, is_undecided, explain_undecided},
    Rule{{"FK008", "checks-bypassed", Severity::warning}, is_bypassed, explain_checks_bypassed},
    Rule{{"FK050", "circular-warning-harmless", Severity::note}, is_info, explain_circular_warning_harmless},
    Rule{{"FK020", "constraint-impossible", Severity::error}, is_impossible, explain_constraint_impossible},
    Rule{{"FK030", "fails-otherwise", Severity::error}, fails_otherwise, explain_fails_otherwise},
    Rule{{"FK005", "match-full-mixed-null", Severity::error}, is_match_full, explain_match_full_mixed_null},
    Rule{{"FK007", "consequence", Severity::error}, is_consequence, explain_consequence},
    Rule{{"FK002", "referenced-row-later", Severity::error}, comes_later, explain_referenced_row_later},
    Rule{{"FK003", "cycle", Severity::error}, comes_later_in_cycle, explain_cycle},
    Rule{{"FK004", "self-reference-order", Severity::error}, comes_later_same_table, explain_self_reference_order},
    Rule{{"FK006", "referenced-row-removed", Severity::error}, was_removed, explain_referenced_row_removed},
    Rule{{"FK009", "referenced-table-not-loaded", Severity::error}, table_not_loaded, explain_referenced_table_not_loaded},
    Rule{{"FK010", "still-referenced", Severity::error}, is_still_referenced, explain_still_referenced},
    Rule{{"FK001", "orphan-row", Severity::error}, everything_left, explain_orphan_row},
};

const Rule& rule_of(const Finding& finding) {
  for (const Rule& rule : kRules) {
    if (rule.applies(finding)) return rule;
  }
  return kRules.back();
}

}  // namespace

const Cause& cause_of(const Finding& finding) { return rule_of(finding).cause; }

Diagnosis diagnose(const Context& context, std::size_t finding) {
  const Case c{context, finding, context.finding(finding)};
  const Rule& rule = rule_of(c.finding);
  Diagnosis out;
  out.cause = &rule.cause;
  out.effect = effect_of(c);
  out.then = consequences_of(c);
  rule.explain(c, out);
  if (!c.finding.reported && c.finding.verdict == Verdict::fails) {
    out.notes.push_back({"note", "the server stops at another failure of this statement and does not name this one"});
  }
  return out;
}

std::span<const Cause> all_causes() {
  static const std::vector<Cause> causes = [] {
    std::vector<Cause> all;
    for (const Rule& rule : kRules) all.push_back(rule.cause);
    return all;
  }();
  return causes;
}

const char* severity_name(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return "";
}

const char* needs_name(Needs needs) {
  switch (needs) {
    case Needs::source: return "source";
    case Needs::owner: return "owner";
    case Needs::superuser: return "superuser";
  }
  return "";
}

}  // namespace pgfk
