// Takes what the rows say out of an analysis, before anything is made of it. What remains: names, counts, places.
#pragma once

#include "analyzer/finding.h"
#include "reports/report.h"

namespace pgfk {

/// Key values become hashes (rules/fingerprint.h); details, evidence and messages that may quote values go.
void redact(Analysis& analysis, Redaction redaction);

}  // namespace pgfk
