// LOOP, WHILE, FOR and FOREACH. Source: pl_exec.c, exec_stmt_fori, exec_for_query, exec_stmt_foreach_a.
#include "analyzer/plpgsql/interpreter.h"

namespace pgfk {

namespace {

/// Puts a level in front for as long as it lives.
class Entered {
 public:
  Entered(PlLevel*& place, PlLevel& level) : place_(place), before_(place) { place_ = &level; }
  ~Entered() { place_ = before_; }
  Entered(const Entered&) = delete;
  Entered& operator=(const Entered&) = delete;

 private:
  PlLevel*& place_;
  PlLevel* before_;
};

}  // namespace

Outcome<std::optional<PlFlow>> PlInterpreter::turn(const PlLoop& loop) {
  using Result = std::optional<PlFlow>;
  if (!host_.take_step()) return Doubt{"the code takes more steps than are followed offline"};
  const Flow flow = statements(loop.body);
  if (!flow.ok()) return flow.as<Result>();
  const bool mine = exit_label_.empty() || exit_label_ == loop.label;
  switch (*flow) {
    case PlFlow::goes_on: return Result();
    case PlFlow::continues: return mine ? Result() : Result(PlFlow::continues);
    case PlFlow::exits: return mine ? Result(PlFlow::goes_on) : Result(PlFlow::exits);
    case PlFlow::returns: return Result(PlFlow::returns);
  }
  return Result();
}

PlInterpreter::Flow PlInterpreter::loop(const PlLoop& loop) {
  switch (loop.kind) {
    case PlLoop::Kind::forever:
    case PlLoop::Kind::while_:
      for (;;) {
        if (loop.kind == PlLoop::Kind::while_) {
          const Outcome<bool> again = is_true(loop.condition);
          if (!again.ok()) return again.as<PlFlow>();
          if (!*again) return PlFlow::goes_on;
        }
        const Outcome<std::optional<PlFlow>> ended = turn(loop);
        if (!ended.ok()) return ended.as<PlFlow>();
        if (ended->has_value()) return **ended;
      }
    case PlLoop::Kind::integer: return integer_loop(loop);
    case PlLoop::Kind::array: return array_loop(loop);
    case PlLoop::Kind::query:
    case PlLoop::Kind::dynamic: {
      const Outcome<CommandResult> rows = loop.kind == PlLoop::Kind::dynamic
                                              ? run_dynamic(loop.query, loop.parameters)
                                              : host_.command(loop.query, *loop.query.statement(), level_->scope());
      if (!rows.ok()) return rows.as<PlFlow>();
      return row_loop(loop, *rows);
    }
  }
  return PlFlow::goes_on;
}

PlInterpreter::Flow PlInterpreter::integer_loop(const PlLoop& loop) {
  const Outcome<std::int64_t> from = integer(loop.from, "lower bound of FOR loop cannot be null");
  if (!from.ok()) return from.as<PlFlow>();
  const Outcome<std::int64_t> to = integer(loop.to, "upper bound of FOR loop cannot be null");
  if (!to.ok()) return to.as<PlFlow>();
  std::int64_t step = 1;
  if (loop.step) {
    const Outcome<std::int64_t> by = integer(loop.step, "BY value of FOR loop cannot be null");
    if (!by.ok()) return by.as<PlFlow>();
    if (*by <= 0) return ServerError{"22023", "BY value of FOR loop must be greater than zero"};
    step = *by;
  }
  PlLevel own(loop.label, level_);
  own.scope().conflict = level_->scope().conflict;
  PlScalar counter;
  counter.type = TypeId::int4;
  own.add_scalar(loop.targets.front().names.back(), counter, Value::null(TypeId::int4));
  bool any = false;
  std::optional<PlFlow> ended;
  {
    const Entered inside(level_, own);
    for (std::int64_t at = *from; !ended && (loop.reverse ? at >= *to : at <= *to); at += loop.reverse ? -step : step) {
      if (at < INT32_MIN || at > INT32_MAX) break;
      any = true;
      own.value(0) = Value::of(TypeId::int4, at);
      const Outcome<std::optional<PlFlow>> one = turn(loop);
      if (!one.ok()) return one.as<PlFlow>();
      ended = *one;
    }
  }
  const Done found = assign({{"found"}, {}}, Value::boolean(any));
  if (!found.ok()) return found.as<PlFlow>();
  return ended.value_or(PlFlow::goes_on);
}

PlInterpreter::Flow PlInterpreter::row_loop(const PlLoop& loop, const CommandResult& rows) {
  std::optional<PlFlow> ended;
  if (rows.rows.empty()) {
    if (const Done none = move_row(loop.targets, rows.columns, nullptr); !none.ok()) return none.as<PlFlow>();
  }
  for (std::size_t at = 0; at < rows.rows.size() && !ended; ++at) {
    if (const Done moved = move_row(loop.targets, rows.columns, &rows.rows[at]); !moved.ok()) return moved.as<PlFlow>();
    const Outcome<std::optional<PlFlow>> one = turn(loop);
    if (!one.ok()) return one.as<PlFlow>();
    ended = *one;
  }
  const Done found = assign({{"found"}, {}}, Value::boolean(!rows.rows.empty()));
  if (!found.ok()) return found.as<PlFlow>();
  return ended.value_or(PlFlow::goes_on);
}

PlInterpreter::Flow PlInterpreter::array_loop(const PlLoop& loop) {
  if (loop.slice) return Doubt{"FOREACH .. SLICE is not evaluated offline"};
  const Outcome<Value> array = evaluate(loop.query);
  if (!array.ok()) return array.as<PlFlow>();
  if (array->is_null()) return ServerError{"22004", "FOREACH expression must not be null"};
  if (array->is_unknown()) return unknown(*array);
  if (!is_array(array->type())) return ServerError{"42804", "FOREACH expression must yield an array, not type " + format_type(host_.types().types, array->type())};
  const std::vector<Value> items = array->compound().items;
  std::optional<PlFlow> ended;
  for (std::size_t at = 0; at < items.size() && !ended; ++at) {
    const Done assigned = loop.targets.size() == 1 ? assign(loop.targets.front(), items[at]) : Done(Doubt{"FOREACH into several variables is not evaluated offline"});
    if (!assigned.ok()) return assigned.as<PlFlow>();
    const Outcome<std::optional<PlFlow>> one = turn(loop);
    if (!one.ok()) return one.as<PlFlow>();
    ended = *one;
  }
  const Done found = assign({{"found"}, {}}, Value::boolean(!items.empty()));
  if (!found.ok()) return found.as<PlFlow>();
  return ended.value_or(PlFlow::goes_on);
}

}  // namespace pgfk
