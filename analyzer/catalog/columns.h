// From written column definitions to columns: what CREATE TABLE and ADD COLUMN have in common.
//
// A Draft is the statement after parse analysis: columns, and the constraints sorted by when they are made.
// Source: parse_utilcmd.c, transformColumnDefinition; heap.c, cookDefault.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/catalog/work.h"

namespace pgfk {

/// The sequence of a serial or identity column, before it is made.
struct DraftSequence {
  std::string name;
  Sequence definition;
  bool identity = false;
};

struct DraftColumn {
  Column column;
  const Expr* default_expr = nullptr;
  std::optional<DraftSequence> sequence;
  bool says_null = false;
};

/// A constraint as written; in a column definition the columns are that one.
struct DraftConstraint {
  const ConstraintDef* definition = nullptr;
  std::vector<std::string> columns;
  std::string name = {};  // in place of the written one: that of an equal index which was merged into this
};

struct Draft {
  std::string schema, table;
  bool temporary = false, foreign = false, partition = false, typed = false;
  std::vector<DraftColumn> columns;
  std::vector<DraftConstraint> checks, indexes, foreign_keys;

  DraftColumn* find(std::string_view name);
};

/// Adds the column and its constraints to the draft.
Done add_column(Work& work, Draft& draft, const ColumnDef& written);
/// 18: 0A000 for NOT ENFORCED on a table constraint that is always enforced.
Done check_enforcement(const ConstraintDef& written);
/// Adds a table constraint.
Done add_table_constraint(Work& work, Draft& draft, const ConstraintDef& written);
/// Makes the sequence and hangs it on the column; the relation must be there already.
Done make_column_sequence(Work& work, RelationId relation, ColumnIndex column, const DraftSequence& sequence);
/// Judges a default and stores it (nextval of a constant as default_sequence). Null: no default.
Done set_default(Work& work, RelationId relation, ColumnIndex column, const Expr* expr);
/// Judges a generation expression.
Done check_generated(Work& work, RelationId relation, ColumnIndex column);
/// 18: gives NOT NULL columns that have none a constraint name.
void name_not_nulls(Work& work, RelationId relation);
/// 42P16, 42701: pseudo-types, names of system columns.
Done check_column(const Work& work, const Column& column);

}  // namespace pgfk
