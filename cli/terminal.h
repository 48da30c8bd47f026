// What the terminal and the machine say: colours, width, memory used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "cli/options.h"

namespace pgfk {

/// --color, then NO_COLOR, CLICOLOR_FORCE and PG_COLOR, then whether standard output is a terminal.
bool wants_color(ColorChoice choice, bool to_file);
/// --width, then the terminal's, at most 100; 100 where there is none.
std::size_t text_width(std::optional<std::size_t> asked);
/// Bytes this process held at most.
std::uint64_t peak_memory();

}  // namespace pgfk
