// The order of input files that loads, found by loading: what a failing statement of one file needs from a later one becomes an edge, the
// stable order of the edges is loaded in its turn, and so on until nothing new comes to light.
#pragma once

#include <functional>
#include <vector>

#include "analyzer/finding.h"
#include "parsers/input/source.h"

namespace pgfk {

/// Loads the inputs in another order.
using LoadInOrder = std::function<Analysis(const std::vector<SourceId>& inputs)>;

/// Fills given_files, files and remaining of `given`'s load order; `given` is what loading `inputs` as they stand has found. `files` is the
/// order with the fewest failures that was loaded; the given one where none is better. `load_on` shows what files need: it loads on where
/// `load` ends at the first failure (-1, -e); empty where `load` does so itself.
/// Cost: one load for each order tried, two with `load_on`, at most kMostLoads orders; none where nothing fails for want of a later file.
void find_file_order(const Sources& sources, const std::vector<SourceId>& inputs, const LoadInOrder& load, const LoadInOrder& load_on,
                     Analysis& given);

}  // namespace pgfk
