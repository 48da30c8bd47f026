// The list files of pg_restore: what -l prints and -L reads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "parsers/archive/archive.h"
#include "parsers/input/diagnostic.h"
#include "parsers/input/result.h"

namespace pgfk {

/// The line of an entry, without line end: `dumpId; catalog object KIND schema tag owner`. With a semicolon in front, -L leaves the entry out.
std::string list_line(const TocEntry& entry);

/// The header that -l prints above its lines, "; " in front of each; the creation time without zone.
std::string list_header(const Archive& archive);

struct ListFile {
  std::vector<DumpId> entries;  // in the order of a restore
  Diagnostics warnings;         // lines that pg_restore ignores with a warning
};

/// Reads the text of a list file. An Error where pg_restore stops: an id up to the archive's largest that no entry has.
Result<ListFile> parse_list(std::string_view text, const Archive& archive);

}  // namespace pgfk
