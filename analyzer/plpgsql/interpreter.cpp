// Blocks, handlers, branches, RETURN.
#include "analyzer/plpgsql/interpreter.h"

#include <algorithm>

#include "analyzer/plpgsql/conditions.h"

namespace pgfk {

namespace {

/// Sets a variable for as long as it lives.
template <typename T>
class Within {
 public:
  Within(T& place, T value) : place_(place), before_(std::move(place)) { place_ = std::move(value); }
  ~Within() { place_ = std::move(before_); }
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;

 private:
  T& place_;
  T before_;
};

bool takes(const PlHandler& handler, std::string_view sqlstate) {
  return std::any_of(handler.conditions.begin(), handler.conditions.end(), [&](const PlCondition& condition) {
    if (condition.is_sqlstate) return condition_matches(condition.name, sqlstate);
    if (condition.name == "others") return others_match(sqlstate);
    const std::vector<std::string_view> states = sqlstates_of_condition(condition.name);
    return std::any_of(states.begin(), states.end(), [&](std::string_view state) { return condition_matches(state, sqlstate); });
  });
}

}  // namespace

Doubt PlInterpreter::unknown(const Value& value) const { return Doubt{host_.symbols()[value.symbol()].reason}; }

Done PlInterpreter::run() {
  const Flow flow = block(body_.block);
  if (!flow.ok()) return flow.as<std::monostate>();
  return done();
}

PlInterpreter::Flow PlInterpreter::statements(const PlStatements& all) {
  for (const PlStatement& one : all) {
    Flow flow = statement(one);
    if (flow.doubtful() && flow.doubt().reason.find(" (line ") == std::string::npos) {
      return Doubt{flow.doubt().reason + " (line " + std::to_string(one.line) + " of the code)"};
    }
    if (!flow.ok() || *flow != PlFlow::goes_on) return flow;
  }
  return PlFlow::goes_on;
}

PlInterpreter::Flow PlInterpreter::statement(const PlStatement& one) {
  if (!host_.take_step()) return Doubt{"the code takes more steps than are followed offline"};
  const auto plain = [](const Done& result) -> Flow { return result.ok() ? Flow(PlFlow::goes_on) : result.as<PlFlow>(); };
  if (const auto* s = std::get_if<PlSql>(&one.body)) return plain(sql(*s));
  if (const auto* s = std::get_if<PlAssign>(&one.body)) {
    if (const PlLevel::Found from = record_of(s->value); from.record && s->target.subscripts.empty()) {
      const PlLevel::Found to = level_->find(s->target.names);
      if (to.record && to.field.empty()) {
        if (!from.record->shaped || from.record->null) return plain(assign_record(*to.level, *to.record, nullptr, nullptr));
        std::vector<OutputColumn> columns;
        for (std::size_t at = 0; at < from.record->columns.size(); ++at) columns.push_back({from.record->columns[at], from.record->types[at]});
        const ResultRow cells = from.record->cells;
        return plain(assign_record(*to.level, *to.record, &columns, &cells));
      }
    }
    const Outcome<Value> value = evaluate(s->value);
    return value.ok() ? plain(assign(s->target, *value)) : value.as<PlFlow>();
  }
  if (const auto* s = std::get_if<PlPerform>(&one.body)) {
    const Outcome<CommandResult> result = host_.command(s->query, *s->query.statement(), level_->scope());
    if (!result.ok()) return result.as<PlFlow>();
    row_count_ = result->rows.size();
    return plain(assign({{"found"}, {}}, Value::boolean(!result->rows.empty())));
  }
  if (const auto* s = std::get_if<PlIf>(&one.body)) return if_(*s);
  if (const auto* s = std::get_if<PlCase>(&one.body)) return case_(*s);
  if (const auto* s = std::get_if<PlLoop>(&one.body)) return loop(*s);
  if (const auto* s = std::get_if<std::unique_ptr<PlBlock>>(&one.body)) {
    Flow flow = block(**s);
    if (flow.ok() && *flow == PlFlow::exits && !exit_label_.empty() && exit_label_ == (*s)->label) return PlFlow::goes_on;
    return flow;
  }
  if (const auto* s = std::get_if<PlExit>(&one.body)) return exit(*s);
  if (const auto* s = std::get_if<PlReturn>(&one.body)) return return_(*s);
  if (const auto* s = std::get_if<PlRaise>(&one.body)) return plain(raise(*s));
  if (const auto* s = std::get_if<PlAssert>(&one.body)) return plain(assert_(*s));
  if (const auto* s = std::get_if<PlDynamic>(&one.body)) return plain(dynamic(*s));
  if (const auto* s = std::get_if<PlDiagnostics>(&one.body)) return plain(diagnostics(*s));
  if (const auto* s = std::get_if<PlTransactionEnd>(&one.body)) return plain(host_.end_transaction(*s));
  if (const auto* s = std::get_if<PlOther>(&one.body)) return Doubt{s->what + " is not evaluated offline"};
  return PlFlow::goes_on;  // NULL
}

Done PlInterpreter::declare(const PlVariable& variable, PlLevel& level) {
  if (variable.cursor) return done();  // its use is what we do not follow
  if (!variable.alias_of.empty()) return Doubt{"ALIAS FOR is not evaluated offline"};
  Outcome<PlRecord> record = row_type(variable.type);
  if (!record.ok()) return record.as<std::monostate>();
  if (record->typed || variable.type.kind == PlType::Kind::record) {
    record->name = variable.name;
    const PlLevel::Found from = variable.initial ? record_of(variable.initial) : PlLevel::Found{};
    std::optional<Outcome<Value>> initial;
    if (variable.initial && !from.record) initial = evaluate(variable.initial);
    if (initial && !initial->ok()) return initial->as<std::monostate>();
    PlRecord& made = level.add_record(*std::move(record));
    if (initial) return assign({{variable.name}, {}}, **initial);
    if (!from.record || !from.record->shaped) return done();
    std::vector<OutputColumn> columns;
    for (std::size_t at = 0; at < from.record->columns.size(); ++at) columns.push_back({from.record->columns[at], from.record->types[at]});
    const ResultRow cells = from.record->cells;
    return assign_record(level, made, &columns, &cells);
  }
  Outcome<PlScalar> scalar = scalar_type(variable.type);
  if (!scalar.ok()) return scalar.as<std::monostate>();
  scalar->not_null = variable.not_null;
  Value start = Value::null(scalar->type);
  if (variable.initial) {
    const Outcome<Value> value = evaluate(variable.initial);
    if (!value.ok()) return value.as<std::monostate>();
    Outcome<Value> cast_value = cast(*value, scalar->type, scalar->typmod, variable.name);
    if (!cast_value.ok()) return cast_value.as<std::monostate>();
    start = *std::move(cast_value);
  }
  if (variable.not_null && start.is_null()) {
    return ServerError{"22004", "null value cannot be assigned to variable \"" + variable.name + "\" declared NOT NULL"};
  }
  scalar->constant = variable.constant;
  level.add_scalar(variable.name, *scalar, std::move(start));
  return done();
}

PlInterpreter::Flow PlInterpreter::block(const PlBlock& block) {
  PlLevel level(block.label, level_);
  level.scope().conflict = level_->scope().conflict;
  const Within<PlLevel*> inside(level_, &level);
  for (const PlVariable& variable : block.variables) {
    if (const Done declared = declare(variable, level); !declared.ok()) return declared.as<PlFlow>();
  }
  if (block.handlers.empty()) return statements(block.body);
  const bool doubtful = host_.is_doubtful();
  host_.open_subtransaction();
  Flow flow = statements(block.body);
  if (flow.ok()) {
    host_.release_subtransaction();
    if (host_.is_doubtful() && !doubtful) return Doubt{"whether a statement fails, and the block's handler runs, is not known"};
    return flow;
  }
  if (flow.doubtful()) {
    host_.release_subtransaction();
    return flow;
  }
  const ServerError error = flow.error();
  if (host_.is_doubtful() && !doubtful) return Doubt{"which of a block's statements fails is not known"};
  const auto handler = std::find_if(block.handlers.begin(), block.handlers.end(), [&](const PlHandler& h) { return takes(h, error.sqlstate); });
  if (handler == block.handlers.end()) {
    host_.release_subtransaction();
    return flow;
  }
  host_.roll_back_subtransaction();
  PlLevel texts("", level_);
  texts.scope().conflict = level.scope().conflict;
  PlScalar text;
  text.type = TypeId::text;
  text.constant = true;
  texts.add_scalar("sqlstate", text, Value::of(TypeId::text, error.sqlstate));
  texts.add_scalar("sqlerrm", text, Value::of(TypeId::text, error.message));
  const Within<PlLevel*> handling(level_, &texts);
  const Within<std::optional<ServerError>> taken(handled_, error);
  return statements(handler->body);
}

PlInterpreter::Flow PlInterpreter::if_(const PlIf& branch) {
  for (const PlBranch& one : branch.branches) {
    const Outcome<bool> taken = is_true(one.conditions.front());
    if (!taken.ok()) return taken.as<PlFlow>();
    if (*taken) return statements(one.body);
  }
  return statements(branch.otherwise);
}

PlInterpreter::Flow PlInterpreter::case_(const PlCase& branch) {
  std::optional<Value> tested;
  if (branch.tested) {
    const Outcome<Value> value = evaluate(branch.tested);
    if (!value.ok()) return value.as<PlFlow>();
    tested = *value;
  }
  for (const PlBranch& one : branch.branches) {
    for (const PlQuery& condition : one.conditions) {
      bool taken = false;
      if (tested) {
        const Outcome<Value> value = evaluate(condition);
        if (!value.ok()) return value.as<PlFlow>();
        const Outcome<Value> equal = host_.evaluator().operate("=", *tested, *value);
        if (!equal.ok()) return equal.as<PlFlow>();
        if (equal->is_unknown()) return unknown(*equal);
        taken = equal->is_true();
      } else {
        const Outcome<bool> truth = is_true(condition);
        if (!truth.ok()) return truth.as<PlFlow>();
        taken = *truth;
      }
      if (taken) return statements(one.body);
    }
  }
  if (!branch.has_else) return ServerError{"20000", "case not found"};
  return statements(branch.otherwise);
}

PlInterpreter::Flow PlInterpreter::exit(const PlExit& exit) {
  if (exit.when) {
    const Outcome<bool> leaves = is_true(exit.when);
    if (!leaves.ok()) return leaves.as<PlFlow>();
    if (!*leaves) return PlFlow::goes_on;
  }
  exit_label_ = exit.label;
  return exit.goes_on ? PlFlow::continues : PlFlow::exits;
}

PlInterpreter::Flow PlInterpreter::return_(const PlReturn& statement) {
  if (statement.kind != PlReturn::Kind::plain) {
    const Done added = return_next(statement);
    return added.ok() ? Flow(PlFlow::goes_on) : added.as<PlFlow>();
  }
  if (!statement.value) return PlFlow::returns;
  output_.returned = true;
  if (contract_.returns_row) {
    const Done row = return_row(statement.value);
    return row.ok() ? Flow(PlFlow::returns) : row.as<PlFlow>();
  }
  Outcome<Value> value = evaluate(statement.value);
  if (!value.ok()) return value.as<PlFlow>();
  if (contract_.result != TypeId::none && contract_.result != TypeId::void_) value = cast(*value, contract_.result, -1, "return value");
  if (!value.ok()) return value.as<PlFlow>();
  output_.value = *std::move(value);
  return PlFlow::returns;
}

Done PlInterpreter::return_next(const PlReturn& statement) {
  if (!contract_.returns_set) return ServerError{"42804", "cannot use RETURN NEXT in a non-SETOF function"};
  if (statement.kind == PlReturn::Kind::next) {
    if (!statement.value) {
      ResultRow row;
      for (const std::string& name : out_parameters_) {
        const PlLevel::Found found = level_->find({name});
        row.push_back(found.level && !found.record ? found.level->value(found.scalar) : Value());
      }
      output_.rows.push_back(std::move(row));
      return done();
    }
    if (contract_.returns_row) {
      const Done row = return_row(statement.value);
      if (!row.ok()) return row;
      if (output_.row) output_.rows.push_back(*std::move(output_.row));
      output_.row.reset();
      return done();
    }
    Outcome<Value> value = evaluate(statement.value);
    if (value.ok()) value = cast(*value, contract_.result, -1, "return value");
    if (!value.ok()) return value.as<std::monostate>();
    output_.rows.push_back({*std::move(value)});
    return done();
  }
  const Outcome<CommandResult> result = statement.kind == PlReturn::Kind::dynamic
                                            ? run_dynamic(statement.value, statement.parameters)
                                            : host_.command(statement.value, *statement.value.statement(), level_->scope());
  if (!result.ok()) return result.as<std::monostate>();
  output_.columns = result->columns;
  output_.rows.insert(output_.rows.end(), result->rows.begin(), result->rows.end());
  row_count_ = result->rows.size();
  return assign({{"found"}, {}}, Value::boolean(!result->rows.empty()));
}

}  // namespace pgfk
