// Relations of the server's own that scripts ask whether something is there: pg_type, pg_constraint, information_schema.columns and their like.
//
// Only objects that the input made are known, and of those only names and kinds; all else is unknown. So a query is answered where it asks for
// objects by name (`typname = 'mood'`), which the server's own objects do not have.
// Source: system catalogs of PostgreSQL 15.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/eval/query.h"

namespace pgfk {

struct SystemRelation {
  std::string_view schema, name;
  std::string_view key;      // the column with the object's name
  std::string_view columns;  // "typname:19 typtype:18", in order, with the types' OIDs
};

/// Null where it is none of those we know.
const SystemRelation* find_system_relation(const QualifiedName& name);

/// The rows; a Doubt unless `where` (null: none) holds `key = ..`, the relation being called `alias` in it.
Outcome<std::vector<ResultRow>> system_rows(const SystemRelation& relation, const Catalog& catalog, EvaluationHost& host, const Expr* where,
                                            const std::string& alias);

}  // namespace pgfk
