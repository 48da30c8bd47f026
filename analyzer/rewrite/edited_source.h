// A script as edited, as an input of its own.
#pragma once

#include <string>

#include "analyzer/rewrite/edits.h"
#include "parsers/input/result.h"
#include "parsers/input/source.h"

namespace pgfk {

/// The source itself where there are no edits. Long texts lie in a temporary file without a name in `folder` (empty: TMPDIR, else /tmp).
Result<SourceId> edited_source(Sources& sources, SourceId id, const ScriptEdits& edits, const std::string& folder);

}  // namespace pgfk
