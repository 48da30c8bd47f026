// A database made of definitions alone: statements in, errors and dumps out. Rows do not exist; expressions are judged as far as
// literals and columns go.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/catalog/catalog_dump.h"
#include "analyzer/catalog/definitions.h"
#include "parsers/sql/pg_query.h"

namespace pgfk {

class LiteralHost : public DefinitionHost {
 public:
  explicit LiteralHost(Catalog& catalog) : catalog_(catalog) {}

  Outcome<Value> constant(const Expr& expr, TypeId type, std::int32_t typmod) override;
  bool has_pending_checks(RelationId relation) const override { return relation == pending; }
  bool has_rows(RelationId) const override { return false; }
  Outcome<TypeId> type_of(const Expr& expr, RelationId relation) override;
  Outcome<std::vector<std::pair<std::string, TypeId>>> columns_of(const Statement& query) override;

  RelationId pending = RelationId::none;

 private:
  Catalog& catalog_;
};

class Database {
 public:
  explicit Database(int version = 15) : host(catalog), definitions(catalog, host) { scope.server_version = version; }

  /// Applies the statements one by one; a refused one leaves nothing behind. "2: 42P01 relation "x" does not exist", then an indented
  /// line for a detail; "3: undecided (reason)". Statements count from 1. Empty where all went well.
  std::string run(std::string_view sql);
  /// The tasks of a single statement, one a line.
  std::string tasks(std::string_view sql);
  std::string dump(const DumpOptions& options = {}) const { return dump_catalog(catalog, options); }
  /// The foreign keys of all relations, one a line.
  std::string keys() const;

  Catalog catalog;
  LiteralHost host;
  Definitions definitions;
  NameScope scope;

 private:
  std::string apply(const Statement& statement, std::vector<DataTask>* tasks);
  std::vector<std::unique_ptr<ParsedSql>> trees_;  // the catalog points into them
};

/// Errors of a script in a fresh database.
std::string errors(std::string_view sql, int version = 15);

}  // namespace pgfk
