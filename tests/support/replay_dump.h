// What a replay of a script finds, as short text for comparing whole: one line per finding, in the order of the findings.
//
//   6: orders_customer_id_fkey (7) absent          23503 of a referencing row; LINE is the one psql names
//   6: orders_customer_id_fkey (7) referenced      23503 or 23001 of a referenced row that is to go
//   6: 23505 duplicate key value violates ...      any other error of the server: its SQLSTATE and message
//   6: undecided: <why>                            after the constraint, where there is one
//   6: orders_customer_id_fkey (7) bypassed        nothing fails, but the row stands there without its referenced row
//
// "also" before the constraint: a violation of the statement that the server would not come to name.
// Nothing here is promised to users; reports/ is.
#pragma once

#include <string>
#include <vector>

#include "analyzer/analyze.h"

namespace pgfk::test {

struct ReplayCase {
  bool reasons = false;    // why the row is not there: "; comes later at 9", "; lost with #0"
  bool rows = false;       // exact counts, and the number and line of each row kept: "; 2 rows, 1 key; row 1 at 5"
  bool cells = false;      // the key's cell of each row kept, as written: "; 5:3 7"
  bool texts = false;      // all texts of the server
  bool summaries = false;  // behind the findings: rows of the tables, verdicts and counts of the keys
  std::vector<std::string> against = {};  // texts loaded before
  AnalyzeOptions options = {};  // without inputs: the texts are added; version 15 where none is given
};

/// One input for each text, each in a session of its own. Lines are joined by a newline; empty where nothing is found.
std::string replay(const std::vector<std::string>& texts, const ReplayCase& how = {});
std::string replay(const std::string& text, const ReplayCase& how = {});

}  // namespace pgfk::test
