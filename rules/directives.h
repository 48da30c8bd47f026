// What comments in the input say about findings (parsers/sql/directives.h): ignored ones are suppressed, assumed ones are settled, and a
// comment that nothing needs is a finding itself (FK099).
#pragma once

#include <span>

#include "analyzer/finding.h"
#include "parsers/input/source.h"
#include "parsers/input/span.h"

namespace pgfk {

/// `others` are sources whose comments say nothing: what --against loads, which has no findings of its own, and archives, whose bytes are no SQL.
/// A comment that cannot be read becomes a warning in `diagnostics`. Which comments are needed is told only of a run that came to its end.
/// Cost: that of read_directives; O(findings log directives).
void apply_directives(const Sources& sources, std::span<const SourceId> others, Analysis& analysis, Diagnostics& diagnostics);

}  // namespace pgfk
