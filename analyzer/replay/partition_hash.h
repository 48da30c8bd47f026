// The row hash by which PARTITION BY HASH picks a leaf. Known for integers, booleans, text, uuids, dates and timestamps.
// Source: partbounds.c compute_partition_hash_value, hashfn.c; fk-semantics 12.5. Seen: fixtures/conformance/partitions/hash_routing_*.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/types/value.h"

namespace pgfk {

/// nullopt where a column's type has a hash we do not compute.
std::optional<std::uint64_t> partition_hash(const std::vector<Value>& key);

}  // namespace pgfk
