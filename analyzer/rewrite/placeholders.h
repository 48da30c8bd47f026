// Values that stand for ones nobody knows: by type, and by what a CHECK compares with.
#pragma once

#include <string>
#include <vector>

#include "analyzer/catalog/catalog.h"

namespace pgfk {

/// A value of the column's type. `variant` 0 is the plainest one; others differ from each other where the type has so many values. `hint` (the key of the row) makes
/// texts tell what they belong to.
std::string placeholder_value(const Catalog& catalog, const Column& column, unsigned variant, const std::string& hint);

/// Values worth a try where a condition is to hold: what it compares with, values just beside, texts of the lengths and patterns it names, and some
/// common ones of the type. With a `hint` values that it is a part of come first: they are to differ from row to row.
std::vector<std::string> candidate_values(const Catalog& catalog, const Column& column, const std::vector<const Expr*>& conditions, const std::string& hint);

}  // namespace pgfk
