// ALTER COLUMN TYPE: the column, what rests on it, and which keys must be looked at again.
// Source: tablecmds.c, ATPrepAlterColumnType, ATExecAlterColumnType, ATPostAlterTypeCleanup; fk-semantics 10.6.
#include <algorithm>
#include <map>

#include "analyzer/catalog/alter_table.h"
#include "analyzer/catalog/expressions.h"
#include "analyzer/catalog/foreign_keys.h"
#include "analyzer/catalog/sequences.h"

namespace pgfk {
namespace {

bool contains(const std::vector<ColumnIndex>& columns, ColumnIndex column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

Done check_users(const Work& work, RelationId relation, ColumnIndex column) {
  const Relation& table = work[relation];
  for (const RelationId id : work.catalog.relations()) {
    for (const ViewUse& use : work[id].view_uses) {
      if (use.relation != relation || !contains(use.columns, column)) continue;
      return refusal("0A000", "cannot alter type of a column used by a view or rule",
                     std::string("rule _RETURN on ") + kind_word(work[id].kind) + " " + quoted_identifier(work[id].name) +
                         " depends on column " + quoted(table.columns[column].name));
    }
  }
  for (const Column& other : table.columns) {
    if (other.dropped || other.generated_expr == nullptr) continue;
    if (!contains(columns_used(table, *other.generated_expr), column)) continue;
    return refusal("0A000", "cannot alter type of a column used by a generated column",
                   "Column " + quoted(table.columns[column].name) + " is used by generated column " + quoted(other.name) + ".");
  }
  return done();
}

/// Keys in which the column takes part are made anew.
/// `rewritten`: rows of the table are written anew, after which its keys are checked whatever their types.
Done remake_keys(Work& work, RelationId relation, ColumnIndex column, bool rewritten, std::vector<ForeignKeyId>& remade) {
  const auto remake = [&](ForeignKeyId id) -> Done {
    if (std::find(remade.begin(), remade.end(), id) != remade.end()) return done();
    remade.push_back(id);
    const Outcome<bool> changed = rejudge_foreign_key(work, id);
    if (!changed) return changed.as<std::monostate>();
    const ForeignKey& key = work.catalog.foreign_key(id);
    if ((*changed || rewritten) && key.validated && key.checks_rows) work.tasks.foreign_keys.push_back(CheckForeignKeyTask{id});
    ForeignKey& made = work.catalog.edit_key(id);
    made.age = work.catalog.next_age();
    made.check_enabled = made.guard_enabled = true;  // its triggers are new ones
    return done();
  };
  const std::vector<ForeignKeyId> of = work.catalog.foreign_keys_of(relation);
  for (const ForeignKeyId id : of) {
    if (!contains(work.catalog.foreign_key(id).referencing_columns, column)) continue;
    if (Done made = remake(id); !made) return made;
  }
  const std::vector<ForeignKeyId> to = work.catalog.foreign_keys_to(relation);
  for (const ForeignKeyId id : to) {
    if (!contains(work.catalog.foreign_key(id).referenced_columns, column)) continue;
    if (Done made = remake(id); !made) return made;
  }
  return done();
}

/// Whether values have to be written anew to be of the column's new type. Source: tablecmds.c, ATColumnChangeRequiresRewrite.
bool needs_rewrite(const Catalog& catalog, const Column& from, const Column& to) {
  const auto stored = [&](TypeId type) {
    const TypeId base = base_type(catalog, type);
    return base == TypeId::varchar ? TypeId::text : base;
  };
  if (stored(from.type) != stored(to.type)) return true;
  const Type* type = from.type == to.type ? nullptr : catalog.type(to.type);
  for (; type != nullptr && type->kind == TypeKind::domain; type = catalog.type(type->base)) {
    if (type->not_null || !type->checks.empty()) return true;
  }
  const bool longer = base_type(catalog, to.type) == TypeId::varchar && from.typmod >= 0 && from.typmod <= to.typmod;
  return to.typmod >= 0 && to.typmod != from.typmod && !longer;
}

bool is_column(const Expr& expr, const std::string& name) { return expr.kind == ExprKind::column && expr.names.size() == 1 && expr.names.front() == name; }

struct NewType {
  TypeId type;
  std::int32_t typmod;
  std::string collation;
};

Done check_casts(const Work& work, const Column& column, const NewType& to, const Expr* using_expr, const Outcome<TypeId>& from) {
  if (column.generated == Generated::none) {
    const TypeId source = using_expr == nullptr ? column.type : from.ok() ? *from : TypeId::unknown;
    const bool known = source != TypeId::unknown && source != TypeId::none;
    if (known && !can_cast(work.catalog, source, to.type, CastContext::assignment)) {
      if (using_expr != nullptr) {
        return refusal("42804", "result of USING clause for column " + quoted(column.name) +
                                    " cannot be cast automatically to type " + type_text(work, to.type));
      }
      return refusal("42804", "column " + quoted(column.name) + " cannot be cast automatically to type " + type_text(work, to.type));
    }
  }
  const bool has_default = column.default_expr != nullptr || column.default_sequence != RelationId::none;
  const TypeId default_type = column.default_sequence != RelationId::none ? TypeId::int8 : column.type;
  if (has_default && !can_cast(work.catalog, default_type, to.type, CastContext::assignment)) {
    return refusal("42804", "default for column " + quoted(column.name) + " cannot be cast automatically to type " +
                                type_text(work, to.type));
  }
  return done();
}

/// One relation; the rest of the family follows with the same type.
Done retype(Work& work, RelationId relation, ColumnIndex at, const NewType& to, const AlterTableCommand& command) {
  const Column before = work[relation].columns[at];
  Outcome<TypeId> from = TypeId::unknown;
  if (command.expr) {
    if (Done known = known_columns(work[relation], *command.expr); !known) return known;
    from = work.host.type_of(*command.expr, relation);
    if (from.refused()) return from.error();
  }
  if (Done casts = check_casts(work, before, to, command.expr.get(), from); !casts) return casts;
  if (Done users = check_users(work, relation, at); !users) return users;
  if (before.identity != Identity::none && before.identity_sequence != RelationId::none &&
      work.catalog.sequence(before.identity_sequence).owner == relation) {
    Sequence sequence = work.catalog.sequence(before.identity_sequence);
    Option as;
    as.name = "as";
    as.value = to.type == TypeId::int2   ? "smallint"
               : to.type == TypeId::int4 ? "integer"
               : to.type == TypeId::int8 ? "bigint"
                                         : "other";
    if (Done applied = apply_sequence_options(sequence, {as}, false, true); !applied) return applied;
    work.catalog.edit_sequence(before.identity_sequence) = sequence;
  }
  Column& column = work.catalog.edit(relation).columns[at];
  column.type = to.type;
  column.typmod = to.typmod;
  column.collation = to.collation;

  const bool changed = before.type != to.type || before.typmod != to.typmod || before.collation != to.collation || command.expr;
  if (!changed || !work[relation].holds_rows()) return done();
  work.tasks.rewrites.push_back(RetypeColumnTask{relation, at, before.type, before.typmod, command.expr.get()});
  work.tasks.rewrites_table = true;
  if (column.not_null) work.tasks.scans.push_back(CheckNotNullTask{relation, at});
  for (const CheckConstraint& check : work[relation].checks) {
    if (check.validated && contains(columns_used(work[relation], *check.expr), at)) {
      work.tasks.scans.push_back(CheckConstraintTask{relation, check.name});
    }
  }
  for (const UniqueKey& key : work[relation].unique_keys) {
    if (contains(key.columns, at)) work.tasks.indexes.push_back(BuildUniqueTask{relation, key.name});
  }
  return done();
}

}  // namespace

Done set_type(Work& work, const AlterStep& step) {
  const Outcome<ColumnIndex> found = existing_column(work, step.relation, step.command.name);
  if (!found) return found.as<std::monostate>();
  const Relation& table = work[step.relation];
  if (table.of_type != TypeId::none) return refusal("42809", "cannot alter column type of typed table");
  if (table.columns[*found].inherited > 0) {
    return refusal("42P16", "cannot alter inherited column " + quoted(step.command.name));
  }
  if (table.partitioning && contains(table.partitioning->columns, *found)) {
    return refusal("42P16", "cannot alter column " + quoted(step.command.name) +
                                " because it is part of the partition key of relation " + quoted(table.name));
  }
  if (!step.command.column) return done();
  const Outcome<TypeAndModifier> type = resolve_type_name(work, step.command.column->type);
  if (!type) return type.as<std::monostate>();
  const Outcome<std::string> collation = resolve_collation(work, step.command.column->collation);
  if (!collation) return collation.as<std::monostate>();
  const NewType to{type->first, type->second, *collation};

  const std::vector<RelationId> family = with_descendants(work.catalog, step.relation);
  std::map<RelationId, Column> before;
  for (const RelationId id : family) {
    if (const ColumnIndex at = work[id].column(step.command.name); at != kNoColumn) before[id] = work[id].columns[at];
  }
  if (!step.recurse && family.size() > 1) {
    return refusal("42P16", "type of inherited column " + quoted(step.command.name) + " must be changed in child tables too");
  }
  for (const RelationId id : family) {
    const ColumnIndex at = work[id].column(step.command.name);
    if (at == kNoColumn) continue;
    if (Done retyped = retype(work, id, at, to, step.command); !retyped) return retyped;
  }
  // Checks and pairs are judged when all columns have their new types.
  for (const RelationId id : family) {
    const ColumnIndex at = work[id].column(step.command.name);
    for (const CheckConstraint& check : work[id].checks) {
      if (at == kNoColumn || !contains(columns_used(work[id], *check.expr), at)) continue;
      const Outcome<TypeId> judged = work.host.type_of(*check.expr, id);
      if (judged.refused()) return judged.error();
    }
  }
  std::vector<ForeignKeyId> remade;
  for (const RelationId id : family) {
    const ColumnIndex at = work[id].column(step.command.name);
    if (at == kNoColumn) continue;
    const bool rewritten = needs_rewrite(work.catalog, before[id], work[id].columns[at]) || (step.command.expr && !is_column(*step.command.expr, step.command.name));
    if (Done keys = remake_keys(work, id, at, rewritten, remade); !keys) return keys;
  }
  return done();
}

}  // namespace pgfk
