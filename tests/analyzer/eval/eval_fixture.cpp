#include "tests/analyzer/eval/eval_fixture.h"

namespace pgfk {

namespace {

template <typename T>
std::string trouble(const Outcome<T>& outcome) {
  if (outcome.doubtful()) return "doubt: " + outcome.doubt().reason;
  return "ERROR " + outcome.error().sqlstate + ": " + outcome.error().message;
}

}  // namespace

std::string EvalDatabase::run(std::string_view sql) {
  trees_.push_back(parse_sql(sql));
  const ParsedSql& parsed = trees_.back();
  if (parsed.error) return "ERROR " + parsed.error->sqlstate + ": " + parsed.error->message;
  std::string answer;
  for (const Statement& statement : parsed.statements) {
    answer = apply(statement);
    if (answer.starts_with("ERROR")) break;
  }
  return answer;
}

std::string EvalDatabase::apply(const Statement& statement) {
  runner_ = std::make_unique<QueryRunner>(catalog, *this, *this);
  if (const Select* select = std::get_if<Select>(&statement.body)) {
    const Outcome<QueryResult> result = runner_->run(*select, Scope{});
    return result ? shown(*result) : trouble(result);
  }
  if (const Insert* insert_statement = std::get_if<Insert>(&statement.body)) return insert(*insert_statement);
  const Catalog::Mark mark = catalog.mark();
  const Outcome<std::vector<DataTask>> tasks = definitions_.apply(statement, scope, Span{});
  if (tasks) return {};
  catalog.rollback_to(mark);
  return trouble(tasks);
}

std::string EvalDatabase::insert(const Insert& insert) {
  const RelationId id = catalog.find(scope, insert.table);
  if (id == RelationId::none) return "ERROR 42P01: relation \"" + insert.table.name + "\" does not exist";
  const Relation& relation = catalog[id];
  const Outcome<QueryResult> source = runner_->run_source(*insert.source, Scope{});
  if (!source) return trouble(source);
  Evaluator evaluator(catalog, *this);
  for (const ResultRow& row : source->rows) {
    ResultRow stored;
    for (const Column& column : relation.columns) {
      const std::size_t at = stored.size();
      const Outcome<Value> cell = at < row.size() ? evaluator.assign(row[at], column) : Outcome<Value>(Value::null(column.type));
      if (!cell) return trouble(cell);
      stored.push_back(*cell);
    }
    tables_[id].push_back(std::move(stored));
  }
  return {};
}

std::string EvalDatabase::shown(const QueryResult& result) const {
  std::string text;
  for (const ResultRow& row : result.rows) {
    if (&row != &result.rows.front()) text += "\n";
    for (const Value& value : row) {
      if (&value != &row.front()) text += "|";
      text += value.is_null() ? "NULL" : value.is_unknown() ? "?" : write_value(types(), value);
    }
  }
  return text;
}

Outcome<Value> EvalDatabase::nextval(RelationId sequence) {
  Sequence& state = catalog.advance(sequence);
  if (state.is_called) state.last_value += state.increment;
  state.is_called = true;
  last_sequence_ = sequence;
  used_.insert(sequence);
  return Value::of(TypeId::int8, state.last_value);
}

Outcome<Value> EvalDatabase::currval(RelationId sequence) {
  if (!used_.contains(sequence)) return ServerError{"55000", "currval of sequence \"" + catalog[sequence].name + "\" is not yet defined in this session"};
  return Value::of(TypeId::int8, catalog.sequence(sequence).last_value);
}

Outcome<Value> EvalDatabase::lastval() {
  if (last_sequence_ == RelationId::none) return ServerError{"55000", "lastval is not yet defined in this session"};
  return currval(last_sequence_);
}

Outcome<Value> EvalDatabase::setval(RelationId sequence, std::int64_t value, bool is_called) {
  Sequence& state = catalog.advance(sequence);
  state.last_value = value;
  state.is_called = is_called;
  used_.insert(sequence);
  return Value::of(TypeId::int8, value);
}

Outcome<Value> EvalDatabase::set_config(const std::string& name, const std::string& value, bool) {
  configured_[name] = value;
  return Value::of(TypeId::text, value);
}

std::optional<std::string> EvalDatabase::setting(const std::string& name) const {
  const auto found = configured_.find(name);
  return found == configured_.end() ? std::nullopt : std::optional(found->second);
}

Outcome<std::vector<TypeId>> EvalDatabase::column_types(const Select& select, const Scope& outer) { return runner_->column_types(select, outer); }

Outcome<std::vector<std::vector<Value>>> EvalDatabase::run(const Select& select, const Scope& outer) {
  Outcome<QueryResult> result = runner_->run(select, outer);
  if (!result) return result.as<std::vector<std::vector<Value>>>();
  return std::move(result->rows);
}

Outcome<Value> EvalDatabase::call(const Function& function, const std::vector<Value>& arguments) {
  return Value::of(TypeId::text, function.name + " of " + std::to_string(arguments.size()));
}

Outcome<Value> EvalDatabase::constant(const Expr& expr, TypeId type, std::int32_t typmod) {
  Column column;
  column.type = type;
  column.typmod = typmod;
  Evaluator evaluator(catalog, *this);
  const Outcome<Value> value = evaluator.evaluate(expr, Scope{});
  return value ? evaluator.assign(*value, column) : value;
}

Outcome<TypeId> EvalDatabase::type_of(const Expr& expr, RelationId relation) {
  std::vector<std::string> names;
  std::vector<TypeId> column_types;
  for (const Column& column : catalog[relation].columns) {
    names.push_back(column.name);
    column_types.push_back(column.type);
  }
  ScopeRow row;
  row.name = catalog[relation].name;
  row.columns = &names;
  row.types = &column_types;
  Scope rows_in_sight;
  rows_in_sight.rows.push_back(row);
  return Evaluator(catalog, *this).analyze(expr, rows_in_sight);
}

Outcome<std::vector<std::pair<std::string, TypeId>>> EvalDatabase::columns_of(const Statement& query) {
  const Select* select = std::get_if<Select>(&query.body);
  if (select == nullptr) return Doubt{"no query"};
  const Outcome<std::vector<OutputColumn>> columns = describe(catalog, *this, *select, Scope{});
  if (!columns) return columns.as<std::vector<std::pair<std::string, TypeId>>>();
  std::vector<std::pair<std::string, TypeId>> result;
  for (const OutputColumn& column : *columns) result.emplace_back(column.name, column.type);
  return result;
}

Outcome<std::vector<const ResultRow*>> EvalDatabase::rows(RelationId relation) {
  ++scans;
  std::vector<const ResultRow*> result;
  for (const ResultRow& row : tables_[relation]) result.push_back(&row);
  return result;
}

}  // namespace pgfk
