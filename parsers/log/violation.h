// Whether a record is a foreign key failure, and what its texts say about it.
#pragma once

#include "parsers/log/event.h"

namespace pgfk {

/// Fills kind, side, tables, constraint and key of an event whose sqlstate, message, detail and statement are set. False where it is no failure of
/// a foreign key. A SQLSTATE decides; without one the message has to be the server's from its first to its last byte.
bool classify_violation(LogEvent& event);

}  // namespace pgfk
