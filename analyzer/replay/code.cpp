// Code of the input at work: its statements as commands of their own within the statement that called it, subtransactions, COMMIT.
// Source: spi.c, _SPI_execute_plan; pl_exec.c; xact.c. What a command sees: everything before it, the calling statement's rows included.
#include <algorithm>

#include "analyzer/eval/builtins/functions.h"
#include "analyzer/replay/replay.h"

namespace pgfk {

namespace {

/// Whether the expression is worked out without looking at rows: no sub-select, aggregate or set.
bool reads_no_rows(const Expr& expr) {
  if (expr.kind == ExprKind::sublink || expr.kind == ExprKind::grouping_or_window || expr.window || expr.star) return false;
  if (expr.kind == ExprKind::column && !expr.names.empty() && expr.names.back() == "*") return false;
  if (expr.kind == ExprKind::field && expr.name == "*") return false;
  if (expr.kind == ExprKind::function && !expr.names.empty()) {
    for (const BuiltinFunction& function : builtin_functions(expr.names.back())) {
      if (function.kind == 'a' || function.returns_set) return false;
    }
  }
  return std::all_of(expr.args.begin(), expr.args.end(), [](const ExprPtr& arg) { return !arg || reads_no_rows(*arg); });
}

/// The expression that a SELECT is, without anything else; null where it is more.
const Expr* only_expression(const Statement& statement) {
  const Select* select = std::get_if<Select>(&statement.body);
  if (!select || select->targets.size() != 1 || !select->from.empty() || !select->values.empty() || select->where ||
      select->operation != SetOperation::none || !select->with.tables.empty() || !select->group_by.empty() || select->having ||
      select->limit || select->offset || !select->order_by.empty() || select->distinct) {
    return nullptr;
  }
  const Expr* expr = select->targets.front().expr.get();
  return expr && reads_no_rows(*expr) ? expr : nullptr;
}

ServerError error_of(const ViolationGroup& group, const Catalog& catalog) {
  ServerError error{group.sqlstate, group.message, group.detail};
  error.constraint = group.definition.name;
  if (catalog.exists(group.definition.referencing)) {
    error.schema = catalog[group.definition.referencing].schema;
    error.table = catalog[group.definition.referencing].name;
  }
  return error;
}

}  // namespace

/// Puts the statement at hand aside for as long as a command of code runs.
class Replay::NestedCommand {
 public:
  NestedCommand(Replay& replay, const Scope& variables) : r_(replay) {
    r_.newest_command_ = std::max(r_.newest_command_, r_.statement_);
    swap();
    statement_ = r_.statement_;
    r_.statement_ = ++r_.newest_command_;
    ++r_.nested_commands_;
    if (r_.options_.needs && r_.recording_) r_.options_.needs->spans.emplace(r_.statement_, r_.current_.span);
    r_.variables_ = &variables;
  }
  ~NestedCommand() {
    r_.statement_ = statement_;
    swap();
    // What the command did is the outer statement's deed, too.
    r_.statement_hits_.insert(r_.statement_hits_.end(), hits_.begin(), hits_.end());
  }
  NestedCommand(const NestedCommand&) = delete;
  NestedCommand& operator=(const NestedCommand&) = delete;

 private:
  void swap() {
    std::swap(r_.events_, events_);
    std::swap(r_.last_result_, last_result_);
    std::swap(r_.runner_, runner_);
    std::swap(r_.common_, common_);
    std::swap(r_.sink_, sink_);
    std::swap(r_.all_qualified_, all_qualified_);
    std::swap(r_.statement_hits_, hits_);
    std::swap(r_.cell_locations_, cell_locations_);
    std::swap(r_.variables_, variables_);
    std::swap(r_.text_, text_);
    std::swap(r_.text_offset_, text_offset_);
    std::swap(r_.text_is_source_, text_is_source_);
    std::swap(r_.processed_, processed_);
  }

