// What is written around statements that no order loads.
#pragma once

#include <set>
#include <string>

#include "analyzer/replay/needs.h"

namespace pgfk {

struct CycleFrame {
  std::string before, after;
};

/// In a transaction that a COMMIT ends, or, `in_block`, within one that is there. Keys that are DEFERRABLE are only deferred.
CycleFrame deferring_frame(const std::vector<NeededKey>& keys, const std::set<std::size_t>& wanted, bool in_block, const std::string& newline);
/// The keys go before, and come back behind, checked over all rows then.
CycleFrame rebuilding_frame(const std::vector<NeededKey>& keys, const std::set<std::size_t>& wanted, const std::string& newline);

}  // namespace pgfk
