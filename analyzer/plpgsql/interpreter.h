// Runs the body of a PL/pgSQL function, procedure, trigger or DO block, statement by statement, as pl_exec.c does.
//
// What is not understood, or rests on a value that only the server knows, ends the run with a Doubt that names it. A raised error that no
// handler takes is the ServerError of the whole.
// Cost: one step of the host's budget for each statement and each turn of a loop. Depth: the code's own nesting, bounded by the reader.
// Source: pl_exec.c (15 to 18).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/plpgsql/host.h"
#include "analyzer/plpgsql/variables.h"

namespace pgfk {

/// How a run of code ends: by itself, by RETURN, or on its way to a loop or block that EXIT or CONTINUE named.
enum class PlFlow { goes_on, exits, continues, returns };

struct PlOutput {
  Value value;                          // of RETURN expression
  std::vector<OutputColumn> columns;    // of a row, or of the rows
  std::vector<ResultRow> rows;          // RETURN NEXT, RETURN QUERY
  std::optional<ResultRow> row;         // RETURN of a record, under `columns`
  bool returned = false;                // by a RETURN with a value
};

class PlInterpreter {
 public:
  /// `parameters` is the outermost level: parameters, FOUND, what triggers are given. `result` is what RETURN gives, none for procedures
  /// and DO blocks; `returns_row`: a record or a trigger's row.
  struct Contract {
    TypeId result = TypeId::none;
    bool returns_row = false;
    bool returns_set = false;
  };
  PlInterpreter(CodeHost& host, const PlBody& body, PlLevel& parameters, Contract contract)
      : host_(host), body_(body), level_(&parameters), contract_(contract) {}

  Done run();
  const PlOutput& output() const { return output_; }
  /// Rows of RETURN NEXT without an expression come from the OUT parameters of these names.
  void set_out_parameters(std::vector<std::string> names) { out_parameters_ = std::move(names); }

 private:
  using Flow = Outcome<PlFlow>;
  // interpreter.cpp: blocks and branches
  Flow statements(const PlStatements& all);
  Flow statement(const PlStatement& one);
  Flow block(const PlBlock& block);
  Flow handle(const PlBlock& block, const ServerError& error);
  Done declare(const PlVariable& variable, PlLevel& level);
  Flow if_(const PlIf& branch);
  Flow case_(const PlCase& branch);
  Flow exit(const PlExit& exit);
  Flow return_(const PlReturn& statement);
  Done return_next(const PlReturn& statement);
  // loops.cpp
  Flow loop(const PlLoop& loop);
  Flow integer_loop(const PlLoop& loop);
  Flow row_loop(const PlLoop& loop, const CommandResult& rows);
  Flow array_loop(const PlLoop& loop);
  /// One turn of the body: nullopt where the loop goes on, else how it ends.
  Outcome<std::optional<PlFlow>> turn(const PlLoop& loop);
  // messages.cpp
  Done raise(const PlRaise& raise);
  Done assert_(const PlAssert& check);
  Done diagnostics(const PlDiagnostics& statement);
  // values.cpp
  Done sql(const PlSql& statement);
  Done dynamic(const PlDynamic& statement);
  /// What a procedure gives back goes into the variables that CALL names.
  Done take_call_results(const Expr& call, const CommandResult& result);
  Outcome<CommandResult> run_dynamic(const PlQuery& text, const std::vector<PlQuery>& parameters);
  Done take_rows(const std::vector<PlTarget>& targets, bool strict, const CommandResult& result);
  Outcome<Value> evaluate(const PlQuery& expression);
  Outcome<bool> is_true(const PlQuery& expression);
  Outcome<std::int64_t> integer(const PlQuery& expression, const char* what);
  /// `value` as a variable of that type holds it: assignment cast, or by its text.
  Outcome<Value> cast(const Value& value, TypeId type, std::int32_t typmod, const std::string& name);
  Done assign(const PlTarget& target, const Value& value);
  Done assign_element(Value& array, TypeId type, const PlTarget& target, const Value& value);
  Done assign_record(PlLevel& level, PlRecord& record, const std::vector<OutputColumn>* columns, const ResultRow* row);
  /// The first row, or NULLs where `row` is null, into variables.
  Done move_row(const std::vector<PlTarget>& targets, const std::vector<OutputColumn>& columns, const ResultRow* row);
  /// The record variable that an expression is, and nothing else.
  PlLevel::Found record_of(const PlQuery& expression);
  /// A column list and values, where the expression is a record or gives a row.
  Done return_row(const PlQuery& expression);
  Outcome<PlRecord> row_type(const PlType& type);
  Outcome<PlScalar> scalar_type(const PlType& type);
  Doubt unknown(const Value& value) const;

  CodeHost& host_;
  const PlBody& body_;
  PlLevel* level_;
  Contract contract_;
  PlOutput output_;
  std::vector<std::string> out_parameters_;
  std::string exit_label_;               // of the EXIT or CONTINUE under way
  std::optional<ServerError> handled_;   // the error that the innermost handler took
  std::uint64_t row_count_ = 0;
};

}  // namespace pgfk
