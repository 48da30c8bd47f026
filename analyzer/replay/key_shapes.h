// How unique keys become keys of an index (row_store.h).
#pragma once

#include <string>
#include <vector>

#include "analyzer/catalog/catalog.h"
#include "analyzer/replay/row_store.h"

namespace pgfk {

/// For a plain key only. The shape is the one that a foreign key of the same types asks for, so that both share an index.
KeyShape unique_shape(const Catalog& catalog, const Relation& relation, const UniqueKey& key);

/// Columns alone: no expression, no predicate, no operators of its own.
bool is_plain(const UniqueKey& key);

/// "a, b", as details print it.
std::string key_columns_text(const Relation& relation, const std::vector<ColumnIndex>& columns);

}  // namespace pgfk
