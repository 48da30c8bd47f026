// Asks a dump about the keys that a log names: is the row there now, is anything there at all?
//
// A log shows a constraint's name and the tables' bare names, never their schemas: where several constraints fit and answer differently, the answer
// is unknown, with the reason.
// Cost: a question per key; answers are remembered, a bounded number of them.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/failures/dump_state.h"
#include "analyzer/failures/text_hash.h"
#include "analyzer/loaded.h"
#include "parsers/log/event.h"

namespace pgfk {

class DumpLookup {
 public:
  using Ask = std::function<StandingAnswer(const StandingQuestion&)>;
  /// `constraints` are the dump's; `ask` is LoadedDatabase::ask or stands for it. Both outlive this.
  DumpLookup(const std::vector<ConstraintSummary>& constraints, Ask ask);

  /// The dump's constraints that may be the event's: of its name, and of its tables where the log names them and the dump has such.
  std::vector<const ConstraintSummary*> constraints_of(const LogEvent& event) const;
  DumpAnswer look_up(const LogEvent& event);
  /// The columns that the event's key columns point at, in their order; empty where the dump does not tell.
  std::vector<std::string> referenced_columns(const LogEvent& event) const;
  /// Fills the key of an event whose DETAIL can be split only by who knows the columns, and the tables that the log does not name.
  void complete(LogEvent& event) const;

 private:
  DumpAnswer ask_of(const LogEvent& event, const ConstraintSummary& constraint);

  std::unordered_map<std::string_view, std::vector<const ConstraintSummary*>> by_name_;
  Ask ask_;
  std::unordered_map<TextHash, DumpAnswer, TextHasher> answers_;
};

}  // namespace pgfk
