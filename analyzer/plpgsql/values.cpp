// Expressions, assignment, statements of SQL with INTO. Source: pl_exec.c, exec_stmt_execsql, exec_assign_value, exec_move_row; pl_comp.c.
#include <algorithm>

#include "analyzer/eval/assign.h"
#include "analyzer/eval/query.h"
#include "analyzer/eval/type_names.h"
#include "analyzer/plpgsql/interpreter.h"

namespace pgfk {

namespace {

QualifiedName table_name(const std::vector<std::string>& names, std::size_t count) {
  QualifiedName name;
  if (count == 0 || count > names.size()) return name;
  name.name = names[count - 1];
  if (count > 1) name.schema = names[count - 2];
  return name;
}

void add_field(PlRecord& record, std::string name, TypeId type, std::int32_t typmod) {
  record.columns.push_back(std::move(name));
  record.types.push_back(type);
  record.typmods.push_back(typmod);
}

PlRecord row_of(const Relation& relation) {
  PlRecord record;
  for (const Column& column : relation.columns) {
    if (!column.dropped) add_field(record, column.name, column.type, column.typmod);
  }
  record.typed = record.shaped = true;
  return record;
}

}  // namespace

Outcome<PlRecord> PlInterpreter::row_type(const PlType& type) {
  if (type.kind == PlType::Kind::record) return PlRecord{};
  QualifiedName name;
  if (type.kind == PlType::Kind::like_row) {
    name = table_name(type.names, type.names.size());
  } else if (type.kind == PlType::Kind::named && type.name->array_dimensions == 0) {
    name.schema = type.name->schema;
    name.name = type.name->name;
  } else if (type.kind == PlType::Kind::like_column) {
    const PlLevel::Found variable = level_->find(type.names);
    if (!variable.record || !variable.field.empty()) return PlRecord{};
    PlRecord same = *variable.record;
    same.cells.clear();
    return same;
  }
  const RelationId id = name.name.empty() || name.schema == "pg_catalog" ? RelationId::none : host_.catalog().find(host_.names(), name);
  if (id != RelationId::none) {
    const RelationKind kind = host_.catalog()[id].kind;
    if (kind != RelationKind::index && kind != RelationKind::sequence) return row_of(host_.catalog()[id]);
  }
  if (type.kind == PlType::Kind::like_row) {
    return ServerError{"42P01", "relation \"" + (name.schema.empty() ? name.name : name.schema + "." + name.name) + "\" does not exist"};
  }
  if (type.kind != PlType::Kind::named) return PlRecord{};
  const Outcome<std::pair<TypeId, std::int32_t>> named = named_type(host_.catalog(), host_.names(), *type.name);
  if (!named.ok()) return named.as<PlRecord>();
  const Type* composite = host_.catalog().type(named->first);
  if (is_array(named->first) || !composite || composite->kind != TypeKind::composite) return PlRecord{};
  PlRecord record;
  for (const auto& [field, field_type] : composite->fields) add_field(record, field, field_type, -1);
  record.typed = record.shaped = true;
  return record;
}

Outcome<PlScalar> PlInterpreter::scalar_type(const PlType& type) {
  PlScalar scalar;
  if (type.kind == PlType::Kind::named) {
    const Outcome<std::pair<TypeId, std::int32_t>> named = named_type(host_.catalog(), host_.names(), *type.name);
    if (!named.ok()) return named.as<PlScalar>();
    scalar.type = named->first;
    scalar.typmod = named->second;
    return scalar;
  }
  const PlLevel::Found variable = level_->find(type.names);
  if (variable.level && !variable.record) {
    scalar.type = variable.level->scalar(variable.scalar).type;
    scalar.typmod = variable.level->scalar(variable.scalar).typmod;
    return scalar;
  }
  const QualifiedName table = table_name(type.names, type.names.size() - 1);
  const RelationId id = table.name.empty() ? RelationId::none : host_.catalog().find(host_.names(), table);
  if (id == RelationId::none) return ServerError{"42P01", "relation \"" + table.name + "\" does not exist"};
  const ColumnIndex column = host_.catalog()[id].column(type.names.back());
  if (column == kNoColumn) {
    return ServerError{"42703", "column \"" + type.names.back() + "\" of relation \"" + table.name + "\" does not exist"};
  }
  scalar.type = host_.catalog()[id].columns[column].type;
  scalar.typmod = host_.catalog()[id].columns[column].typmod;
  return scalar;
}

PlLevel::Found PlInterpreter::record_of(const PlQuery& expression) {
  const Select* select = expression.statement() ? std::get_if<Select>(&expression.statement()->body) : nullptr;
  if (!select || select->targets.size() != 1 || !select->from.empty() || select->where || !select->values.empty()) return {};
  const Expr* expr = select->targets.front().expr.get();
  if (!expr || expr->kind != ExprKind::column || expr->names.back() == "*") return {};
  PlLevel::Found found = level_->find(expr->names);
  if (!found.record || !found.field.empty()) return {};
  return found;
}

Outcome<Value> PlInterpreter::evaluate(const PlQuery& expression) {
  const Outcome<CommandResult> result = host_.command(expression, *expression.statement(), level_->scope());
  if (!result.ok()) return result.as<Value>();
  if (result->rows.empty()) return Value::null(result->columns.empty() ? TypeId::unknown : result->columns.front().type);
  if (result->rows.size() > 1) return ServerError{"21000", "query returned more than one row"};
  if (result->rows.front().size() != 1) {
    return ServerError{"42601", "query returned " + std::to_string(result->rows.front().size()) + " columns"};
  }
  return result->rows.front().front();
}

Outcome<bool> PlInterpreter::is_true(const PlQuery& expression) {
  Outcome<Value> value = evaluate(expression);
  if (value.ok()) value = cast(*value, TypeId::bool_, -1, "condition");
  if (!value.ok()) return value.as<bool>();
  if (value->is_unknown()) return unknown(*value);
  return value->is_true();
}

Outcome<std::int64_t> PlInterpreter::integer(const PlQuery& expression, const char* what) {
  Outcome<Value> value = evaluate(expression);
  if (value.ok()) value = cast(*value, TypeId::int4, -1, "bound");
  if (!value.ok()) return value.as<std::int64_t>();
  if (value->is_null()) return ServerError{"22004", what};
  if (value->is_unknown()) return unknown(*value);
  return value->integer();
}

Outcome<Value> PlInterpreter::cast(const Value& value, TypeId type, std::int32_t typmod, const std::string& name) {
  Column column;
  column.name = name;
  column.type = type;
  column.typmod = typmod;
  Outcome<Value> assigned = host_.evaluator().assign(value, column);
  if (!assigned.refused() || assigned.error().sqlstate != "42804") return assigned;
  if (value.is_unknown()) return unknown(value);
  const Outcome<Value> read = read_value(host_.types(), base_type(host_.catalog(), type), typmod, write_value(host_.types(), value));
  return read.ok() ? host_.evaluator().assign(*read, column) : read;
}

Done PlInterpreter::assign(const PlTarget& target, const Value& value) {
  const PlLevel::Found found = level_->find(target.names);
  if (!found.level) {
    std::string shown;
    for (const std::string& name : target.names) shown += (shown.empty() ? "" : ".") + name;
    if (shown.starts_with("$")) return Doubt{"a parameter that is assigned to by its number is not evaluated offline"};
    return ServerError{"42601", "\"" + shown + "\" is not a known variable"};
  }
  if (!target.subscripts.empty()) {
    if (found.record) return Doubt{"an element of a record's field is not evaluated offline"};
    return assign_element(found.level->value(found.scalar), found.level->scalar(found.scalar).type, target, value);
  }
  if (found.record && found.field.empty()) {
    if (value.is_null()) return assign_record(*found.level, *found.record, nullptr, nullptr);
    if (value.is_unknown()) return unknown(value);
    if (!value.is_known() || !std::holds_alternative<Compound>(value.data()) || is_array(value.type())) {
      return ServerError{"42804", "cannot assign non-composite value to a record variable"};
    }
    std::vector<OutputColumn> columns;
    const Type* type = host_.catalog().type(value.type());
    const ResultRow& cells = value.compound().items;
    for (std::size_t at = 0; at < cells.size(); ++at) {
      const bool named = type && at < type->fields.size();
      columns.push_back({named ? type->fields[at].first : "f" + std::to_string(at + 1), cells[at].type()});
    }
    const ResultRow copy = cells;
    return assign_record(*found.level, *found.record, &columns, &copy);
  }
  if (found.record) {
    PlRecord& record = *found.record;
    if (!record.shaped) return ServerError{"55000", "record \"" + record.name + "\" is not assigned yet"};
    const auto column = std::find(record.columns.begin(), record.columns.end(), found.field);
    if (column == record.columns.end()) return ServerError{"42703", "record \"" + record.name + "\" has no field \"" + found.field + "\""};
    const std::size_t at = static_cast<std::size_t>(column - record.columns.begin());
    Outcome<Value> fits = cast(value, record.types[at], record.typmods[at], found.field);
    if (!fits.ok()) return fits.as<std::monostate>();
    record.cells[at] = *std::move(fits);
    record.null = false;
    return done();
  }
  const PlScalar& scalar = found.level->scalar(found.scalar);
  if (scalar.constant) return ServerError{"22005", "variable \"" + target.names.back() + "\" is declared CONSTANT"};
  Outcome<Value> fits = cast(value, scalar.type, scalar.typmod, target.names.back());
  if (!fits.ok()) return fits.as<std::monostate>();
  if (scalar.not_null && fits->is_null()) {
    return ServerError{"22004", "null value cannot be assigned to variable \"" + target.names.back() + "\" declared NOT NULL"};
  }
  found.level->value(found.scalar) = *std::move(fits);
  return done();
}

Done PlInterpreter::assign_element(Value& array, TypeId type, const PlTarget& target, const Value& value) {
  if (target.subscripts.size() != 1 || !is_array(type)) return Doubt{"an assignment to a part of a value is not evaluated offline"};
  const Outcome<std::int64_t> place = integer(target.subscripts.front(), "array subscript in assignment must not be null");
  if (!place.ok()) return place.as<std::monostate>();
  if (array.is_unknown()) return unknown(array);
  Outcome<Value> element = cast(value, element_of(type), -1, target.names.back());
  if (!element.ok()) return element.as<std::monostate>();
  Compound compound = array.is_null() ? Compound{} : array.compound();
  if (compound.dimensions.size() > 1) return Doubt{"an assignment to a part of a value is not evaluated offline"};
  const std::int32_t at = static_cast<std::int32_t>(*place);
  if (compound.dimensions.empty()) {
    compound.dimensions = {0};
    compound.lower_bounds = {at};
  }
  const std::int64_t index = static_cast<std::int64_t>(at) - compound.lower_bounds[0];
  const std::int64_t size = static_cast<std::int64_t>(compound.items.size());
  if (index < 0 || index > size) return Doubt{"an assignment beyond an array's bounds is not evaluated offline"};
  if (index == size) {
    compound.items.push_back(*std::move(element));
    ++compound.dimensions[0];
  } else {
    compound.items[static_cast<std::size_t>(index)] = *std::move(element);
  }
  array = Value::of(type, std::move(compound));
  return done();
}

Done PlInterpreter::assign_record(PlLevel& level, PlRecord& record, const std::vector<OutputColumn>* columns, const ResultRow* row) {
  if (!record.typed && columns) {
    std::vector<std::string> names;
    std::vector<TypeId> types;
    for (const OutputColumn& column : *columns) {
      names.push_back(column.name);
      types.push_back(column.type == TypeId::unknown ? TypeId::text : column.type);
    }
    level.shape(record, std::move(names), std::move(types));
  }
  for (std::size_t at = 0; at < record.columns.size(); ++at) {
    Outcome<Value> fits = row && at < row->size() ? record.typed ? cast((*row)[at], record.types[at], record.typmods[at], record.columns[at])
                                                                 : Outcome<Value>((*row)[at])
                                                  : Outcome<Value>(Value::null(record.types[at]));
    if (!fits.ok()) return fits.as<std::monostate>();
    record.cells[at] = *std::move(fits);
  }
  record.null = row == nullptr;
  return done();
}

Done PlInterpreter::move_row(const std::vector<PlTarget>& targets, const std::vector<OutputColumn>& columns, const ResultRow* row) {
  if (targets.size() == 1) {
    const PlLevel::Found found = level_->find(targets.front().names);
    if (found.record && found.field.empty()) return assign_record(*found.level, *found.record, &columns, row);
  }
  for (std::size_t at = 0; at < targets.size(); ++at) {
    const Value value = row && at < row->size() ? (*row)[at] : Value::null();
    if (const Done assigned = assign(targets[at], value); !assigned.ok()) return assigned;
  }
  return done();
}

Done PlInterpreter::take_rows(const std::vector<PlTarget>& targets, bool strict, const CommandResult& result) {
  if (strict && result.rows.empty()) return ServerError{"P0002", "query returned no rows"};
  if (strict && result.rows.size() > 1) return ServerError{"P0003", "query returned more than one row"};
  return move_row(targets, result.columns, result.rows.empty() ? nullptr : &result.rows.front());
}

Done PlInterpreter::sql(const PlSql& statement) {
  const Statement& command = *statement.query.statement();
  const Outcome<CommandResult> result = host_.command(statement.query, command, level_->scope());
  if (!result.ok()) return result.as<std::monostate>();
  const bool is_select = std::holds_alternative<Select>(command.body);
  if (result->sets_found) {
    row_count_ = statement.into.empty() || !is_select ? result->processed : std::min<std::uint64_t>(result->processed, statement.strict ? 2 : 1);
    if (const Done found = assign({{"found"}, {}}, Value::boolean(result->processed > 0)); !found.ok()) return found;
  }
  if (const Call* call = std::get_if<Call>(&command.body)) return take_call_results(*call->function, *result);
  if (statement.into.empty()) {
    if (result->returns_rows) return ServerError{"42601", "query has no destination for result data"};
    return done();
  }
  if (!result->returns_rows) return ServerError{"42601", "INTO used with a command that cannot return data"};
  // Rows that were written are never silently passed over.
  const bool strict = statement.strict || !is_select;
  if (strict && result->rows.size() > 1) return ServerError{"P0003", "query returned more than one row"};
  return take_rows(statement.into, statement.strict, *result);
}

Done PlInterpreter::take_call_results(const Expr& call, const CommandResult& result) {
  if (result.rows.empty()) return done();
  const std::vector<const Function*> named = host_.catalog().functions_named(host_.names(), call.names);
  if (named.empty() || !named.front()->definition) return done();
  std::size_t next = 0;
  const std::vector<FunctionParameter>& declared = named.front()->definition->parameters;
  for (std::size_t at = 0; at < declared.size(); ++at) {
    if (declared[at].mode != 'o' && declared[at].mode != 'b') continue;
    const Expr* argument = nullptr;
    for (std::size_t given = 0; given < call.args.size(); ++given) {
      const bool is_named = given < call.arg_names.size() && !call.arg_names[given].empty();
      if (is_named ? call.arg_names[given] == declared[at].name : given == at) argument = call.args[given].get();
    }
    if (!argument || argument->kind != ExprKind::column) {
      return ServerError{"42601", "procedure parameter \"" + declared[at].name + "\" is an output parameter but corresponding argument is not writable"};
    }
    const Done assigned = assign({argument->names, {}}, next < result.rows.front().size() ? result.rows.front()[next] : Value());
    if (!assigned.ok()) return assigned;
    ++next;
  }
  return done();
}

Outcome<CommandResult> PlInterpreter::run_dynamic(const PlQuery& text, const std::vector<PlQuery>& parameters) {
  Outcome<Value> written = evaluate(text);
  if (!written.ok()) return written.as<CommandResult>();
  if (written->is_null()) return ServerError{"22004", "query string argument of EXECUTE is null"};
  if (written->is_unknown()) return Doubt{"the text of EXECUTE is not known: " + host_.symbols()[written->symbol()].reason};
  std::vector<Value> values;
  for (const PlQuery& parameter : parameters) {
    Outcome<Value> value = evaluate(parameter);
    if (!value.ok()) return value.as<CommandResult>();
    values.push_back(*std::move(value));
  }
  return host_.command_text(write_value(host_.types(), *written), values);
}

Done PlInterpreter::dynamic(const PlDynamic& statement) {
  const Outcome<CommandResult> result = run_dynamic(statement.text, statement.parameters);
  if (!result.ok()) return result.as<std::monostate>();
  row_count_ = result->processed;
  if (statement.into.empty()) return done();
  if (!result->returns_rows) return ServerError{"42601", "INTO used with a command that cannot return data"};
  return take_rows(statement.into, statement.strict, *result);
}

Done PlInterpreter::return_row(const PlQuery& expression) {
  const PlLevel::Found found = record_of(expression);
  if (found.record) {
    if (!found.record->shaped || found.record->null) return done();
    output_.columns.clear();
    for (std::size_t at = 0; at < found.record->columns.size(); ++at) output_.columns.push_back({found.record->columns[at], found.record->types[at]});
    output_.row = found.record->cells;
    return done();
  }
  const Outcome<Value> value = evaluate(expression);
  if (!value.ok()) return value.as<std::monostate>();
  if (value->is_null()) return done();
  if (value->is_unknown()) return unknown(*value);
  if (!std::holds_alternative<Compound>(value->data()) || is_array(value->type())) {
    return ServerError{"42804", "cannot return non-composite value from function returning composite type"};
  }
  output_.columns.clear();
  const Type* type = host_.catalog().type(value->type());
  const ResultRow& cells = value->compound().items;
  for (std::size_t at = 0; at < cells.size(); ++at) {
    output_.columns.push_back({type && at < type->fields.size() ? type->fields[at].first : "f" + std::to_string(at + 1), cells[at].type()});
  }
  output_.row = cells;
  return done();
}

}  // namespace pgfk
