// The one door to libpg_query: SQL text in, plain structs out.
//
// Statements newer than the linked grammar are bridged first (bridge.h), over tokens. Depth and size are checked before the
// grammar sees the text, since older ones die of long operator chains.
// Cost: one parse, one JSON walk; 7 to 30 MB of SQL a second, so rows never come this way in bulk.
// Threads: any number at once; needs a stack of 8 MB.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "parsers/sql/tree.h"

namespace pgfk {

/// What the grammar refused.
struct SyntaxError {
  std::string message;       // the server's own: syntax error at or near "x"
  std::string sqlstate = "42601";
  int position = -1;         // byte offset into the text, -1 if unknown
  bool ours = false;         // true: the text may be fine, but this grammar or this program cannot read it
};

struct ParsedSql {
  std::vector<Statement> statements;  // one per statement in the text; empty text has none
  std::optional<SyntaxError> error;   // then no statement is given: the server, too, parses the whole text first
};

struct ParseSettings {
  bool standard_conforming_strings = true;
  int target_version = 18;    // what a server of that major version would refuse is refused here, where known
};

ParsedSql parse_sql(std::string_view text, const ParseSettings& settings = {});

/// The major version of the linked grammar: 15, 17, 18.
int grammar_version();

}  // namespace pgfk
