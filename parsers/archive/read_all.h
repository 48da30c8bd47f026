// A stream read whole into memory, for what is known to be small: a table of contents, a list.
#pragma once

#include <cstdint>
#include <string>

#include "parsers/input/byte_stream.h"
#include "parsers/input/result.h"

namespace pgfk {

/// An Error beyond `most` bytes: a few kB of compressed zeros could ask for any amount of memory.
Result<std::string> read_all(ByteStream& stream, std::uint64_t most);

}  // namespace pgfk
