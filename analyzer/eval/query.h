// Queries over rows that are known: SELECT in all its parts, VALUES, set operations, views, WITH.
//
// Rows come in the order a sequential scan, nested loops and hash joins without batches would give. Where the order matters and nothing
// promises it, or where a condition is unknown, the answer is a Doubt.
// Cost: equality joins and look-ups by equality are hashed; a sub-select that reads nothing of its surroundings runs once.
// Threads: one.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/eval/evaluator.h"

namespace pgfk {

struct OutputColumn {
  std::string name;
  TypeId type = TypeId::none;
};

using ResultRow = std::vector<Value>;

struct QueryResult {
  std::vector<OutputColumn> columns;
  std::vector<ResultRow> rows;
};

/// The parts of a WITH that are in sight of a query, results included. The replay gives those that write rows.
struct CommonTables {
  struct Entry {
    std::string name;
    std::vector<OutputColumn> columns;
    const std::vector<ResultRow>* rows = nullptr;  // null where only the columns matter
  };
  std::vector<Entry> entries;
  const CommonTables* outer = nullptr;

  const Entry* find(const std::string& name) const;
};

struct RowLookup;  // row_filter.h

/// Where rows come from.
class RowProvider {
 public:
  virtual ~RowProvider() = default;
  /// The living rows of one relation that holds rows (not of its partitions and heirs), in physical order, cells by ColumnIndex.
  /// The pointers live until the statement is done. A Doubt where rows may be missing or gone.
  virtual Outcome<std::vector<const ResultRow*>> rows(RelationId relation) = 0;
  /// Those of them that hold the value in that column, or may; nothing where they are as well looked for among all.
  virtual Outcome<std::optional<std::vector<const ResultRow*>>> rows_with(RelationId, const RowLookup&) {
    return std::optional<std::vector<const ResultRow*>>();
  }
};

/// The name that an output column without AS bears: that of the column, the function, the type cast to ..., else "?column?".
std::string result_column_name(const Expr& expr);

/// Columns of a query without running it; refuses what parse analysis refuses.
Outcome<std::vector<OutputColumn>> describe(const Catalog& catalog, EvaluationHost& host, const Select& select, const Scope& outer);

/// Runs the queries of one statement over one snapshot: make a new one for the next statement.
class QueryRunner {
 public:
  QueryRunner(const Catalog& catalog, EvaluationHost& host, RowProvider& rows);
  ~QueryRunner();

  /// The types of a query's columns, as for run() or run_source(); refuses what parse analysis refuses. What it makes of the query is there when
  /// it is run.
  Outcome<std::vector<TypeId>> column_types(const Select& select, const Scope& outer, bool of_source = false);
  /// A query within an expression or of its own: untyped literals are text. `outer` holds rows that the query may refer to.
  Outcome<QueryResult> run(const Select& select, const Scope& outer);
  /// The source of an INSERT: untyped literals stay untyped for the columns to read.
  Outcome<QueryResult> run_source(const Select& select, const Scope& outer);
  /// FROM items joined, one row of all their columns per match: for UPDATE .. FROM, DELETE .. USING and MERGE, whose target comes first.
  /// `parts` are the items' rows as a Scope sees them.
  struct Joined {
    std::vector<ScopeRow> parts;                                  // names and types; row is null
    std::vector<std::vector<const ResultRow*>> rows;              // one pointer per part
  };
  /// `wanted` are conditions on them: rows that do not pass may be left out.
  Outcome<Joined> join(std::span<const FromItem> from, const Scope& outer, const std::vector<const Expr*>& wanted = {});

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace pgfk
