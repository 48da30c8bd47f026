#include "analyzer/eval/names.h"

#include <algorithm>

namespace pgfk {

namespace {

ServerError refuse(std::string sqlstate, std::string message, int location) {
  ServerError error{std::move(sqlstate), std::move(message)};
  error.location = location;
  return error;
}

constexpr std::string_view kSystemColumns[] = {"ctid", "xmin", "cmin", "xmax", "cmax", "tableoid"};

bool is_system_column(const std::string& name) {
  return std::find(std::begin(kSystemColumns), std::end(kSystemColumns), name) != std::end(kSystemColumns);
}

const Scope* outwards(const Scope& scope, std::uint32_t level) {
  const Scope* at = &scope;
  for (; level > 0 && at != nullptr; --level) at = at->outer;
  return at;
}

bool is_hidden(const ScopeRow& row, std::size_t column) {
  return row.qualified_only != nullptr && column < row.qualified_only->size() && (*row.qualified_only)[column];
}

std::optional<std::uint32_t> position(const ScopeRow& row, const std::string& name, bool qualified) {
  if (row.columns == nullptr) return std::nullopt;
  for (std::size_t at = 0; at < row.columns->size(); ++at) {
    if ((*row.columns)[at] == name && (qualified || !is_hidden(row, at))) return static_cast<std::uint32_t>(at);
  }
  return std::nullopt;
}

bool is_named(const Catalog& catalog, const ScopeRow& row, const std::string& schema, const std::string& table) {
  if (row.name != table) return false;
  if (schema.empty()) return true;
  return row.schema == schema || (row.schema.empty() && row.relation != RelationId::none && catalog[row.relation].name == table &&
                                  catalog[row.relation].schema == schema);
}

/// A variable of that name in levels of code, from `from` outwards, unless columns go before variables there.
std::optional<FoundColumn> rival_variable(const std::string& name, const Scope* from, std::uint32_t level, NameConflict& conflict) {
  for (const Scope* at = from; at != nullptr; at = at->outer, ++level) {
    if (!at->variables || at->conflict == NameConflict::column) continue;
    conflict = at->conflict;
    for (std::size_t row = 0; row < at->rows.size(); ++row) {
      if (const std::optional<std::uint32_t> column = position(at->rows[row], name, false)) {
        return FoundColumn{level, static_cast<std::uint32_t>(row), *column};
      }
    }
  }
  return std::nullopt;
}

/// The same for table.column: a field of a record, or label.variable.
std::optional<FoundColumn> rival_field(const Catalog& catalog, const std::string& schema, const std::string& table, const std::string& name,
                                       const Scope* from, std::uint32_t level, NameConflict& conflict) {
  for (const Scope* at = from; at != nullptr; at = at->outer, ++level) {
    if (!at->variables || at->conflict == NameConflict::column) continue;
    conflict = at->conflict;
    for (std::size_t row = 0; row < at->rows.size(); ++row) {
      if (!is_named(catalog, at->rows[row], schema, table)) continue;
      if (const std::optional<std::uint32_t> column = position(at->rows[row], name, true)) {
        return FoundColumn{level, static_cast<std::uint32_t>(row), *column};
      }
    }
  }
  return std::nullopt;
}

Outcome<FoundColumn> find_unqualified(const std::string& name, const Scope& scope, int location) {
  std::uint32_t level = 0;
  for (const Scope* at = &scope; at != nullptr; at = at->outer, ++level) {
    std::optional<FoundColumn> found;
    for (std::size_t row = 0; row < at->rows.size(); ++row) {
      const std::optional<std::uint32_t> column = position(at->rows[row], name, false);
      if (!column) continue;
      if (found) return refuse("42702", "column reference \"" + name + "\" is ambiguous", location);
      found = FoundColumn{level, static_cast<std::uint32_t>(row), *column};
    }
    if (!found) continue;
    if (at->variables) return *found;
    NameConflict conflict = NameConflict::column;
    const std::optional<FoundColumn> rival = rival_variable(name, at->outer, level + 1, conflict);
    if (!rival) return *found;
    if (conflict == NameConflict::variable) return *rival;
    return refuse("42702", "column reference \"" + name + "\" is ambiguous", location);
  }
  level = 0;
  for (const Scope* at = &scope; at != nullptr; at = at->outer, ++level) {
    for (std::size_t row = 0; row < at->rows.size(); ++row) {
      if (!at->rows[row].name.empty() && at->rows[row].name == name) {
        return FoundColumn{level, static_cast<std::uint32_t>(row), 0, true};
      }
    }
  }
  if (is_system_column(name)) return Doubt{"system column \"" + name + "\" is known to the server alone", location};
  return refuse("42703", "column \"" + name + "\" does not exist", location);
}

}  // namespace

Outcome<FoundColumn> find_row(const Catalog& catalog, const std::string& schema, const std::string& table, const Scope& scope, int location) {
  std::uint32_t level = 0;
  for (const Scope* at = &scope; at != nullptr; at = at->outer, ++level) {
    for (std::size_t row = 0; row < at->rows.size(); ++row) {
      if (is_named(catalog, at->rows[row], schema, table)) return FoundColumn{level, static_cast<std::uint32_t>(row), 0, true};
    }
  }
  for (const Scope* at = &scope; at != nullptr; at = at->outer) {
    for (const ScopeRow& row : at->rows) {
      if (row.relation != RelationId::none && catalog[row.relation].name == table) {
        return refuse("42P01", "invalid reference to FROM-clause entry for table \"" + table + "\"", location);
      }
    }
  }
  return refuse("42P01", "missing FROM-clause entry for table \"" + table + "\"", location);
}

Outcome<FoundColumn> find_column(const Catalog& catalog, const std::vector<std::string>& names, const Scope& scope, int location) {
  const std::string& column = names.back();
  if (names.size() == 1) return find_unqualified(column, scope, location);
  const std::string& table = names[names.size() - 2];
  const std::string schema = names.size() > 2 ? names[names.size() - 3] : std::string();
  Outcome<FoundColumn> found = find_row(catalog, schema, table, scope, location);
  if (!found) return found;
  const Scope& level = *outwards(scope, found->level);
  const ScopeRow& row = level.rows[found->row];
  const std::optional<std::uint32_t> at = position(row, column, true);
  if (level.variables) {
    if (row.columns == nullptr) return refuse("55000", "record \"" + table + "\" is not assigned yet", location);
    if (!at) return refuse("42703", "record \"" + table + "\" has no field \"" + column + "\"", location);
  } else {
    NameConflict conflict = NameConflict::column;
    const std::optional<FoundColumn> rival = rival_field(catalog, schema, table, column, level.outer, found->level + 1, conflict);
    if (rival && (!at || conflict == NameConflict::variable)) return *rival;
    if (rival) return refuse("42702", "column reference \"" + table + "." + column + "\" is ambiguous", location);
  }
  if (!at) {
    if (is_system_column(column)) return Doubt{"system column \"" + column + "\" is known to the server alone", location};
    return refuse("42703", "column " + table + "." + column + " does not exist", location);
  }
  return FoundColumn{found->level, found->row, *at};
}

NodePtr column_node(const Catalog& catalog, const Scope& scope, const FoundColumn& found, int location) {
  const ScopeRow& row = outwards(scope, found.level)->rows[found.row];
  const TypeId type = row.types != nullptr && found.column < row.types->size() ? (*row.types)[found.column] : TypeId::none;
  NodePtr node = make_node(NodeKind::column, type, location);
  node->level = found.level;
  node->row = found.row;
  node->column = found.column;
  if (row.relation == RelationId::none || !catalog.exists(row.relation)) return node;
  const std::vector<Column>& columns = catalog[row.relation].columns;
  if (found.column >= columns.size() || columns[found.column].collation.empty()) return node;
  const Collation* collation = catalog.collation(columns[found.column].collation);
  if (collation != nullptr && !collation->deterministic) node->collation = collation->locale;
  return node;
}

}  // namespace pgfk
