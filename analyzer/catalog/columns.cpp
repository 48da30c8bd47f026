#include "analyzer/catalog/columns.h"

#include <algorithm>

#include "analyzer/catalog/expressions.h"
#include "analyzer/catalog/sequences.h"

namespace pgfk {
namespace {

struct SerialName {
  std::string_view name;
  TypeId type;
};
constexpr SerialName kSerialNames[] = {{"smallserial", TypeId::int2}, {"serial2", TypeId::int2}, {"serial", TypeId::int4},
                                       {"serial4", TypeId::int4},     {"bigserial", TypeId::int8}, {"serial8", TypeId::int8}};

TypeId serial_type(const TypeName& name) {
  if (!name.schema.empty()) return TypeId::none;
  for (const SerialName& serial : kSerialNames) {
    if (serial.name == name.name) return serial.type;
  }
  return TypeId::none;
}

Outcome<DraftSequence> draft_sequence(Work& work, const Draft& draft, const std::string& column, TypeId type,
                                      const std::vector<Option>& options, bool identity) {
  DraftSequence sequence;
  sequence.identity = identity;
  std::vector<Option> passed;
  for (const Option& option : options) {
    if (option.name == "sequence_name" && (option.value || !option.names.empty())) {
      sequence.name = option.names.empty() ? *option.value : option.names.back();
    } else if (option.name != "logged" && option.name != "unlogged") {
      passed.push_back(option);
    }
  }
  Option as;
  as.name = "as";
  as.value = type == TypeId::int2 ? "smallint" : type == TypeId::int4 ? "integer" : type == TypeId::int8 ? "bigint" : "other";
  passed.push_back(std::move(as));
  if (Done applied = apply_sequence_options(sequence.definition, passed, true, identity); !applied) {
    return applied.as<DraftSequence>();
  }
  sequence.definition.identity = identity;
  if (sequence.name.empty()) sequence.name = relation_name(work.catalog, draft.schema, draft.table, column, "seq");
  return sequence;
}

bool can_be_not_enforced(ConstraintKind kind) { return kind == ConstraintKind::check || kind == ConstraintKind::foreign_key; }

std::string on_table(const std::string& text, const std::string& column, const std::string& table) {
  return text + " for column " + quoted(column) + " of table " + quoted(table);
}

}  // namespace

DraftColumn* Draft::find(std::string_view name) {
  for (DraftColumn& column : columns) {
    if (column.column.name == name) return &column;
  }
  return nullptr;
}

Done check_column(const Work& work, const Column& column) {
  static constexpr std::string_view kSystemColumns[] = {"tableoid", "ctid", "xmin", "xmax", "cmin", "cmax"};
  if (std::find(std::begin(kSystemColumns), std::end(kSystemColumns), column.name) != std::end(kSystemColumns)) {
    return refusal("42701", "column name " + quoted(column.name) + " conflicts with a system column name");
  }
  const Type* type = work.catalog.type(is_array(column.type) ? element_of(column.type) : column.type);
  if (type != nullptr && type->kind == TypeKind::pseudo) {
    return refusal("42P16", "column " + quoted(column.name) + " has pseudo-type " + type_text(work, column.type));
  }
  return done();
}

Done add_column(Work& work, Draft& draft, const ColumnDef& written) {
  DraftColumn* made = nullptr;
  if (written.typed_table) {
    // Options for a column that the root or the type brings.
    made = draft.find(written.name);
    if (made == nullptr) {
      return refusal("42703", "column " + quoted(written.name) + " does not exist");
    }
  } else {
    draft.columns.emplace_back();
    made = &draft.columns.back();
    made->column.name = written.name;
    made->column.local = true;
  }
  DraftColumn& column = *made;

  const TypeId serial = written.typed_table ? TypeId::none : serial_type(written.type);
  if (serial != TypeId::none) {
    if (written.type.array_dimensions > 0) return refusal("0A000", "array of serial is not implemented");
    column.column.type = serial;
    Outcome<DraftSequence> sequence = draft_sequence(work, draft, written.name, serial, {}, false);
    if (!sequence) return sequence.as<std::monostate>();
    column.sequence = std::move(*sequence);
    column.column.not_null = true;
  } else if (!written.typed_table) {
    if (written.type.setof) return refusal("42P16", "column " + quoted(written.name) + " cannot be declared SETOF");
    const Outcome<TypeAndModifier> type = resolve_type_name(work, written.type);
    if (!type) return type.as<std::monostate>();
    column.column.type = type->first;
    column.column.typmod = type->second;
  }
  if (!written.collation.empty()) {
    const Outcome<std::string> collation = resolve_collation(work, written.collation);
    if (!collation) return collation.as<std::monostate>();
    if (!is_collatable(work.catalog, column.column.type)) {
      return refusal("42804", "collations are not supported by type " + type_text(work, column.column.type));
    }
    column.column.collation = *collation;
  }

  bool has_default = column.sequence.has_value(), has_identity = false, has_generated = false;
  bool says_null = false, says_not_null = column.sequence.has_value();
  for (const ConstraintDef& constraint : written.constraints) {
    if (constraint.not_enforced && !can_be_not_enforced(constraint.kind)) {
      return refusal("42601", "misplaced NOT ENFORCED clause");
    }
    switch (constraint.kind) {
      case ConstraintKind::null:
        if (says_not_null) {
          return refusal("42601", "conflicting NULL/NOT NULL declarations for column " + quoted(written.name) + " of table " +
                                      quoted(draft.table));
        }
        says_null = true;
        break;
      case ConstraintKind::not_null:
        if (says_null) {
          return refusal("42601", "conflicting NULL/NOT NULL declarations for column " + quoted(written.name) + " of table " +
                                      quoted(draft.table));
        }
        says_not_null = true;
        column.column.not_null = true;
        column.column.not_null_no_inherit = constraint.no_inherit;
        if (work.version() >= 18 && !constraint.name.empty()) column.column.not_null_name = constraint.name;
        break;
      case ConstraintKind::default_:
        if (has_default) {
          return refusal("42601", on_table("multiple default values specified", written.name, draft.table));
        }
        has_default = true;
        column.default_expr = constraint.expr.get();
        break;
      case ConstraintKind::identity: {
        if (draft.typed) return refusal("0A000", "identity columns are not supported on typed tables");
        if (draft.partition) return refusal("0A000", "identity columns are not supported on partitions");
        if (has_identity) {
          return refusal("42601", on_table("multiple identity specifications", written.name, draft.table));
        }
        has_identity = true;
        const TypeId type = base_type(work.catalog, column.column.type);
        Outcome<DraftSequence> sequence =
            draft_sequence(work, draft, written.name, type, constraint.sequence_options, true);
        if (!sequence) return sequence.as<std::monostate>();
        if (!column.sequence) column.sequence = std::move(*sequence);
        column.column.identity = constraint.always ? Identity::always : Identity::by_default;
        if (says_null) {
          return refusal("42601", "conflicting NULL/NOT NULL declarations for column " + quoted(written.name) + " of table " +
                                      quoted(draft.table));
        }
        column.column.not_null = true;
        break;
      }
      case ConstraintKind::generated:
        if (draft.typed) return refusal("0A000", "generated columns are not supported on typed tables");
        if (has_generated) {
          return refusal("42601", on_table("multiple generation clauses specified", written.name, draft.table));
        }
        has_generated = true;
        column.column.generated = constraint.virtual_ ? Generated::virtual_ : Generated::stored;
        column.column.generated_expr = constraint.expr.get();
        break;
      case ConstraintKind::check: draft.checks.push_back({&constraint, {written.name}}); break;
      case ConstraintKind::primary_key:
        if (draft.foreign) return refusal("0A000", "primary key constraints are not supported on foreign tables");
        if (says_null) {
          return refusal("42601", "conflicting NULL/NOT NULL declarations for column " + quoted(written.name) + " of table " +
                                      quoted(draft.table));
        }
        draft.indexes.push_back({&constraint, {written.name}});
        break;
      case ConstraintKind::unique:
        if (draft.foreign) return refusal("0A000", "unique constraints are not supported on foreign tables");
        draft.indexes.push_back({&constraint, {written.name}});
        break;
      case ConstraintKind::foreign_key:
        if (draft.foreign) return refusal("0A000", "foreign key constraints are not supported on foreign tables");
        draft.foreign_keys.push_back({&constraint, {written.name}});
        break;
      case ConstraintKind::exclusion: break;  // the grammar has none in a column
    }
    if (has_default && has_identity) {
      return refusal("42601", on_table("both default and identity specified", written.name, draft.table));
    }
    if (has_default && has_generated) {
      return refusal("42601", on_table("both default and generation expression specified", written.name, draft.table));
    }
    if (has_identity && has_generated) {
      return refusal("42601", on_table("both identity and generation expression specified", written.name, draft.table));
    }
  }
  column.says_null = says_null;
  return done();
}

Done check_enforcement(const ConstraintDef& written) {
  if (!written.not_enforced || can_be_not_enforced(written.kind)) return done();
  const char* word = written.kind == ConstraintKind::primary_key ? "PRIMARY KEY"
                     : written.kind == ConstraintKind::unique    ? "UNIQUE"
                     : written.kind == ConstraintKind::exclusion ? "EXCLUDE"
                                                                 : "NOT NULL";
  return refusal("0A000", std::string(word) + " constraints cannot be marked NOT ENFORCED");
}

Done add_table_constraint(Work& work, Draft& draft, const ConstraintDef& written) {
  if (Done enforcement = check_enforcement(written); !enforcement) return enforcement;
  switch (written.kind) {
    case ConstraintKind::primary_key:
      if (draft.foreign) return refusal("0A000", "primary key constraints are not supported on foreign tables");
      draft.indexes.push_back({&written, written.columns});
      return done();
    case ConstraintKind::unique:
      if (draft.foreign) return refusal("0A000", "unique constraints are not supported on foreign tables");
      draft.indexes.push_back({&written, written.columns});
      return done();
    case ConstraintKind::exclusion:
      if (draft.foreign) return refusal("0A000", "exclusion constraints are not supported on foreign tables");
      draft.indexes.push_back({&written, written.columns});
      return done();
    case ConstraintKind::check: draft.checks.push_back({&written, {}}); return done();
    case ConstraintKind::foreign_key:
      if (draft.foreign) return refusal("0A000", "foreign key constraints are not supported on foreign tables");
      draft.foreign_keys.push_back({&written, written.columns});
      return done();
    case ConstraintKind::not_null: {
      // 18: CONSTRAINT n NOT NULL c.
      if (written.columns.empty()) return done();
      DraftColumn* column = draft.find(written.columns.front());
      if (column == nullptr) {
        return refusal("42703", "column " + quoted(written.columns.front()) + " of relation " + quoted(draft.table) +
                                    " does not exist");
      }
      column->column.not_null = true;
      column->column.not_null_no_inherit = written.no_inherit;
      if (work.version() >= 18 && !written.name.empty()) column->column.not_null_name = written.name;
      return done();
    }
    case ConstraintKind::null:
    case ConstraintKind::default_:
    case ConstraintKind::identity:
    case ConstraintKind::generated: return done();  // the grammar has none of these for a table
  }
  return done();
}

Done make_column_sequence(Work& work, RelationId relation, ColumnIndex column, const DraftSequence& sequence) {
  const Relation& table = work[relation];
  const Outcome<RelationId> id = add_sequence(work, table.schema, sequence.name, sequence.definition, table.temporary);
  if (!id) return id.as<std::monostate>();
  work.catalog.set_sequence_owner(*id, relation, column);
  Column& owner = work.catalog.edit(relation).columns[column];
  if (sequence.identity) {
    owner.identity_sequence = *id;
  } else {
    owner.default_sequence = *id;
  }
  return done();
}

namespace {

/// A quoted literal is read when the default is defined; so is one under a cast.
Done check_literal(Work& work, const Expr& expr, TypeId type) {
  const Expr* literal = &expr;
  TypeId read_as = base_type(work.catalog, type);
  if (expr.kind == ExprKind::cast && expr.type && !expr.args.empty() && expr.args.front()) {
    literal = expr.args.front().get();
    if (literal->kind == ExprKind::cast) return check_literal(work, *literal, type);
    const Outcome<TypeAndModifier> cast = resolve_type_name(work, *expr.type);
    if (cast.refused()) return cast.error();
    if (!cast) return done();
    read_as = base_type(work.catalog, cast->first);
  }
  if (literal->kind != ExprKind::string) return done();
  const Outcome<Value> value = work.host.constant(*literal, read_as, -1);
  if (value.refused()) return value.error();
  return done();
}

}  // namespace

Done set_default(Work& work, RelationId relation, ColumnIndex column, const Expr* expr) {
  {
    Column& target = work.catalog.edit(relation).columns[column];
    target.default_expr = nullptr;
    target.default_sequence = RelationId::none;
  }
  if (expr == nullptr) return done();
  std::optional<ServerError> error;
  walk(*expr, [&](const Expr& inner) {
    if (error) return;
    if (inner.kind == ExprKind::column) error = refusal("0A000", "cannot use column reference in DEFAULT expression");
    if (inner.kind == ExprKind::sublink) error = refusal("0A000", "cannot use subquery in DEFAULT expression");
    if (inner.kind == ExprKind::function && inner.window) {
      error = refusal("42P20", "window functions are not allowed in DEFAULT expressions");
    }
    if (error) error->location = inner.location;
  });
  if (error) return *error;

  if (const std::optional<QualifiedName> name = constant_nextval(*expr)) {
    const Outcome<RelationId> sequence = existing_relation(work, *name);
    if (!sequence) return sequence.as<std::monostate>();
    Column& target = work.catalog.edit(relation).columns[column];
    if (work[*sequence].kind == RelationKind::sequence) {
      target.default_sequence = *sequence;
    } else {
      target.default_expr = expr;
    }
    return done();
  }

  const TypeId type = work[relation].columns[column].type;
  const std::string name = work[relation].columns[column].name;
  if (Done literal = check_literal(work, *expr, type); !literal) return literal;
  const Outcome<TypeId> from = work.host.type_of(*expr, relation);
  if (from.refused()) return from.error();
  if (from.ok() && *from != TypeId::unknown && *from != TypeId::none &&
      !can_cast(work.catalog, *from, type, CastContext::assignment)) {
    return refusal("42804", "column " + quoted(name) + " is of type " + type_text(work, type) +
                                " but default expression is of type " + type_text(work, *from));
  }
  // DEFAULT NULL is no default.
  if (expr->kind == ExprKind::null_literal) return done();
  work.catalog.edit(relation).columns[column].default_expr = expr;
  return done();
}

Done check_generated(Work& work, RelationId relation, ColumnIndex column) {
  const Relation& table = work[relation];
  const Column& target = table.columns[column];
  const Expr& expr = *target.generated_expr;
  if (Done known = known_columns(table, expr); !known) return known;
  for (const ColumnIndex used : columns_used(table, expr)) {
    if (table.columns[used].generated == Generated::none) continue;
    return refusal("42P17", "cannot use generated column " + quoted(table.columns[used].name) +
                                " in column generation expression",
                   "A generated column cannot reference another generated column.");
  }
  if (Done literal = check_literal(work, expr, target.type); !literal) return literal;
  const Outcome<TypeId> from = work.host.type_of(expr, relation);
  if (from.refused()) return from.error();
  if (from.ok() && *from != TypeId::unknown && *from != TypeId::none &&
      !can_cast(work.catalog, *from, target.type, CastContext::assignment)) {
    return refusal("42804", "column " + quoted(target.name) + " is of type " + type_text(work, target.type) +
                                " but generation expression is of type " + type_text(work, *from));
  }
  return done();
}

void name_not_nulls(Work& work, RelationId relation) {
  if (work.version() < 18) return;
  std::vector<std::string> taken;
  for (const Column& column : work[relation].columns) {
    if (!column.not_null_name.empty()) taken.push_back(column.not_null_name);
  }
  const std::size_t count = work[relation].columns.size();
  for (std::size_t index = 0; index < count; ++index) {
    const Column& column = work[relation].columns[index];
    if (column.dropped || !column.not_null || !column.not_null_name.empty()) continue;
    const Relation& table = work[relation];
    std::string name = constraint_name(work.catalog, table.schema, table.name, column.name, "not_null", taken);
    taken.push_back(name);
    work.catalog.edit(relation).columns[index].not_null_name = std::move(name);
  }
}

}  // namespace pgfk