  Replay& r_;
  std::uint32_t statement_ = 0;
  std::vector<KeyEvent> events_;
  QueryResult last_result_;
  std::unique_ptr<QueryRunner> runner_;
  const CommonTables* common_ = nullptr;
  ReturningSink* sink_ = nullptr;
  std::vector<bool> all_qualified_;
  std::vector<Hit> hits_;
  std::map<std::uint64_t, std::vector<int>> cell_locations_;
  const Scope* variables_ = nullptr;
  std::string_view text_;
  std::uint64_t text_offset_ = 0;
  bool text_is_source_ = false;
  std::uint64_t processed_ = 0;
};

/// What the server does not let code do.
Done Replay::refuse_in_code(const Statement& statement) const {
  if (is<Transaction>(statement)) return ServerError{"0A000", "unsupported transaction command in PL/pgSQL"};
  if (const Copy* copy = std::get_if<Copy>(&statement.body); copy && !copy->file && !copy->program) {
    return ServerError{"0A000", "cannot COPY to/from client in PL/pgSQL"};
  }
  const bool writes_rows = is<Insert>(statement) || is<Update>(statement) || is<Delete>(statement) || is<Merge>(statement) || is<Truncate>(statement);
  if (may_not_write_ && writes_rows) return ServerError{"0A000", "a writing statement is not allowed in a non-volatile function"};
  if (read_only_ && writes_rows) return ServerError{"25006", "cannot execute a writing statement in a read-only transaction"};
  return done();
}

Outcome<CommandResult> Replay::run_command(const Statement& statement) {
  if (const Done allowed = refuse_in_code(statement); !allowed.ok()) return allowed.as<CommandResult>();
  ReturningSink returned;
  sink_ = &returned;
  last_result_ = QueryResult();
  Done result = execute_body(statement);
  sink_ = nullptr;
  if (result.ok() && violations_.empty()) result = end_of_statement();
  if (!violations_.empty()) return error_of(violations_.front(), catalog());
  if (!result.ok()) return result.as<CommandResult>();
  CommandResult out;
  if (is<Select>(statement) || is<pgfk::Call>(statement) || is<Execute>(statement)) {
    out.columns = std::move(last_result_.columns);
    out.rows = std::move(last_result_.rows);
    out.returns_rows = is<Select>(statement) || !out.columns.empty();
    out.sets_found = is<Select>(statement);
    out.processed = out.rows.size();
  } else {
    out.returns_rows = returned.clause != nullptr;
    out.columns = std::move(returned.columns);
    out.rows = std::move(returned.rows);
    out.sets_found = is<Insert>(statement) || is<Update>(statement) || is<Delete>(statement) || is<Merge>(statement);
    out.processed = processed_;
  }
  return out;
}

Outcome<CommandResult> Replay::command(const PlQuery& origin, const Statement& statement, const Scope& variables) {
  if (const Expr* expr = only_expression(statement)) {
    Outcome<Value> value = evaluator().evaluate(*expr, variables);
    if (!value.ok()) return value.as<CommandResult>();
    if (value->type() == TypeId::unknown && value->is_known()) value = value->relabel(TypeId::text);
    CommandResult out;
    out.columns.push_back({result_column_name(*expr), value->type()});
    out.rows.push_back({*std::move(value)});
    out.returns_rows = out.sets_found = true;
    out.processed = 1;
    return out;
  }
  NestedCommand nested(*this, variables);
  text_ = {};
  text_is_source_ = false;
  if (code_offset_ && item_ && !is<Select>(statement)) {
    text_offset_ = *code_offset_ + origin.offset;
    text_ = sources_.text(Span{item_->span.source, text_offset_, origin.text.size()});
    text_is_source_ = true;
  }
  return run_command(statement);
}

Outcome<CommandResult> Replay::command_text(const std::string& text, const std::vector<Value>& parameters) {
  ParsedSql parsed = parse_sql(text, {settings_.standard_conforming_strings(), names_.server_version});
  if (parsed.error) {
    if (parsed.error->ours) return Doubt{parsed.error->message};
    return ServerError{parsed.error->sqlstate, parsed.error->message};
  }
  kept_trees_.push_back(std::move(parsed));  // the catalog may point into them
  const ParsedSql& trees = kept_trees_.back();
  Scope variables;
  variables.parameters = &parameters;
  CommandResult out;
  for (const Statement& statement : trees.statements) {
    if (const Select* select = std::get_if<Select>(&statement.body); select && select->into) {
      return ServerError{"0A000", "EXECUTE of SELECT ... INTO is not implemented"};
    }
    if (is<Transaction>(statement)) return ServerError{"0A000", "EXECUTE of transaction commands is not implemented"};
    NestedCommand nested(*this, variables);
    text_ = {};
    text_is_source_ = false;
    Outcome<CommandResult> one = run_command(statement);
    if (!one.ok()) return one;
    out = *std::move(one);
  }
  return out;
}

void Replay::open_subtransaction() {
  subtransactions_.push_back({here(""), statement_hits_.size(), statement_rows_.size(), loaded_by_statement_});
}

void Replay::release_subtransaction() { subtransactions_.pop_back(); }

void Replay::roll_back_subtransaction() {
  const Subtransaction sub = std::move(subtransactions_.back());
  subtransactions_.pop_back();
  back_to(sub.start);
  violations_.clear();
  doubt_came_first_ = false;
  statement_hits_.resize(std::min(sub.hits, statement_hits_.size()));
  statement_rows_.erase(statement_rows_.begin() + static_cast<std::ptrdiff_t>(std::min(sub.rows, statement_rows_.size())), statement_rows_.end());
  loaded_by_statement_ = sub.loaded;
}

Done Replay::end_transaction(const PlTransactionEnd& end) {
  if (atomic_ || !subtransactions_.empty()) return ServerError{"2D000", "invalid transaction termination"};
  if (event_doubt_) return *event_doubt_;
  if (end.commit) {
    const Done result = commit();
    if (!violations_.empty()) return error_of(violations_.front(), catalog());
    if (!result.ok()) return result;
    note_loaded();
  } else {
    if (statement_start_) back_to(*statement_start_);
    rollback_all();
  }
  statement_rows_.clear();
  statement_hits_.clear();
  loaded_by_statement_.clear();
  statement_start_ = here("");
  return done();
}

bool Replay::may_call() {
  // Each level evaluates expressions that may nest deeply themselves, for which the rest of the stack has to do.
  constexpr std::uintptr_t kMostStack = std::uintptr_t{2} << 20;
  const std::uintptr_t here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  if (calls_ == 0) code_stack_ = here;
  const std::uintptr_t used = here > code_stack_ ? here - code_stack_ : code_stack_ - here;
  return calls_ < kMostCalls && used < kMostStack;
}

const PlBody& Replay::code_of(const std::string& body) {
  std::unique_ptr<PlBody>& code = codes_[body];
  if (!code) code = std::make_unique<PlBody>(parse_plpgsql(body, {settings_.standard_conforming_strings(), names_.server_version}));
  return *code;
}

const ParsedSql& Replay::sql_code_of(const CreateFunction& function) {
  std::unique_ptr<ParsedSql>& code = sql_codes_[&function];
  if (!code) {
    code = std::make_unique<ParsedSql>(parse_sql(function.body, {settings_.standard_conforming_strings(), names_.server_version}));
  }
  return *code;
}

Done Replay::check_body(const CreateFunction& function) {
  if (settings_.get("check_function_bodies").value_or("on") == "off" || !function.sql_body.empty()) return done();
  const std::optional<SyntaxError>* error = nullptr;
  if (function.language == "plpgsql") error = &code_of(function.body).error;
  if (function.language == "sql") error = &sql_code_of(function).error;
  if (!error || !*error || (*error)->ours) return done();
  return ServerError{(*error)->sqlstate, (*error)->message};
}

}  // namespace pgfk
