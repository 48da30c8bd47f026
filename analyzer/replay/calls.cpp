// Calls: DO, CALL, functions in expressions and in FROM; PL/pgSQL and SQL. Source: pl_handler.c, functions.c, functioncmds.c.
#include <algorithm>

#include "analyzer/eval/type_names.h"
#include "analyzer/replay/replay.h"

namespace pgfk {

namespace {

NameConflict conflict_of(const PlBody& body) {
  switch (body.conflict) {
    case PlNameConflict::error: return NameConflict::error;
    case PlNameConflict::use_variable: return NameConflict::variable;
    case PlNameConflict::use_column: return NameConflict::column;
  }
  return NameConflict::error;
}

void add_found(PlLevel& level) {
  PlScalar found;
  found.type = TypeId::bool_;
  level.add_scalar("found", found, Value::boolean(false));
}

bool is_input(const FunctionParameter& parameter) { return parameter.mode != 'o' && parameter.mode != 't'; }
bool is_output(const FunctionParameter& parameter) { return parameter.mode == 'o' || parameter.mode == 'b' || parameter.mode == 't'; }

template <typename T>
class Restored {
 public:
  Restored(T& place, T value) : place_(place), before_(place) { place_ = std::move(value); }
  ~Restored() { place_ = std::move(before_); }
  Restored(const Restored&) = delete;
  Restored& operator=(const Restored&) = delete;

