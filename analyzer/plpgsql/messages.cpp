// RAISE, ASSERT, GET DIAGNOSTICS. Source: pl_exec.c, exec_stmt_raise, exec_stmt_getdiag.
#include <algorithm>

#include "analyzer/plpgsql/conditions.h"
#include "analyzer/plpgsql/interpreter.h"

namespace pgfk {

namespace {

bool is_five_characters(std::string_view text) {
  return text.size() == 5 && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

/// A condition's name or an SQLSTATE as the SQLSTATE; empty where it is neither.
std::string sqlstate_of(const std::string& condition) {
  if (is_five_characters(condition)) return condition;
  const std::vector<std::string_view> states = sqlstates_of_condition(condition);
  return states.empty() ? std::string() : std::string(states.front());
}

}  // namespace

Done PlInterpreter::raise(const PlRaise& raise) {
  if (raise.level.empty()) {
    if (handled_) return *handled_;
    return ServerError{"0Z002", "RAISE without parameters cannot be used outside an exception handler"};
  }
  const bool fails = raise.level == "exception";
  ServerError error{fails ? "P0001" : "", ""};
  bool has_message = raise.format.has_value();
  if (!raise.condition.empty()) {
    error.sqlstate = raise.is_sqlstate ? raise.condition : sqlstate_of(raise.condition);
    if (error.sqlstate.empty()) return ServerError{"42704", "unrecognized exception condition \"" + raise.condition + "\""};
    error.message = raise.condition;
  }
  std::size_t next = 0;
  const std::string& format = raise.format ? *raise.format : error.message;
  std::string text;
  for (std::size_t at = 0; raise.format && at < format.size(); ++at) {
    if (format[at] != '%') {
      text += format[at];
      continue;
    }
    if (at + 1 < format.size() && format[at + 1] == '%') {
      text += '%';
      ++at;
      continue;
    }
    if (next >= raise.parameters.size()) return ServerError{"42601", "too few parameters specified for RAISE"};
    const Outcome<Value> value = evaluate(raise.parameters[next++]);
    if (value.refused()) return value.as<std::monostate>();
    // What the text of a message is changes nothing: only a handler could read it.
    text += value.ok() && value->is_known() ? write_value(host_.types(), *value) : value.ok() && value->is_null() ? "<NULL>" : "?";
  }
  if (raise.format && next < raise.parameters.size()) return ServerError{"42601", "too many parameters specified for RAISE"};
  if (raise.format) error.message = std::move(text);
  for (const auto& [option, expression] : raise.options) {
    const Outcome<Value> value = evaluate(expression);
    if (value.refused()) return value.as<std::monostate>();
    if (value.ok() && value->is_null()) return ServerError{"22004", "RAISE statement option cannot be null"};
    const bool known = value.ok() && value->is_known();
    const std::string written = known ? write_value(host_.types(), *value) : "?";
    if (option == "errcode") {
      if (!known) return value.doubtful() ? value.as<std::monostate>() : Done(unknown(*value));
      error.sqlstate = sqlstate_of(written);
      if (error.sqlstate.empty()) return ServerError{"42704", "unrecognized exception condition \"" + written + "\""};
      if (!has_message) error.message = written;
    } else if (option == "message") {
      if (has_message) return ServerError{"42601", "RAISE option already specified: MESSAGE"};
      error.message = written;
      has_message = true;
    } else if (option == "detail") {
      error.detail = written;
    } else if (option == "constraint") {
      error.constraint = written;
    } else if (option == "table") {
      error.table = written;
    } else if (option == "schema") {
      error.schema = written;
    } else if (option == "column") {
      error.column = written;
    }
  }
  if (!fails) return done();
  return error;
}

Done PlInterpreter::assert_(const PlAssert& check) {
  const Outcome<Value> holds = evaluate(check.condition);
  if (!holds.ok()) return holds.as<std::monostate>();
  if (holds->is_unknown()) return unknown(*holds);
  if (holds->is_true()) return done();
  std::string message = "assertion failed";
  if (check.message) {
    const Outcome<Value> text = evaluate(check.message);
    if (text.refused()) return text.as<std::monostate>();
    if (text.ok() && text->is_known()) message = write_value(host_.types(), *text);
  }
  return ServerError{"P0004", message};
}

Done PlInterpreter::diagnostics(const PlDiagnostics& statement) {
  if (statement.stacked && !handled_) {
    return ServerError{"0Z002", "GET STACKED DIAGNOSTICS cannot be used outside an exception handler"};
  }
  for (const auto& [target, item] : statement.items) {
    Value value;
    const auto text = [](const std::string& written) { return Value::of(TypeId::text, written); };
    if (!statement.stacked && item == "row_count") {
      value = Value::of(TypeId::int8, static_cast<std::int64_t>(row_count_));
    } else if (statement.stacked && item == "returned_sqlstate") {
      value = text(handled_->sqlstate);
    } else if (statement.stacked && item == "message_text") {
      value = text(handled_->message);
    } else if (statement.stacked && item == "pg_exception_detail") {
      value = text(handled_->detail);
    } else if (statement.stacked && item == "constraint_name") {
      value = text(handled_->constraint);
    } else if (statement.stacked && item == "table_name") {
      value = text(handled_->table);
    } else if (statement.stacked && item == "schema_name") {
      value = text(handled_->schema);
    } else if (statement.stacked && item == "column_name") {
      value = text(handled_->column);
    } else {
      value = Value::unknown(TypeId::text, host_.symbols().make(item + " of GET DIAGNOSTICS is known to the server alone", false));
    }
    if (const Done assigned = assign(target, value); !assigned.ok()) return assigned;
  }
  return done();
}

}  // namespace pgfk
