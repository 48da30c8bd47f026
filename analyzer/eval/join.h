// Joining the rows of FROM. Internal to analyzer/eval.
//
// A tuple holds one row per leaf, null where the leaf is not joined yet. Equalities between the two sides of a join are looked up by hash; all
// conditions are then tested exactly.
#pragma once

#include "analyzer/eval/query_plan.h"
#include "analyzer/eval/row_filter.h"

namespace pgfk {

using Tuple = std::vector<const ResultRow*>;
using Tuples = std::vector<Tuple>;

using RowList = std::vector<const ResultRow*>;

/// Positions of rows by the key of one value each.
struct HashIndex {
  std::unordered_map<std::string, std::vector<std::size_t>> places;
  std::vector<std::size_t> vague;  // whose value is unknown: they may match anything
};

class LeafRows {
 public:
  virtual ~LeafRows() = default;
  /// All rows of a leaf. They live as long as this.
  virtual Outcome<const RowList*> rows_of(const Leaf& leaf, const Scope& outer) = 0;
  /// Those that hold the value in that column, or may; nothing where all are to be tested.
  virtual Outcome<std::optional<RowList>> rows_with(const Leaf& leaf, const RowLookup& wanted) = 0;
  /// A place to keep an index of a relation's column from one query to the next; empty at first.
  virtual std::unique_ptr<HashIndex>& index_of(RelationId relation, bool only, std::uint32_t column) = 0;
};

/// All tuples of FROM that satisfy WHERE; one empty tuple where there is no FROM.
Outcome<Tuples> join_all(const Catalog& catalog, EvaluationHost& host, LeafRows& rows, BoundSelect& select, const Scope& surroundings);
void set_rows(Scope& scope, const Tuple& tuple);
/// A tuple of NULLs.
Tuple null_tuple(const BoundSelect& select);

struct SortOrder {
  bool descending = false, nulls_first = false;
};
/// The stable order of the keys; a Doubt where it rests on an unknown.
Outcome<std::vector<std::size_t>> sort_permutation(EvaluationHost& host, const std::vector<std::vector<Value>>& keys, const std::vector<SortOrder>& orders);

}  // namespace pgfk
