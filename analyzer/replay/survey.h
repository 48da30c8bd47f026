// What the script will ever ask of each table, found before any row is kept: the demand.
//
// Tables are known by bare name here: which schema a name means is only decided while replaying, and asking too much is harmless.
// Cost: one pass over the script's SQL; COPY data and literal INSERT runs are skipped, not read. Small inputs are not surveyed: their
// rows are kept whole.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "parsers/input/source.h"
#include "parsers/sql/tree.h"

namespace pgfk {

struct Demand {
  bool surveyed = false;                                  // false: everything is wanted whole
  bool domains_change = false;                            // some domain gets a CHECK or NOT NULL later: columns of domains are asked for
  std::unordered_set<std::string> whole;                  // tables some statement reads or changes row by row
  std::unordered_map<std::string, std::unordered_set<std::string>> columns;  // columns in some key, CHECK, bound or index

  bool wants_whole(const std::string& table) const { return !surveyed || whole.contains(table); }
  bool wants(const std::string& table, const std::string& column) const {
    const auto found = columns.find(table);
    return !surveyed || (found != columns.end() && found->second.contains(column));
  }
};

class Survey {
 public:
  explicit Survey(Demand& demand) : demand_(demand) { demand_.surveyed = true; }
  /// Adds what one statement asks.
  void add(const Statement& statement);
  /// After the last statement: tables whose rows actions of a changed table reach are wanted whole, too.
  void finish();

 private:
  void add_expression(const std::string& table, const Expr& expr);
  void add_query_text(const std::string& body);
  void add_select(const Select& select);
  void add_from(const FromItem& item);
  void add_key(const std::string& table, const std::vector<std::string>& columns);
  void add_constraint(const std::string& table, const std::string& column, const ConstraintDef& constraint);

  Demand& demand_;
  std::vector<std::pair<std::string, std::string>> actions_;  // referenced -> referencing, where deleting reaches over
  std::vector<std::pair<std::string, std::string>> views_;    // view -> table it reads
  std::vector<std::pair<std::string, std::string>> partitions_;  // partitioned table -> partition: what is asked of the one is asked of the other
  std::set<std::string> bodies_;
};

}  // namespace pgfk
