// A row of a relation as the evaluator's scope: its columns under the table's name, or under an alias.
//
// Lives no longer than the relation and the cells it was made of.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analyzer/catalog/catalog.h"
#include "analyzer/eval/evaluator.h"

namespace pgfk {

class RowScope {
 public:
  RowScope(const Relation& relation, const std::vector<Value>& cells, std::string alias = "") {
    add(relation, cells, std::move(alias));
  }
  RowScope(const RowScope&) = delete;
  RowScope(RowScope&&) = default;
  RowScope& operator=(const RowScope&) = delete;

  /// A second row beside the first (excluded, a FROM item).
  void add(const Relation& relation, const std::vector<Value>& cells, std::string alias) {
    Names& names = names_.emplace_back();
    for (const Column& column : relation.columns) {
      names.columns.push_back(column.dropped ? std::string() : column.name);
      names.types.push_back(column.type);
    }
    add_row(relation, cells, std::move(alias));
  }

  /// For stored expressions (CHECK, generated, predicates): columns that were renamed since answer to their former names, too.
  static RowScope stored(const Relation& relation, const std::vector<Value>& cells) {
    RowScope scope(relation, cells);
    Names former;
    bool any = false;
    for (const Column& column : relation.columns) {
      const bool renamed = !column.dropped && !column.former_names.empty();
      former.columns.push_back(renamed ? column.former_names.back() : std::string());
      former.types.push_back(column.type);
      any = any || renamed;
    }
    if (any) {
      scope.names_.push_back(std::move(former));
      scope.add_row(relation, cells, relation.name);
    }
    return scope;
  }

  Scope scope() const {
    Scope out;
    out.rows = rows_;
    for (std::size_t at = 0; at < rows_.size(); ++at) {
      out.rows[at].columns = &names_[at].columns;
      out.rows[at].types = &names_[at].types;
    }
    return out;
  }

 private:
  struct Names {
    std::vector<std::string> columns;
    std::vector<TypeId> types;
  };
  void add_row(const Relation& relation, const std::vector<Value>& cells, std::string alias) {
    ScopeRow row;
    row.schema = alias.empty() ? relation.schema : "";
    row.name = alias.empty() ? relation.name : std::move(alias);
    row.row = &cells;
    row.relation = relation.id;
    rows_.push_back(std::move(row));
  }

  std::vector<Names> names_;
  std::vector<ScopeRow> rows_;
};

}  // namespace pgfk
