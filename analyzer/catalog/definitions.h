// DDL: what a definition does to the catalog, what the server would refuse, and what it asks of the rows.
//
// A definition first changes the catalog and returns tasks; the replay then carries them out on the rows, in order. If one fails, the replay
// rolls the catalog back to the statement's mark. Refusals carry the server's SQLSTATE, text and detail.
// Source: tablecmds.c, parse_utilcmd.c, index.c, heap.c; fk-semantics sections 9, 10, 12, 16.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "analyzer/catalog/catalog.h"

namespace pgfk {

/// What a definition asks of rows that are there, in the order of execution.
struct CheckForeignKeyTask { ForeignKeyId key; bool stands = false; };             // look for orphans; `stands`: VALIDATE, ENFORCED, not ADD
struct BuildUniqueTask { RelationId relation; std::string key; };                  // 23505 could not create unique index
struct CheckNotNullTask { RelationId relation; ColumnIndex column; };              // 23502 column "c" of relation "t" contains null values
struct CheckConstraintTask { RelationId relation; std::string check; };            // 23514 check constraint "n" of relation "t" is violated by some row
struct FillColumnTask { RelationId relation; ColumnIndex column; };                // ADD COLUMN: default, identity or generated for old rows
struct RetypeColumnTask { RelationId relation; ColumnIndex column; TypeId old_type; std::int32_t old_typmod; const Expr* using_; };
struct RecomputeColumnTask { RelationId relation; ColumnIndex column; };           // SET EXPRESSION
struct DropRowsTask { RelationId relation; };                                      // DROP TABLE
struct CheckBoundTask { RelationId relation; };                                    // ATTACH: partition constraint "..." of relation is violated by some row
struct CheckDefaultPartitionTask { RelationId default_partition; RelationId new_partition; };  // 23514 updated partition constraint for default partition ...
struct CheckDetachTask { RelationId partition; ForeignKeyId key; };                // 23503 removing partition ... violates
struct FillTableTask { RelationId relation; const Statement* query; };             // CREATE TABLE AS, materialized views
struct CheckDomainTask { TypeId domain; std::string check; bool not_null = false; };  // ALTER DOMAIN ADD: look at all columns of it
using DataTask = std::variant<CheckForeignKeyTask, BuildUniqueTask, CheckNotNullTask, CheckConstraintTask, FillColumnTask, RetypeColumnTask,
                              RecomputeColumnTask, DropRowsTask, CheckBoundTask, CheckDefaultPartitionTask, CheckDetachTask, FillTableTask,
                              CheckDomainTask>;

/// What definitions need to ask of others: constants in defaults and bounds, rows and pending checks.
class DefinitionHost {
 public:
  virtual ~DefinitionHost() = default;
  /// A constant expression as a value of that type (partition bounds; DEFAULT constants that CREATE TABLE refuses, 22P02).
  virtual Outcome<Value> constant(const Expr& expr, TypeId type, std::int32_t typmod) = 0;
  /// 55006: whether checks are queued on the relation.
  virtual bool has_pending_checks(RelationId relation) const = 0;
  virtual bool has_rows(RelationId relation) const = 0;
  /// The result type of an expression over the relation's columns; Doubt where it cannot be told. Refuses unknown columns, functions and
  /// operators (42703, 42883) as parse analysis does.
  virtual Outcome<TypeId> type_of(const Expr& expr, RelationId relation) = 0;
  /// Columns of a query: name and type. For CREATE TABLE AS `query` is its query, for CREATE VIEW the whole statement. Refuses unknown
  /// relations and columns.
  virtual Outcome<std::vector<std::pair<std::string, TypeId>>> columns_of(const Statement& query) = 0;
};

class Definitions {
 public:
  Definitions(Catalog& catalog, DefinitionHost& host) : catalog_(catalog), host_(host) {}

  /// Applies any of the defining statements of tree.h (CreateTable .. Refresh, Rename, Drop, Grant, Comment, roles, ...). `at` is the statement's place.
  /// Notices that change nothing (IF EXISTS, IF NOT EXISTS) are success.
  Outcome<std::vector<DataTask>> apply(const Statement& statement, const NameScope& scope, Span at);

  /// The type a TypeName stands for, under the scope: 42704 `type "x" does not exist`.
  Outcome<std::pair<TypeId, std::int32_t>> resolve_type(const TypeName& name, const NameScope& scope);

 private:
  Catalog& catalog_;
  DefinitionHost& host_;
};

/// A made-up name of the server: "T_C_fkey" within 63 bytes, the next number behind it while `taken` says so.
std::string make_object_name(std::string_view first, std::string_view second, std::string_view label);
template <typename Taken>
std::string choose_name(std::string_view first, std::string_view second, std::string_view label, Taken taken) {
  for (int pass = 0;; ++pass) {
    const std::string name =
        make_object_name(first, second, pass == 0 ? std::string(label) : std::string(label) + std::to_string(pass));
    if (!taken(name)) return name;
  }
}

}  // namespace pgfk
