// Expressions over known rows: constants, columns, operators, functions, casts, with PostgreSQL's types, NULLs and errors.
//
// Types are resolved as values flow: an untyped literal is a Value of TypeId::unknown until an operator, function or column says what it is.
// What only the server can know becomes an unknown Value with a symbol (now(), random()), what we do not understand a Doubt that names it.
// Source: parse_expr.c, parse_oper.c, parse_func.c; fk-semantics 7, 8, 9.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analyzer/catalog/catalog.h"
#include "analyzer/types/outcome.h"
#include "analyzer/types/value.h"
#include "parsers/sql/tree.h"

namespace pgfk {

/// A named row in scope: a table (or excluded, old, new, a FROM alias) and its values.
struct ScopeRow {
  std::string schema;                          // empty for an alias
  std::string name;
  const std::vector<std::string>* columns = nullptr;
  const std::vector<TypeId>* types = nullptr;  // one per column; used for type_of and where row is null
  const std::vector<Value>* row = nullptr;     // null: types only
  RelationId relation = RelationId::none;
  const std::vector<bool>* qualified_only = nullptr;  // columns that only row.column finds (merged by USING, dropped)
  bool scalar = false;                         // a function in FROM whose row is one value: its name means that value
};

struct CommonTables;  // query.h

/// What a name means that is both a column's and a variable's.
enum class NameConflict { error, variable, column };

/// What an expression may see. `outer` for correlated sub-selects.
struct Scope {
  std::vector<ScopeRow> rows;
  const Scope* outer = nullptr;
  const std::vector<Value>* parameters = nullptr;  // $1 is [0]
  const CommonTables* common = nullptr;            // WITH parts in sight
  bool variables = false;                          // the rows are variables of code, not rows of tables: columns come first
  NameConflict conflict = NameConflict::column;    // of such a level
  mutable bool touched = false;                    // one of its values was read: what was computed depends on it
};

/// What the evaluator asks of the session and the rows.
class EvaluationHost {
 public:
  virtual ~EvaluationHost() = default;
  virtual const NameScope& names() const = 0;
  virtual TypeContext types() const = 0;
  virtual Symbols& symbols() = 0;
  /// Sequence functions, in full: errors 55000, 2200H, 42P01. `sequence` as written in a regclass text, or none for lastval.
  virtual Outcome<Value> nextval(RelationId sequence) = 0;
  virtual Outcome<Value> currval(RelationId sequence) = 0;
  virtual Outcome<Value> lastval() = 0;
  virtual Outcome<Value> setval(RelationId sequence, std::int64_t value, bool is_called) = 0;
  /// set_config, current_setting: nullopt for a setting not known.
  virtual Outcome<Value> set_config(const std::string& name, const std::string& value, bool local) = 0;
  virtual std::optional<std::string> setting(const std::string& name) const = 0;
  /// A symbol for the transaction's clock, the same all through a transaction.
  virtual Value transaction_time(TypeId type) = 0;
  /// The types of a sub-select's columns; refuses what parse analysis refuses.
  virtual Outcome<std::vector<TypeId>> column_types(const Select& select, const Scope& outer) = 0;
  /// Sub-selects; refuses or doubts what cannot be run.
  virtual Outcome<std::vector<std::vector<Value>>> run(const Select& select, const Scope& outer) = 0;
  /// Functions made by the input: one value; the columns of what a function gives in FROM, and the rows.
  virtual Outcome<Value> call(const Function& function, const std::vector<Value>& arguments) = 0;
  virtual Outcome<std::vector<std::pair<std::string, TypeId>>> result_columns(const Function& function) = 0;
  virtual Outcome<std::vector<std::vector<Value>>> call_rows(const Function& function, const std::vector<Value>& arguments) = 0;
};

class Evaluator {
 public:
  Evaluator(const Catalog& catalog, EvaluationHost& host) : catalog_(catalog), host_(host) {}

  Outcome<Value> evaluate(const Expr& expr, const Scope& scope);
  /// For WHERE, CHECK, WHEN: a boolean value, NULL or unknown; 42804 for another type.
  Outcome<Value> condition(const Expr& expr, const Scope& scope);
  /// `left op right`, the operator chosen by the values' types.
  Outcome<Value> operate(const std::string& op, const Value& left, const Value& right);
  /// As INSERT and UPDATE store it: literal read as the type, assignment cast (42804 `column "c" is of type integer but expression is of type text`),
  /// length coercion, domain constraints (23514, 23502).
  Outcome<Value> assign(const Value& value, const Column& column);
  /// Only the domain's constraints, for COPY fields that were read as the base type.
  Outcome<Value> check_domain(const Value& value, TypeId domain);
  /// Names, operators and functions that do not exist (42703, 42883, 42P01) without evaluating; the static result type where it can be told.
  Outcome<TypeId> analyze(const Expr& expr, const Scope& scope);
  /// Whether evaluation needs no row, no session state and no sequence: what planning folds.
  static bool is_constant(const Expr& expr);
  /// Whether the expression, or a sub-select in it, may call nextval or another volatile function.
  static bool is_volatile(const Expr& expr);

 private:
  const Catalog& catalog_;
  EvaluationHost& host_;
};

/// An expression as text, for messages and reports ("nextval('s'::regclass)"): close to what was written, not pg_get_expr's exact form.
std::string expression_text(const Expr& expr);

}  // namespace pgfk
