// What an input says of itself: pg_dump's first and last lines.
#pragma once

#include "parsers/input/source.h"
#include "reports/report.h"

namespace pgfk {

/// Reads the first and last kilobytes.
InputInfo describe_input(const Source& source);

}  // namespace pgfk
