// Scripts whose statements stand in an order that loads: what each needs is found by loading once, the order is then tried by loading again.
//
// Cost: two to four loads, row by row.
#pragma once

#include <map>
#include <optional>

#include "analyzer/analyze.h"
#include "analyzer/replay/needs.h"
#include "analyzer/rewrite/reorder.h"
#include "parsers/input/source.h"

namespace pgfk {

/// What fails in a load: for foreign keys, otherwise, and what is undecided.
struct LoadFailures {
  std::size_t keys = 0, others = 0, undecided = 0;

  /// Nothing more of any kind.
  bool at_most(const LoadFailures& other) const { return keys <= other.keys && others <= other.others && undecided <= other.undecided; }
  friend bool operator==(const LoadFailures&, const LoadFailures&) = default;
};
LoadFailures failures_of_load(const Analysis& analysis);

struct ScriptOrdering {
  std::map<SourceId, Reordering> scripts;  // all inputs; without edits where a script stays as it is
  std::map<SourceId, SourceId> edited;     // the sources that were loaded in their place
  StatementNeeds needs;
  Analysis before, after;                  // loads of the inputs as they are, and with the edits
  std::optional<Error> error;              // what was to be tried could not be written
};

/// Orders the statements of each of `options.inputs`, which load in this order. Edits that leave more failures than there were, or as many, are dropped.
ScriptOrdering order_statements(Sources& sources, const AnalyzeOptions& options, ReorderOptions how);

}  // namespace pgfk
