// What an input says of itself: pg_dump's first and last lines.
#pragma once

#include "parsers/archive/restore_program.h"
#include "parsers/input/source.h"
#include "reports/report.h"

namespace pgfk {

/// Reads the first and last kilobytes.
InputInfo describe_input(const Source& source);
/// What the header of an archive says. `source` is its file, empty for a directory.
InputInfo describe_archive(const Source& source, const RestoreProgram& program);

}  // namespace pgfk
