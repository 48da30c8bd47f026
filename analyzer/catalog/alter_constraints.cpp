// ALTER TABLE: DROP, ALTER and VALIDATE CONSTRAINT.
// Source: tablecmds.c, ATExecDropConstraint, ATExecAlterConstraint, ATExecValidateConstraint; fk-semantics 4.11, 10.3, 10.9.
#include <algorithm>

#include "analyzer/catalog/alter_table.h"
#include "analyzer/catalog/dependencies.h"
#include "analyzer/catalog/foreign_keys.h"
#include "analyzer/catalog/unique_keys.h"

namespace pgfk {
namespace {

ServerError missing(const Work& work, const AlterStep& step) {
  return refusal("42704", "constraint " + quoted(step.command.name) + " of relation " + quoted(work[step.relation].name) +
                              " does not exist");
}

ServerError inherited_constraint(const Work& work, RelationId relation, std::string_view name) {
  return refusal("42P16", "cannot drop inherited constraint " + quoted(name) + " of relation " + quoted(work[relation].name));
}

Done drop_check(Work& work, const AlterStep& step, const CheckConstraint& found) {
  if (found.inherited > 0) return inherited_constraint(work, step.relation, step.command.name);
  for (const RelationId id : with_descendants(work.catalog, step.relation)) {
    Relation& table = work.catalog.edit(id);
    for (std::size_t at = 0; at < table.checks.size(); ++at) {
      CheckConstraint& check = table.checks[at];
      if (check.name != step.command.name) continue;
      if (id == step.relation || (step.recurse && check.inherited <= 1 && !check.local)) {
        table.checks.erase(table.checks.begin() + static_cast<std::ptrdiff_t>(at));
      } else {
        check.inherited = std::max(0, check.inherited - 1);
        if (!step.recurse) check.local = true;
      }
      break;
    }
  }
  return done();
}

/// 18: a NOT NULL is dropped by its constraint's name.
Done drop_not_null_named(Work& work, const AlterStep& step, const Column& column) {
  AlterTableCommand command;
  command.kind = AlterTableKind::drop_not_null;
  command.name = column.name;
  return alter_not_null(work, AlterStep{step.relation, command, step.recurse});
}

}  // namespace

Done drop_constraint(Work& work, const AlterStep& step) {
  const std::string& name = step.command.name;
  const Relation& table = work[step.relation];
  const ForeignKeyId key = work.catalog.foreign_key_named(step.relation, name);
  if (key != ForeignKeyId::none) {
    if (work.catalog.foreign_key(key).parent != ForeignKeyId::none) return inherited_constraint(work, step.relation, name);
    const ForeignKey& found = work.catalog.foreign_key(key);
    if (found.referenced != step.relation) {
      if (Done pending = no_pending_checks(work, found.referenced, "ALTER TABLE"); !pending) return pending;
    }
    remove_foreign_key(work, key);
    return done();
  }
  for (const CheckConstraint& check : table.checks) {
    if (check.name == name) return drop_check(work, step, check);
  }
  if (const UniqueKey* unique = table.unique_key(name); unique != nullptr && unique->constraint) {
    if (unique->partition_parent != RelationId::none) return inherited_constraint(work, step.relation, name);
    Part part{ObjectPart::unique_key, step.relation};
    part.name = name;
    return drop_parts(work, {part}, step.command.cascade);
  }
  for (const Column& column : table.columns) {
    if (!column.dropped && !column.not_null_name.empty() && column.not_null_name == name) {
      return drop_not_null_named(work, step, column);
    }
  }
  if (step.command.if_exists) return done();
  return missing(work, step);
}

namespace {

/// 18: ALTER CONSTRAINT n [NO] INHERIT of a NOT NULL. False where no column has a NOT NULL of that name.
bool alter_not_null_inheritance(Work& work, const AlterStep& step) {
  const Relation& table = work[step.relation];
  for (std::size_t at = 0; at < table.columns.size(); ++at) {
    const Column& column = table.columns[at];
    if (column.dropped || column.not_null_name.empty() || column.not_null_name != step.command.name) continue;
    const bool no_inherit = step.command.constraint->no_inherit;
    work.catalog.edit(step.relation).columns[at].not_null_no_inherit = no_inherit;
    if (no_inherit) return true;
    for (const RelationId below : with_descendants(work.catalog, step.relation)) {
      const ColumnIndex there = work[below].column(column.name);
      if (below == step.relation || there == kNoColumn || work[below].columns[there].not_null) continue;
      Column& edited = work.catalog.edit(below).columns[there];
      edited.not_null = true;
      edited.not_null_name = column.not_null_name;
      if (work[below].holds_rows()) work.tasks.scans.push_back(CheckNotNullTask{below, there});
    }
    return true;
  }
  return false;
}

}  // namespace

Done alter_constraint(Work& work, const AlterStep& step) {
  const std::string& name = step.command.name;
  const ConstraintDef& wanted = *step.command.constraint;
  const bool enforcement = step.command.mentions_enforcement;
  if (wanted.not_valid) {
    return refusal("0A000", work.version() >= 18 ? "constraints cannot be altered to be NOT VALID"
                                                 : "FOREIGN KEY constraints cannot be marked NOT VALID");
  }
  const ForeignKeyId id = work.catalog.foreign_key_named(step.relation, name);
  const std::string of_relation = " of relation " + quoted(work[step.relation].name);
  if (id == ForeignKeyId::none) {
    if (!has_constraint(work, step.relation, name)) return missing(work, step);
    const bool plain = !enforcement && !wanted.deferrable && !wanted.initially_deferred;
    if (plain && alter_not_null_inheritance(work, step)) return done();
    if (enforcement) {
      return refusal("42809", "cannot alter enforceability of constraint " + quoted(name) + of_relation);
    }
    return refusal("42809", "constraint " + quoted(name) + of_relation + " is not a foreign key constraint");
  }
  const ForeignKey& key = work.catalog.foreign_key(id);
  if (key.parent != ForeignKeyId::none) {
    const ForeignKey& parent = work.catalog.foreign_key(key.parent);
    return refusal("55000", "cannot alter constraint " + quoted(name) + " on relation " + quoted(work[step.relation].name),
                   "Constraint " + quoted(name) + " is derived from constraint " + quoted(parent.name) + " of relation " +
                       quoted(work[parent.referencing].name) + ".");
  }
  const std::vector<ForeignKeyId> all = with_copies(work.catalog, id);
  if (enforcement && !step.recurse && all.size() > 1) {
    return refusal("42P16", "constraint must be altered in child tables too");
  }
  const bool enforce = !wanted.not_enforced;
  const bool changes = enforcement && enforce != key.enforced;
  // Up to 17 the command without a word makes the key NOT DEFERRABLE. In 18 a change of enforcement leaves deferrability alone,
  // whatever the same command says of it. Seen: v18/enforcement_keeps_deferrability.
  const bool deferral = (step.command.mentions_deferrability || work.version() < 18) && !changes;
  for (const ForeignKeyId copy : all) {
    ForeignKey& edited = work.catalog.edit_key(copy);
    if (deferral) {
      edited.deferral = wanted.initially_deferred ? Deferral::initially_deferred
                        : wanted.deferrable       ? Deferral::initially_immediate
                                                  : Deferral::not_deferrable;
    }
    if (!changes) continue;
    edited.enforced = enforce;
    edited.validated = enforce;
    const bool referenced_copy = copy != id && work.catalog.foreign_key(edited.parent).referencing == edited.referencing;
    const bool referencing_copy = copy != id && !referenced_copy;
    edited.checks_rows = enforce && !referenced_copy && work[edited.referencing].holds_rows();
    edited.guards_rows = enforce && !referencing_copy;
    if (!enforce) continue;
    edited.check_enabled = true;
    edited.guard_enabled = true;
    edited.age = work.catalog.next_age();
    if (edited.checks_rows) work.tasks.foreign_keys.push_back(CheckForeignKeyTask{copy, true});
  }
  return done();
}

Done validate_constraint(Work& work, const AlterStep& step) {
  const std::string& name = step.command.name;
  const Relation& table = work[step.relation];
  const ForeignKeyId id = work.catalog.foreign_key_named(step.relation, name);
  if (id != ForeignKeyId::none) {
    if (!work.catalog.foreign_key(id).enforced) return refusal("55000", "cannot validate NOT ENFORCED constraint");
    std::vector<ForeignKeyId> all = with_copies(work.catalog, id);
    // The key itself is first on a plain table; leaves follow in bound order.
    for (const ForeignKeyId copy : all) {
      const ForeignKey& key = work.catalog.foreign_key(copy);
      if (key.validated) continue;
      work.catalog.edit_key(copy).validated = true;
      if (key.checks_rows) work.tasks.foreign_keys.push_back(CheckForeignKeyTask{copy, true});
    }
    return done();
  }
  for (const CheckConstraint& check : table.checks) {
    if (check.name != name) continue;
    if (!check.enforced) return refusal("55000", "cannot validate NOT ENFORCED constraint");
    if (check.validated) return done();
    for (const RelationId below : with_descendants(work.catalog, step.relation)) {
      for (CheckConstraint& own : work.catalog.edit(below).checks) {
        if (own.name != name || own.validated) continue;
        own.validated = true;
        if (work[below].holds_rows()) work.tasks.scans.push_back(CheckConstraintTask{below, name});
      }
    }
    return done();
  }
  for (std::size_t at = 0; at < table.columns.size(); ++at) {
    const Column& column = table.columns[at];
    if (column.dropped || column.not_null_name.empty() || column.not_null_name != name) continue;
    if (column.not_null_valid) return done();
    for (const RelationId below : with_descendants(work.catalog, step.relation)) {
      const ColumnIndex there = work[below].column(column.name);
      if (there == kNoColumn || work[below].columns[there].not_null_valid) continue;
      work.catalog.edit(below).columns[there].not_null_valid = true;
      if (work[below].holds_rows()) work.tasks.scans.push_back(CheckNotNullTask{below, there});
    }
    return done();
  }
  if (!has_constraint(work, step.relation, name)) return missing(work, step);
  return refusal("42809", "constraint " + quoted(name) + " of relation " + quoted(table.name) +
                              (work.version() >= 18 ? " is not a foreign key, check, or not-null constraint"
                                                    : " is not a foreign key or check constraint"));
}

}  // namespace pgfk
