// Triggers of the input: which fire, in what order, with what in NEW and OLD, and what their functions give back.
// Source: trigger.c, ExecBRInsertTriggers and its kin, TriggerEnabled, AfterTriggerSaveEvent; pl_exec.c, plpgsql_exec_trigger.
#include <algorithm>

#include "analyzer/plpgsql/interpreter.h"
#include "analyzer/replay/replay.h"
#include "analyzer/replay/row_scope.h"
#include "analyzer/replay/trigger_effect.h"

namespace pgfk {

namespace {

// The names of foreign keys' triggers; those of other triggers sort before or behind, byte by byte.
constexpr std::string_view kKeyTriggers = "RI_ConstraintTrigger_";

bool has_op(const CreateTrigger& trigger, TriggerOp op) {
  switch (op) {
    case TriggerOp::insert: return trigger.on_insert;
    case TriggerOp::update: return trigger.on_update;
    case TriggerOp::delete_: return trigger.on_delete;
    case TriggerOp::truncate: return trigger.on_truncate;
  }
  return false;
}

const char* op_word(TriggerOp op) {
  switch (op) {
    case TriggerOp::insert: return "INSERT";
    case TriggerOp::update: return "UPDATE";
    case TriggerOp::delete_: return "DELETE";
    case TriggerOp::truncate: return "TRUNCATE";
  }
  return "";
}

/// UPDATE OF: one of the columns is assigned to.
bool wants_columns(const Relation& relation, const CreateTrigger& trigger, const std::vector<ColumnIndex>& assigned) {
  if (trigger.update_columns.empty()) return true;
  return std::any_of(trigger.update_columns.begin(), trigger.update_columns.end(), [&](const std::string& name) {
    const ColumnIndex column = relation.column(name);
    return std::find(assigned.begin(), assigned.end(), column) != assigned.end();
  });
}

/// NEW or OLD: the relation's columns; NULL where there is no such row.
PlRecord record_of(const Relation& relation, const char* name, const std::vector<Value>* cells) {
  PlRecord record;
  record.name = name;
  record.null = cells == nullptr;
  for (const Column& column : relation.columns) {
    if (column.dropped) continue;
    record.columns.push_back(column.name);
    record.types.push_back(column.type);
    record.typmods.push_back(column.typmod);
  }
  record.typed = record.shaped = true;
  return record;
}

std::vector<Value> visible_cells(const Relation& relation, const std::vector<Value>& cells) {
  std::vector<Value> out;
  for (std::size_t at = 0; at < relation.columns.size(); ++at) {
    if (!relation.columns[at].dropped) out.push_back(at < cells.size() ? cells[at] : Value::null(relation.columns[at].type));
  }
  return out;
}

}  // namespace

bool Replay::fires(const Trigger& trigger, CreateTrigger::Timing timing, bool row, TriggerOp op) const {
  const CreateTrigger* definition = trigger.definition;
  if (!definition || definition->timing != timing || definition->for_each_row != row || !has_op(*definition, op)) return false;
  return settings_.replica_role() ? trigger.in_replica : trigger.enabled;
}

namespace {

/// In the order in which the server fires them.
std::vector<const Trigger*> by_name(const std::vector<Trigger>& triggers) {
  std::vector<const Trigger*> out;
  for (const Trigger& trigger : triggers) out.push_back(&trigger);
  std::sort(out.begin(), out.end(), [](const Trigger* a, const Trigger* b) { return a->name < b->name; });
  return out;
}

}  // namespace

Outcome<bool> Replay::passes_when(const CreateTrigger& trigger, const Relation& relation, const RowValues* old_cells, const RowValues* new_cells) {
  if (!trigger.when) return true;
  const RowValues none;
  Scope scope;
  const RowScope fresh(relation, new_cells ? *new_cells : none, "new"), old_row(relation, old_cells ? *old_cells : none, "old");
  if (new_cells) scope.rows.push_back(fresh.scope().rows.front());
  if (old_cells) scope.rows.push_back(old_row.scope().rows.front());
  const Outcome<Value> holds = evaluator().condition(*trigger.when, scope);
  if (!holds.ok()) return holds.as<bool>();
  if (holds->is_unknown()) return Doubt{"whether trigger \"" + trigger.name + "\" fires: " + symbols_[holds->symbol()].reason};
  return holds->is_true();
}

Outcome<bool> Replay::fire_before_row(const Relation& relation, TriggerOp op, const RowValues* old_cells, RowValues* fresh,
                                      const std::vector<ColumnIndex>& assigned) {
  if (relation.triggers.empty()) return true;
  for (const Trigger* trigger : by_name(relation.triggers)) {
    if (!fires(*trigger, CreateTrigger::Timing::before, true, op)) continue;
    const CreateTrigger& definition = *trigger->definition;
    if (op == TriggerOp::update && !wants_columns(relation, definition, assigned)) continue;
    const Outcome<bool> passes = passes_when(definition, relation, old_cells, fresh);
    if (!passes.ok()) return passes;
    if (!*passes) continue;
    Outcome<TriggerRow> given = run_trigger(definition, relation, op, old_cells, fresh);
    if (given.doubtful() && fresh) {
      // What it sets may not matter: columns of which nobody asks a definite value.
      std::optional<std::vector<ColumnIndex>> harmless;
      for (const Function* function : catalog().functions_named(names_, definition.function.schema.empty()
                                                                            ? std::vector<std::string>{definition.function.name}
                                                                            : std::vector<std::string>{definition.function.schema, definition.function.name})) {
        if (!function->definition) continue;
        const TriggerEffect effect = effect_of(*function->definition);
        if (!effect.understood) continue;
        harmless.emplace();
        for (const std::string& name : effect.assigned) {
          const ColumnIndex column = relation.column(name);
          if (column == kNoColumn || is_key_column(catalog(), relation, column)) {
            harmless.reset();
            break;
          }
          harmless->push_back(column);
        }
        break;
      }
      if (!harmless) return given.as<bool>();
      const std::uint32_t symbol = symbols_.make(given.doubt().reason, false);
      for (const ColumnIndex column : *harmless) (*fresh)[column] = Value::unknown(relation.columns[column].type, symbol);
      continue;
    }
    if (!given.ok()) return given.as<bool>();
    if (given->null) return false;
    if (fresh) *fresh = std::move(given->cells);
  }
  return true;
}

Done Replay::fire_before_statement(const Relation& relation, TriggerOp op, const std::vector<ColumnIndex>& assigned) {
  for (const Trigger* trigger : by_name(relation.triggers)) {
    if (!fires(*trigger, CreateTrigger::Timing::before, false, op)) continue;
    if (op == TriggerOp::update && !wants_columns(relation, *trigger->definition, assigned)) continue;
    const Outcome<bool> passes = passes_when(*trigger->definition, relation, nullptr, nullptr);
    if (!passes.ok()) return passes.as<std::monostate>();
    if (!*passes) continue;
    const Outcome<TriggerRow> given = run_trigger(*trigger->definition, relation, op, nullptr, nullptr);
    if (!given.ok()) return given.as<std::monostate>();
  }
  return done();
}

void Replay::queue_row_triggers(TriggerOp op, Hit old_row, Hit new_row, const std::vector<ColumnIndex>& assigned, std::uint32_t depth,
                                bool before_keys) {
  const RelationId id = op == TriggerOp::delete_ ? old_row.relation : new_row.relation;
  const Relation& relation = catalog()[id];
  if (relation.triggers.empty()) return;
  for (const Trigger* trigger : by_name(relation.triggers)) {
    if (!fires(*trigger, CreateTrigger::Timing::after, true, op) || (trigger->name < kKeyTriggers) != before_keys) continue;
    if (op == TriggerOp::update && !wants_columns(relation, *trigger->definition, assigned)) continue;
    KeyEvent event;
    event.kind = KeyEvent::Kind::trigger;
    event.trigger = trigger->definition;
    event.op = op;
    event.relation = old_row.relation;
    event.row = old_row.row;
    event.new_relation = new_row.relation;
    event.new_row = new_row.row;
    event.depth = depth;
    events_.push_back(std::move(event));
  }
}

void Replay::queue_statement_triggers(const Relation& relation, TriggerOp op, const std::vector<ColumnIndex>& assigned) {
  for (const Trigger* trigger : by_name(relation.triggers)) {
    if (!fires(*trigger, CreateTrigger::Timing::after, false, op)) continue;
    if (op == TriggerOp::update && !wants_columns(relation, *trigger->definition, assigned)) continue;
    KeyEvent event;
    event.kind = KeyEvent::Kind::trigger;
    event.trigger = trigger->definition;
    event.op = op;
    event.relation = event.new_relation = relation.id;
    events_.push_back(std::move(event));
  }
}

Done Replay::fire_trigger(const KeyEvent& event) {
  if (event.depth > kMaxCascade) return Doubt{"a cascade of more than " + std::to_string(kMaxCascade) + " steps is not followed"};
  const RelationId id = event.op == TriggerOp::insert || event.op == TriggerOp::update ? event.new_relation : event.relation;
  const Relation& relation = catalog()[id];
  std::optional<RowValues> old_cells, new_cells;
  if (event.row != kNoRow) old_cells = store().table(event.relation).rows[event.row].cells;
  if (event.new_row != kNoRow) new_cells = store().table(event.new_relation).rows[event.new_row].cells;
  const RowValues* old_row = old_cells ? &*old_cells : nullptr;
  const RowValues* new_row = new_cells ? &*new_cells : nullptr;
  const Outcome<bool> passes = passes_when(*event.trigger, relation, old_row, new_row);
  if (!passes.ok()) return passes.as<std::monostate>();
  if (!*passes) return done();
  const Outcome<TriggerRow> given = run_trigger(*event.trigger, relation, event.op, old_row, new_row);
  return given.ok() ? done() : given.as<std::monostate>();
}

Outcome<Replay::TriggerRow> Replay::run_trigger(const CreateTrigger& trigger, const Relation& relation, TriggerOp op, const RowValues* old_cells,
                                                const RowValues* new_cells) {
  const std::string shown = "trigger \"" + trigger.name + "\" on \"" + relation.name + "\"";
  const std::vector<std::string> name = trigger.function.schema.empty() ? std::vector<std::string>{trigger.function.name}
                                                                        : std::vector<std::string>{trigger.function.schema, trigger.function.name};
  const CreateFunction* function = nullptr;
  for (const Function* found : catalog().functions_named(names_, name)) {
    if (found->definition && found->definition->parameters.empty()) function = found->definition;
    if (function) break;
  }
  if (!function || function->language != "plpgsql") return Doubt{shown + " is not evaluated offline"};
  if (trigger.has_transition_tables) return Doubt{shown + " has transition tables, which are not followed offline"};
  if (!may_call()) return Doubt{"calls within calls go deeper than is followed offline"};
  const PlBody& code = code_of(function->body);
  if (code.error) {
    if (code.error->ours) return Doubt{shown + ": " + code.error->message};
    return ServerError{code.error->sqlstate, code.error->message};
  }

  PlLevel top(trigger.function.name, nullptr);
  top.scope().conflict = code.conflict == PlNameConflict::error          ? NameConflict::error
                         : code.conflict == PlNameConflict::use_variable ? NameConflict::variable
                                                                         : NameConflict::column;
  PlScalar text;
  text.type = TypeId::text;
  const auto add = [&](const char* variable, const std::string& value) { top.add_scalar(variable, text, Value::of(TypeId::text, value)); };
  PlScalar found;
  found.type = TypeId::bool_;
  top.add_scalar("found", found, Value::boolean(false));
  add("tg_name", trigger.name);
  add("tg_when", trigger.timing == CreateTrigger::Timing::before ? "BEFORE" : trigger.timing == CreateTrigger::Timing::after ? "AFTER" : "INSTEAD OF");
  add("tg_level", trigger.for_each_row ? "ROW" : "STATEMENT");
  add("tg_op", op_word(op));
  add("tg_relname", relation.name);
  add("tg_table_name", relation.name);
  add("tg_table_schema", relation.schema);
  PlScalar number;
  number.type = TypeId::int4;
  top.add_scalar("tg_nargs", number, Value::of(TypeId::int4, static_cast<std::int64_t>(trigger.arguments.size())));
  Compound arguments;
  for (const std::string& argument : trigger.arguments) arguments.items.push_back(Value::of(TypeId::text, argument));
  if (!arguments.items.empty()) {
    arguments.dimensions = {static_cast<std::int32_t>(arguments.items.size())};
    arguments.lower_bounds = {0};
  }
  PlScalar list;
  list.type = array_of(TypeId::text);
  top.add_scalar("tg_argv", list, Value::of(list.type, std::move(arguments)));
  PlRecord& fresh = top.add_record(record_of(relation, "new", new_cells));
  if (new_cells) fresh.cells = visible_cells(relation, *new_cells);
  PlRecord& old_row = top.add_record(record_of(relation, "old", old_cells));
  if (old_cells) old_row.cells = visible_cells(relation, *old_cells);

  const int calls_before = calls_;
  const bool atomic_before = atomic_;
  const std::optional<std::uint64_t> offset_before = code_offset_;
  ++calls_;
  atomic_ = true;
  code_offset_.reset();
  PlInterpreter::Contract contract;
  contract.returns_row = true;
  CodeHost& host = *this;
  PlInterpreter interpreter(host, code, top, contract);
  std::optional<FunctionSettings> settings;
  Done ran = function->settings.empty() ? done() : settings.emplace(*this).apply(*function);
  if (ran.ok()) ran = interpreter.run();
  settings.reset();
  calls_ = calls_before;
  atomic_ = atomic_before;
  code_offset_ = offset_before;
  if (ran.doubtful()) {
    // A trigger that sets off others names itself only where it is the last.
    const std::string& why = ran.doubt().reason;
    return Doubt{why.starts_with("trigger \"") ? why : shown + ": " + why};
  }
  if (!ran.ok()) return ran.as<TriggerRow>();
  const PlOutput& output = interpreter.output();
  if (!output.returned) return ServerError{"2F005", "control reached end of trigger procedure without RETURN"};
  TriggerRow out;
  if (!output.row || trigger.timing == CreateTrigger::Timing::after || !trigger.for_each_row) return out;
  out.null = false;
  std::size_t next = 0;
  const RowValues* start = new_cells ? new_cells : old_cells;
  out.cells = *start;
  out.cells.resize(relation.columns.size());
  for (std::size_t at = 0; at < relation.columns.size(); ++at) {
    if (relation.columns[at].dropped) continue;
    if (next >= output.row->size()) return ServerError{"42804", "returned row structure does not match the structure of the triggering table"};
    out.cells[at] = (*output.row)[next++];
  }
  if (next < output.row->size()) return ServerError{"42804", "returned row structure does not match the structure of the triggering table"};
  return out;
}

}  // namespace pgfk
