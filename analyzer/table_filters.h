// -n, -N, -t and -T: whose foreign keys are told of.
//
// The load is what it is: all of it is replayed, since rows of a table that is not chosen decide about rows of one that is. Only then what
// concerns other tables is marked as left out.
#pragma once

#include "analyzer/analyze.h"
#include "analyzer/finding.h"

namespace pgfk {

/// Marks findings, tables and cycles, and takes keys and load order of other tables away. A pattern that cannot be read, and patterns that
/// choose no table at all, are errors among the diagnostics.
void leave_out_other_tables(const TableFilters& filters, Analysis& analysis);

}  // namespace pgfk
