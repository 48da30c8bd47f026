// What running code asks of the session: its statements as commands of their own, expressions, subtransactions.
//
// A command sees what all before it did, that of the statement which called the code included. It fails as a ServerError; what it did is
// then still there: the one who goes on (a block with a handler) takes it back with roll_back_subtransaction().
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/eval/query.h"
#include "parsers/sql/plpgsql.h"

namespace pgfk {

struct CommandResult {
  std::vector<OutputColumn> columns;
  std::vector<ResultRow> rows;
  bool returns_rows = false;       // a query, or RETURNING
  bool sets_found = false;         // a query or a statement that writes rows
  std::uint64_t processed = 0;     // rows written or given
};

class CodeHost {
 public:
  virtual ~CodeHost() = default;
  virtual const Catalog& catalog() const = 0;
  virtual const NameScope& names() const = 0;
  virtual TypeContext types() const = 0;
  virtual Symbols& symbols() = 0;
  virtual Evaluator& evaluator() = 0;

  /// A statement whose names may be `variables`. `origin` says where in the code it stands, for the places of rows.
  virtual Outcome<CommandResult> command(const PlQuery& origin, const Statement& statement, const Scope& variables) = 0;
  /// EXECUTE: the text may hold several statements; variables are not in sight, `parameters` are $1, $2, ..
  virtual Outcome<CommandResult> command_text(const std::string& text, const std::vector<Value>& parameters) = 0;

  virtual void open_subtransaction() = 0;
  virtual void release_subtransaction() = 0;
  /// Takes back what was done since the subtransaction was opened, failed commands included.
  virtual void roll_back_subtransaction() = 0;
  /// COMMIT or ROLLBACK in the code: 2D000 where the caller is in a transaction block.
  virtual Done end_transaction(const PlTransactionEnd& end) = 0;

  /// Whether a command so far may have failed on the server, which we took to have worked.
  virtual bool is_doubtful() const = 0;
  /// One more step; false where the code runs longer than we follow.
  virtual bool take_step() = 0;
};

}  // namespace pgfk
