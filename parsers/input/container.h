// What an input is packed in, by its first bytes, and not read yet: an archive, or nothing of that kind.
#pragma once

#include <optional>
#include <string_view>

namespace pgfk {

struct Container {
  const char* name;    // "a tar archive", as in: FILE is ...
  const char* remedy;  // what to do until it can be read, a sentence
};

/// Empty for anything that may be SQL. 262 bytes are enough to tell.
std::optional<Container> container_of(std::string_view first_bytes);

}  // namespace pgfk
