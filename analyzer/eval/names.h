// Column references: which row of which scope they mean.
// Source: parse_relation.c, transformColumnRef.
#pragma once

#include "analyzer/eval/bound.h"

namespace pgfk {

struct FoundColumn {
  std::uint32_t level = 0;  // scopes outwards
  std::uint32_t row = 0;
  std::uint32_t column = 0;
  bool whole_row = false;   // the name is a row's, not a column's
};

/// What merge_action() reads in the RETURNING list of a MERGE: a column of a row without a name, which no script can write.
inline constexpr const char* kMergeActionColumn = "merge_action()";

/// 42703, 42P01 `missing FROM-clause entry for table "t"`, 42702. `names` as in Expr: [schema,] [table,] column.
Outcome<FoundColumn> find_column(const Catalog& catalog, const std::vector<std::string>& names, const Scope& scope, int location);
/// The row that `t` or `schema.t` means: for t.*.
Outcome<FoundColumn> find_row(const Catalog& catalog, const std::string& schema, const std::string& table, const Scope& scope, int location);

/// A reference to a column of the scope's own level or further out.
NodePtr column_node(const Catalog& catalog, const Scope& scope, const FoundColumn& found, int location);

}  // namespace pgfk
