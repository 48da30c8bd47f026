// CREATE TABLE, in the order in which the server works: parse analysis of all elements, then sequences, the relation with its defaults
// and checks, then primary and unique keys, then foreign keys.
// Source: parse_utilcmd.c, transformCreateStmt; tablecmds.c, DefineRelation.
#include <algorithm>

#include "analyzer/catalog/columns.h"
#include "analyzer/catalog/constraints.h"
#include "analyzer/catalog/expressions.h"
#include "analyzer/catalog/families.h"
#include "analyzer/catalog/foreign_keys.h"
#include "analyzer/catalog/inheritance.h"
#include "analyzer/catalog/partitions.h"
#include "analyzer/catalog/sequences.h"
#include "analyzer/catalog/triggers.h"
#include "analyzer/catalog/unique_keys.h"

namespace pgfk {
namespace {

/// What LIKE asks for after the table is there.
struct PendingLike {
  RelationId source;
  const LikeClause* clause;
};

Done add_like(Work& work, Draft& draft, const LikeClause& like, std::vector<PendingLike>& pending) {
  const Outcome<RelationId> found = existing_relation(work, like.table);
  if (!found) return found.as<std::monostate>();
  const Relation& source = work[*found];
  if (source.kind == RelationKind::index || source.kind == RelationKind::sequence) {
    return refusal("42809", "relation " + quoted(source.name) + " is invalid in LIKE clause",
                   std::string("This operation is not supported for ") +
                       (source.kind == RelationKind::index ? "indexes." : "sequences."));
  }
  for (const Column& column : source.columns) {
    if (column.dropped) continue;
    DraftColumn& made = draft.columns.emplace_back();
    made.column.name = column.name;
    made.column.type = column.type;
    made.column.typmod = column.typmod;
    made.column.collation = column.collation;
    made.column.not_null = column.not_null;
    if (like.generated && column.generated != Generated::none) {
      made.column.generated = column.generated;
      made.column.generated_expr = column.generated_expr;
    }
    if (like.defaults && column.generated == Generated::none) {
      made.column.default_expr = column.default_expr;
      made.column.default_sequence = column.default_sequence;
    }
    if (like.identity && column.identity != Identity::none) {
      made.column.identity = column.identity;
      DraftSequence sequence;
      sequence.identity = true;
      sequence.definition = work.catalog.sequence(column.identity_sequence);
      sequence.definition.last_value = sequence.definition.start;
      sequence.definition.is_called = false;
      sequence.definition.known = true;
      sequence.definition.owner = RelationId::none;
      sequence.name = relation_name(work.catalog, draft.schema, draft.table, column.name, "seq");
      made.sequence = std::move(sequence);
    }
  }
  pending.push_back({*found, &like});
  return done();
}

Done finish_like(Work& work, RelationId table, const PendingLike& pending) {
  const Relation source = work[pending.source];
  if (pending.clause->constraints) {
    for (CheckConstraint check : source.checks) {
      if (Done free = constraint_name_free(work, table, check.name); !free) return free;
      check.local = true;
      check.inherited = 0;
      check.validated = check.enforced;
      work.catalog.edit(table).checks.push_back(std::move(check));
    }
  }
  if (pending.clause->indexes) {
    for (UniqueKey key : source.unique_keys) {
      for (ColumnIndex& column : key.columns) {
        if (column != kNoColumn) column = work[table].column(source.columns[column].name);
      }
      key.name.clear();
      key.index = RelationId::none;
      key.partition_parent = RelationId::none;
      key.parent_key.clear();
      DefineKeyOptions options;
      options.fresh_table = true;
      if (key.exclusion) options.method = "other";  // judged when the source was made
      const Outcome<std::string> made = define_key(work, table, std::move(key), options);
      if (!made) return made.as<std::monostate>();
    }
  }
  return done();
}

/// 42701 for names given twice.
Done check_names(const Draft& draft) {
  for (std::size_t at = 0; at < draft.columns.size(); ++at) {
    for (std::size_t before = 0; before < at; ++before) {
      if (draft.columns[before].column.name == draft.columns[at].column.name) {
        return refusal("42701", "column " + quoted(draft.columns[at].column.name) + " specified more than once");
      }
    }
  }
  return done();
}

bool same_index(const DraftConstraint& a, const DraftConstraint& b) {
  const ConstraintDef& left = *a.definition;
  const ConstraintDef& right = *b.definition;
  return left.kind != ConstraintKind::exclusion && right.kind != ConstraintKind::exclusion && a.columns == b.columns &&
         left.including == right.including && left.deferrable == right.deferrable &&
         left.initially_deferred == right.initially_deferred && left.nulls_not_distinct == right.nulls_not_distinct &&
         left.without_overlaps == right.without_overlaps;
}

/// The primary key first. Equal constraints become one index, which has the first name that was written for any.
std::vector<DraftConstraint> index_constraints(const Draft& draft) {
  std::vector<DraftConstraint> ordered;
  for (const bool primary : {true, false}) {
    for (const DraftConstraint& index : draft.indexes) {
      if ((index.definition->kind == ConstraintKind::primary_key) != primary) continue;
      const auto same = std::find_if(ordered.begin(), ordered.end(),
                                     [&](const DraftConstraint& other) { return same_index(index, other); });
      if (same == ordered.end()) {
        ordered.push_back(index);
      } else if (same->definition->name.empty() && same->name.empty()) {
        same->name = index.definition->name;
      }
    }
  }
  return ordered;
}

struct Bases {
  std::vector<RelationId> inherits;
  RelationId root = RelationId::none;
};

Outcome<Bases> find_bases(Work& work, const CreateTable& statement) {
  Bases bases;
  for (const QualifiedName& name : statement.inherits) {
    const Outcome<RelationId> found = existing_relation(work, name);
    if (!found) return found.as<Bases>();
    const Relation& base = work[*found];
    if (std::find(bases.inherits.begin(), bases.inherits.end(), *found) != bases.inherits.end()) {
      return refusal("42P07", "relation " + quoted(base.name) + " would be inherited from more than once");
    }
    if (base.partitioning) return refusal("42809", "cannot inherit from partitioned table " + quoted(base.name));
    if (base.partition_of != RelationId::none) return refusal("42809", "cannot inherit from partition " + quoted(base.name));
    if (base.kind != RelationKind::table && base.kind != RelationKind::foreign_table) {
      return refusal("42809", "inherited relation " + quoted(base.name) + " is not a table or foreign table");
    }
    if (!statement.temporary && base.temporary) {
      return refusal("42809", "cannot inherit from temporary relation " + quoted(base.name));
    }
    bases.inherits.push_back(*found);
  }
  if (statement.partition_of) {
    const Outcome<RelationId> found = existing_relation(work, *statement.partition_of);
    if (!found) return found.as<Bases>();
    const Relation& root = work[*found];
    if (!root.partitioning) {
      return refusal("42P17", quoted(root.name) + " is not partitioned");
    }
    if (!statement.temporary && root.temporary) {
      return refusal("42809", "cannot create a permanent relation as partition of temporary relation " + quoted(root.name));
    }
    bases.root = *found;
  }
  return bases;
}

Done add_elements(Work& work, Draft& draft, const CreateTable& statement, std::vector<PendingLike>& likes) {
  for (const TableElement& element : statement.elements) {
    Done added = done();
    if (const auto* column = std::get_if<ColumnDef>(&element)) {
      added = add_column(work, draft, *column);
    } else if (const auto* constraint = std::get_if<ConstraintDef>(&element)) {
      added = add_table_constraint(work, draft, *constraint);
    } else if (const auto* like = std::get_if<LikeClause>(&element)) {
      added = add_like(work, draft, *like, likes);
    }
    if (!added) return added;
  }
  return done();
}

/// The row type's fields become columns.
Done add_type_columns(Work& work, Draft& draft, const TypeName& name, TypeId& of_type) {
  const Outcome<TypeAndModifier> type = resolve_type_name(work, name);
  if (!type) return type.as<std::monostate>();
  const Type* info = work.catalog.type(type->first);
  if (info == nullptr || info->kind != TypeKind::composite) {
    return refusal("42809", "type " + type_text(work, type->first) + " is not a composite type");
  }
  of_type = type->first;
  for (const auto& [field, field_type] : info->fields) {
    DraftColumn& column = draft.columns.emplace_back();
    column.column.name = field;
    column.column.type = field_type;
  }
  return done();
}

RelationId add_relation(Work& work, const CreateTable& statement, Draft& draft, const Bases& bases, TypeId of_type) {
  Relation table;
  table.schema = draft.schema;
  table.name = draft.table;
  table.kind = statement.foreign        ? RelationKind::foreign_table
               : statement.partition_by ? RelationKind::partitioned_table
                                        : RelationKind::table;
  table.temporary = draft.temporary;
  // Up to 17 UNLOGGED was ignored for partitioned tables.
  table.unlogged = statement.unlogged && !statement.partition_by;
  table.owner = work.scope.role;
  table.on_commit = statement.on_commit;
  table.of_type = of_type;
  table.inherits = bases.inherits;
  table.declared_at = work.at;
  for (DraftColumn& column : draft.columns) {
    for (const DraftConstraint& index : draft.indexes) {
      if (index.definition->kind != ConstraintKind::primary_key) continue;
      if (std::find(index.columns.begin(), index.columns.end(), column.column.name) != index.columns.end()) {
        column.column.not_null = true;
      }
    }
    table.columns.push_back(column.column);
  }
  const RelationId id = work.catalog.add(std::move(table));
  for (const RelationId base : bases.inherits) work.catalog.edit(base).heirs.push_back(id);
  return id;
}

Done check_columns(const Work& work, const Draft& draft) {
  for (const DraftColumn& column : draft.columns) {
    if (Done checked = check_column(work, column.column); !checked) return checked;
  }
  return done();
}

Done define_defaults(Work& work, RelationId table, const Draft& draft) {
  for (std::size_t at = 0; at < draft.columns.size(); ++at) {
    const auto index = static_cast<ColumnIndex>(at);
    const DraftColumn& column = draft.columns[at];
    if (column.column.generated != Generated::none) {
      if (Done checked = check_generated(work, table, index); !checked) return checked;
    } else if (column.default_expr != nullptr) {
      if (Done set = set_default(work, table, index, column.default_expr); !set) return set;
    }
  }
  return done();
}

}  // namespace

Done create_table(Work& work, const CreateTable& statement) {
  const Outcome<std::string> schema = schema_for_new(work, statement.table, statement.temporary);
  if (!schema) return schema.as<std::monostate>();
  Draft draft;
  draft.schema = *schema;
  draft.table = statement.table.name;
  draft.temporary = *schema == Catalog::temporary_schema(work.scope);
  draft.foreign = statement.foreign;
  draft.partition = statement.partition_of.has_value();
  draft.typed = statement.of_type.has_value();
  if (statement.if_not_exists && work.catalog.relation_name_taken(draft.schema, draft.table)) return done();

  const Outcome<Bases> bases = find_bases(work, statement);
  TypeId of_type = TypeId::none;
  std::vector<PendingLike> likes;
  if (statement.of_type) {
    if (Done typed = add_type_columns(work, draft, *statement.of_type, of_type); !typed) return typed;
  }
  // A partition's columns are known before its elements are read, since those may only add to them.
  if (bases && bases->root != RelationId::none) {
    if (Done merged = merge_bases(work, draft, {bases->root}); !merged) return merged;
  } else if (bases.refused() && statement.partition_of) {
    return bases.as<std::monostate>();
  }
  if (Done added = add_elements(work, draft, statement, likes); !added) return added;

  const auto find = [&](std::string_view name) -> const Column* {
    if (const DraftColumn* column = draft.find(name)) return &column->column;
    if (!bases) return nullptr;
    for (const RelationId base : bases->inherits) {
      const ColumnIndex at = work[base].column(name);
      if (at != kNoColumn) return &work[base].columns[at];
    }
    return nullptr;
  };
  bool primary_seen = false;
  for (const DraftConstraint& index : draft.indexes) {
    if (Done checked = check_index_constraint(work, index, draft.table, find, primary_seen); !checked) return checked;
    primary_seen = primary_seen || index.definition->kind == ConstraintKind::primary_key;
  }
  if (!bases) return bases.as<std::monostate>();
  if (statement.unlogged && statement.partition_by && work.version() >= 18) {
    return refusal("0A000", "partitioned tables cannot be unlogged");
  }

  if (Done names = check_names(draft); !names) return names;
  if (!bases->inherits.empty()) {
    if (Done merged = merge_bases(work, draft, bases->inherits); !merged) return merged;
  }
  if (Done checked = check_columns(work, draft); !checked) return checked;
  if (work.catalog.relation_name_taken(draft.schema, draft.table)) {
    return refusal("42P07", "relation " + quoted(draft.table) + " already exists");
  }
  if (work.catalog.find_type_in(draft.schema, draft.table) != TypeId::none) {
    return refusal("42710", "type " + quoted(draft.table) + " already exists");
  }

  const RelationId table = add_relation(work, statement, draft, *bases, of_type);
  for (std::size_t at = 0; at < draft.columns.size(); ++at) {
    if (!draft.columns[at].sequence) continue;
    const auto column = static_cast<ColumnIndex>(at);
    if (Done made = make_column_sequence(work, table, column, *draft.columns[at].sequence); !made) return made;
  }
  if (Done defaults = define_defaults(work, table, draft); !defaults) return defaults;
  if (statement.partition_by) {
    if (Done partitioned = set_partitioning(work, table, *statement.partition_by); !partitioned) return partitioned;
  }
  if (bases->root != RelationId::none && statement.bound) {
    Outcome<Bound> bound = read_bound(work, bases->root, *statement.bound);
    if (!bound) return bound.as<std::monostate>();
    if (Done free = check_bound(work, bases->root, *bound, draft.table); !free) return free;
    if (Done inherited = inherit_checks(work, bases->root, table); !inherited) return inherited;
    insert_partition(work, bases->root, table, std::move(*bound), true);
    if (Done keys = clone_keys_to_partition(work, bases->root, table, true); !keys) return keys;
    clone_triggers_to_partition(work, bases->root, table);
    if (Done keys = clone_foreign_keys_to_partition(work, bases->root, table, true); !keys) return keys;
  }
  for (const RelationId base : bases->inherits) {
    if (Done inherited = inherit_checks(work, base, table); !inherited) return inherited;
  }
  for (const DraftConstraint& check : draft.checks) {
    AddCheckOptions options;
    options.fresh_table = true;
    if (Done added = add_check(work, table, *check.definition, options); !added) return added;
  }
  name_not_nulls(work, table);
  for (const PendingLike& like : likes) {
    if (Done finished = finish_like(work, table, like); !finished) return finished;
  }
  for (const DraftConstraint& index : index_constraints(draft)) {
    DefineKeyOptions options;
    options.fresh_table = bases->root == RelationId::none;
    options.method = index_method(*index.definition);
    const Outcome<std::string> made = define_key(work, table, unique_key_of(work[table], index), options);
    if (!made) return made.as<std::monostate>();
  }
  for (const DraftConstraint& key : draft.foreign_keys) {
    AddForeignKeyOptions options;
    options.fresh_table = true;
    if (Done added = add_foreign_key(work, table, key, options); !added) return added;
  }
  return done();
}

}  // namespace pgfk
