// Fingerprints of statements: libpg_query's, asked once per shape of statement.
//
// A statement that its grammar cannot read (cut, newer, no UTF-8) has "~" and 16 hex digits of its shape instead.
// Cost: one pass over the statement; the grammar runs for shapes not seen lately. Memory: a few hundred kB.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "analyzer/failures/statement_shape.h"

namespace pgfk {

class Fingerprints {
 public:
  /// `shape` is the statement's.
  const std::string& of(std::string_view statement, const StatementShape& shape);

 private:
  std::unordered_map<TextHash, std::string, TextHasher> known_;
};

}  // namespace pgfk
