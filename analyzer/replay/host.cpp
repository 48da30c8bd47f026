// What the evaluator and the definitions ask of the session: sequences, settings, rows, clocks. fk-semantics section 9.
#include <algorithm>
#include <limits>
#include <string>

#include "analyzer/replay/replay.h"
#include "analyzer/replay/row_scope.h"

namespace pgfk {

namespace {

/// The next number, or nullopt past the bound.
std::optional<std::int64_t> step(const Sequence& sequence, std::int64_t from) {
  std::int64_t next = 0;
  if (__builtin_add_overflow(from, sequence.increment, &next) || next > sequence.maximum || next < sequence.minimum) {
    if (!sequence.cycle) return std::nullopt;
    return sequence.increment > 0 ? sequence.minimum : sequence.maximum;
  }
  return next;
}

}  // namespace

Outcome<Value> Replay::nextval(RelationId id) {
  Sequence& sequence = catalog().advance(id);
  const std::uint32_t number = static_cast<std::uint32_t>(id);
  if (options_.needs) options_.needs->sequences.emplace(number, statement_);
  last_sequence_ = id;
  if (!sequence.known) {
    const Value value = Value::unknown(TypeId::int8, symbols_.make("where sequence \"" + catalog()[id].name + "\" stands is not known", false));
    currval_.erase(number);
    return value;
  }
  if (const auto held = cached_.find(number); held != cached_.end() && held->second.second > 0) {
    const std::int64_t value = held->second.first;
    --held->second.second;
    if (const std::optional<std::int64_t> next = step(sequence, value)) held->second.first = *next;
    currval_[number] = value;
    return Value::of(TypeId::int8, value);
  }
  std::optional<std::int64_t> value = sequence.is_called ? step(sequence, sequence.last_value) : sequence.last_value;
  if (!value) {
    const bool up = sequence.increment > 0;
    return ServerError{"2200H", std::string("nextval: reached ") + (up ? "maximum" : "minimum") + " value of sequence \"" + catalog()[id].name + "\" (" +
                                    std::to_string(up ? sequence.maximum : sequence.minimum) + ")"};
  }
  sequence.last_value = *value;
  sequence.is_called = true;
  std::int64_t held = 0;
  for (std::int64_t extra = 1; extra < std::min<std::int64_t>(sequence.cache, 1'000'000); ++extra) {
    const std::optional<std::int64_t> more = step(sequence, sequence.last_value);
    if (!more) break;
    sequence.last_value = *more;
    ++held;
  }
  if (held > 0) cached_[number] = {*step(sequence, *value), held};
  currval_[number] = *value;
  return Value::of(TypeId::int8, *value);
}

Outcome<Value> Replay::currval(RelationId id) {
  if (options_.needs) options_.needs->sequences.emplace(static_cast<std::uint32_t>(id), statement_);
  const auto found = currval_.find(static_cast<std::uint32_t>(id));
  if (found == currval_.end()) {
    if (last_sequence_ == id || !catalog().sequence(id).known) {
      return Value::unknown(TypeId::int8, symbols_.make("where sequence \"" + catalog()[id].name + "\" stands is not known", false));
    }
    return ServerError{"55000", "currval of sequence \"" + catalog()[id].name + "\" is not yet defined in this session"};
  }
  return Value::of(TypeId::int8, found->second);
}

Outcome<Value> Replay::lastval() {
  if (options_.needs) options_.needs->last_sequence.insert(statement_);
  if (last_sequence_ == RelationId::none || !catalog().exists(last_sequence_)) {
    return ServerError{"55000", "lastval is not yet defined in this session"};
  }
  return currval(last_sequence_);
}

Outcome<Value> Replay::setval(RelationId id, std::int64_t value, bool is_called) {
  if (options_.needs) options_.needs->sequences.emplace(static_cast<std::uint32_t>(id), statement_);
  Sequence& sequence = catalog().advance(id);
  if (value < sequence.minimum || value > sequence.maximum) {
    return ServerError{"22003", "setval: value " + std::to_string(value) + " is out of bounds for sequence \"" + catalog()[id].name + "\" (" +
                                    std::to_string(sequence.minimum) + ".." + std::to_string(sequence.maximum) + ")"};
  }
  sequence.last_value = value;
  sequence.is_called = is_called;
  sequence.known = true;
  cached_.erase(static_cast<std::uint32_t>(id));
  if (is_called) currval_[static_cast<std::uint32_t>(id)] = value;
  return Value::of(TypeId::int8, value);
}

Outcome<Value> Replay::set_config(const std::string& name, const std::string& value, bool local) {
  if (local && block_ == BlockState::idle && calls_ == 0) return Value::of(TypeId::text, value);
  const Done set = settings_.set(name, value, local, names_.superuser);
  if (!set.ok()) return set.as<Value>();
  settings_changed();
  return Value::of(TypeId::text, value);
}

Value Replay::transaction_time(TypeId type) {
  const auto found = clock_.find(static_cast<int>(type));
  if (found != clock_.end()) return found->second;
  const Value value = Value::unknown(type, symbols_.make("the time of the load is not known", false));
  clock_.emplace(static_cast<int>(type), value);
  return value;
}

Outcome<Value> Replay::constant(const Expr& expr, TypeId type, std::int32_t typmod) {
  Column column;
  column.name = "?column?";
  column.type = type;
  column.typmod = typmod;
  const Outcome<Value> value = evaluator().evaluate(expr, Scope{});
  return value.ok() ? evaluator().assign(*value, column) : value;
}

bool Replay::has_pending_checks(RelationId relation) const {
  const std::vector<RelationId> own = leaves(relation);
  return std::any_of(deferred_events_.begin(), deferred_events_.end(), [&](const KeyEvent& event) {
    return event.relation == relation || std::find(own.begin(), own.end(), event.relation) != own.end();
  });
}

bool Replay::has_rows(RelationId relation) const {
  const std::vector<RelationId> all = leaves(relation);
  return std::any_of(all.begin(), all.end(), [&](RelationId leaf) {
    const RowStore::Table* table = store().find(leaf);
    return table && table->live_count() > 0;
  });
}

Outcome<TypeId> Replay::type_of(const Expr& expr, RelationId relation) {
  const RowValues none;
  const RowScope row(catalog()[relation], none);
  Scope scope = row.scope();
  scope.rows.front().row = nullptr;
  return evaluator().analyze(expr, scope);
}

}  // namespace pgfk
