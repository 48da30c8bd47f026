// WHERE over the rows of one relation: bound once, run for many rows; and the equality in it by which an index finds the rows.
// Threads: one.
#pragma once

#include <optional>

#include "analyzer/eval/bound.h"

namespace pgfk {

/// Rows whose `column` holds the value, of the column's base type, or may hold it. With NULL there are none.
struct RowLookup {
  ColumnIndex column = 0;
  Value value;
};

/// `column = value` where equal keys are equal values.
struct LookupEquality {
  const Node* column = nullptr;
  const Node* value = nullptr;
};

class RowFilter {
 public:
  /// `scope.rows.front()` is the relation's row, others may follow. Refuses what parse analysis refuses. Without `where` all rows pass.
  static Outcome<RowFilter> bind(const Catalog& catalog, EvaluationHost& host, const Expr* where, const Scope& scope);

  /// By what the rows that can pass are found, with the other rows of the scope as they stand. Nothing where all are to be tested.
  std::optional<RowLookup> lookup(const Scope& scope) const;
  /// Boolean, NULL or unknown.
  Outcome<Value> test(const Scope& scope) const;

 private:
  RowFilter(const Catalog& catalog, EvaluationHost& host) : catalog_(&catalog), host_(&host) {}

  const Catalog* catalog_;
  EvaluationHost* host_;
  NodePtr condition_;  // null: all rows pass
  std::vector<LookupEquality> equalities_;
};

// --- internal to analyzer/eval

inline bool is_integer(TypeId type) { return type == TypeId::int2 || type == TypeId::int4 || type == TypeId::int8; }
/// Whether the node reads none of the rows [first, end) of its scope, and may be worked out as often as one likes.
bool is_settled_without(const Node& node, std::uint32_t first, std::uint32_t end);
inline bool is_repeatable(const Node& node) { return is_settled_without(node, 0, 0); }
/// Whether keys tell which values are equal by that condition.
bool is_plain_equality(const Node& condition);
/// The equalities among what `condition` joins by AND in which `column` is of that row of the scope, and `value` reads none of the rows from it
/// on up to `end`.
void add_equalities(const TypeLookup& types, const Node& condition, std::uint32_t row, std::uint32_t end, std::vector<LookupEquality>& into);
/// The first of them whose value can be told without those rows, which the scope does not have yet.
std::optional<RowLookup> first_lookup(const TypeLookup& types, Executor& executor, const std::vector<LookupEquality>& equalities, const Scope& scope);

}  // namespace pgfk
