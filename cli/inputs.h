// Opens what the user named: files, folders with their SQL files, "-" for standard input.
#pragma once

#include <string>
#include <vector>

#include "parsers/input/result.h"
#include "parsers/input/source.h"

namespace pgfk {

/// The files behind the names, in order. A folder stands for its .sql files in name order (bytes), its folders among them, hidden
/// ones left out; one without SQL is an error, and so is an archive folder of pg_dump.
std::vector<std::string> expand_names(const std::vector<std::string>& names, std::vector<Error>& errors);

/// Opens each; what cannot be opened or read as SQL becomes an error, and the others are opened all the same.
std::vector<SourceId> open_inputs(const std::vector<std::string>& names, Sources& sources, std::vector<Error>& errors);

}  // namespace pgfk
