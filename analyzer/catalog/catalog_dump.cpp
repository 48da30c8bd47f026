#include "analyzer/catalog/catalog_dump.h"

namespace pgfk {
namespace {

std::string name_of(const Relation& relation) {
  return relation.schema == "public" ? relation.name : relation.schema + "." + relation.name;
}

std::string column_list(const Relation& relation, const std::vector<ColumnIndex>& columns) {
  std::string text;
  for (const ColumnIndex column : columns) {
    if (!text.empty()) text += ", ";
    text += column == kNoColumn ? "expression" : relation.columns[column].name;
  }
  return "(" + text + ")";
}

const char* kind_text(RelationKind kind) {
  switch (kind) {
    case RelationKind::table: return "table";
    case RelationKind::partitioned_table: return "partitioned table";
    case RelationKind::view: return "view";
    case RelationKind::materialized_view: return "materialized view";
    case RelationKind::foreign_table: return "foreign table";
    case RelationKind::sequence: return "sequence";
    case RelationKind::index: return "index";
    case RelationKind::composite_type: return "composite type";
  }
  return "";
}

std::string deferral_text(Deferral deferral) {
  switch (deferral) {
    case Deferral::not_deferrable: return "";
    case Deferral::initially_immediate: return " deferrable";
    case Deferral::initially_deferred: return " initially deferred";
  }
  return "";
}

std::string column_text(const Catalog& catalog, const Column& column) {
  std::string text = column.name + " " + format_type(catalog, column.type, column.typmod);
  if (!column.collation.empty()) text += " collate " + column.collation;
  if (column.not_null) {
    text += " not null";
    if (!column.not_null_name.empty()) text += " " + column.not_null_name;
    if (!column.not_null_valid) text += " not valid";
  }
  if (column.default_sequence != RelationId::none) {
    text += " default nextval(" + catalog[column.default_sequence].name + ")";
  } else if (column.default_expr != nullptr) {
    text += " default";
  }
  if (column.identity != Identity::none) {
    text += column.identity == Identity::always ? " identity always" : " identity by default";
    if (column.identity_sequence != RelationId::none) text += " " + catalog[column.identity_sequence].name;
  }
  if (column.generated != Generated::none) text += column.generated == Generated::stored ? " stored" : " virtual";
  if (!column.local) text += " inherited";
  return text;
}

std::string unique_key_text(const Relation& relation, const UniqueKey& key) {
  std::string text = key.primary                             ? "primary key "
                     : key.exclusion && !key.without_overlaps ? "exclude "
                     : key.constraint                         ? "unique "
                                                              : "unique index ";
  text += key.name + " " + column_list(relation, key.columns);
  if (key.without_overlaps) text += " without overlaps";
  if (key.nulls_not_distinct) text += " nulls not distinct";
  if (key.predicate != nullptr) text += " partial";
  text += deferral_text(key.deferral);
  if (!key.parent_key.empty()) text += " of " + key.parent_key;
  return text;
}

std::string sequence_text(const Catalog& catalog, RelationId id) {
  const Sequence& sequence = catalog.sequence(id);
  std::string text = " " + format_type(catalog, sequence.type) + " start " + std::to_string(sequence.start);
  if (sequence.increment != 1) text += " increment " + std::to_string(sequence.increment);
  text += " range " + std::to_string(sequence.minimum) + ".." + std::to_string(sequence.maximum);
  if (sequence.cycle) text += " cycle";
  text += sequence.is_called ? " after " : " at ";
  text += std::to_string(sequence.last_value);
  if (sequence.owner != RelationId::none && catalog.exists(sequence.owner)) {
    const Relation& owner = catalog[sequence.owner];
    text += " owned by " + name_of(owner) + "." + owner.columns[sequence.owner_column].name;
  }
  return text;
}

}  // namespace

std::string dump_foreign_key(const Catalog& catalog, const ForeignKey& key) {
  const Relation& referencing = catalog[key.referencing];
  const Relation& referenced = catalog[key.referenced];
  std::string text = key.name + " " + column_list(referencing, key.referencing_columns) + " -> " + name_of(referenced) + " " +
                     column_list(referenced, key.referenced_columns);
  if (key.period) text += " period";
  if (key.match == MatchType::full) text += " match full";
  if (key.on_delete != RefAction::no_action) text.append(" on delete ").append(action_words(key.on_delete));
  if (!key.delete_set_columns.empty()) text += " " + column_list(referencing, key.delete_set_columns);
  if (key.on_update != RefAction::no_action) text.append(" on update ").append(action_words(key.on_update));
  text += deferral_text(key.deferral);
  if (!key.enforced) {
    text += " not enforced";
  } else if (!key.validated) {
    text += " not valid";
  }
  if (!key.check_enabled) text += " checks disabled";
  if (!key.guard_enabled) text += " guards disabled";
  if (key.parent != ForeignKeyId::none) text += " of " + catalog.foreign_key(key.parent).name;
  return text;
}

std::string dump_relation(const Catalog& catalog, RelationId id, const DumpOptions& options) {
  const Relation& relation = catalog[id];
  std::string text = relation.temporary ? "temporary " : relation.unlogged ? "unlogged " : "";
  text += std::string(kind_text(relation.kind)) + " " + name_of(relation);
  if (relation.kind == RelationKind::sequence) return text + sequence_text(catalog, id) + "\n";
  if (relation.partition_of != RelationId::none) {
    text += " of " + name_of(catalog[relation.partition_of]);
    if (relation.bound.is_default) text += " default";
  }
  for (const RelationId base : relation.inherits) text += " inherits " + name_of(catalog[base]);
  text += "\n";
  if (options.columns) {
    for (const Column& column : relation.columns) {
      if (!column.dropped) text += "  " + column_text(catalog, column) + "\n";
    }
  }
  for (const UniqueKey& key : relation.unique_keys) text += "  " + unique_key_text(relation, key) + "\n";
  for (const CheckConstraint& check : relation.checks) {
    text += "  check " + check.name + (check.enforced ? check.validated ? "" : " not valid" : " not enforced") +
            (check.local ? "" : " inherited") + "\n";
  }
  for (const ForeignKeyId key : catalog.foreign_keys_of(id)) {
    const ForeignKey& foreign_key = catalog.foreign_key(key);
    if (!options.copies && foreign_key.parent != ForeignKeyId::none) continue;
    text += "  foreign key " + dump_foreign_key(catalog, foreign_key) + "\n";
  }
  if (!relation.partitions.empty()) {
    text += "  partitions";
    for (const RelationId partition : relation.partitions) text += " " + name_of(catalog[partition]);
    text += "\n";
  }
  return text;
}

std::string dump_catalog(const Catalog& catalog, const DumpOptions& options) {
  std::string text;
  for (const RelationId id : catalog.relations()) {
    if (catalog[id].kind != RelationKind::index) text += dump_relation(catalog, id, options);
  }
  return text;
}

}  // namespace pgfk
