#include "analyzer/catalog/unique_keys.h"

#include <algorithm>

#include "analyzer/catalog/expressions.h"

namespace pgfk {
namespace {

bool is_range_type(const Work& work, TypeId type) {
  const Type* info = is_array(type) ? nullptr : work.catalog.type(base_type(work.catalog, type));
  return info != nullptr && (info->kind == TypeKind::range || info->kind == TypeKind::multirange);
}

const char* constraint_word(const UniqueKey& key) {
  if (key.exclusion && !key.without_overlaps) return "EXCLUDE";
  return key.primary ? "PRIMARY KEY" : "UNIQUE";
}

/// The columns' part of an index's made-up name.
std::string column_names(const Relation& relation, const UniqueKey& key) {
  std::vector<std::string> names;
  std::size_t expression = 0;
  for (const ColumnIndex column : key.columns) {
    std::string name;
    if (column == kNoColumn) {
      const Expr& expr = *key.expressions[expression++];
      name = expr.kind == ExprKind::function ? expr.names.back() : "expr";
    } else {
      name = relation.columns[column].name;
    }
    const std::string first = name;
    for (int number = 1; std::find(names.begin(), names.end(), name) != names.end(); ++number) {
      name = first + std::to_string(number);
    }
    names.push_back(std::move(name));
  }
  return joined_names(names);
}

std::string choose_index_name(const Work& work, const Relation& relation, const UniqueKey& key) {
  if (key.primary) return relation_name(work.catalog, relation.schema, relation.name, "", "pkey", true);
  const std::string columns = column_names(relation, key);
  const bool exclusion = key.exclusion && !key.without_overlaps;
  const char* label = exclusion ? "excl" : key.constraint ? "key" : "idx";
  return relation_name(work.catalog, relation.schema, relation.name, columns, label, key.constraint);
}

/// Whether GiST has an operator class for the type by itself. Types of extensions may bring theirs.
bool has_gist_class(const Work& work, TypeId type) {
  static constexpr std::string_view kOthers[] = {"box", "circle", "point", "polygon", "tsvector", "tsquery"};
  if (is_range_type(work, type) || work.catalog.has_extension("btree_gist")) return true;
  const Type* info = is_array(type) ? nullptr : work.catalog.type(base_type(work.catalog, type));
  if (info == nullptr || info->kind != TypeKind::base || static_cast<std::uint32_t>(info->id) >= kFirstUserType) return !is_array(type);
  return std::find(std::begin(kOthers), std::end(kOthers), info->name) != std::end(kOthers);
}

Done check_operator_classes(const Work& work, const Relation& relation, const UniqueKey& key, const std::string& method) {
  for (const ColumnIndex column : key.columns) {
    if (column == kNoColumn) continue;
    const TypeId type = relation.columns[column].type;
    const bool judged = method == "btree" || method == "gist";
    const bool known = method == "gist" ? has_gist_class(work, type) : is_array(type) || has_equality(work.catalog, type);
    if (judged && !known) {
      return refusal("42704", "data type " + type_text(work, type) + " has no default operator class for access method " + quoted(method));
    }
    if (relation.columns[column].generated == Generated::virtual_) {
      const char* what = key.primary ? "primary keys" : key.constraint ? "unique constraints" : "indexes";
      return refusal("0A000", std::string(what) + " on virtual generated columns are not supported");
    }
  }
  return done();
}

Done check_partition_columns(const Relation& relation, const UniqueKey& key) {
  if (!relation.partitioning) return done();
  const std::string word = constraint_word(key);
  for (const ColumnIndex column : relation.partitioning->columns) {
    if (column == kNoColumn) {
      return refusal("0A000", "unsupported " + word + " constraint with partition key definition",
                     word + " constraints cannot be used when partition keys include expressions.");
    }
    const auto slot = std::find(key.columns.begin(), key.columns.end(), column);
    if (slot == key.columns.end()) {
      return refusal("0A000", "unique constraint on partitioned table must include all partitioning columns",
                     word + " constraint on table " + quoted(relation.name) + " lacks column " +
                         quoted(relation.columns[column].name) + " which is part of the partition key.");
    }
    if (!key.exclusion) continue;
    const std::string& op = key.exclusion_operators[static_cast<std::size_t>(slot - key.columns.begin())];
    if (op != "=") {
      return refusal("0A000", "cannot match partition key to index on column " + quoted(relation.columns[column].name) +
                                  " using non-equal operator " + quoted(op));
    }
  }
  return done();
}

/// Adds index and key; the checks are done.
void add_key_and_index(Work& work, RelationId relation, UniqueKey key) {
  const Relation& table = work[relation];
  Relation index;
  index.schema = table.schema;
  index.name = key.name;
  index.kind = RelationKind::index;
  index.temporary = table.temporary;
  index.owner = table.owner;
  index.index_of = relation;
  index.index_unique = true;
  index.declared_at = work.at;
  key.index = work.catalog.add(std::move(index));
  work.catalog.edit(relation).unique_keys.push_back(std::move(key));
}

/// The key of a root as the partition's columns have it.
UniqueKey mapped_key(const Relation& root, const Relation& partition, const UniqueKey& key) {
  UniqueKey mapped = key;
  mapped.name.clear();
  mapped.index = RelationId::none;
  for (ColumnIndex& column : mapped.columns) {
    if (column != kNoColumn) column = partition.column(root.columns[column].name);
  }
  mapped.partition_parent = root.id;
  mapped.parent_key = key.name;
  return mapped;
}

/// An equal key of the partition that nobody took over yet.
const UniqueKey* equal_key(const Relation& partition, const UniqueKey& wanted) {
  for (const UniqueKey& key : partition.unique_keys) {
    if (key.partition_parent != RelationId::none || key.columns != wanted.columns) continue;
    if (wanted.constraint != key.constraint && wanted.constraint) continue;
    if (wanted.constraint && wanted.primary != key.primary) continue;
    if (key.nulls_not_distinct != wanted.nulls_not_distinct || key.deferral != wanted.deferral) continue;
    if (key.exclusion != wanted.exclusion || key.without_overlaps != wanted.without_overlaps) continue;
    if (!same_expression(key.predicate, wanted.predicate) || key.expressions.size() != wanted.expressions.size()) continue;
    bool same = true;
    for (std::size_t at = 0; at < key.expressions.size(); ++at) {
      same = same && same_expression(key.expressions[at], wanted.expressions[at]);
    }
    if (same) return &key;
  }
  return nullptr;
}

Done define_on_partition(Work& work, RelationId root, RelationId partition, const UniqueKey& key, const DefineKeyOptions& options) {
  UniqueKey wanted = mapped_key(work[root], work[partition], key);
  if (const UniqueKey* own = equal_key(work[partition], wanted)) {
    const std::string name = own->name;
    for (UniqueKey& edited : work.catalog.edit(partition).unique_keys) {
      if (edited.name != name) continue;
      edited.partition_parent = root;
      edited.parent_key = key.name;
    }
    return done();
  }
  const Outcome<std::string> made = define_key(work, partition, std::move(wanted), options);
  if (!made) return made.as<std::monostate>();
  return done();
}

}  // namespace

bool has_constraint(const Work& work, RelationId relation, std::string_view name) {
  const Relation& table = work[relation];
  for (const CheckConstraint& check : table.checks) {
    if (check.name == name) return true;
  }
  for (const UniqueKey& key : table.unique_keys) {
    if (key.constraint && key.name == name) return true;
  }
  for (const Column& column : table.columns) {
    if (!column.dropped && column.not_null && !column.not_null_name.empty() && column.not_null_name == name) return true;
  }
  return work.catalog.foreign_key_named(relation, name) != ForeignKeyId::none;
}

Done constraint_name_free(const Work& work, RelationId relation, std::string_view name) {
  if (!has_constraint(work, relation, name)) return done();
  return refusal("42710", "constraint " + quoted(name) + " for relation " + quoted(work[relation].name) + " already exists");
}

Done check_index_constraint(const Work& work, const DraftConstraint& draft, std::string_view table, const FindColumn& find,
                            bool primary_key_seen) {
  const ConstraintDef& written = *draft.definition;
  const bool primary = written.kind == ConstraintKind::primary_key;
  if (primary && primary_key_seen) {
    return refusal("42P16", "multiple primary keys for table " + quoted(table) + " are not allowed");
  }
  for (const Exclusion& exclusion : written.exclusions) {
    if (exclusion.column.empty() || find(exclusion.column) != nullptr) continue;
    return refusal("42703", "column " + quoted(exclusion.column) + " named in key does not exist");
  }
  for (std::size_t at = 0; at < draft.columns.size(); ++at) {
    const std::string& name = draft.columns[at];
    const Column* column = find(name);
    if (column == nullptr) {
      ServerError error = refusal("42703", "column " + quoted(name) + " named in key does not exist");
      error.location = written.location;
      return error;
    }
    for (std::size_t before = 0; before < at; ++before) {
      if (draft.columns[before] != name) continue;
      return refusal("42701", "column " + quoted(name) + " appears twice in " +
                                  (primary ? "primary key constraint" : "unique constraint"));
    }
    if (written.without_overlaps && at + 1 == draft.columns.size()) {
      if (draft.columns.size() < 2) return refusal("42601", "constraint using WITHOUT OVERLAPS needs at least two columns");
      if (!is_range_type(work, column->type)) {
        return refusal("42804", "column " + quoted(name) + " in WITHOUT OVERLAPS is not a range or multirange type");
      }
    }
  }
  for (const std::string& name : written.including) {
    if (find(name) == nullptr) return refusal("42703", "column " + quoted(name) + " named in key does not exist");
  }
  return done();
}

std::string index_method(const ConstraintDef& written) {
  if (written.without_overlaps) return "gist";
  const bool custom = std::any_of(written.exclusions.begin(), written.exclusions.end(), [](const Exclusion& e) { return e.has_opclass; });
  return custom ? "other" : written.access_method.empty() ? "btree" : written.access_method;
}

UniqueKey unique_key_of(const Relation& relation, const DraftConstraint& draft) {
  const ConstraintDef& written = *draft.definition;
  UniqueKey key;
  key.name = draft.name.empty() ? written.name : draft.name;
  key.primary = written.kind == ConstraintKind::primary_key;
  key.exclusion = written.kind == ConstraintKind::exclusion || written.without_overlaps;
  key.without_overlaps = written.without_overlaps;
  key.nulls_not_distinct = written.nulls_not_distinct;
  if (written.deferrable || written.initially_deferred) {
    key.deferral = written.initially_deferred ? Deferral::initially_deferred : Deferral::initially_immediate;
  }
  for (const std::string& name : draft.columns) key.columns.push_back(relation.column(name));
  if (written.without_overlaps) {
    key.exclusion_operators.assign(key.columns.size(), "=");
    key.exclusion_operators.back() = "&&";
  }
  for (const Exclusion& exclusion : written.exclusions) {
    key.columns.push_back(exclusion.column.empty() ? kNoColumn : relation.column(exclusion.column));
    if (exclusion.column.empty()) key.expressions.push_back(exclusion.expr.get());
    key.exclusion_operators.push_back(exclusion.op);
  }
  if (key.exclusion) key.predicate = written.where.get();
  return key;
}

Outcome<std::string> define_key(Work& work, RelationId relation, UniqueKey key, const DefineKeyOptions& options) {
  const Relation& table = work[relation];
  if (table.partitioning && key.exclusion && !key.without_overlaps && work.version() < 17) {
    return refusal("0A000", "exclusion constraints are not supported on partitioned tables");
  }
  if (key.name.empty()) key.name = choose_index_name(work, table, key);
  if (Done classes = check_operator_classes(work, table, key, options.method); !classes) return classes.as<std::string>();
  if (key.primary && !options.fresh_table && table.primary_key() != nullptr) {
    return refusal("42P16", "multiple primary keys for table " + quoted(table.name) + " are not allowed");
  }
  if (Done included = check_partition_columns(table, key); !included) return included.as<std::string>();
  if (work.catalog.relation_name_taken(table.schema, key.name)) {
    return refusal("42P07", "relation " + quoted(key.name) + " already exists");
  }
  if (key.constraint) {
    if (Done free = constraint_name_free(work, relation, key.name); !free) return free.as<std::string>();
  }
  if (key.primary) {
    for (const ColumnIndex column : key.columns) {
      if (column != kNoColumn) set_not_null(work, relation, column, options.fresh_table);
    }
  }
  const std::string name = key.name;
  add_key_and_index(work, relation, key);
  if (!options.fresh_table && work[relation].holds_rows()) work.tasks.indexes.push_back(BuildUniqueTask{relation, name});
  if (options.recurse) {
    const std::vector<RelationId> partitions = work[relation].partitions;
    for (const RelationId partition : partitions) {
      if (Done defined = define_on_partition(work, relation, partition, key, options); !defined) {
        return defined.as<std::string>();
      }
    }
  }
  return name;
}

Done clone_keys_to_partition(Work& work, RelationId root, RelationId partition, bool fresh) {
  DefineKeyOptions options;
  options.fresh_table = fresh;
  const std::vector<UniqueKey> keys = work[root].unique_keys;
  for (const UniqueKey& key : keys) {
    options.method = key.exclusion ? "other" : "btree";  // judged when the root's was made
    if (Done defined = define_on_partition(work, root, partition, key, options); !defined) return defined;
  }
  return done();
}

void set_not_null(Work& work, RelationId relation, ColumnIndex column, bool fresh) {
  const std::string name = work[relation].columns[column].name;
  for (const RelationId id : with_descendants(work.catalog, relation)) {
    const ColumnIndex at = work[id].column(name);
    if (at == kNoColumn) continue;
    const Column& now = work[id].columns[at];
    if (now.not_null && now.not_null_valid) continue;
    Column& edited = work.catalog.edit(id).columns[at];
    edited.not_null = true;
    edited.not_null_valid = true;
    if (!fresh) {
      name_not_nulls(work, id);
      if (work[id].holds_rows()) work.tasks.scans.push_back(CheckNotNullTask{id, at});
    }
  }
}

namespace {

/// A plain index: only its name matters, and that of its partitions' indexes.
void add_plain_index(Work& work, RelationId relation, const std::string& name) {
  const Relation& table = work[relation];
  Relation index;
  index.schema = table.schema;
  index.name = name;
  index.kind = RelationKind::index;
  index.temporary = table.temporary;
  index.owner = table.owner;
  index.index_of = relation;
  index.declared_at = work.at;
  work.catalog.add(std::move(index));
}

}  // namespace

Done create_index(Work& work, const CreateIndex& statement) {
  const Outcome<RelationId> found = existing_relation(work, statement.table);
  if (!found) return found.as<std::monostate>();
  const Relation& table = work[*found];
  switch (table.kind) {
    case RelationKind::table:
    case RelationKind::partitioned_table:
    case RelationKind::materialized_view: break;
    case RelationKind::foreign_table:
      return refusal("42809", "cannot create index on relation " + quoted(table.name),
                     "This operation is not supported for foreign tables.");
    case RelationKind::view:
      return refusal("42809", "cannot create index on relation " + quoted(table.name),
                     "This operation is not supported for views.");
    case RelationKind::sequence:
    case RelationKind::index:
    case RelationKind::composite_type:
      return refusal("42809", "cannot create index on relation " + quoted(table.name));
  }
  if (statement.if_not_exists && !statement.name.empty() && work.catalog.relation_name_taken(table.schema, statement.name)) {
    return done();
  }
  const std::string method = statement.method.empty() ? "btree" : statement.method;
  UniqueKey key;
  key.name = statement.name;
  key.constraint = false;
  key.nulls_not_distinct = statement.nulls_not_distinct;
  key.predicate = statement.where.get();
  bool custom_class = false;
  for (const IndexElement& element : statement.elements) {
    custom_class = custom_class || !element.opclass.empty();
    if (!element.column.empty()) {
      const ColumnIndex column = table.column(element.column);
      if (column == kNoColumn) {
        return refusal("42703", "column " + quoted(element.column) + " does not exist");
      }
      key.columns.push_back(column);
    } else {
      key.columns.push_back(kNoColumn);
      key.expressions.push_back(element.expr.get());
      if (Done known = known_columns(table, *element.expr); !known) return known;
      const Outcome<TypeId> type = work.host.type_of(*element.expr, *found);
      if (type.refused()) return type.error();
    }
  }
  for (const std::string& name : statement.including) {
    if (table.column(name) == kNoColumn) return refusal("42703", "column " + quoted(name) + " does not exist");
  }
  if (statement.where) {
    if (Done known = known_columns(table, *statement.where); !known) return known;
    const Outcome<TypeId> type = work.host.type_of(*statement.where, *found);
    if (type.refused()) return type.error();
  }
  if (statement.unique) {
    DefineKeyOptions options;
    options.method = custom_class ? "other" : method;
    options.recurse = !statement.table.only;
    const Outcome<std::string> made = define_key(work, *found, std::move(key), options);
    if (!made) return made.as<std::monostate>();
    return done();
  }
  const std::string name = key.name.empty() ? choose_index_name(work, table, key) : key.name;
  if (Done classes = check_operator_classes(work, table, key, custom_class ? "other" : method); !classes) return classes;
  if (work.catalog.relation_name_taken(table.schema, name)) return refusal("42P07", "relation " + quoted(name) + " already exists");
  add_plain_index(work, *found, name);
  if (statement.table.only) return done();
  for (const RelationId partition : with_descendants(work.catalog, *found)) {
    if (partition == *found || work[partition].partition_of == RelationId::none) continue;
    UniqueKey mapped = key;
    for (ColumnIndex& column : mapped.columns) {
      if (column != kNoColumn) column = work[partition].column(table.columns[column].name);
    }
    add_plain_index(work, partition, choose_index_name(work, work[partition], mapped));
  }
  return done();
}

Done add_constraint_using_index(Work& work, RelationId relation, const ConstraintDef& written) {
  const Relation& table = work[relation];
  const bool primary = written.kind == ConstraintKind::primary_key;
  if (table.partitioning) {
    return refusal("0A000", "ALTER TABLE / ADD CONSTRAINT USING INDEX is not supported on partitioned tables");
  }
  const RelationId index = work.catalog.find_in(table.schema, written.using_index);
  if (index == RelationId::none) return refusal("42704", "index " + quoted(written.using_index) + " does not exist");
  if (work[index].kind != RelationKind::index) return refusal("42809", quoted(written.using_index) + " is not an index");
  const UniqueKey* key = nullptr;
  for (const UniqueKey& own : table.unique_keys) {
    if (own.index == index) key = &own;
  }
  if (key != nullptr && key->constraint) {
    return refusal("55000", "index " + quoted(written.using_index) + " is already associated with a constraint");
  }
  if (work[index].index_of != relation) {
    return refusal("55000", "index " + quoted(written.using_index) + " does not belong to table " + quoted(table.name));
  }
  if (key == nullptr) {
    return refusal("42809", quoted(written.using_index) + " is not a unique index",
                   "Cannot create a primary key or unique constraint using such an index.");
  }
  if (!key->expressions.empty()) {
    return refusal("42809", "index " + quoted(written.using_index) + " contains expressions",
                   "Cannot create a primary key or unique constraint using such an index.");
  }
  if (key->predicate != nullptr) {
    return refusal("42809", quoted(written.using_index) + " is a partial index",
                   "Cannot create a primary key or unique constraint using such an index.");
  }
  if (primary && key->nulls_not_distinct && work.version() >= 16) {
    return refusal("42P16", "primary keys cannot use NULLS NOT DISTINCT indexes");
  }
  if (primary && table.primary_key() != nullptr) {
    return refusal("42P16", "multiple primary keys for table " + quoted(table.name) + " are not allowed");
  }
  // The index takes the constraint's name.
  const std::string name = written.name.empty() ? written.using_index : written.name;
  if (name != written.using_index && work.catalog.relation_name_taken(table.schema, name)) {
    return refusal("42P07", "relation " + quoted(name) + " already exists");
  }
  if (Done free = constraint_name_free(work, relation, name); !free) return free;
  const std::vector<ColumnIndex> columns = key->columns;
  for (UniqueKey& own : work.catalog.edit(relation).unique_keys) {
    if (own.index != index) continue;
    own.name = name;
    own.constraint = true;
    own.primary = primary;
    if (written.deferrable || written.initially_deferred) {
      own.deferral = written.initially_deferred ? Deferral::initially_deferred : Deferral::initially_immediate;
    }
  }
  work.catalog.edit(index).name = name;
  // Keys that rest on the index know it by name.
  for (const ForeignKeyId id : std::vector<ForeignKeyId>(work.catalog.foreign_keys_to(relation))) {
    if (work.catalog.foreign_key(id).referenced_index == written.using_index) work.catalog.edit_key(id).referenced_index = name;
  }
  if (primary) {
    for (const ColumnIndex column : columns) set_not_null(work, relation, column, false);
  }
  return done();
}

}  // namespace pgfk
