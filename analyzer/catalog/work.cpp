#include "analyzer/catalog/work.h"

#include <iterator>

namespace pgfk {

std::vector<DataTask> tasks_in_order(TaskPhases tasks) {
  std::vector<DataTask> all = std::move(tasks.before);
  const auto append = [&all](std::vector<DataTask>& more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  append(tasks.rewrites);
  if (tasks.rewrites_table) {
    append(tasks.scans);
    append(tasks.indexes);
  } else {
    append(tasks.indexes);
    append(tasks.scans);
  }
  append(tasks.foreign_keys);
  return all;
}

ServerError missing_relation(const QualifiedName& name) {
  ServerError error = refusal("42P01", "relation " + quoted(shown(name)) + " does not exist");
  error.location = name.location;
  return error;
}

ServerError missing_schema(std::string_view name) {
  return refusal("3F000", "schema " + quoted(name) + " does not exist");
}

namespace {

std::optional<ServerError> other_database(const Work& work, const QualifiedName& name) {
  if (name.database.empty() || name.database == work.catalog.current_database()) return std::nullopt;
  return refusal("0A000", "cross-database references are not implemented: " + quoted(shown(name)));
}

}  // namespace

Outcome<RelationId> existing_relation(const Work& work, const QualifiedName& name, bool strict) {
  if (const auto error = other_database(work, name)) return *error;
  const RelationId id = work.catalog.find(work.scope, name);
  if (id != RelationId::none) return id;
  if (strict && !name.schema.empty() && !work.catalog.has_schema(name.schema)) return missing_schema(name.schema);
  return missing_relation(name);
}

Outcome<std::string> schema_for_new(const Work& work, const QualifiedName& name, bool temporary) {
  if (const auto error = other_database(work, name)) return *error;
  const std::string temporary_schema = Catalog::temporary_schema(work.scope);
  if (!name.schema.empty()) {
    if (name.schema == "pg_temp" || name.schema == temporary_schema) return temporary_schema;
    if (!work.catalog.has_schema(name.schema)) return missing_schema(name.schema);
    if (temporary) return refusal("42P16", "cannot create temporary relation in non-temporary schema");
    return name.schema;
  }
  if (temporary) return temporary_schema;
  const std::optional<std::string> schema = work.catalog.creation_schema(work.scope);
  if (!schema) return refusal("3F000", "no schema has been selected to create in");
  return *schema;
}

Done existing_role(const Work& work, std::string_view role) {
  for (const char* word : {"public", "current_user", "current_role", "session_user"}) {
    if (role == word) return done();
  }
  if (work.catalog.has_role(role)) return done();
  return refusal("42704", "role " + quoted(role) + " does not exist");
}

Done must_own(const Work& work, RelationId id) {
  const Relation& relation = work[id];
  if (work.scope.superuser || relation.owner == work.scope.role) return done();
  return refusal("42501", std::string("must be owner of ") + kind_word(relation.kind) + " " + relation.name);
}

const char* kind_word(RelationKind kind) {
  switch (kind) {
    case RelationKind::table:
    case RelationKind::partitioned_table: return "table";
    case RelationKind::view: return "view";
    case RelationKind::materialized_view: return "materialized view";
    case RelationKind::foreign_table: return "foreign table";
    case RelationKind::sequence: return "sequence";
    case RelationKind::index: return "index";
    case RelationKind::composite_type: return "composite type";
  }
  return "relation";
}

std::vector<RelationId> with_descendants(const Catalog& catalog, RelationId top) {
  std::vector<RelationId> all = {top};
  for (const auto& below : {catalog[top].partitions, catalog[top].heirs}) {
    for (const RelationId id : below) {
      for (const RelationId deeper : with_descendants(catalog, id)) {
        bool seen = false;
        for (const RelationId known : all) seen = seen || known == deeper;
        if (!seen) all.push_back(deeper);
      }
    }
  }
  return all;
}

Done no_pending_checks(const Work& work, RelationId relation, std::string_view command) {
  if (!work.host.has_pending_checks(relation)) return done();
  return refusal("55006", "cannot " + std::string(command) + " " + quoted(work[relation].name) +
                              " because it has pending trigger events");
}

std::string type_text(const Work& work, TypeId type, std::int32_t modifier) {
  return format_type(work.catalog, type, modifier);
}

}  // namespace pgfk
