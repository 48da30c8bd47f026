// Partition keys and bounds.
// Source: partbounds.c, check_new_partition_bound; parse_utilcmd.c, transformPartitionBound; tablecmds.c.
#pragma once

#include "analyzer/catalog/work.h"

namespace pgfk {

/// PARTITION BY of a relation whose columns are there.
Done set_partitioning(Work& work, RelationId relation, const CreateTable::PartitionBy& written);

/// Reads the bounds as the root's key types; 42P17 where they do not fit the strategy.
Outcome<Bound> read_bound(Work& work, RelationId root, const PartitionBound& written);
/// 42P17 where the bound meets that of another partition.
Done check_bound(const Work& work, RelationId root, const Bound& bound, std::string_view partition);
/// Hangs the partition in, in bound order. A default partition must be looked through for rows that now belong elsewhere.
void insert_partition(Work& work, RelationId root, RelationId partition, Bound bound, bool fresh);

Done attach_partition(Work& work, RelationId root, const AlterTableCommand& command);
Done detach_partition(Work& work, RelationId root, const AlterTableCommand& command);

}  // namespace pgfk
