// The end of an entry's data: the strongest test there is, since most damage shows as a loss at the end.
//
// COPY data ends with the line `\.` and two empty lines, INSERT data with a semicolon, its line end and two empty lines (data of an empty table:
// only these). Source: pg_dump.c, dumpTableData_copy and dumpTableData_insert, 9.2 to 18.
#pragma once

#include <memory>

#include "parsers/input/byte_stream.h"

namespace pgfk {

enum class PayloadKind { copy, insert };

/// Passes on what `inner` gives up to the terminator; where that is missing, the Error comes in place of the end.
/// Cost: one move of a few bytes per read.
std::unique_ptr<ByteStream> without_terminator(std::unique_ptr<ByteStream> inner, PayloadKind kind);

}  // namespace pgfk
