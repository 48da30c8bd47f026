// What a text must be before the grammar may see it, and what the grammar's errors are called.
//
// A long chain of operators makes a deep tree, and the grammars of 15 and 17 die of it; the JSON
// form of a huge text passes what the library can hold, and that ends the process, too. So both are
// refused here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "parsers/sql/pg_query.h"

namespace pgfk {

/// Parentheses, operators, casts, joins and set operations around one another. The server's own
/// limit (max_stack_depth of 2 MB) is met between 2,000 and 8,000, by what is nested.
inline constexpr std::size_t kMaximumNesting = 5'000;
/// Bytes of one text. A tree in JSON takes up to 80 bytes for each byte of SQL, and the library
/// holds 1 GB of it.
inline constexpr std::size_t kMaximumText = std::size_t{256} << 20;

/// Refuses NUL bytes, what is no UTF-8 (22021, as the server does), too long and too deep texts.
std::optional<SyntaxError> check_text(std::string_view text);

/// The SQLSTATE the server gives with a message of its scanner or grammar. Source: scan.l and
/// gram.y (15 to 18).
std::string sqlstate_of(std::string_view message);

}  // namespace pgfk
