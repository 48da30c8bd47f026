// One definition at work: where it stands, what it may ask, and the tasks it leaves.
//
// Internal to analyzer/catalog. Each family of statements is a function `Done family(Work&, const Statement&)` of families.h.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analyzer/catalog/definitions.h"
#include "analyzer/catalog/names.h"

namespace pgfk {

/// Tasks lie by the phase in which the server does them; see tasks_in_order().
struct TaskPhases {
  std::vector<DataTask> before;         // rows that go, query results that come
  std::vector<DataTask> rewrites;       // new contents of columns
  std::vector<DataTask> indexes;
  std::vector<DataTask> scans;          // NOT NULL, CHECK, bounds
  std::vector<DataTask> foreign_keys;
  bool rewrites_table = false;          // then indexes are built after the scan that rewrote it
};

struct Work {
  Catalog& catalog;
  DefinitionHost& host;
  const NameScope& scope;
  Span at;
  TaskPhases tasks = {};

  int version() const { return scope.server_version; }
  const Relation& operator[](RelationId id) const { return catalog[id]; }
};

std::vector<DataTask> tasks_in_order(TaskPhases tasks);

using TypeAndModifier = std::pair<TypeId, std::int32_t>;

inline ServerError refusal(std::string sqlstate, std::string message, std::string detail = {}) {
  return ServerError{std::move(sqlstate), std::move(message), std::move(detail)};
}


/// A relation that must be there: 42P01, or 3F000 for its schema. `strict` false is parse analysis, which says 42P01 for both.
Outcome<RelationId> existing_relation(const Work& work, const QualifiedName& name, bool strict = true);
/// `relation "x" does not exist`.
ServerError missing_relation(const QualifiedName& name);
ServerError missing_schema(std::string_view name);
/// Where CREATE puts an object of that name: 3F000, 0A000 for another database, 42P16 for temporary ones in a permanent schema.
Outcome<std::string> schema_for_new(const Work& work, const QualifiedName& name, bool temporary = false);
/// 42704 unless the role (or CURRENT_USER and the like) exists.
Done existing_role(const Work& work, std::string_view role);
/// 42501 unless the role is superuser or the owner. Membership in roles is not followed.
Done must_own(const Work& work, RelationId relation);
/// "table", "view", ... as messages call the kind.
const char* kind_word(RelationKind kind);
/// The relation and the relations below it, partitions in bound order, heirs in order of creation, depth first.
std::vector<RelationId> with_descendants(const Catalog& catalog, RelationId top);
/// 55006 where checks are queued on the relation. `command` is "ALTER TABLE", "DROP TABLE".
Done no_pending_checks(const Work& work, RelationId relation, std::string_view command);
/// "character varying(5)" under the catalog's types.
std::string type_text(const Work& work, TypeId type, std::int32_t modifier = -1);

// Types, in types.cpp.
Outcome<TypeAndModifier> resolve_type_name(const Work& work, const TypeName& name);
/// Empty where none was written; 42704 `collation "x" for encoding "UTF8" does not exist`.
Outcome<std::string> resolve_collation(const Work& work, const std::string& written);
/// Whether COLLATE may stand on the type.
bool is_collatable(const Catalog& catalog, TypeId type);

}  // namespace pgfk
