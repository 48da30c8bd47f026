// A name as -n and -t take it: pg_dump's patterns (`sales.*`, `order?`, `"Mixed"`, `log_[0-9]+`). RE2 stays in the source.
//
// Letters outside double quotes are folded to lower case; * is any text, ? any character, a dot parts schema and table; everything
// else is a regular expression. Source: patternToSQLRegex, string_utils.c.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/input/result.h"

namespace pgfk {

class NamePattern {
 public:
  /// `most_parts`: 1 for a schema, 2 for a table that may be named with its schema.
  static Result<NamePattern> read(std::string_view pattern, std::size_t most_parts);
  NamePattern(NamePattern&&) noexcept;
  NamePattern& operator=(NamePattern&&) noexcept;
  ~NamePattern();

  /// Whole names, as they stand in the catalog. A pattern without a dot takes tables of any schema.
  bool matches_table(std::string_view schema, std::string_view table) const;
  bool matches_schema(std::string_view schema) const;

 private:
  struct Parts;
  explicit NamePattern(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace pgfk
