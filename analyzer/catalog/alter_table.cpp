// ALTER TABLE: all or nothing, its parts in the server's passes rather than in the order of the text.
// Source: tablecmds.c, ATController, ATPrepCmd; parse_utilcmd.c, transformAlterTableStmt.
#include "analyzer/catalog/alter_table.h"

#include <algorithm>
#include <deque>
#include <functional>

#include "analyzer/catalog/columns.h"
#include "analyzer/catalog/constraints.h"
#include "analyzer/catalog/families.h"
#include "analyzer/catalog/foreign_keys.h"
#include "analyzer/catalog/inheritance.h"
#include "analyzer/catalog/partitions.h"
#include "analyzer/catalog/unique_keys.h"

namespace pgfk {
namespace {

enum class Pass { drop, alter_type, add_column, set_expression, column_attributes, index_constraint, index, other_constraint, misc };

Pass pass_of(const AlterTableCommand& command) {
  switch (command.kind) {
    case AlterTableKind::drop_column:
    case AlterTableKind::drop_default:
    case AlterTableKind::drop_not_null:
    case AlterTableKind::drop_constraint:
    case AlterTableKind::drop_identity:
    case AlterTableKind::drop_expression: return Pass::drop;
    case AlterTableKind::set_type: return Pass::alter_type;
    case AlterTableKind::add_column: return Pass::add_column;
    case AlterTableKind::set_expression: return Pass::set_expression;
    case AlterTableKind::set_not_null:
    case AlterTableKind::set_identity: return Pass::column_attributes;
    case AlterTableKind::add_index_constraint: return Pass::index_constraint;
    case AlterTableKind::set_default:
    case AlterTableKind::add_identity: return Pass::other_constraint;
    case AlterTableKind::add_constraint: {
      const ConstraintKind kind = command.constraint ? command.constraint->kind : ConstraintKind::check;
      const bool indexed =
          kind == ConstraintKind::primary_key || kind == ConstraintKind::unique || kind == ConstraintKind::exclusion;
      if (!indexed) return Pass::other_constraint;
      return command.constraint->using_index.empty() ? Pass::index : Pass::index_constraint;
    }
    case AlterTableKind::alter_constraint:
    case AlterTableKind::validate_constraint:
    case AlterTableKind::enable_trigger:
    case AlterTableKind::disable_trigger:
    case AlterTableKind::enable_always_trigger:
    case AlterTableKind::enable_replica_trigger:
    case AlterTableKind::attach_partition:
    case AlterTableKind::detach_partition:
    case AlterTableKind::inherit:
    case AlterTableKind::no_inherit:
    case AlterTableKind::owner_to:
    case AlterTableKind::enable_row_security:
    case AlterTableKind::disable_row_security:
    case AlterTableKind::force_row_security:
    case AlterTableKind::no_force_row_security:
    case AlterTableKind::enable_rule:
    case AlterTableKind::disable_rule:
    case AlterTableKind::set_unlogged:
    case AlterTableKind::set_logged:
    case AlterTableKind::cluster_on:
    case AlterTableKind::replica_identity:
    case AlterTableKind::of_type:
    case AlterTableKind::not_of:
    case AlterTableKind::other: return Pass::misc;
  }
  return Pass::misc;
}

/// The statement's parts by pass; a part may add more to its own pass or a later one.
class Passes {
 public:
  using Step = std::function<Done()>;
  void add(Pass pass, Step step) { steps_[static_cast<std::size_t>(pass)].push_back(std::move(step)); }
  Done run() {
    for (std::deque<Step>& pass : steps_) {
      for (std::size_t at = 0; at < pass.size(); ++at) {
        if (Done ran = pass[at](); !ran) return ran;
      }
    }
    return done();
  }

