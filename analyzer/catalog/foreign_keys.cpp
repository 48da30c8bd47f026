#include "analyzer/catalog/foreign_keys.h"

#include <algorithm>
#include <map>

#include "analyzer/catalog/unique_keys.h"

namespace pgfk {
namespace {

constexpr std::size_t kMaxKeyColumns = 32;

Done check_persistence(const Relation& table, const Relation& referenced) {
  if (table.temporary) {
    if (!referenced.temporary) return refusal("42P16", "constraints on temporary tables may reference only temporary tables");
    return done();
  }
  if (table.unlogged) {
    if (referenced.temporary) {
      return refusal("42P16", "constraints on unlogged tables may reference only permanent or unlogged tables");
    }
    return done();
  }
  if (referenced.temporary || referenced.unlogged) {
    return refusal("42P16", "constraints on permanent tables may reference only permanent tables");
  }
  return done();
}

Outcome<std::vector<ColumnIndex>> column_list(const Relation& relation, const std::vector<std::string>& names) {
  std::vector<ColumnIndex> columns;
  for (const std::string& name : names) {
    const ColumnIndex column = relation.column(name);
    if (column == kNoColumn) {
      return refusal("42703", "column " + quoted(name) + " referenced in foreign key constraint does not exist");
    }
    if (columns.size() >= kMaxKeyColumns) {
      return refusal("54011", "cannot have more than " + std::to_string(kMaxKeyColumns) + " keys in a foreign key");
    }
    columns.push_back(column);
  }
  return columns;
}

struct KeyTarget {
  std::vector<ColumnIndex> columns;
  std::string index;
  bool without_overlaps = false;
};

Outcome<KeyTarget> implied_target(const Relation& referenced) {
  const UniqueKey* key = referenced.primary_key();
  if (key != nullptr && key->deferral != Deferral::not_deferrable) {
    return refusal("55000", "cannot use a deferrable primary key for referenced table " + quoted(referenced.name));
  }
  if (key == nullptr) return refusal("42704", "there is no primary key for referenced table " + quoted(referenced.name));
  return KeyTarget{key->columns, key->name, key->without_overlaps};
}

bool is_permutation_of(std::vector<ColumnIndex> a, std::vector<ColumnIndex> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

Outcome<KeyTarget> named_target(const Relation& referenced, std::vector<ColumnIndex> columns, bool period) {
  for (std::size_t at = 0; at < columns.size(); ++at) {
    if (std::find(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(at), columns[at]) !=
        columns.begin() + static_cast<std::ptrdiff_t>(at)) {
      return refusal("42830", "foreign key referenced-columns list must not contain duplicates");
    }
  }
  bool deferrable = false;
  for (const UniqueKey& key : referenced.unique_keys) {
    const bool usable = period ? key.without_overlaps : !key.exclusion;
    if (!usable || !key.valid || key.predicate != nullptr || !key.expressions.empty()) continue;
    if (!is_permutation_of(key.columns, columns)) continue;
    if (period && key.columns.back() != columns.back()) continue;
    if (key.deferral != Deferral::not_deferrable) {
      deferrable = true;
      continue;
    }
    return KeyTarget{std::move(columns), key.name, key.without_overlaps};
  }
  if (deferrable) {
    return refusal("55000", "cannot use a deferrable unique constraint for referenced table " + quoted(referenced.name));
  }
  return refusal("42830", "there is no unique constraint matching given keys for referenced table " + quoted(referenced.name));
}

const Collation* collation_of(const Work& work, const Column& column) {
  return column.collation.empty() ? nullptr : work.catalog.collation(column.collation);
}

std::string shown_collation(const Column& column) { return column.collation.empty() ? "default" : column.collation; }

/// How a pair compares, or 42804.
Outcome<KeyEquality> judge_pair(const Work& work, const std::string& name, const Column& from, const Column& to, bool period) {
  const KeyEquality equality = key_equality(work.catalog, from.type, to.type, work.version());
  const bool same = base_type(work.catalog, from.type) == base_type(work.catalog, to.type);
  const std::string impossible = "foreign key constraint " + quoted(name) + " cannot be implemented";
  const std::string pair = work.version() >= 18 ? "Key columns " + quoted(from.name) + " of the referencing table and " +
                                                      quoted(to.name) + " of the referenced table "
                                                : "Key columns " + quoted(from.name) + " and " + quoted(to.name) + " ";
  if (equality.meet == TypeId::none || (period && !same)) {
    return refusal("42804", impossible,
                   pair + "are of incompatible types: " + type_text(work, from.type) + " and " + type_text(work, to.type) + ".");
  }
  if (work.version() >= 18 && from.collation != to.collation) {
    const Collation* left = collation_of(work, from);
    const Collation* right = collation_of(work, to);
    if ((left != nullptr && !left->deterministic) || (right != nullptr && !right->deterministic)) {
      return refusal("42P21", impossible,
                     pair + "have incompatible collations: " + quoted(shown_collation(from)) + " and " +
                         quoted(shown_collation(to)) +
                         ".  If either collation is nondeterministic, then both collations have to be the same.");
    }
  }
  return equality;
}

bool is_set_action(RefAction action) { return action == RefAction::set_null || action == RefAction::set_default; }

Done check_generated_columns(const Relation& table, const ConstraintDef& written, const std::vector<ColumnIndex>& columns) {
  for (const ColumnIndex column : columns) {
    if (table.columns[column].generated == Generated::none) continue;
    if (is_set_action(written.on_update) || written.on_update == RefAction::cascade) {
      return refusal("42601", "invalid ON UPDATE action for foreign key constraint containing generated column");
    }
    if (is_set_action(written.on_delete)) {
      return refusal("42601", "invalid ON DELETE action for foreign key constraint containing generated column");
    }
  }
  for (const ColumnIndex column : columns) {
    if (table.columns[column].generated == Generated::virtual_) {
      return refusal("0A000", "foreign key constraints on virtual generated columns are not supported");
    }
  }
  return done();
}

/// A name for a copy of the key: its own, or, where the relation has that already, one made up.
std::string copy_name(const Work& work, RelationId referencing, const ForeignKey& key) {
  if (!has_constraint(work, referencing, key.name)) return key.name;
  const Relation& table = work[referencing];
  if (work.version() >= 18) {
    // NAME_1, NAME_2 and so on, as far as the schema has them free.
    for (int number = 1;; ++number) {
      std::string name = make_object_name(key.name, "", std::to_string(number));
      if (!work.catalog.constraint_name_taken(table.schema, name)) return name;
    }
  }
  std::vector<std::string> columns;
  for (const ColumnIndex column : key.referencing_columns) columns.push_back(table.columns[column].name);
  return constraint_name(work.catalog, table.schema, table.name, joined_names(columns), "fkey");
}

std::vector<ColumnIndex> mapped(const Relation& from, const Relation& to, const std::vector<ColumnIndex>& columns) {
  std::vector<ColumnIndex> result;
  for (const ColumnIndex column : columns) result.push_back(to.column(from.columns[column].name));
  return result;
}

/// The partition's key that rests on the root's key of that name.
std::string index_of_partition(const Relation& partition, RelationId root, const std::string& root_index) {
  for (const UniqueKey& key : partition.unique_keys) {
    if (key.partition_parent == root && key.parent_key == root_index) return key.name;
  }
  return root_index;
}

/// Copies for the partitions of the referenced side, depth first: they guard, and check nothing.
void copy_to_referenced(Work& work, ForeignKeyId top, ForeignKeyId parent, RelationId partition) {
  ForeignKey copy = work.catalog.foreign_key(parent);
  const Relation& from = work[copy.referenced];
  const Relation& to = work[partition];
  copy.referenced_columns = mapped(from, to, copy.referenced_columns);
  copy.referenced_index = index_of_partition(to, from.id, copy.referenced_index);
  copy.referenced = partition;
  ForeignKey named = copy;
  named.name = work.catalog.foreign_key(top).name;
  copy.name = copy_name(work, copy.referencing, named);
  copy.name_generated = true;
  copy.parent = parent;
  copy.checks_rows = false;
  copy.guards_rows = copy.enforced;
  copy.check_enabled = true;
  copy.guard_enabled = true;
  const ForeignKeyId id = work.catalog.add_key(std::move(copy));
  const std::vector<RelationId> below = work[partition].partitions;
  for (const RelationId deeper : below) copy_to_referenced(work, top, id, deeper);
}

bool is_referenced_copy(const Catalog& catalog, const ForeignKey& key) {
  return key.parent != ForeignKeyId::none && catalog.foreign_key(key.parent).referencing == key.referencing &&
         catalog.foreign_key(key.parent).referenced != key.referenced;
}

/// An equal key of the partition's own that can take the root's place there.
Outcome<ForeignKeyId> equal_key(const Work& work, const ForeignKey& wanted, RelationId partition) {
  for (const ForeignKeyId id : work.catalog.foreign_keys_of(partition)) {
    const ForeignKey& own = work.catalog.foreign_key(id);
    if (own.parent != ForeignKeyId::none || own.referenced != wanted.referenced) continue;
    if (own.referencing_columns != wanted.referencing_columns || own.referenced_columns != wanted.referenced_columns) continue;
    if (own.deferral != wanted.deferral || own.on_update != wanted.on_update || own.on_delete != wanted.on_delete ||
        own.match != wanted.match) {
      continue;
    }
    if (work.version() < 18 && !own.validated) continue;
    if (own.enforced != wanted.enforced) {
      return refusal("42P17", "constraint " + quoted(wanted.name) + " enforceability conflicts with constraint " +
                                  quoted(own.name) + " on relation " + quoted(work[partition].name));
    }
    return id;
  }
  return ForeignKeyId::none;
}

/// Takes an equal key of the partition over as a part of `parent`.
void take_over(Work& work, ForeignKeyId parent, ForeignKeyId own, bool fresh) {
  for (const ForeignKeyId copy : with_copies(work.catalog, own)) {
    if (copy != own && is_referenced_copy(work.catalog, work.catalog.foreign_key(copy))) work.catalog.remove_key(copy);
  }
  const bool root_validated = work.catalog.foreign_key(parent).validated;
  ForeignKey& edited = work.catalog.edit_key(own);
  edited.parent = parent;
  edited.guards_rows = false;
  if (!edited.validated && edited.enforced && root_validated) {
    edited.validated = true;
    if (!fresh && work[edited.referencing].holds_rows()) work.tasks.foreign_keys.push_back(CheckForeignKeyTask{own});
  }
}

/// The key for a partition of the referencing side, and for the partitions below it: they check, and guard nothing.
Done copy_to_referencing(Work& work, ForeignKeyId parent, RelationId partition, bool fresh) {
  ForeignKey copy = work.catalog.foreign_key(parent);
  const Relation& from = work[copy.referencing];
  const Relation& to = work[partition];
  copy.referencing_columns = mapped(from, to, copy.referencing_columns);
  copy.delete_set_columns = mapped(from, to, copy.delete_set_columns);
  copy.referencing = partition;
  const Outcome<ForeignKeyId> own = equal_key(work, copy, partition);
  if (!own) return own.as<std::monostate>();
  if (*own != ForeignKeyId::none) {
    take_over(work, parent, *own, fresh);
    return done();
  }
  copy.name = copy_name(work, partition, copy);
  copy.parent = parent;
  copy.checks_rows = copy.enforced && to.holds_rows();
  copy.guards_rows = false;
  copy.check_enabled = true;
  copy.guard_enabled = true;
  const bool check = copy.validated && copy.enforced && to.holds_rows();
  const ForeignKeyId id = work.catalog.add_key(std::move(copy));
  if (check && !fresh) work.tasks.foreign_keys.push_back(CheckForeignKeyTask{id});
  const std::vector<RelationId> below = work[partition].partitions;
  for (const RelationId deeper : below) {
    if (Done made = copy_to_referencing(work, id, deeper, fresh); !made) return made;
  }
  return done();
}

Done check_period_actions(const ConstraintDef& written) {
  if (!written.period) return done();
  if (written.on_update != RefAction::no_action) {
    return refusal("0A000", "unsupported ON UPDATE action for foreign key constraint using PERIOD");
  }
  if (written.on_delete != RefAction::no_action) {
    return refusal("0A000", "unsupported ON DELETE action for foreign key constraint using PERIOD");
  }
  return done();
}

Outcome<KeyTarget> find_target(const Relation& referenced, const ConstraintDef& written) {
  const bool period = written.period || written.referenced_period;
  Outcome<KeyTarget> target = refusal("42830", "");
  if (written.referenced_columns.empty()) {
    target = implied_target(referenced);
    if (target && target->without_overlaps && !written.period) {
      return refusal("42830", "foreign key uses PERIOD on the referenced table but not the referencing table");
    }
  } else {
    Outcome<std::vector<ColumnIndex>> columns = column_list(referenced, written.referenced_columns);
    if (!columns) return columns.as<KeyTarget>();
    if (period && !written.referenced_period) {
      return refusal("42830", "foreign key uses PERIOD on the referencing table but not the referenced table");
    }
    target = named_target(referenced, std::move(*columns), period);
  }
  if (target && target->without_overlaps && !period) {
    return refusal("42830", "foreign key must use PERIOD when referencing a primary key using WITHOUT OVERLAPS");
  }
  return target;
}

}  // namespace

Done add_foreign_key(Work& work, RelationId relation, const DraftConstraint& draft, const AddForeignKeyOptions& options) {
  const ConstraintDef& written = *draft.definition;
  const Relation& table = work[relation];

  ForeignKey key;
  if (!written.name.empty()) {
    if (Done free = constraint_name_free(work, relation, written.name); !free) return free;
    key.name = written.name;
  } else {
    key.name = constraint_name(work.catalog, table.schema, table.name, joined_names(draft.columns), "fkey");
    key.name_generated = true;
  }
  if (written.match == MatchType::partial) return refusal("0A000", "MATCH PARTIAL not yet implemented");

  const Outcome<RelationId> found = existing_relation(work, written.referenced);
  if (!found) return found.as<std::monostate>();
  const Relation& referenced = work[*found];
  if (referenced.kind == RelationKind::index) {
    if (work.version() >= 17) {
      return refusal("42809", "cannot open relation " + quoted(referenced.name), "This operation is not supported for indexes.");
    }
    return refusal("42809", quoted(referenced.name) + " is an index");
  }
  const bool not_valid = written.not_valid && !options.fresh_table;
  if (table.kind == RelationKind::partitioned_table) {
    if (options.only) {
      return refusal("42809", "cannot use ONLY for foreign key on partitioned table " + quoted(table.name) +
                                  " referencing relation " + quoted(referenced.name));
    }
    if (not_valid && work.version() < 18) {
      return refusal("42809",
                     "cannot add NOT VALID foreign key on partitioned table " + quoted(table.name) + " referencing relation " +
                         quoted(referenced.name),
                     "This feature is not yet supported on partitioned tables.");
    }
  }
  if (referenced.kind != RelationKind::table && referenced.kind != RelationKind::partitioned_table) {
    return refusal("42809", "referenced relation " + quoted(referenced.name) + " is not a table");
  }
  if (Done persistence = check_persistence(table, referenced); !persistence) return persistence;

  Outcome<std::vector<ColumnIndex>> columns = column_list(table, draft.columns);
  if (!columns) return columns.as<std::monostate>();
  if (written.referenced_period && !written.period) {
    return refusal("42830", "foreign key uses PERIOD on the referenced table but not the referencing table");
  }
  const Outcome<std::vector<ColumnIndex>> set_columns = column_list(table, written.delete_set_columns);
  if (!set_columns) return set_columns.as<std::monostate>();
  for (const ColumnIndex column : *set_columns) {
    if (std::find(columns->begin(), columns->end(), column) == columns->end()) {
      return refusal("42P10", "column " + quoted(table.columns[column].name) +
                                  " referenced in ON DELETE SET action must be part of foreign key");
    }
  }
  Outcome<KeyTarget> target = find_target(referenced, written);
  if (!target) return target.as<std::monostate>();
  if (Done generated = check_generated_columns(table, written, *columns); !generated) return generated;
  if (Done period = check_period_actions(written); !period) return period;
  if (columns->size() != target->columns.size()) {
    return refusal("42830", "number of referencing and referenced columns for foreign key disagree");
  }
  for (std::size_t at = 0; at < columns->size(); ++at) {
    const Outcome<KeyEquality> equality = judge_pair(work, key.name, table.columns[(*columns)[at]],
                                                     referenced.columns[target->columns[at]], written.period);
    if (!equality) return equality.as<std::monostate>();
    key.equalities.push_back(*equality);
  }

  key.referencing = relation;
  key.referencing_columns = std::move(*columns);
  key.referenced = *found;
  key.referenced_columns = target->columns;
  key.referenced_index = target->index;
  key.match = written.match;
  key.on_delete = written.on_delete;
  key.on_update = written.on_update;
  key.delete_set_columns = *set_columns;
  if (written.deferrable || written.initially_deferred) {
    key.deferral = written.initially_deferred ? Deferral::initially_deferred : Deferral::initially_immediate;
  }
  key.enforced = !written.not_enforced;
  key.validated = key.enforced && !not_valid;
  key.period = written.period;
  key.checks_rows = key.enforced && table.holds_rows();
  key.guards_rows = key.enforced;
  key.declared_at = work.at;
  const bool check = key.validated && !options.fresh_table;
  const ForeignKeyId id = work.catalog.add_key(std::move(key));
  const std::vector<RelationId> referenced_partitions = work[*found].partitions;
  for (const RelationId partition : referenced_partitions) copy_to_referenced(work, id, id, partition);
  if (check && work[relation].holds_rows()) work.tasks.foreign_keys.push_back(CheckForeignKeyTask{id});
  const std::vector<RelationId> partitions = work[relation].partitions;
  for (const RelationId partition : partitions) {
    if (Done copied = copy_to_referencing(work, id, partition, options.fresh_table); !copied) return copied;
  }
  return done();
}

Done clone_foreign_keys_to_partition(Work& work, RelationId root, RelationId partition, bool fresh) {
  const std::vector<ForeignKeyId> to = work.catalog.foreign_keys_to(root);
  for (const ForeignKeyId id : to) copy_to_referenced(work, id, id, partition);
  // Copies on the referencing side are made in the order of the names: RelationGetFKeyList reads an index by them.
  std::vector<ForeignKeyId> of = work.catalog.foreign_keys_of(root);
  std::sort(of.begin(), of.end(), [&](ForeignKeyId a, ForeignKeyId b) {
    return work.catalog.foreign_key(a).name < work.catalog.foreign_key(b).name;
  });
  for (const ForeignKeyId id : of) {
    if (is_referenced_copy(work.catalog, work.catalog.foreign_key(id))) continue;
    if (Done copied = copy_to_referencing(work, id, partition, fresh); !copied) return copied;
  }
  return done();
}

Done detach_foreign_keys(Work& work, RelationId root, RelationId partition) {
  // The partition as a target: its copies go, if nothing refers to its rows.
  for (const RelationId part : with_descendants(work.catalog, partition)) {
    const std::vector<ForeignKeyId> to = work.catalog.foreign_keys_to(part);
    for (const ForeignKeyId id : to) {
      const ForeignKey& key = work.catalog.foreign_key(id);
      if (!is_referenced_copy(work.catalog, key)) continue;
      if (work[part].holds_rows()) work.tasks.before.push_back(CheckDetachTask{part, id});
      work.catalog.remove_key(id);
    }
  }
  // The partition as the referencing side: its keys become its own.
  const std::vector<ForeignKeyId> of = work.catalog.foreign_keys_of(partition);
  for (const ForeignKeyId id : of) {
    const ForeignKeyId parent = work.catalog.foreign_key(id).parent;
    if (parent == ForeignKeyId::none || work.catalog.foreign_key(parent).referencing != root) continue;
    ForeignKey& key = work.catalog.edit_key(id);
    key.parent = ForeignKeyId::none;
    key.guards_rows = key.enforced;
    const std::vector<RelationId> referenced_partitions = work[key.referenced].partitions;
    for (const RelationId referenced : referenced_partitions) copy_to_referenced(work, id, id, referenced);
  }
  return done();
}

std::vector<ForeignKeyId> with_copies(const Catalog& catalog, ForeignKeyId top) {
  std::vector<ForeignKeyId> all;
  const ForeignKey& key = catalog.foreign_key(top);
  std::vector<ForeignKeyId> candidates;
  for (const RelationId relation : catalog[key.referenced].partitions) {
    const std::vector<ForeignKeyId>& to = catalog.foreign_keys_to(relation);
    candidates.insert(candidates.end(), to.begin(), to.end());
  }
  for (const RelationId relation : catalog[key.referencing].partitions) {
    const std::vector<ForeignKeyId>& of = catalog.foreign_keys_of(relation);
    candidates.insert(candidates.end(), of.begin(), of.end());
  }
  for (const ForeignKeyId id : candidates) {
    if (catalog.foreign_key(id).parent != top || std::find(all.begin(), all.end(), id) != all.end()) continue;
    for (const ForeignKeyId copy : with_copies(catalog, id)) all.push_back(copy);
  }
  all.push_back(top);
  return all;
}

void remove_foreign_key(Work& work, ForeignKeyId top) {
  for (const ForeignKeyId id : with_copies(work.catalog, top)) work.catalog.remove_key(id);
}

Outcome<bool> rejudge_foreign_key(Work& work, ForeignKeyId id) {
  const ForeignKey& key = work.catalog.foreign_key(id);
  const Relation& table = work[key.referencing];
  const Relation& referenced = work[key.referenced];
  std::vector<KeyEquality> equalities;
  bool changed = false;
  for (std::size_t at = 0; at < key.referencing_columns.size(); ++at) {
    const Outcome<KeyEquality> equality = judge_pair(work, key.name, table.columns[key.referencing_columns[at]],
                                                     referenced.columns[key.referenced_columns[at]], key.period);
    if (!equality) return equality.as<bool>();
    changed = changed || equality->meet != key.equalities[at].meet ||
              equality->cast_referencing != key.equalities[at].cast_referencing;
    equalities.push_back(*equality);
  }
  work.catalog.edit_key(id).equalities = std::move(equalities);
  return changed;
}

}  // namespace pgfk
