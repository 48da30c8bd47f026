// Whether a trigger function does nothing but set columns of the row at hand, as the usual "updated_at" functions do.
#pragma once

#include <string>
#include <vector>

#include "analyzer/catalog/catalog.h"
#include "parsers/sql/tree.h"

namespace pgfk {

struct TriggerEffect {
  bool understood = false;             // the body is assignments to NEW and RETURN alone
  std::vector<std::string> assigned;   // columns of NEW
};

TriggerEffect effect_of(const CreateFunction& function);

/// Whether the column is part of any key of the relation, referencing, referenced or unique, or of a CHECK or bound.
bool is_key_column(const Catalog& catalog, const Relation& relation, ColumnIndex column);

}  // namespace pgfk
