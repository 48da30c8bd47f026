// An escape of COPY's text format. Source: copyfromparse.c, CopyReadAttributesText.
#pragma once

#include <cstddef>
#include <string_view>

namespace pgfk {

struct CopyEscape {
  unsigned char byte = 0;  // what it says
  bool by_number = false;  // \101 or \x41: may be a NUL, or a piece of a character
  std::size_t end = 0;     // offset behind it
};

/// The escape whose backslash stands before text[at]; there is such a byte.
CopyEscape read_copy_escape(std::string_view text, std::size_t at);

}  // namespace pgfk
