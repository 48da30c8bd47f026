// Inheritance: columns and constraints that come from bases and roots, and what hangs on them.
// Source: tablecmds.c, MergeAttributes, MergeAttributesIntoExisting, MergeConstraintsIntoExisting.
#pragma once

#include "analyzer/catalog/columns.h"

namespace pgfk {

/// Puts the columns of the bases before those of the draft, merging equal names: 42804 where types differ.
Done merge_bases(Work& work, Draft& draft, const std::vector<RelationId>& bases);
/// Copies CHECKs of the base to a new relation; 42710 where another CHECK has the name.
Done inherit_checks(Work& work, RelationId base, RelationId heir);
/// INHERIT and ATTACH: the existing relation must have all columns and checks of the base.
Done merge_into_existing(Work& work, RelationId base, RelationId relation);

Done add_inheritance(Work& work, RelationId relation, const AlterTableCommand& command);
Done drop_inheritance(Work& work, RelationId relation, const AlterTableCommand& command);

}  // namespace pgfk
