// Which statement's rows need which statement's rows: what a load tells of the order of its statements, noted instead of judged.
//
// With AnalyzeOptions::needs set, a key that is missing when it is checked refuses nothing; it is looked up again when the load is over. One
// load so gives all needs, those that the order at hand meets and those that it breaks, and the rows that no order gives a referenced row.
// Statements are named by their spans, the whole query string where only that is known.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "analyzer/finding.h"
#include "parsers/input/span.h"

namespace pgfk {

/// A row of statement `from` refers to a row of statement `to`.
struct StatementNeed {
  std::uint32_t from = 0, to = 0;  // numbers of statements, see StatementNeeds::spans
  std::size_t key = 0;             // see StatementNeeds::keys
  bool met = true;                 // the row was there when it was asked for
  friend auto operator<=>(const StatementNeed&, const StatementNeed&) = default;
};

struct NeededKey {
  ConstraintName name;
  bool deferrable = false;
  std::string definition;          // as pg_get_constraintdef() writes it, without NOT VALID
  std::vector<std::string> nullable;  // of its columns those that NULL in makes it hold; empty where that does not do (MATCH FULL)
  std::vector<std::string> primary;   // columns of the referencing table's primary key
  std::vector<std::string> columns;   // all of that table
};

struct StatementNeeds {
  std::map<std::uint32_t, Span> spans;                          // of each statement that was run, by number
  std::set<StatementNeed> needs;                                // between different statements
  std::vector<NeededKey> keys;
  bool keep_rows = false;                                       // asks for `rows`
  std::map<StatementNeed, std::vector<std::uint64_t>> rows;     // numbers of rows, within their COPY or VALUES list
  std::uint64_t orphans = 0;                                    // rows whose key nothing brings
  std::set<std::pair<std::uint32_t, std::uint32_t>> sequences;  // sequence, statement that asks it or moves it
  std::set<std::uint32_t> last_sequence;                        // statements that call lastval()
  std::set<std::uint32_t> skipped;                              // statements of which ON CONFLICT DO NOTHING left rows out
};

}  // namespace pgfk
