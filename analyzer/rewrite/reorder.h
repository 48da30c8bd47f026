// The statements of a script in an order that loads, as edits: whole units move, with their comments; what is in a transaction block moves within it.
//
// The order is right for the rows that the load has shown. It is tried by loading before anybody is told of it; that is the caller's part.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/rewrite/edits.h"
#include "analyzer/rewrite/remedies.h"
#include "analyzer/rewrite/statement_graph.h"
#include "analyzer/rewrite/units.h"
#include "parsers/input/source.h"

namespace pgfk {

struct ReorderOptions {
  CycleRemedy cycles = CycleRemedy::fail;
  int server_version = 15;
  bool readers_wait = false;  // statements that fail wait for rows that later statements bring to what they read
};

/// A unit that moves: where it begins in the script, and what it comes to stand before.
struct UnitMove {
  std::uint64_t first = 0;
};

/// A need that the order does not meet.
struct RefusedNeed {
  std::uint64_t from = 0, to = 0;   // first bytes of the two units
  std::size_t key = 0;              // of StatementNeeds::keys
  std::string why;                  // empty: they need each other
};

struct Reordering {
  ScriptEdits edits;
  std::vector<UnitMove> moves;
  std::vector<RefusedNeed> refused;  // what `cycles` has not settled
  std::size_t settled = 0;           // cycles that it has
};

Reordering reorder(Sources& sources, SourceId script, const ScriptUnits& units, const StatementKnowledge& knowledge,
                   const ReorderOptions& options);

}  // namespace pgfk
