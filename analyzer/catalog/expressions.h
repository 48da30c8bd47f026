// Walking over expressions and queries: which columns and relations they name.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analyzer/catalog/work.h"

namespace pgfk {

/// Calls `visit` for the expression and all below it, sub-selects included where `queries` says so.
void walk(const Expr& expr, const std::function<void(const Expr&)>& visit, bool queries = false);
void walk(const Select& select, const std::function<void(const Expr&)>& visit, const std::function<void(const QualifiedName&)>& table);
void walk(const Statement& statement, const std::function<void(const Expr&)>& visit,
          const std::function<void(const QualifiedName&)>& table);

/// Columns of the relation that the expression names, each once, in order of appearance.
std::vector<ColumnIndex> columns_used(const Relation& relation, const Expr& expr);
/// 42703 for a column that the relation does not have.
Done known_columns(const Relation& relation, const Expr& expr);
/// Whether two expressions are alike but for their places in the text.
bool same_expression(const Expr* a, const Expr* b);

/// nextval('s'), nextval('s'::regclass) with a constant: the name of the sequence; nullopt otherwise.
std::optional<QualifiedName> constant_nextval(const Expr& expr);

}  // namespace pgfk
