// A rule: when it applies, and what it says. One file per rule, one line in table.cpp.
#pragma once

#include <cstddef>

#include "rules/context.h"
#include "rules/diagnosis.h"

namespace pgfk {

/// A finding in its surroundings. Lives for one call.
struct Case {
  const Context& context;
  std::size_t index;
  const Finding& finding;
};

struct Rule {
  Cause cause;
  bool (*applies)(const Finding&);
  void (*explain)(const Case&, Diagnosis&);  // fills all but cause, effect and then
};

void explain_orphan_row(const Case& c, Diagnosis& out);
void explain_referenced_row_later(const Case& c, Diagnosis& out);
void explain_cycle(const Case& c, Diagnosis& out);
void explain_self_reference_order(const Case& c, Diagnosis& out);
void explain_match_full_mixed_null(const Case& c, Diagnosis& out);
void explain_referenced_row_removed(const Case& c, Diagnosis& out);
void explain_consequence(const Case& c, Diagnosis& out);
void explain_checks_bypassed(const Case& c, Diagnosis& out);
void explain_referenced_table_not_loaded(const Case& c, Diagnosis& out);
void explain_still_referenced(const Case& c, Diagnosis& out);
void explain_constraint_impossible(const Case& c, Diagnosis& out);
void explain_fails_otherwise(const Case& c, Diagnosis& out);
void explain_circular_warning_harmless(const Case& c, Diagnosis& out);
void explain_unused_ignore(const Case& c, Diagnosis& out);
void explain_undecided(const Case& c, Diagnosis& out);

}  // namespace pgfk
