// Equality of text under rules other than bytes, through ICU. Source: fk-semantics 8.8; citext.c.
#pragma once

#include <string>
#include <string_view>

namespace pgfk {

/// Unicode lower case, as citext compares. (fold_for_collation is declared in type_io.h.)
std::string fold_citext(std::string_view text);

}  // namespace pgfk
