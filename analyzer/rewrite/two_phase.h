// Rows whose keys are NULL until what they refer to is there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/replay/needs.h"
#include "analyzer/rewrite/edits.h"
#include "parsers/input/source.h"

namespace pgfk {

/// Edits the key of these rows (numbers within their list) of the statement whose first token is at `first` to NULL, and appends the UPDATEs that
/// bring it back to `updates`. Why that cannot be done; empty where it was.
std::string null_first(Sources& sources, SourceId script, int server_version, std::uint64_t first, const NeededKey& key,
                       const std::vector<std::uint64_t>& rows, const std::string& newline, ScriptEdits& edits, std::string& updates);

}  // namespace pgfk
