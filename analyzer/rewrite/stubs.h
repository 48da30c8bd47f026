// Rows for the missing referenced ones: placeholder values that the table takes.
//
// A value is written only where one has to be: the key itself, columns that are NOT NULL without a default, what a CHECK, a unique key or a foreign
// key asks for. What a row refers to in turn is made before it. Whether a table takes a row is asked of the replay, which keeps those that are made, so
// that no two of them meet.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "analyzer/loaded.h"
#include "parsers/input/result.h"

namespace pgfk {

class StubMaker {
 public:
  explicit StubMaker(LoadedDatabase& database) : database_(database) {}

  /// INSERT statements, without the semicolon, in the order in which they load, that bring a row with this key; none where it is there, or was
  /// made before. `ascii`: other characters are written as escapes. The error says which constraint could not be met.
  Result<std::vector<std::string>> make(const std::string& schema, const std::string& table, const std::vector<std::string>& columns,
                                        const std::vector<std::string>& key, bool ascii);

 private:
  struct Draft {
    const Relation* table;
    TrialValues values;
    std::set<ColumnIndex> fixed;              // of the key that is asked for
    std::map<ColumnIndex, unsigned> variants; // placeholders tried so far
    std::map<std::string, unsigned> searched; // constraints, how often values for them were sought
  };
  bool complete(Draft& draft, unsigned depth);
  bool settle_refusal(Draft& draft, const ServerError& error);
  bool meet_check(Draft& draft, const std::string& constraint, const std::vector<const Expr*>& checks, const std::vector<ColumnIndex>& columns);
  bool vary_unique(Draft& draft, const std::string& constraint);
  bool refer(Draft& draft, const std::vector<Value>& cells, unsigned depth);
  bool fill(Draft& draft, ColumnIndex column);
  static std::string hint_of(const Draft& draft);
  std::string placeholder(const Draft& draft, ColumnIndex column, unsigned variant) const;
  std::string statement(const Draft& draft) const;
  bool fail(std::string why);

  LoadedDatabase& database_;
  std::vector<std::string> made_;
  std::string why_;
  bool ascii_ = false;
};

}  // namespace pgfk
