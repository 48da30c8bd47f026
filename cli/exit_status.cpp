#include "cli/exit_status.h"

#include <algorithm>

#include "rules/diagnosis.h"

namespace pgfk {

int exit_status(const Analysis& analysis, bool inputs_unusable, FailOn fail_on) {
  if (analysis.interrupted) return kExitInterrupted;
  if (inputs_unusable || analysis.diagnostics.errors() > 0) return kExitUsage;
  if (fail_on == FailOn::never) return kExitFine;
  const auto any = [&](auto what) {
    return std::ranges::any_of(analysis.findings, [&](const Finding& finding) { return finding.is_told() && what(finding); });
  };
  if (any([](const Finding& finding) { return finding.verdict == Verdict::fails; })) return kExitFails;
  if (fail_on == FailOn::warning && any([](const Finding& finding) { return cause_of(finding).severity == Severity::warning; })) {
    return kExitFails;
  }
  const bool undecided = any([](const Finding& finding) { return finding.verdict == Verdict::undecided; });
  return fail_on == FailOn::undecided && undecided ? kExitUndecided : kExitFine;
}

}  // namespace pgfk
