// One list of units, and what has to come before what in it: the rows that rows need, and what must not change places.
//
// Kept in the order given, unless rows ask for the opposite: two units of which one changes a table that the other reads or writes; units that ask
// the same sequence; all of them with units that nothing may pass (SET, \connect, DO, what could not be followed). Appends to one table may change
// places.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analyzer/finding.h"
#include "analyzer/replay/needs.h"
#include "analyzer/rewrite/fewest_moves.h"
#include "analyzer/rewrite/units.h"

namespace pgfk {

/// What a load has told of its statements.
struct StatementKnowledge {
  const StatementNeeds* needs = nullptr;
  std::map<std::string, std::string> roots;     // partitions by name: the table at the top
  std::set<std::string> tables;                 // known by name
  std::set<std::uint32_t> not_followed;         // statements of which it is not known what they do
  std::set<std::uint32_t> failing;              // statements that fail, and not for a foreign key: what they read may come later
  bool conflicts_skip = false;                  // ON CONFLICT DO NOTHING left some row out: which one depends on the order
};
StatementKnowledge knowledge_of(const StatementNeeds& needs, const Analysis& load);

/// A need between two units of the list.
struct UnitNeed {
  std::size_t from = 0, to = 0;
  const StatementNeed* need = nullptr;
};

class StatementGraph {
 public:
  /// `statements`: the numbers of the statements in each unit.
  StatementGraph(const std::vector<ScriptUnit>& units, std::vector<std::vector<std::uint32_t>> statements, const StatementKnowledge& knowledge,
                 bool readers_wait);

  FewestMoves arrange() const { return fewest_moves(units_.size(), nodes_, edges_); }
  /// The same where rows may have NULL for a key at first: of rings, needs whose key takes NULL are given up, and refused where the new order
  /// does not meet them.
  FewestMoves arrange_with_nulls() const;
  /// The needs of rows between the two units of a refused edge.
  std::vector<UnitNeed> between(const OrderEdge& edge) const;
  /// Why the second of two units cannot come before the first: what stands fixed between, or that they need each other.
  std::string why_not(const OrderEdge& edge) const;

 private:
  struct Resource {
    TableAccess access = TableAccess::append;
    std::vector<std::size_t> members;        // of the phase at hand
    std::optional<std::size_t> before;       // a node behind all phases before
  };
  void touch(Resource& resource, std::size_t unit, TableAccess access);
  void add_rows();
  void add_order(bool readers_wait);
  bool is_fixed(std::size_t unit) const;
  bool takes_null(const OrderEdge& edge) const;

  const std::vector<ScriptUnit>& units_;
  std::vector<std::vector<std::uint32_t>> statements_;
  const StatementKnowledge& knowledge_;
  std::map<std::uint32_t, std::size_t> unit_of_;  // by statement
  std::size_t nodes_ = 0;
  std::vector<OrderEdge> edges_;
  std::vector<UnitNeed> row_needs_;
  std::vector<bool> fixed_;
};

}  // namespace pgfk
