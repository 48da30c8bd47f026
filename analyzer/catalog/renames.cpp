// RENAME and SET SCHEMA.
// Source: tablecmds.c, renameatt, RenameConstraint, RenameRelation, AlterTableNamespace.
#include <algorithm>

#include "analyzer/catalog/families.h"
#include "analyzer/catalog/unique_keys.h"

namespace pgfk {
namespace {

/// Keys that rest on a renamed index know it by name.
void rename_index_users(Work& work, RelationId table, const std::string& old_name, const std::string& new_name) {
  const std::vector<ForeignKeyId> to = work.catalog.foreign_keys_to(table);
  for (const ForeignKeyId id : to) {
    if (work.catalog.foreign_key(id).referenced_index == old_name) work.catalog.edit_key(id).referenced_index = new_name;
  }
  for (const RelationId partition : work[table].partitions) {
    for (std::size_t at = 0; at < work[partition].unique_keys.size(); ++at) {
      const UniqueKey& key = work[partition].unique_keys[at];
      if (key.partition_parent == table && key.parent_key == old_name) {
        work.catalog.edit(partition).unique_keys[at].parent_key = new_name;
      }
    }
  }
}

Done rename_index_and_key(Work& work, RelationId index, const std::string& new_name) {
  const Relation& relation = work[index];
  if (work.catalog.relation_name_taken(relation.schema, new_name)) {
    return refusal("42P07", "relation " + quoted(new_name) + " already exists");
  }
  const std::string old_name = relation.name;
  const RelationId table = relation.index_of;
  work.catalog.edit(index).name = new_name;
  if (table == RelationId::none) return done();
  for (UniqueKey& key : work.catalog.edit(table).unique_keys) {
    if (key.index == index) key.name = new_name;
  }
  rename_index_users(work, table, old_name, new_name);
  return done();
}

Done rename_relation(Work& work, const Rename& statement) {
  const Outcome<RelationId> found = existing_relation(work, statement.name);
  if (!found) {
    if (statement.if_exists && found.refused()) return done();
    return found.as<std::monostate>();
  }
  const Relation& relation = work[*found];
  if (relation.kind == RelationKind::index) return rename_index_and_key(work, *found, statement.new_name);
  if (work.catalog.relation_name_taken(relation.schema, statement.new_name)) {
    return refusal("42P07", "relation " + quoted(statement.new_name) + " already exists");
  }
  const TypeId row = work.catalog.find_type_in(relation.schema, relation.name);
  work.catalog.edit(*found).name = statement.new_name;
  if (row != TypeId::none) work.catalog.edit_type(row).name = statement.new_name;
  return done();
}

Done rename_column(Work& work, const Rename& statement) {
  const Outcome<RelationId> found = existing_relation(work, statement.name);
  if (!found) {
    if (statement.if_exists && found.refused()) return done();
    return found.as<std::monostate>();
  }
  const Relation& table = work[*found];
  const ColumnIndex column = table.column(statement.old_name);
  if (column == kNoColumn) {
    return refusal("42703", "column " + quoted(statement.old_name) + " does not exist");
  }
  if (table.columns[column].inherited > 0) {
    return refusal("42P16", "cannot rename inherited column " + quoted(statement.old_name));
  }
  const std::vector<RelationId> all = with_descendants(work.catalog, *found);
  if (statement.name.only && all.size() > 1) {
    return refusal("42P16", "inherited column " + quoted(statement.old_name) + " must be renamed in child tables too");
  }
  for (const RelationId id : all) {
    const ColumnIndex at = work[id].column(statement.old_name);
    if (at == kNoColumn) continue;
    if (work[id].column(statement.new_name) != kNoColumn) {
      return refusal("42701", "column " + quoted(statement.new_name) + " of relation " + quoted(work[id].name) + " already exists");
    }
    Column& edited = work.catalog.edit(id).columns[at];
    edited.former_names.push_back(edited.name);
    edited.name = statement.new_name;
  }
  return done();
}

Done rename_constraint(Work& work, const Rename& statement) {
  if (statement.object == ObjectKind::domain) return done();
  const Outcome<RelationId> found = existing_relation(work, statement.name);
  if (!found) {
    if (statement.if_exists && found.refused()) return done();
    return found.as<std::monostate>();
  }
  const Relation& table = work[*found];
  if (!has_constraint(work, *found, statement.old_name)) {
    return refusal("42704", "constraint " + quoted(statement.old_name) + " for table " + quoted(table.name) + " does not exist");
  }
  if (const UniqueKey* key = table.unique_key(statement.old_name); key != nullptr && key->constraint) {
    return rename_index_and_key(work, key->index, statement.new_name);
  }
  if (Done free = constraint_name_free(work, *found, statement.new_name); !free) return free;
  if (const ForeignKeyId key = work.catalog.foreign_key_named(*found, statement.old_name); key != ForeignKeyId::none) {
    ForeignKey& edited = work.catalog.edit_key(key);
    edited.name = statement.new_name;
    edited.name_generated = false;
    return done();
  }
  for (const RelationId id : with_descendants(work.catalog, *found)) {
    for (CheckConstraint& check : work.catalog.edit(id).checks) {
      if (check.name != statement.old_name) continue;
      if (id == *found && check.inherited > 0) {
        return refusal("42P16", "cannot rename inherited constraint " + quoted(statement.old_name));
      }
      check.name = statement.new_name;
    }
    for (Column& column : work.catalog.edit(id).columns) {
      if (column.not_null_name == statement.old_name) column.not_null_name = statement.new_name;
    }
  }
  return done();
}

Outcome<TypeId> existing_type(const Work& work, const QualifiedName& name) {
  TypeName type;
  type.schema = name.schema;
  type.name = name.name;
  const Outcome<TypeAndModifier> found = resolve_type_name(work, type);
  if (!found) return found.as<TypeId>();
  return found->first;
}

Done rename_type(Work& work, const Rename& statement) {
  const Outcome<TypeId> found = existing_type(work, statement.name);
  if (!found) return found.as<std::monostate>();
  const Type& type = *work.catalog.type(*found);
  if (work.catalog.find_type_in(type.schema, statement.new_name) != TypeId::none) {
    return refusal("42710", "type " + quoted(statement.new_name) + " already exists");
  }
  if (static_cast<std::uint32_t>(*found) >= kFirstUserType) work.catalog.edit_type(*found).name = statement.new_name;
  return done();
}

void move_schema_objects(Work& work, const std::string& from, const std::string& to) {
  for (const RelationId id : work.catalog.relations()) {
    if (work[id].schema == from) work.catalog.edit(id).schema = to;
  }
  for (const TypeId id : work.catalog.types()) {
    if (work.catalog.type(id)->schema == from) work.catalog.edit_type(id).schema = to;
  }
  const std::vector<Function> functions = work.catalog.functions();
  for (const Function& function : functions) {
    if (function.schema == from) work.catalog.remove_functions(from, function.name);
  }
  for (Function function : functions) {
    if (function.schema != from) continue;
    function.schema = to;
    work.catalog.add_function(std::move(function));
  }
}

Done rename_schema(Work& work, const Rename& statement) {
  const std::string& old_name = statement.name.name;
  if (!work.catalog.has_schema(old_name)) return missing_schema(old_name);
  if (work.catalog.has_schema(statement.new_name)) {
    return refusal("42P06", "schema " + quoted(statement.new_name) + " already exists");
  }
  work.catalog.add_schema(statement.new_name);
  move_schema_objects(work, old_name, statement.new_name);
  work.catalog.remove_schema(old_name);
  return done();
}

Done rename_trigger(Work& work, const Rename& statement) {
  const Outcome<RelationId> found = existing_relation(work, statement.name);
  if (!found) return found.as<std::monostate>();
  const auto find = [&](std::string_view name) {
    const std::vector<Trigger>& triggers = work[*found].triggers;
    return std::any_of(triggers.begin(), triggers.end(), [&](const Trigger& own) { return own.name == name; });
  };
  if (find(statement.new_name)) {
    return refusal("42710", "trigger " + quoted(statement.new_name) + " for relation " + quoted(work[*found].name) + " already exists");
  }
  if (!find(statement.old_name)) {
    return refusal("42704", "trigger " + quoted(statement.old_name) + " for table " + quoted(work[*found].name) + " does not exist");
  }
  for (const RelationId id : with_descendants(work.catalog, *found)) {
    for (Trigger& trigger : work.catalog.edit(id).triggers) {
      if (trigger.name == statement.old_name && (id == *found || trigger.inherited)) trigger.name = statement.new_name;
    }
  }
  return done();
}

Done rename_role(Work& work, const Rename& statement) {
  if (Done role = existing_role(work, statement.name.name); !role) return role;
  if (work.catalog.has_role(statement.new_name)) return refusal("42710", "role " + quoted(statement.new_name) + " already exists");
  work.catalog.remove_role(statement.name.name);
  work.catalog.add_role(statement.new_name);
  return done();
}

Done move_relation(Work& work, const SetSchema& statement) {
  const Outcome<RelationId> found = existing_relation(work, statement.name);
  if (!found) {
    if (statement.if_exists && found.refused()) return done();
    return found.as<std::monostate>();
  }
  const Relation& relation = work[*found];
  if (relation.kind == RelationKind::sequence && work.catalog.sequence(*found).owner != RelationId::none) {
    return refusal("0A000", "cannot move an owned sequence into another schema",
                   "Sequence " + quoted(relation.name) + " is linked to table " +
                       quoted(work[work.catalog.sequence(*found).owner].name) + ".");
  }
  if (!work.catalog.has_schema(statement.new_schema)) return missing_schema(statement.new_schema);
  const std::string from = relation.schema;
  if (from == statement.new_schema) return done();
  std::vector<RelationId> moving = {*found};
  for (const RelationId id : work.catalog.relations()) {
    const bool index = work[id].kind == RelationKind::index && work[id].index_of == *found;
    const bool sequence = work[id].kind == RelationKind::sequence && work.catalog.sequence(id).owner == *found;
    if (index || sequence) moving.push_back(id);
  }
  for (const RelationId id : moving) {
    if (work.catalog.relation_name_taken(statement.new_schema, work[id].name)) {
      return refusal("42P07", "relation " + quoted(work[id].name) + " already exists in schema " + quoted(statement.new_schema));
    }
    work.catalog.edit(id).schema = statement.new_schema;
  }
  const TypeId row = work.catalog.find_type_in(from, work[*found].name);
  if (row != TypeId::none) work.catalog.edit_type(row).schema = statement.new_schema;
  return done();
}

bool is_relation(ObjectKind object) {
  static constexpr ObjectKind kRelations[] = {ObjectKind::table,         ObjectKind::view,     ObjectKind::materialized_view,
                                              ObjectKind::foreign_table, ObjectKind::sequence, ObjectKind::index};
  return std::find(std::begin(kRelations), std::end(kRelations), object) != std::end(kRelations);
}

}  // namespace

Done rename(Work& work, const Rename& statement) {
  using Handler = Done (*)(Work&, const Rename&);
  struct Entry {
    ObjectKind object;
    Handler handler;
  };
  static constexpr Entry kHandlers[] = {
      {ObjectKind::column, &rename_column}, {ObjectKind::constraint, &rename_constraint}, {ObjectKind::type, &rename_type},
      {ObjectKind::domain, &rename_type},   {ObjectKind::schema, &rename_schema},         {ObjectKind::trigger, &rename_trigger},
      {ObjectKind::role, &rename_role}};
  if (is_relation(statement.object)) return rename_relation(work, statement);
  for (const Entry& entry : kHandlers) {
    if (entry.object == statement.object) return entry.handler(work, statement);
  }
  return done();
}

Done set_schema(Work& work, const SetSchema& statement) {
  if (is_relation(statement.object)) return move_relation(work, statement);
  if (!work.catalog.has_schema(statement.new_schema)) return missing_schema(statement.new_schema);
  if (statement.object == ObjectKind::type || statement.object == ObjectKind::domain) {
    const Outcome<TypeId> found = existing_type(work, statement.name);
    if (!found) return found.as<std::monostate>();
    if (static_cast<std::uint32_t>(*found) >= kFirstUserType) work.catalog.edit_type(*found).schema = statement.new_schema;
  }
  if (statement.object == ObjectKind::function || statement.object == ObjectKind::procedure) {
    std::vector<std::string> words;
    if (!statement.name.schema.empty()) words.push_back(statement.name.schema);
    words.push_back(statement.name.name);
    const std::vector<const Function*> found = work.catalog.functions_named(work.scope, words);
    if (found.empty()) return done();
    Function moved = *found.front();
    work.catalog.remove_functions(std::string(moved.schema), std::string(moved.name));
    moved.schema = statement.new_schema;
    work.catalog.add_function(std::move(moved));
  }
  return done();
}

}  // namespace pgfk
