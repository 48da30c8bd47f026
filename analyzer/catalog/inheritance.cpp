#include "analyzer/catalog/inheritance.h"

#include <algorithm>

#include "analyzer/catalog/expressions.h"

namespace pgfk {
namespace {

std::string versus(const Work& work, const Column& a, const Column& b) {
  return type_text(work, a.type, a.typmod) + " versus " + type_text(work, b.type, b.typmod);
}

/// What a column leaves to the heir.
DraftColumn inherited_column(const Work& work, const Column& base, bool partition) {
  DraftColumn made;
  made.column.name = base.name;
  made.column.type = base.type;
  made.column.typmod = base.typmod;
  made.column.collation = base.collation;
  made.column.not_null = base.not_null && !base.not_null_no_inherit;
  if (made.column.not_null) made.column.not_null_name = base.not_null_name;
  made.column.default_expr = base.default_expr;
  made.column.default_sequence = base.default_sequence;
  made.column.generated = base.generated;
  made.column.generated_expr = base.generated_expr;
  made.column.local = false;
  made.column.inherited = 1;
  // Partitions have their root's identity from 17 on.
  if (partition && work.version() >= 17) {
    made.column.identity = base.identity;
    made.column.identity_sequence = base.identity_sequence;
  }
  return made;
}

}  // namespace

Done merge_bases(Work& work, Draft& draft, const std::vector<RelationId>& bases) {
  std::vector<DraftColumn> merged;
  const auto find = [&merged](std::string_view name) -> DraftColumn* {
    for (DraftColumn& column : merged) {
      if (column.column.name == name) return &column;
    }
    return nullptr;
  };
  for (const RelationId base : bases) {
    for (const Column& column : work[base].columns) {
      if (column.dropped) continue;
      DraftColumn* known = find(column.name);
      if (known == nullptr) {
        merged.push_back(inherited_column(work, column, draft.partition));
        continue;
      }
      if (known->column.type != column.type || known->column.typmod != column.typmod) {
        return refusal("42804", "inherited column " + quoted(column.name) + " has a type conflict",
                       versus(work, known->column, column));
      }
      ++known->column.inherited;
      known->column.not_null = known->column.not_null || (column.not_null && !column.not_null_no_inherit);
    }
  }
  for (DraftColumn& own : draft.columns) {
    DraftColumn* base = find(own.column.name);
    if (base == nullptr) {
      merged.push_back(std::move(own));
      continue;
    }
    if (own.column.type != base->column.type || own.column.typmod != base->column.typmod) {
      return refusal("42804", "column " + quoted(own.column.name) + " has a type conflict", versus(work, base->column, own.column));
    }
    base->column.local = true;
    base->column.not_null = base->column.not_null || own.column.not_null;
    if (!own.column.not_null_name.empty()) base->column.not_null_name = own.column.not_null_name;
    if (own.column.generated != Generated::none && base->column.generated == Generated::none) {
      return refusal("42611", "child column " + quoted(own.column.name) + " specifies generation expression",
                     "A child table column cannot be generated unless its parent column is.");
    }
    if (own.column.generated != Generated::none) base->column.generated_expr = own.column.generated_expr;
    if (own.default_expr != nullptr || own.sequence) {
      base->default_expr = own.default_expr;
      base->column.default_expr = nullptr;
      base->column.default_sequence = RelationId::none;
    }
    if (own.sequence) base->sequence = std::move(own.sequence);
    if (own.column.identity != Identity::none) base->column.identity = own.column.identity;
  }
  draft.columns = std::move(merged);
  return done();
}

Done inherit_checks(Work& work, RelationId base, RelationId heir) {
  const std::vector<CheckConstraint> checks = work[base].checks;
  for (const CheckConstraint& check : checks) {
    if (check.no_inherit) continue;
    Relation& edited = work.catalog.edit(heir);
    const auto same = std::find_if(edited.checks.begin(), edited.checks.end(),
                                   [&](const CheckConstraint& own) { return own.name == check.name; });
    if (same != edited.checks.end()) {
      if (!same_expression(same->expr, check.expr)) {
        return refusal("42710", "check constraint name " + quoted(check.name) +
                                    " appears multiple times but with different expressions");
      }
      ++same->inherited;
      continue;
    }
    CheckConstraint inherited = check;
    inherited.local = false;
    inherited.inherited = 1;
    edited.checks.push_back(std::move(inherited));
  }
  return done();
}

Done merge_into_existing(Work& work, RelationId base_id, RelationId relation) {
  const Relation& base = work[base_id];
  const bool partition = base.partitioning.has_value();
  for (const Column& column : base.columns) {
    if (column.dropped) continue;
    const Relation& table = work[relation];
    const ColumnIndex at = table.column(column.name);
    if (at == kNoColumn) return refusal("42804", "child table is missing column " + quoted(column.name));
    const Column& own = table.columns[at];
    if (own.type != column.type || own.typmod != column.typmod) {
      return refusal("42804", "child table " + quoted(table.name) + " has different type for column " + quoted(column.name));
    }
    if (own.collation != column.collation) {
      return refusal("42P21", "child table " + quoted(table.name) + " has different collation for column " + quoted(column.name));
    }
    if (column.not_null && !column.not_null_no_inherit && !own.not_null) {
      return refusal("42804", "column " + quoted(column.name) + " in child table must be marked NOT NULL");
    }
    if (column.generated != Generated::none && own.generated == Generated::none) {
      return refusal("42804", "column " + quoted(column.name) + " in child table must be a generated column");
    }
    if (column.generated == Generated::none && own.generated != Generated::none) {
      return refusal("42804", "column " + quoted(column.name) + " in child table must not be a generated column");
    }
    if (partition && own.identity != Identity::none && work.version() >= 17) {
      return refusal("55000", "table " + quoted(table.name) + " being attached contains an identity column " +
                                  quoted(column.name),
                     "The new partition may not contain an identity column.");
    }
    Column& edited = work.catalog.edit(relation).columns[at];
    ++edited.inherited;
    if (partition) {
      edited.local = false;
      if (work.version() >= 17) {
        edited.identity = column.identity;
        edited.identity_sequence = column.identity_sequence;
      }
    }
  }
  for (const CheckConstraint& check : base.checks) {
    if (check.no_inherit) continue;
    Relation& table = work.catalog.edit(relation);
    const auto same = std::find_if(table.checks.begin(), table.checks.end(),
                                   [&](const CheckConstraint& own) { return own.name == check.name; });
    if (same == table.checks.end()) return refusal("42804", "child table is missing constraint " + quoted(check.name));
    if (!same_expression(same->expr, check.expr)) {
      return refusal("42804", "child table " + quoted(table.name) + " has different definition for check constraint " +
                                  quoted(check.name));
    }
    if (same->no_inherit) {
      return refusal("55000", "constraint " + quoted(check.name) + " conflicts with non-inherited constraint on child table " +
                                  quoted(table.name));
    }
    ++same->inherited;
  }
  return done();
}

Done add_inheritance(Work& work, RelationId relation, const AlterTableCommand& command) {
  const Outcome<RelationId> found = existing_relation(work, command.other_table);
  if (!found) return found.as<std::monostate>();
  const Relation& base = work[*found];
  const Relation& table = work[relation];
  if (table.partitioning) return refusal("42809", "cannot change inheritance of partitioned table");
  if (table.partition_of != RelationId::none) return refusal("42809", "cannot change inheritance of a partition");
  if (base.partitioning) return refusal("42809", "cannot inherit from partitioned table " + quoted(base.name));
  if (base.partition_of != RelationId::none) return refusal("42809", "cannot inherit from partition " + quoted(base.name));
  if (std::find(table.inherits.begin(), table.inherits.end(), *found) != table.inherits.end()) {
    return refusal("42P07", "relation " + quoted(base.name) + " would be inherited from more than once");
  }
  for (const RelationId below : with_descendants(work.catalog, relation)) {
    if (below != *found) continue;
    return refusal("42P07", "circular inheritance not allowed",
                   quoted(base.name) + " is already a child of " + quoted(table.name) + ".");
  }
  if (Done merged = merge_into_existing(work, *found, relation); !merged) return merged;
  work.catalog.edit(relation).inherits.push_back(*found);
  work.catalog.edit(*found).heirs.push_back(relation);
  return done();
}

Done drop_inheritance(Work& work, RelationId relation, const AlterTableCommand& command) {
  const Outcome<RelationId> found = existing_relation(work, command.other_table);
  if (!found) return found.as<std::monostate>();
  const Relation& base = work[*found];
  Relation& table = work.catalog.edit(relation);
  if (table.partition_of != RelationId::none) return refusal("42809", "cannot change inheritance of a partition");
  if (std::erase(table.inherits, *found) == 0) {
    return refusal("42P01", "relation " + quoted(base.name) + " is not a parent of relation " + quoted(table.name));
  }
  std::erase(work.catalog.edit(*found).heirs, relation);
  for (Column& column : table.columns) {
    if (base.column(column.name) == kNoColumn || column.inherited == 0) continue;
    if (--column.inherited == 0) column.local = true;
  }
  for (CheckConstraint& check : table.checks) {
    const bool from_base = std::any_of(base.checks.begin(), base.checks.end(),
                                       [&](const CheckConstraint& own) { return own.name == check.name; });
    if (from_base && check.inherited > 0 && --check.inherited == 0) check.local = true;
  }
  return done();
}

}  // namespace pgfk
