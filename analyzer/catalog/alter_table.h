// Sub-commands of ALTER TABLE, sorted by what they change.
#pragma once

#include <string_view>

#include "analyzer/catalog/work.h"

namespace pgfk {

/// One sub-command on its relation. `recurse` false for ONLY.
struct AlterStep {
  RelationId relation;
  const AlterTableCommand& command;
  bool recurse = true;
};

// alter_columns.cpp
Done drop_column(Work& work, const AlterStep& step);
Done alter_default(Work& work, const AlterStep& step);
Done alter_not_null(Work& work, const AlterStep& step);
Done add_identity(Work& work, const AlterStep& step);
Done set_identity(Work& work, const AlterStep& step);
Done drop_identity(Work& work, const AlterStep& step);
Done set_expression(Work& work, const AlterStep& step);
Done drop_expression(Work& work, const AlterStep& step);
/// 42703 `column "c" of relation "t" does not exist`.
Outcome<ColumnIndex> existing_column(const Work& work, RelationId relation, std::string_view name);

// alter_types.cpp
Done set_type(Work& work, const AlterStep& step);

// alter_constraints.cpp
Done drop_constraint(Work& work, const AlterStep& step);
Done alter_constraint(Work& work, const AlterStep& step);
Done validate_constraint(Work& work, const AlterStep& step);

// alter_triggers.cpp
Done switch_triggers(Work& work, const AlterStep& step);

}  // namespace pgfk
