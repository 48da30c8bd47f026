#include "reports/redact.h"

#include <string>

#include "rules/fingerprint.h"

namespace pgfk {
namespace {

constexpr const char* kHidden = "(redacted)";

// The texts of these two name tables and constraints only; any other may quote a value.
bool names_only(const Finding& finding) { return finding.sqlstate == "23503" || finding.sqlstate == "23001"; }

void redact_finding(Finding& finding, Redaction redaction) {
  for (FindingRow& row : finding.rows) {
    for (std::string& value : row.key) value = hashed_value(value);
  }
  finding.evidence.clear();
  if (!finding.detail.empty()) finding.detail = kHidden;
  if (!names_only(finding) || redaction == Redaction::all) {
    if (!finding.message.empty()) finding.message = kHidden;
  }
  if (redaction == Redaction::all) {
    if (!finding.doubt.empty()) finding.doubt = kHidden;
    finding.settles.clear();
    for (FindingRow& row : finding.rows) row.origin.clear();
  }
}

}  // namespace

void redact(Analysis& analysis, Redaction redaction) {
  if (redaction == Redaction::none) return;
  for (Finding& finding : analysis.findings) redact_finding(finding, redaction);
}

}  // namespace pgfk
