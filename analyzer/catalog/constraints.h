// CHECK constraints.
// Source: heap.c, AddRelationNewConstraints, MergeWithExistingConstraint.
#pragma once

#include "analyzer/catalog/work.h"

namespace pgfk {

struct AddCheckOptions {
  bool fresh_table = false;
  bool only = false;   // ALTER TABLE ONLY
};

/// Adds the check to the relation and below it.
Done add_check(Work& work, RelationId relation, const ConstraintDef& written, const AddCheckOptions& options = {});

/// 42804 unless the expression may stand in a CHECK of the relation.
Done judge_check(Work& work, RelationId relation, const Expr& expr);

}  // namespace pgfk
