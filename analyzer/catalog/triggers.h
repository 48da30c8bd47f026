// Row triggers of a partitioned table are also its partitions'.
#pragma once

#include "analyzer/catalog/work.h"

namespace pgfk {

void clone_triggers_to_partition(Work& work, RelationId root, RelationId partition);

}  // namespace pgfk
