// A script cut into what can be moved: statements with their comments, whole transaction blocks, \i lines.
//
// A unit owns all bytes from behind the unit before it: blank lines, the comments above its statement (and \echo and the like), the statement with
// its data, and the rest of its last line. What stands at the top, down to the last blank line before the first statement, and what follows the last
// statement belong to no unit and stay where they are. Units lie in order without overlap.
// Cost: one pass of psql's lexer, one parse of each statement.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rewrite/effects.h"
#include "parsers/input/source.h"

namespace pgfk {

enum class UnitKind {
  statement,
  block,     // BEGIN .. COMMIT, or .. ROLLBACK
  include,   // \i and its kin: the file's statements as one
  fixed      // meta-commands that others depend on, text that was not read (an \if branch)
};

struct ScriptUnit {
  UnitKind kind = UnitKind::statement;
  std::uint64_t from = 0, to = 0;
  std::uint64_t blank = 0;         // bytes of blank lines, or of spaces between two statements of a line, at its beginning
  std::uint64_t first = 0;         // its first token
  bool begins = false, ends = false;  // BEGIN; COMMIT or ROLLBACK
  bool open = false;               // the script's end ends its statement: behind it a semicolon is missing
  StatementEffects effects;        // of a block those of all in it
  std::vector<ScriptUnit> inner;   // block: what stands between its first and its last statement
  std::vector<SourceId> files;     // include: the files read
};

struct ScriptUnits {
  std::vector<ScriptUnit> units;
  std::string newline = "\n";      // as the script ends its lines
};

/// `script` is read as psql would, without a server's answers. Files that it includes are added to `sources`.
ScriptUnits read_units(Sources& sources, SourceId script, int server_version);

}  // namespace pgfk
