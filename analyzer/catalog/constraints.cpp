#include "analyzer/catalog/constraints.h"

#include <algorithm>

#include "analyzer/catalog/expressions.h"
#include "analyzer/catalog/unique_keys.h"

namespace pgfk {

Done judge_check(Work& work, RelationId relation, const Expr& expr) {
  std::optional<ServerError> error;
  walk(expr, [&](const Expr& inner) {
    if (error) return;
    if (inner.kind == ExprKind::sublink) error = refusal("0A000", "cannot use subquery in check constraint");
    if (inner.kind == ExprKind::function && inner.window) {
      error = refusal("42P20", "window functions are not allowed in check constraints");
    }
    if (error) error->location = inner.location;
  });
  if (error) return *error;
  if (Done known = known_columns(work[relation], expr); !known) return known;
  const Outcome<TypeId> type = work.host.type_of(expr, relation);
  if (type.refused()) return type.error();
  if (type.ok() && *type != TypeId::unknown && *type != TypeId::none &&
      base_type(work.catalog, *type) != TypeId::bool_) {
    return refusal("42804", "argument of CHECK must be type boolean, not type " + type_text(work, *type));
  }
  return done();
}

namespace {

CheckConstraint* find_check(Relation& relation, std::string_view name) {
  for (CheckConstraint& check : relation.checks) {
    if (check.name == name) return &check;
  }
  return nullptr;
}

/// Puts one check into one relation; false where an equal one was merged.
Outcome<bool> put_check(Work& work, RelationId relation, const CheckConstraint& check) {
  if (has_constraint(work, relation, check.name)) {
    Relation& edited = work.catalog.edit(relation);
    CheckConstraint* same = find_check(edited, check.name);
    // Only a check that comes from above, or meets one that did, is merged.
    const bool mergeable = same != nullptr && same_expression(same->expr, check.expr) &&
                           (check.inherited > 0 || same->inherited > 0);
    if (!mergeable) {
      return refusal("42710", "constraint " + quoted(check.name) + " for relation " + quoted(edited.name) + " already exists");
    }
    if (check.inherited > 0) ++same->inherited;
    if (check.local) same->local = true;
    return false;
  }
  work.catalog.edit(relation).checks.push_back(check);
  return true;
}

}  // namespace

Done add_check(Work& work, RelationId relation, const ConstraintDef& written, const AddCheckOptions& options) {
  const Relation& table = work[relation];
  if (Done judged = judge_check(work, relation, *written.expr); !judged) return judged;
  CheckConstraint check;
  check.name = written.name;
  check.expr = written.expr.get();
  check.no_inherit = written.no_inherit;
  check.enforced = !written.not_enforced;
  check.validated = check.enforced && (options.fresh_table || !written.not_valid);
  if (check.name.empty()) {
    const std::vector<ColumnIndex> used = columns_used(table, *written.expr);
    const std::string column = used.size() == 1 ? table.columns[used.front()].name : std::string();
    check.name = constraint_name(work.catalog, table.schema, table.name, column, "check");
  }
  if (check.no_inherit && table.partitioning) {
    return refusal("42P16", "cannot add NO INHERIT constraint to partitioned table " + quoted(table.name));
  }
  const std::vector<RelationId> all = with_descendants(work.catalog, relation);
  if (options.only && all.size() > 1 && !check.no_inherit) {
    return refusal("42P16", "constraint must be added to child tables too");
  }
  for (const RelationId id : all) {
    if (id != relation) {
      if (check.no_inherit) break;
      check.local = false;
      check.inherited = 1;
    }
    const Outcome<bool> made = put_check(work, id, check);
    if (!made) return made.as<std::monostate>();
    if (*made && check.validated && !options.fresh_table && work[id].holds_rows()) {
      work.tasks.scans.push_back(CheckConstraintTask{id, check.name});
    }
  }
  return done();
}

}  // namespace pgfk
