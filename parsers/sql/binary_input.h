// Inputs that are no text for psql: archives, compressed files, UTF-16. Told by their first bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pgfk {

struct BinaryInput {
  std::string what;  // "a gzip file"
  std::string hint;
};

/// What `text` is, if it is no text.
std::optional<BinaryInput> binary_input(std::string_view text);

}  // namespace pgfk
