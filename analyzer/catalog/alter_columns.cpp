// ALTER TABLE: columns, their defaults, NOT NULL, identity and generation.
// Source: tablecmds.c, ATExecDropColumn, ATExecColumnDefault, ATExecSetNotNull, ATExecDropNotNull, ATExecAddIdentity.
#include <algorithm>

#include "analyzer/catalog/alter_table.h"
#include "analyzer/catalog/columns.h"
#include "analyzer/catalog/dependencies.h"
#include "analyzer/catalog/sequences.h"
#include "analyzer/catalog/unique_keys.h"

namespace pgfk {
namespace {

std::string column_of(const Work& work, RelationId relation, std::string_view column) {
  return "column " + quoted(column) + " of relation " + quoted(work[relation].name);
}

/// The relations a sub-command reaches, with the column's place in each.
std::vector<std::pair<RelationId, ColumnIndex>> reached(const Work& work, const AlterStep& step, std::string_view column) {
  std::vector<std::pair<RelationId, ColumnIndex>> all;
  for (const RelationId id : with_descendants(work.catalog, step.relation)) {
    const ColumnIndex at = work[id].column(column);
    if (at != kNoColumn) all.emplace_back(id, at);
    if (!step.recurse) break;
  }
  return all;
}

/// A base or root whose NOT NULL the column has.
RelationId not_null_base(const Work& work, RelationId relation, std::string_view column) {
  std::vector<RelationId> bases = work[relation].inherits;
  if (work[relation].partition_of != RelationId::none) bases.push_back(work[relation].partition_of);
  for (const RelationId base : bases) {
    const ColumnIndex at = work[base].column(column);
    if (at == kNoColumn) continue;
    const Column& above = work[base].columns[at];
    if (above.not_null && !above.not_null_no_inherit) return base;
  }
  return RelationId::none;
}

}  // namespace

Done drop_column(Work& work, const AlterStep& step) {
  const std::string& name = step.command.name;
  const Relation& table = work[step.relation];
  const ColumnIndex column = table.column(name);
  if (column == kNoColumn) {
    if (step.command.if_exists) return done();
    return refusal("42703", column_of(work, step.relation, name) + " does not exist");
  }
  if (table.of_type != TypeId::none) return refusal("42809", "cannot drop column from typed table");
  if (table.columns[column].inherited > 0) return refusal("42P16", "cannot drop inherited column " + quoted(name));
  if (table.partitioning) {
    const std::vector<ColumnIndex>& key = table.partitioning->columns;
    if (std::find(key.begin(), key.end(), column) != key.end()) {
      return refusal("42P16", "cannot drop column " + quoted(name) + " because it is part of the partition key of relation " +
                                  quoted(table.name));
    }
    if (!step.recurse && !table.partitions.empty()) {
      return refusal("42P16", "cannot drop column from only the partitioned table when partitions exist");
    }
  }
  std::vector<Part> parts;
  for (const auto& [id, at] : reached(work, AlterStep{step.relation, step.command, true}, name)) {
    if (id != step.relation) {
      const Column& below = work[id].columns[at];
      const bool goes = step.recurse && below.inherited <= 1 && !below.local;
      if (!goes) {
        Column& edited = work.catalog.edit(id).columns[at];
        edited.inherited = std::max(0, edited.inherited - 1);
        if (!step.recurse) edited.local = true;
        continue;
      }
    }
    Part part{ObjectPart::column, id};
    part.column = at;
    parts.push_back(std::move(part));
  }
  // The column below goes along; only the named one is what the message speaks of.
  for (std::size_t at = 1; at < parts.size(); ++at) {
    if (Done dropped = drop_parts(work, {parts[at]}, step.command.cascade); !dropped) return dropped;
  }
  return drop_parts(work, {parts.front()}, step.command.cascade);
}

Done alter_default(Work& work, const AlterStep& step) {
  const Outcome<ColumnIndex> column = existing_column(work, step.relation, step.command.name);
  if (!column) return column.as<std::monostate>();
  const Column& now = work[step.relation].columns[*column];
  if (now.identity != Identity::none) {
    return refusal("42601", column_of(work, step.relation, now.name) + " is an identity column");
  }
  if (now.generated != Generated::none) {
    return refusal("42601", column_of(work, step.relation, now.name) + " is a generated column");
  }
  const Expr* expr = step.command.kind == AlterTableKind::set_default ? step.command.expr.get() : nullptr;
  for (const auto& [id, at] : reached(work, step, step.command.name)) {
    if (Done set = set_default(work, id, at, expr); !set) return set;
  }
  return done();
}

Done alter_not_null(Work& work, const AlterStep& step) {
  const Outcome<ColumnIndex> column = existing_column(work, step.relation, step.command.name);
  if (!column) return column.as<std::monostate>();
  const Relation& table = work[step.relation];
  if (step.command.kind == AlterTableKind::set_not_null) {
    if (!step.recurse && !table.partitions.empty()) {
      for (const RelationId partition : table.partitions) {
        const ColumnIndex at = work[partition].column(step.command.name);
        if (at != kNoColumn && work[partition].columns[at].not_null) continue;
        return refusal("42P16", "constraint must be added to child tables too",
                       "Column " + quoted(step.command.name) + " of relation " + quoted(work[partition].name) +
                           " is not already NOT NULL.");
      }
    }
    set_not_null(work, step.relation, *column, false);
    return done();
  }

  const Column& now = table.columns[*column];
  if (now.identity != Identity::none) {
    return refusal("42601", column_of(work, step.relation, now.name) + " is an identity column");
  }
  if (const UniqueKey* primary = table.primary_key()) {
    if (std::find(primary->columns.begin(), primary->columns.end(), *column) != primary->columns.end()) {
      return refusal("42P16", "column " + quoted(now.name) + " is in a primary key");
    }
  }
  const bool partition = table.partition_of != RelationId::none;
  if (now.not_null && not_null_base(work, step.relation, now.name) != RelationId::none) {
    if (work.version() >= 18) {
      return refusal("42P16", "cannot drop inherited constraint " + quoted(now.not_null_name) + " of relation " + quoted(table.name));
    }
    if (partition) return refusal("42P16", "column " + quoted(now.name) + " is marked NOT NULL in parent table");
  }
  for (const auto& [id, at] : reached(work, step, step.command.name)) {
    Column& edited = work.catalog.edit(id).columns[at];
    edited.not_null = false;
    edited.not_null_name.clear();
    edited.not_null_valid = true;
    edited.not_null_no_inherit = false;
  }
  return done();
}

Done add_identity(Work& work, const AlterStep& step) {
  const ConstraintDef& written = *step.command.constraint;
  const Outcome<ColumnIndex> found = existing_column(work, step.relation, step.command.name);
  if (!found) return found.as<std::monostate>();
  const Relation& table = work[step.relation];
  const Column& column = table.columns[*found];

  // Parse analysis makes the sequence before the column is judged.
  Draft draft;
  draft.schema = table.schema;
  draft.table = table.name;
  ColumnDef definition;
  definition.name = column.name;
  definition.typed_table = true;
  draft.columns.emplace_back().column = column;
  definition.constraints.emplace_back();
  definition.constraints.back().kind = ConstraintKind::identity;
  definition.constraints.back().always = written.always;
  definition.constraints.back().sequence_options = written.sequence_options;
  if (Done drafted = add_column(work, draft, definition); !drafted) return drafted;

  const std::string named = column_of(work, step.relation, column.name);
  if (!column.not_null) return refusal("55000", named + " must be declared NOT NULL before identity can be added");
  if (column.identity != Identity::none) return refusal("55000", named + " is already an identity column");
  if (column.default_expr != nullptr || column.default_sequence != RelationId::none) {
    return refusal("55000", named + " already has a default value");
  }
  work.catalog.edit(step.relation).columns[*found].identity = written.always ? Identity::always : Identity::by_default;
  if (Done made = make_column_sequence(work, step.relation, *found, *draft.columns.front().sequence); !made) return made;
  if (work.version() < 17) return done();
  const RelationId sequence = work[step.relation].columns[*found].identity_sequence;
  for (const auto& [id, at] : reached(work, step, step.command.name)) {
    if (work[id].partition_of == RelationId::none) continue;
    Column& edited = work.catalog.edit(id).columns[at];
    edited.identity = work[step.relation].columns[*found].identity;
    edited.identity_sequence = sequence;
  }
  return done();
}

Done set_identity(Work& work, const AlterStep& step) {
  const Outcome<ColumnIndex> found = existing_column(work, step.relation, step.command.name);
  if (!found) return found.as<std::monostate>();
  const Column& column = work[step.relation].columns[*found];
  if (column.identity == Identity::none) {
    return refusal("55000", column_of(work, step.relation, column.name) + " is not an identity column");
  }
  std::vector<Option> options;
  for (const Option& option : step.command.sequence_options) {
    if (option.name != "generated") {
      options.push_back(option);
      continue;
    }
    const std::string kind = option.value.value_or("");
    work.catalog.edit(step.relation).columns[*found].identity =
        kind == "always" || kind == "a" ? Identity::always : Identity::by_default;
  }
  if (options.empty()) return done();
  Sequence changed = work.catalog.sequence(column.identity_sequence);
  if (Done applied = apply_sequence_options(changed, options, false, true); !applied) return applied;
  work.catalog.edit_sequence(column.identity_sequence) = changed;
  return done();
}

Done drop_identity(Work& work, const AlterStep& step) {
  const Outcome<ColumnIndex> found = existing_column(work, step.relation, step.command.name);
  if (!found) return found.as<std::monostate>();
  const Column& column = work[step.relation].columns[*found];
  if (column.identity == Identity::none) {
    if (step.command.if_exists) return done();
    return refusal("55000", column_of(work, step.relation, column.name) + " is not an identity column");
  }
  const RelationId sequence = column.identity_sequence;
  for (const auto& [id, at] : reached(work, AlterStep{step.relation, step.command, true}, step.command.name)) {
    if (work[id].columns[at].identity_sequence != sequence) continue;
    Column& edited = work.catalog.edit(id).columns[at];
    edited.identity = Identity::none;
    edited.identity_sequence = RelationId::none;
  }
  if (work.catalog.exists(sequence)) work.catalog.remove(sequence);
  return done();
}

Done set_expression(Work& work, const AlterStep& step) {
  const Outcome<ColumnIndex> found = existing_column(work, step.relation, step.command.name);
  if (!found) return found.as<std::monostate>();
  const Column& column = work[step.relation].columns[*found];
  if (column.generated == Generated::none) {
    return refusal("55000", column_of(work, step.relation, column.name) + " is not a generated column");
  }
  for (const auto& [id, at] : reached(work, step, step.command.name)) {
    work.catalog.edit(id).columns[at].generated_expr = step.command.expr.get();
    if (Done checked = check_generated(work, id, at); !checked) return checked;
    if (work[id].columns[at].generated != Generated::stored || !work[id].holds_rows()) continue;
    work.tasks.rewrites.push_back(RecomputeColumnTask{id, at});
    work.tasks.rewrites_table = true;
    if (work[id].columns[at].not_null) work.tasks.scans.push_back(CheckNotNullTask{id, at});
    for (const UniqueKey& key : work[id].unique_keys) {
      if (std::find(key.columns.begin(), key.columns.end(), at) != key.columns.end()) {
        work.tasks.indexes.push_back(BuildUniqueTask{id, key.name});
      }
    }
    const auto recheck = [&, changed = at](ForeignKeyId key_id, const std::vector<ColumnIndex>& columns) {
      const ForeignKey& key = work.catalog.foreign_key(key_id);
      const bool uses = std::find(columns.begin(), columns.end(), changed) != columns.end();
      if (uses && key.validated && key.enforced && key.checks_rows) {
        work.tasks.foreign_keys.push_back(CheckForeignKeyTask{key_id});
      }
    };
    for (const ForeignKeyId key : work.catalog.foreign_keys_of(id)) {
      recheck(key, work.catalog.foreign_key(key).referencing_columns);
    }
    for (const ForeignKeyId key : work.catalog.foreign_keys_to(id)) {
      if (work.catalog.foreign_key(key).referencing != id) recheck(key, work.catalog.foreign_key(key).referenced_columns);
    }
  }
  return done();
}

Done drop_expression(Work& work, const AlterStep& step) {
  const Outcome<ColumnIndex> found = existing_column(work, step.relation, step.command.name);
  if (!found) return found.as<std::monostate>();
  const Column& column = work[step.relation].columns[*found];
  if (column.generated == Generated::none) {
    if (step.command.if_exists) return done();
    const char* what = work.version() >= 18 ? " is not a generated column" : " is not a stored generated column";
    return refusal("55000", column_of(work, step.relation, column.name) + what);
  }
  if (column.generated == Generated::virtual_) {
    return refusal("0A000", "ALTER TABLE / DROP EXPRESSION is not supported for virtual generated columns",
                   "Column " + quoted(column.name) + " of relation " + quoted(work[step.relation].name) +
                       " is a virtual generated column.");
  }
  for (const auto& [id, at] : reached(work, step, step.command.name)) {
    Column& edited = work.catalog.edit(id).columns[at];
    edited.generated = Generated::none;
    edited.generated_expr = nullptr;
  }
  return done();
}

}  // namespace pgfk
