// Whether a statement reads a name in FROM: decides when the writing parts of a WITH run.
#pragma once

#include <string>

#include "parsers/sql/tree.h"

namespace pgfk {

bool mentions_table(const Statement& statement, const std::string& name);
bool mentions_table(const Select& select, const std::string& name);

/// INSERT, UPDATE, DELETE, MERGE.
bool writes_rows(const Statement& statement);

}  // namespace pgfk