 private:
  T& place_;
  T before_;
};

/// The relation that a composite type is the row of.
RelationId row_relation(const Catalog& catalog, const NameScope& names, const TypeName& type) {
  if (type.array_dimensions > 0 || type.schema == "pg_catalog") return RelationId::none;
  QualifiedName name;
  name.schema = type.schema;
  name.name = type.name;
  return catalog.find(names, name);
}

}  // namespace

Done Replay::run_do_block(const DoBlock& block) {
  if (!block.language.empty() && block.language != "plpgsql") {
    if (block.language == "sql") return ServerError{"0A000", "language \"sql\" does not support inline code execution"};
    return Doubt{"a DO block in language \"" + block.language + "\" is not evaluated offline"};
  }
  if (!may_call()) return Doubt{"calls within calls go deeper than is followed offline"};
  const PlBody& code = code_of(block.body);
  if (code.error) {
    if (code.error->ours) return Doubt{code.error->message};
    return ServerError{code.error->sqlstate, code.error->message};
  }
  const Restored<int> deeper(calls_, calls_ + 1);
  const Restored<bool> atomic(atomic_, calls_ > 1 || block_ != BlockState::idle);
  std::optional<std::uint64_t> offset;
  if (text_is_source_ && calls_ == 1) {
    if (const std::size_t at = text_.find(block.body); at != std::string_view::npos) offset = text_offset_ + at;
  }
  const Restored<std::optional<std::uint64_t>> place(code_offset_, offset);
  PlLevel top("", nullptr);
  top.scope().conflict = conflict_of(code);
  add_found(top);
  CodeHost& host = *this;
  return PlInterpreter(host, code, top, {}).run();
}

Outcome<std::vector<std::pair<std::string, TypeId>>> Replay::result_columns(const Function& function) {
  using Columns = std::vector<std::pair<std::string, TypeId>>;
  const CreateFunction& definition = *function.definition;
  Columns columns;
  for (const FunctionParameter& parameter : definition.parameters) {
    if (!is_output(parameter)) continue;
    const Outcome<std::pair<TypeId, std::int32_t>> type = named_type(catalog(), names_, parameter.type);
    if (!type.ok()) return type.as<Columns>();
    columns.emplace_back(parameter.name.empty() ? "column" + std::to_string(columns.size() + 1) : parameter.name, type->first);
  }
  if (!columns.empty()) return columns;
  if (!definition.returns) return columns;
  if (const RelationId id = row_relation(catalog(), names_, *definition.returns); id != RelationId::none) {
    for (const Column& column : catalog()[id].columns) {
      if (!column.dropped) columns.emplace_back(column.name, column.type);
    }
    return columns;
  }
  const Outcome<std::pair<TypeId, std::int32_t>> type = named_type(catalog(), names_, *definition.returns);
  if (!type.ok()) return type.as<Columns>();
  if (type->first == TypeId::record) return Doubt{"the columns of function \"" + function.name + "\" are not known offline"};
  if (const Type* composite = catalog().type(type->first); composite && !is_array(type->first) && composite->kind == TypeKind::composite) {
    return composite->fields;
  }
  columns.emplace_back(function.name, type->first);
  return columns;
}

Replay::FunctionSettings::~FunctionSettings() {
  replay_.settings_.rollback_to(mark_);
  replay_.settings_changed();
}

Done Replay::FunctionSettings::apply(const CreateFunction& function) {
  for (const SetVariable& clause : function.settings) {
    if (clause.from_current) return Doubt{"SET .. FROM CURRENT of function \"" + function.function.name + "\" is not followed offline"};
    SetVariable local = clause;
    local.scope = SetScope::local;
    if (const Done set = replay_.execute_set(local); !set.ok()) return set;
  }
  return done();
}

Outcome<PlOutput> Replay::run_function(const Function& function, const std::vector<Value>& arguments, bool procedure) {
  const CreateFunction& definition = *function.definition;
  if (definition.procedure != procedure) {
    return ServerError{"42809", "\"" + function.name + "\" is a " + (definition.procedure ? "procedure" : "function")};
  }
  if (definition.language != "plpgsql" && definition.language != "sql" && !definition.language.empty()) {
    return Doubt{"function \"" + function.name + "\" in language \"" + definition.language + "\" is not evaluated offline"};
  }
  if (!may_call()) return Doubt{"calls within calls go deeper than is followed offline"};
  const Restored<int> deeper(calls_, calls_ + 1);
  const Restored<std::optional<std::uint64_t>> place(code_offset_, std::nullopt);
  const bool promises = definition.volatility == "stable" || definition.volatility == "immutable";
  const Restored<bool> writing(may_not_write_, may_not_write_ || promises);
  std::optional<FunctionSettings> settings;
  const Restored<bool> atomic(atomic_, atomic_ || !definition.settings.empty());
  if (!definition.settings.empty()) {
    if (const Done set = settings.emplace(*this).apply(definition); !set.ok()) return set.as<PlOutput>();
  }

  PlLevel parameters(function.name, nullptr);
  std::vector<Value> by_number;
  std::vector<std::string> outputs;
  std::size_t next = 0;
  for (const FunctionParameter& parameter : definition.parameters) {
    const Outcome<std::pair<TypeId, std::int32_t>> type = named_type(catalog(), names_, parameter.type);
    const RelationId row = row_relation(catalog(), names_, parameter.type);
    if (row != RelationId::none) return Doubt{"a parameter of function \"" + function.name + "\" is a row, which is not followed offline"};
    if (!type.ok()) return type.as<PlOutput>();
    PlScalar scalar;
    scalar.type = type->first;
    Value value = Value::null(type->first);
    if (is_input(parameter) && next < arguments.size()) value = arguments[next++];
    const Type* info = catalog().type(type->first);
    if (info && info->kind == TypeKind::pseudo && value.type() != TypeId::unknown) scalar.type = value.type();
    if (is_input(parameter)) by_number.push_back(value);
    if (is_output(parameter)) outputs.push_back(parameter.name);
    parameters.add_scalar(parameter.name, scalar, std::move(value));
  }
  parameters.scope().parameters = &by_number;
  if (definition.language != "plpgsql") return run_sql_function(function, parameters);

  const PlBody& code = code_of(definition.body);
  if (code.error) {
    if (code.error->ours) return Doubt{code.error->message};
    return ServerError{code.error->sqlstate, code.error->message};
  }
  parameters.scope().conflict = conflict_of(code);
  add_found(parameters);
  PlInterpreter::Contract contract;
  if (definition.returns) {
    contract.returns_set = definition.returns->setof;
    const RelationId row = row_relation(catalog(), names_, *definition.returns);
    const Outcome<std::pair<TypeId, std::int32_t>> type = named_type(catalog(), names_, *definition.returns);
    if (row == RelationId::none && !type.ok()) return type.as<PlOutput>();
    const Type* composite = row == RelationId::none && !is_array(type->first) ? catalog().type(type->first) : nullptr;
    contract.returns_row = row != RelationId::none || (outputs.empty() && type->first == TypeId::record) || (composite && composite->kind == TypeKind::composite);
    contract.result = contract.returns_row || !outputs.empty() ? TypeId::none : type->first;
  }
  if (std::any_of(definition.parameters.begin(), definition.parameters.end(), [](const FunctionParameter& p) { return p.mode == 't'; })) contract.returns_set = true;
  CodeHost& host = *this;
  PlInterpreter interpreter(host, code, parameters, contract);
  interpreter.set_out_parameters(outputs);
  if (const Done ran = interpreter.run(); !ran.ok()) return ran.as<PlOutput>();
  PlOutput output = interpreter.output();
  if (contract.returns_set) return output;
  if (!outputs.empty()) {
    ResultRow row;
    for (const std::string& name : outputs) {
      const PlLevel::Found found = parameters.find({name});
      row.push_back(found.level ? found.level->value(found.scalar) : Value());
    }
    if (row.size() == 1) output.value = row.front();
    output.row = std::move(row);
    return output;
  }
  const bool wants_value = definition.returns && contract.result != TypeId::void_;
  if (wants_value && !output.returned) return ServerError{"2F005", "control reached end of function without RETURN"};
  return output;
}

Outcome<PlOutput> Replay::run_sql_function(const Function& function, const PlLevel& parameters) {
  const CreateFunction& definition = *function.definition;
  std::vector<const Statement*> statements;
  if (definition.sql_body.empty()) {
    const ParsedSql& code = sql_code_of(definition);
    if (code.error) {
      if (code.error->ours) return Doubt{code.error->message};
      return ServerError{code.error->sqlstate, code.error->message};
    }
    for (const Statement& statement : code.statements) statements.push_back(&statement);
  } else {
    for (const auto& statement : definition.sql_body) statements.push_back(statement.get());
  }
  PlOutput output;
  for (const Statement* statement : statements) {
    if (std::holds_alternative<Transaction>(statement->body)) {
      return ServerError{"0A000", "transaction commands are not allowed in an SQL function"};
    }
    if (!take_step()) return Doubt{"the code takes more steps than are followed offline"};
    Outcome<CommandResult> result = command(PlQuery{}, *statement, parameters.scope());
    if (!result.ok()) return result.as<PlOutput>();
    output.columns = std::move(result->columns);
    output.rows = std::move(result->rows);
  }
  const bool nothing = !definition.returns || definition.returns->name == "void";
  if (nothing && std::none_of(definition.parameters.begin(), definition.parameters.end(), is_output)) {
    output.rows.clear();
    return output;
  }
  // Rows are given as the declared types.
  const Outcome<std::vector<std::pair<std::string, TypeId>>> declared = result_columns(function);
  if (declared.ok()) {
    for (ResultRow& row : output.rows) {
      for (std::size_t at = 0; at < row.size() && at < declared->size(); ++at) {
        const TypeId type = (*declared)[at].second;
        const Type* info = catalog().type(type);
        if (row[at].type() == type || type == TypeId::record || (info && info->kind == TypeKind::pseudo)) continue;
        Column column;
        column.name = (*declared)[at].first;
        column.type = type;
        Outcome<Value> fits = evaluator().assign(row[at], column);
        if (!fits.ok()) return fits.as<PlOutput>();
        row[at] = *std::move(fits);
      }
    }
  }
  if (!output.rows.empty()) {
    if (output.rows.front().size() == 1) output.value = output.rows.front().front();
    output.row = output.rows.front();
  }
  return output;
}

Outcome<Value> Replay::call(const Function& function, const std::vector<Value>& arguments) {
  const CreateFunction* definition = function.definition;
  if (!definition) return Doubt{"function \"" + function.name + "\" is not evaluated offline"};
  if (definition->returns && definition->returns->name == "trigger") {
    return ServerError{"0A000", "trigger functions can only be called as triggers"};
  }
  if (definition->strict && std::any_of(arguments.begin(), arguments.end(), [](const Value& v) { return v.is_null(); })) return Value::null();
  if (definition->returns && definition->returns->setof) return Doubt{"function \"" + function.name + "\" gives a set of rows, which is not evaluated here"};
  const Restored<bool> atomic(atomic_, true);
  Outcome<PlOutput> output = run_function(function, arguments, false);
  if (!output.ok()) return output.as<Value>();
  const Outcome<std::vector<std::pair<std::string, TypeId>>> columns = result_columns(function);
  const bool composite = (columns.ok() && columns->size() > 1) || !columns.ok();
  if (!composite) return std::move(output->value);
  if (!output->row) return Value::null(TypeId::record);
  Compound row;
  row.items = *std::move(output->row);
  return Value::of(TypeId::record, std::move(row));
}

Outcome<std::vector<Replay::RowValues>> Replay::call_rows(const Function& function, const std::vector<Value>& arguments) {
  using Rows = std::vector<RowValues>;
  const CreateFunction* definition = function.definition;
  if (!definition) return Doubt{"function \"" + function.name + "\" is not evaluated offline"};
  const bool table = std::any_of(definition->parameters.begin(), definition->parameters.end(), [](const FunctionParameter& p) { return p.mode == 't'; });
  const bool set = table || (definition->returns && definition->returns->setof);
  if (definition->strict && std::any_of(arguments.begin(), arguments.end(), [](const Value& v) { return v.is_null(); })) {
    if (set) return Rows{};
    return Doubt{"a strict function with a NULL in FROM is not evaluated offline"};
  }
  const Restored<bool> atomic(atomic_, true);
  Outcome<PlOutput> output = run_function(function, arguments, false);
  if (!output.ok()) return output.as<Rows>();
  if (set) return std::move(output->rows);
  if (output->row) return Rows{*std::move(output->row)};
  const Outcome<std::vector<std::pair<std::string, TypeId>>> columns = result_columns(function);
  if (columns.ok() && columns->size() > 1) return Rows{RowValues(columns->size())};
  return Rows{{std::move(output->value)}};
}

Outcome<const Function*> Replay::called_procedure(const Expr& call) const {
  if (call.names.empty()) return Doubt{"this form of CALL is not evaluated offline"};
  std::vector<const Function*> named = catalog().functions_named(names_, call.names);
  std::erase_if(named, [](const Function* f) { return !f->definition; });
  if (named.empty()) return ServerError{"42883", "procedure " + call.names.back() + " does not exist"};
  if (named.size() > 1) return Doubt{"which procedure \"" + call.names.back() + "\" is called is not worked out offline"};
  if (!named.front()->definition->procedure) return ServerError{"42809", call.names.back() + " is not a procedure"};
  return named.front();
}

Done Replay::run_call(const pgfk::Call& statement) {
  const Expr& expr = *statement.function;
  const Outcome<const Function*> called = called_procedure(expr);
  if (!called.ok()) return called.as<std::monostate>();
  const Function& procedure = **called;
  // OUT parameters are given too (as NULL, say), and take nothing.
  const std::vector<FunctionParameter>& declared = procedure.definition->parameters;
  if (expr.args.size() > declared.size()) return ServerError{"42883", "procedure " + expr.names.back() + " does not exist"};
  std::vector<const Expr*> given(declared.size(), nullptr);
  for (std::size_t at = 0; at < expr.args.size(); ++at) {
    const std::string name = at < expr.arg_names.size() ? expr.arg_names[at] : "";
    std::size_t place = at;
    if (!name.empty()) {
      place = static_cast<std::size_t>(std::find_if(declared.begin(), declared.end(), [&](const FunctionParameter& p) { return p.name == name; }) - declared.begin());
    }
    if (place >= declared.size() || given[place]) return ServerError{"42883", "procedure " + expr.names.back() + " does not exist"};
    given[place] = expr.args[at].get();
  }
  std::vector<Value> arguments;
  for (std::size_t at = 0; at < declared.size(); ++at) {
    if (!is_input(declared[at])) continue;
    const Expr* argument = given[at] ? given[at] : declared[at].default_value.get();
    if (!argument) return ServerError{"42883", "procedure " + expr.names.back() + " does not exist"};
    const Outcome<Value> value = evaluator().evaluate(*argument, given[at] ? base_scope() : Scope{});
    if (!value.ok()) return value.as<std::monostate>();
    const Outcome<std::pair<TypeId, std::int32_t>> type = named_type(catalog(), names_, declared[at].type);
    if (!type.ok()) return type.as<std::monostate>();
    Column column;
    column.name = declared[at].name;
    column.type = type->first;
    Outcome<Value> fits = evaluator().assign(*value, column);
    if (!fits.ok()) return fits.as<std::monostate>();
    arguments.push_back(*std::move(fits));
  }
  // Only CALL at the top, or from code that may do so itself, lets a procedure end the transaction.
  const Restored<bool> atomic(atomic_, calls_ == 0 ? block_ != BlockState::idle : atomic_);
  Outcome<PlOutput> output = run_function(procedure, arguments, true);
  if (!output.ok()) return output.as<std::monostate>();
  last_result_ = QueryResult();
  if (output->row && std::any_of(declared.begin(), declared.end(), is_output)) {
    for (const FunctionParameter& parameter : declared) {
      if (is_output(parameter)) last_result_.columns.push_back({parameter.name, TypeId::unknown});
    }
    for (std::size_t at = 0; at < last_result_.columns.size() && at < output->row->size(); ++at) last_result_.columns[at].type = (*output->row)[at].type();
    last_result_.rows.push_back(*std::move(output->row));
  }
  return done();
}

}  // namespace pgfk
