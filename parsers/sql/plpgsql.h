// The body of a PL/pgSQL function or DO block as plain structs.
//
// Every piece of SQL in it is parsed once, here: an expression `a + 1` as `SELECT a + 1`, a statement with its INTO clause blanked out, so
// that offsets stay those of the body. Names are folded; what a name means (a variable or a column) is settled when the code runs.
// Why not libpg_query's own reader of PL/pgSQL: docs/notes/0013-plpgsql-read-here.md.
// Source: pl_gram.y, pl_scanner.c (15 to 18).
// Cost: one pass over the tokens, and one run of the grammar for each piece of SQL. Threads: any.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "parsers/sql/pg_query.h"
#include "parsers/sql/tree.h"

namespace pgfk {

/// A piece of SQL: an expression as a SELECT with one target, or a statement.
struct PlQuery {
  std::string text;          // as the grammar read it; empty where nothing is written
  std::size_t offset = 0;    // of its first token in the body
  std::vector<Statement> statements;

  explicit operator bool() const { return !text.empty(); }
  /// The statement; null where the text holds none.
  const Statement* statement() const { return statements.empty() ? nullptr : &statements.front(); }
};

/// What is assigned to: a variable, a field of a record, an element of an array.
struct PlTarget {
  std::vector<std::string> names;   // [label.]variable[.field]
  std::vector<PlQuery> subscripts;
};

struct PlType {
  enum class Kind { named, record, like_column, like_row } kind = Kind::named;
  std::optional<TypeName> name;      // named
  std::vector<std::string> names;    // of the table, column or variable before %ROWTYPE and %TYPE
};

struct PlVariable {
  std::string name;
  PlType type;
  bool constant = false, not_null = false;
  PlQuery initial;
  std::string alias_of;              // ALIAS FOR
  bool cursor = false;
};

struct PlBlock;
struct PlStatement;
using PlStatements = std::vector<PlStatement>;

struct PlAssign { PlTarget target; PlQuery value; };
struct PlSql { PlQuery query; std::vector<PlTarget> into; bool strict = false; };
struct PlPerform { PlQuery query; };
struct PlDynamic { PlQuery text; std::vector<PlTarget> into; bool strict = false; std::vector<PlQuery> parameters; };
struct PlBranch { std::vector<PlQuery> conditions; PlStatements body; };  // IF: one condition; CASE: the values of a WHEN
struct PlIf { std::vector<PlBranch> branches; PlStatements otherwise; };
struct PlCase { PlQuery tested; std::vector<PlBranch> branches; bool has_else = false; PlStatements otherwise; };
struct PlLoop {
  enum class Kind { forever, while_, integer, query, dynamic, array } kind = Kind::forever;
  std::string label;
  std::vector<PlTarget> targets;     // of FOR and FOREACH
  PlQuery condition;                 // WHILE
  PlQuery from, to, step;            // integer
  bool reverse = false;
  PlQuery query;                     // query, dynamic (its text), array
  std::vector<PlQuery> parameters;   // dynamic
  bool slice = false;                // FOREACH .. SLICE
  PlStatements body;
};
struct PlExit { bool goes_on = false; std::string label; PlQuery when; };
struct PlReturn {
  enum class Kind { plain, next, query, dynamic } kind = Kind::plain;
  PlQuery value;
  std::vector<PlQuery> parameters;
};
struct PlRaise {
  std::string level = "exception";
  std::optional<std::string> format;
  std::vector<PlQuery> parameters;
  std::string condition;             // a name or an SQLSTATE of five characters
  bool is_sqlstate = false;
  std::vector<std::pair<std::string, PlQuery>> options;  // USING
};
struct PlAssert { PlQuery condition, message; };
struct PlDiagnostics { bool stacked = false; std::vector<std::pair<PlTarget, std::string>> items; };
struct PlTransactionEnd { bool commit = false, chain = false; };
struct PlNull {};
/// Understood as far as its end: cursors.
struct PlOther { std::string what; };

struct PlCondition { std::string name; bool is_sqlstate = false; };
struct PlHandler { std::vector<PlCondition> conditions; PlStatements body; };

struct PlBlock {
  std::string label;
  std::vector<PlVariable> variables;
  PlStatements body;
  std::vector<PlHandler> handlers;
};

struct PlStatement {
  std::size_t offset = 0;            // in the body
  std::size_t line = 1;              // of the body, as CONTEXT counts
  std::variant<PlNull, PlAssign, PlSql, PlPerform, PlDynamic, PlIf, PlCase, PlLoop, PlExit, PlReturn, PlRaise, PlAssert, PlDiagnostics,
               PlTransactionEnd, PlOther, std::unique_ptr<PlBlock>>
      body;
};

enum class PlNameConflict { error, use_variable, use_column };

struct PlBody {
  PlBlock block;
  PlNameConflict conflict = PlNameConflict::error;
  /// What the server would refuse when the function is made or the block begins; `ours` where it is only this reader that stops.
  std::optional<SyntaxError> error;
};

PlBody parse_plpgsql(std::string_view body, const ParseSettings& settings = {});

}  // namespace pgfk