 private:
  std::deque<Step> steps_[static_cast<std::size_t>(Pass::misc) + 1];
};

/// Adds the column to one relation and fills it there. False where an inherited one was merged.
Outcome<bool> put_column(Work& work, RelationId relation, const DraftColumn& draft, bool inherited) {
  const Relation& table = work[relation];
  const ColumnIndex known = table.column(draft.column.name);
  if (known != kNoColumn) {
    if (!inherited) {
      return refusal("42701", "column " + quoted(draft.column.name) + " of relation " + quoted(table.name) + " already exists");
    }
    const Column& own = table.columns[known];
    if (own.type != draft.column.type || own.typmod != draft.column.typmod) {
      return refusal("42804", "child table " + quoted(table.name) + " has different type for column " + quoted(own.name));
    }
    ++work.catalog.edit(relation).columns[known].inherited;
    return false;
  }
  Column column = draft.column;
  column.default_expr = nullptr;
  if (inherited) {
    column.local = false;
    column.inherited = 1;
  }
  work.catalog.edit(relation).columns.push_back(std::move(column));
  return true;
}

bool has_not_null_domain(const Work& work, TypeId type) {
  const Type* info = is_array(type) ? nullptr : work.catalog.type(type);
  while (info != nullptr && info->kind == TypeKind::domain) {
    if (info->not_null || !info->checks.empty() || info->default_expr != nullptr) return true;
    info = is_array(info->base) ? nullptr : work.catalog.type(info->base);
  }
  return false;
}

Done add_column_everywhere(Work& work, const AlterStep& step, const DraftColumn& draft, bool primary) {
  const std::vector<RelationId> all = with_descendants(work.catalog, step.relation);
  if (!step.recurse && all.size() > 1) return refusal("42P16", "column must be added to child tables too");
  RelationId sequence = RelationId::none;
  for (const RelationId id : all) {
    const bool inherited = id != step.relation;
    if (inherited && draft.column.identity != Identity::none && work[id].partition_of == RelationId::none) {
      return refusal("42P16", "cannot recursively add identity column to table that has child tables");
    }
    DraftColumn mine = draft;
    if (inherited && work.version() < 17) mine.column.identity = Identity::none;
    const Outcome<bool> put = put_column(work, id, mine, inherited);
    if (!put) return put.as<std::monostate>();
    if (!*put) continue;
    const ColumnIndex at = work[id].column(draft.column.name);
    if (draft.sequence && !inherited) {
      if (Done made = make_column_sequence(work, id, at, *draft.sequence); !made) return made;
      const Column& column = work[id].columns[at];
      sequence = draft.sequence->identity ? column.identity_sequence : column.default_sequence;
    } else if (sequence != RelationId::none) {
      Column& column = work.catalog.edit(id).columns[at];
      if (!draft.sequence->identity) {
        column.default_sequence = sequence;
      } else if (column.identity != Identity::none) {
        column.identity_sequence = sequence;
      }
    }
    if (draft.column.generated != Generated::none) {
      if (Done checked = check_generated(work, id, at); !checked) return checked;
    } else if (draft.default_expr != nullptr) {
      if (Done set = set_default(work, id, at, draft.default_expr); !set) return set;
    }
    if (draft.column.not_null || primary) {
      work.catalog.edit(id).columns[at].not_null = true;
      name_not_nulls(work, id);
    }
    if (!work[id].holds_rows()) continue;
    const Column& column = work[id].columns[at];
    const bool filled = column.default_expr != nullptr || column.default_sequence != RelationId::none ||
                        column.identity_sequence != RelationId::none || column.generated == Generated::stored ||
                        has_not_null_domain(work, column.type);
    if (filled) work.tasks.rewrites.push_back(FillColumnTask{id, at});
    if (column.not_null) work.tasks.scans.push_back(CheckNotNullTask{id, at});
  }
  return done();
}

Done add_index_constraint(Work& work, const AlterStep& step, const DraftConstraint& draft) {
  if (!draft.definition->using_index.empty()) return add_constraint_using_index(work, step.relation, *draft.definition);
  DefineKeyOptions options;
  options.recurse = step.recurse;
  options.method = index_method(*draft.definition);
  const Outcome<std::string> made = define_key(work, step.relation, unique_key_of(work[step.relation], draft), options);
  if (!made) return made.as<std::monostate>();
  return done();
}

Done add_foreign_key_step(Work& work, const AlterStep& step, const DraftConstraint& draft) {
  AddForeignKeyOptions options;
  options.only = !step.recurse;
  return add_foreign_key(work, step.relation, draft, options);
}

Done add_check_step(Work& work, const AlterStep& step, const ConstraintDef& written) {
  AddCheckOptions options;
  options.only = !step.recurse;
  return add_check(work, step.relation, written, options);
}

/// 18: ADD CONSTRAINT n NOT NULL c.
Done add_not_null(Work& work, const AlterStep& step, const ConstraintDef& written) {
  if (written.columns.empty()) return done();
  const Outcome<ColumnIndex> column = existing_column(work, step.relation, written.columns.front());
  if (!column) return column.as<std::monostate>();
  const Column& now = work[step.relation].columns[*column];
  if (now.not_null) {
    if (!written.name.empty() && written.name != now.not_null_name) {
      return refusal("55000", "cannot create not-null constraint " + quoted(written.name) + " on column " + quoted(now.name) +
                                  " of table " + quoted(work[step.relation].name),
                     "A not-null constraint named " + quoted(now.not_null_name) + " already exists for this column.");
    }
    return done();
  }
  if (!written.name.empty()) {
    if (Done free = constraint_name_free(work, step.relation, written.name); !free) return free;
  }
  const std::string name = now.name;
  for (const RelationId id : with_descendants(work.catalog, step.relation)) {
    if (id != step.relation && written.no_inherit) break;
    const ColumnIndex at = work[id].column(name);
    if (at == kNoColumn || work[id].columns[at].not_null) continue;
    Column& edited = work.catalog.edit(id).columns[at];
    edited.not_null = true;
    edited.not_null_valid = !written.not_valid;
    edited.not_null_no_inherit = written.no_inherit;
    edited.not_null_name = written.name;
    name_not_nulls(work, id);
    if (!written.not_valid && work[id].holds_rows()) work.tasks.scans.push_back(CheckNotNullTask{id, at});
  }
  return done();
}

FindColumn find_column(const Work& work, RelationId relation, const std::deque<Draft>& added) {
  return [&work, relation, &added](std::string_view name) -> const Column* {
    const ColumnIndex at = work[relation].column(name);
    if (at != kNoColumn) return &work[relation].columns[at];
    for (const Draft& draft : added) {
      for (const DraftColumn& column : draft.columns) {
        if (column.column.name == name) return &column.column;
      }
    }
    return nullptr;
  };
}

struct Plan {
  Work& work;
  Passes& passes;
  std::deque<Draft>& drafts;         // of added columns; the steps point into them
  bool primary_seen = false;
};

/// ADD COLUMN, and the constraints written with it, each in its pass.
void plan_add_column(Plan& all, const AlterStep& step) {
  all.passes.add(Pass::add_column, [&all, step]() -> Done {
    Work& work = all.work;
    const Relation& table = work[step.relation];
    if (table.partition_of != RelationId::none) return refusal("42809", "cannot add column to a partition");
    if (table.of_type != TypeId::none) return refusal("42809", "cannot add column to typed table");
    const ColumnDef& written = *step.command.column;
    if (step.command.if_not_exists && table.column(written.name) != kNoColumn) return done();
    Draft& draft = all.drafts.emplace_back();
    draft.schema = table.schema;
    draft.table = table.name;
    draft.temporary = table.temporary;
    draft.foreign = table.kind == RelationKind::foreign_table;
    if (table.column(written.name) != kNoColumn) {
      return refusal("42701", "column " + quoted(written.name) + " of relation " + quoted(table.name) + " already exists");
    }
    if (Done added = add_column(work, draft, written); !added) return added;
    if (Done checked = check_column(work, draft.columns.front().column); !checked) return checked;
    bool primary = false;
    for (const DraftConstraint& index : draft.indexes) {
      const bool is_primary = index.definition->kind == ConstraintKind::primary_key;
      const FindColumn find = find_column(work, step.relation, all.drafts);
      if (Done ok = check_index_constraint(work, index, table.name, find, all.primary_seen && is_primary); !ok) return ok;
      primary = primary || is_primary;
      all.primary_seen = all.primary_seen || is_primary;
    }
    if (Done put = add_column_everywhere(work, step, draft.columns.front(), primary); !put) return put;
    for (const DraftConstraint& index : draft.indexes) {
      all.passes.add(Pass::index, [&all, step, &index] { return add_index_constraint(all.work, step, index); });
    }
    for (const DraftConstraint& check : draft.checks) {
      all.passes.add(Pass::other_constraint, [&all, step, &check] { return add_check_step(all.work, step, *check.definition); });
    }
    for (const DraftConstraint& key : draft.foreign_keys) {
      all.passes.add(Pass::other_constraint, [&all, step, &key] { return add_foreign_key_step(all.work, step, key); });
    }
    return done();
  });
}

void plan_add_constraint(Plan& all, const AlterStep& step) {
  const ConstraintDef& written = *step.command.constraint;
  all.passes.add(pass_of(step.command), [&all, step, &written]() -> Done {
    Work& work = all.work;
    if (Done enforcement = check_enforcement(written); !enforcement) return enforcement;
    DraftConstraint draft{&written, written.columns};
    switch (written.kind) {
      case ConstraintKind::primary_key:
      case ConstraintKind::unique:
      case ConstraintKind::exclusion: {
        const FindColumn find = find_column(work, step.relation, all.drafts);
        if (Done ok = check_index_constraint(work, draft, work[step.relation].name, find, all.primary_seen); !ok) return ok;
        all.primary_seen = all.primary_seen || written.kind == ConstraintKind::primary_key;
        return add_index_constraint(work, step, draft);
      }
      case ConstraintKind::foreign_key: return add_foreign_key_step(work, step, draft);
      case ConstraintKind::check:
        if (!written.name.empty() && work[step.relation].heirs.empty()) {
          // A name that is taken is found before the expression is read.
          if (Done free = constraint_name_free(work, step.relation, written.name); !free) return free;
        }
        return add_check_step(work, step, written);
      case ConstraintKind::not_null: return add_not_null(work, step, written);
      case ConstraintKind::null:
      case ConstraintKind::default_:
      case ConstraintKind::identity:
      case ConstraintKind::generated: return done();
    }
    return done();
  });
}

Done set_row_security(Work& work, const AlterStep& step) {
  Relation& table = work.catalog.edit(step.relation);
  const AlterTableKind kind = step.command.kind;
  if (kind == AlterTableKind::enable_row_security || kind == AlterTableKind::disable_row_security) {
    table.row_security = kind == AlterTableKind::enable_row_security;
  } else {
    table.force_row_security = kind == AlterTableKind::force_row_security;
  }
  return done();
}

/// 42P16 where the new persistence would break a key.
Done set_persistence(Work& work, const AlterStep& step) {
  const bool unlogged = step.command.kind == AlterTableKind::set_unlogged;
  const Relation& table = work[step.relation];
  if (table.temporary) {
    return refusal("42P16", "cannot change logged status of table " + quoted(table.name) + " because it is temporary");
  }
  if (table.unlogged == unlogged) return done();
  const std::vector<ForeignKeyId>& keys =
      unlogged ? work.catalog.foreign_keys_to(step.relation) : work.catalog.foreign_keys_of(step.relation);
  for (const ForeignKeyId id : keys) {
    const ForeignKey& key = work.catalog.foreign_key(id);
    const Relation& other = work[unlogged ? key.referencing : key.referenced];
    if (other.id == step.relation || other.unlogged == unlogged) continue;
    return refusal("42P16", "could not change table " + quoted(table.name) + " to " + (unlogged ? "unlogged" : "logged") +
                                " because it references " + (unlogged ? "logged" : "unlogged") + " table " + quoted(other.name));
  }
  work.catalog.edit(step.relation).unlogged = unlogged;
  return done();
}

Done change_owner(Work& work, const AlterStep& step) {
  if (Done role = existing_role(work, step.command.name); !role) return role;
  work.catalog.edit(step.relation).owner = step.command.name;
  return done();
}

Done require_index(Work& work, const AlterStep& step) {
  if (step.command.name.empty()) return done();
  const Relation& table = work[step.relation];
  const RelationId index = work.catalog.find_in(table.schema, step.command.name);
  if (index != RelationId::none && work[index].index_of == step.relation) return done();
  return refusal("42704", "index " + quoted(step.command.name) + " for table " + quoted(table.name) + " does not exist");
}

Done set_rule(Work& work, const AlterStep& step) {
  for (const CreateRule* rule : work[step.relation].rules) {
    if (rule->name == step.command.name) return done();
  }
  return refusal("42704", "rule " + quoted(step.command.name) + " for relation " + quoted(work[step.relation].name) +
                              " does not exist");
}

using Handler = Done (*)(Work&, const AlterStep&);

Done nothing(Work&, const AlterStep&) { return done(); }
Done attach(Work& work, const AlterStep& step) { return attach_partition(work, step.relation, step.command); }
Done detach(Work& work, const AlterStep& step) { return detach_partition(work, step.relation, step.command); }
Done inherit(Work& work, const AlterStep& step) { return add_inheritance(work, step.relation, step.command); }
Done no_inherit(Work& work, const AlterStep& step) { return drop_inheritance(work, step.relation, step.command); }

struct Entry {
  AlterTableKind kind;
  Handler handler;
};

constexpr Entry kHandlers[] = {
    {AlterTableKind::drop_column, &drop_column},
    {AlterTableKind::set_default, &alter_default},
    {AlterTableKind::drop_default, &alter_default},
    {AlterTableKind::set_not_null, &alter_not_null},
    {AlterTableKind::drop_not_null, &alter_not_null},
    {AlterTableKind::set_type, &set_type},
    {AlterTableKind::drop_constraint, &drop_constraint},
    {AlterTableKind::alter_constraint, &alter_constraint},
    {AlterTableKind::validate_constraint, &validate_constraint},
    {AlterTableKind::add_identity, &add_identity},
    {AlterTableKind::set_identity, &set_identity},
    {AlterTableKind::drop_identity, &drop_identity},
    {AlterTableKind::set_expression, &set_expression},
    {AlterTableKind::drop_expression, &drop_expression},
    {AlterTableKind::enable_trigger, &switch_triggers},
    {AlterTableKind::disable_trigger, &switch_triggers},
    {AlterTableKind::enable_always_trigger, &switch_triggers},
    {AlterTableKind::enable_replica_trigger, &switch_triggers},
    {AlterTableKind::attach_partition, &attach},
    {AlterTableKind::detach_partition, &detach},
    {AlterTableKind::inherit, &inherit},
    {AlterTableKind::no_inherit, &no_inherit},
    {AlterTableKind::owner_to, &change_owner},
    {AlterTableKind::enable_row_security, &set_row_security},
    {AlterTableKind::disable_row_security, &set_row_security},
    {AlterTableKind::force_row_security, &set_row_security},
    {AlterTableKind::no_force_row_security, &set_row_security},
    {AlterTableKind::enable_rule, &set_rule},
    {AlterTableKind::disable_rule, &set_rule},
    {AlterTableKind::set_unlogged, &set_persistence},
    {AlterTableKind::set_logged, &set_persistence},
    {AlterTableKind::cluster_on, &require_index},
    {AlterTableKind::replica_identity, &require_index},
};

Handler handler_of(AlterTableKind kind) {
  for (const Entry& entry : kHandlers) {
    if (entry.kind == kind) return entry.handler;
  }
  return &nothing;
}

/// Actions that only tables know, as messages call them.
struct TableAction {
  AlterTableKind kind;
  const char* name;
};
constexpr TableAction kTableActions[] = {
    {AlterTableKind::add_column, "ADD COLUMN"},
    {AlterTableKind::drop_column, "DROP COLUMN"},
    {AlterTableKind::add_constraint, "ADD CONSTRAINT"},
    {AlterTableKind::drop_constraint, "DROP CONSTRAINT"},
    {AlterTableKind::set_not_null, "ALTER COLUMN ... SET NOT NULL"},
    {AlterTableKind::drop_not_null, "ALTER COLUMN ... DROP NOT NULL"},
    {AlterTableKind::set_type, "ALTER COLUMN ... SET DATA TYPE"},
};

const char* kind_plural(RelationKind kind) {
  switch (kind) {
    case RelationKind::table: return "tables";
    case RelationKind::partitioned_table: return "partitioned tables";
    case RelationKind::view: return "views";
    case RelationKind::materialized_view: return "materialized views";
    case RelationKind::foreign_table: return "foreign tables";
    case RelationKind::sequence: return "sequences";
    case RelationKind::index: return "indexes";
    case RelationKind::composite_type: return "composite types";
  }
  return "";
}

Done check_kind(const Work& work, const AlterStep& step) {
  const Relation& relation = work[step.relation];
  switch (relation.kind) {
    case RelationKind::table:
    case RelationKind::partitioned_table:
    case RelationKind::foreign_table: return done();
    case RelationKind::composite_type:
    case RelationKind::view:
    case RelationKind::materialized_view:
    case RelationKind::sequence:
    case RelationKind::index: break;
  }
  if (relation.kind == RelationKind::composite_type) return done();
  for (const TableAction& action : kTableActions) {
    if (action.kind != step.command.kind) continue;
    return refusal("42809",
                   std::string("ALTER action ") + action.name + " cannot be performed on relation " + quoted(relation.name),
                   std::string("This operation is not supported for ") + kind_plural(relation.kind) + ".");
  }
  return done();
}

}  // namespace

Outcome<ColumnIndex> existing_column(const Work& work, RelationId relation, std::string_view name) {
  const ColumnIndex column = work[relation].column(name);
  if (column != kNoColumn) return column;
  return refusal("42703", "column " + quoted(name) + " of relation " + quoted(work[relation].name) + " does not exist");
}

Done alter_table(Work& work, const AlterTable& statement) {
  const Outcome<RelationId> found = existing_relation(work, statement.table);
  if (!found) {
    if (found.refused() && statement.if_exists) return done();
    return found.as<std::monostate>();
  }
  if (Done owned = must_own(work, *found); !owned) return owned;
  const bool recurse = !statement.table.only;
  for (const RelationId id : with_descendants(work.catalog, *found)) {
    if (Done free = no_pending_checks(work, id, "ALTER TABLE"); !free) return free;
    if (!recurse) break;
  }
  Passes passes;
  std::deque<Draft> drafts;
  Plan all{work, passes, drafts};
  for (const AlterTableCommand& command : statement.commands) {
    const AlterStep step{*found, command, recurse};
    if (Done kind = check_kind(work, step); !kind) return kind;
    if (command.kind == AlterTableKind::add_column && command.column) {
      plan_add_column(all, step);
    } else if (command.kind == AlterTableKind::add_constraint && command.constraint) {
      plan_add_constraint(all, step);
    } else {
      passes.add(pass_of(command), [&work, step] { return handler_of(step.command.kind)(work, step); });
    }
  }
  return passes.run();
}

}  // namespace pgfk
