// What is left of a statement without its values: the cheap first step to its fingerprint, and what may be shown where values may not.
//
// Literals, numbers and parameters become $1, $2, ... in order; comments go; white space is one blank; words outside quotes stay as written.
// A literal that is not closed (a cut statement) reaches to the end. Any bytes will do; nothing is parsed.
// Cost: one pass.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/failures/text_hash.h"

namespace pgfk {

struct StatementShape {
  std::string text;  // up to kMostText bytes
  /// Of all of it, with words in lower case and runs of values taken for one: IN lists and VALUES of any length have the same.
  TextHash hash;

  static constexpr std::size_t kMostText = std::size_t{16} << 10;
};

StatementShape statement_shape(std::string_view statement);

}  // namespace pgfk
