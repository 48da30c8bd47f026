// Events firing at the end of a statement or of a transaction, and what they do: fk-semantics 2.5, 2.8, 3, 4, 6.
#include <algorithm>
#include <string>

#include "analyzer/replay/key_shapes.h"
#include "analyzer/replay/replay.h"

namespace pgfk {

bool Replay::event_is_deferred(const KeyEvent& event) const {
  if (event.kind == KeyEvent::Kind::trigger) {
    if (!event.trigger->deferrable) return false;
    return deferral_of_all_.value_or(event.trigger->initially_deferred);
  }
  if (event.kind == KeyEvent::Kind::unique) {
    const UniqueKey* key = catalog()[event.relation].unique_key(event.unique_key);
    return key && is_deferred(*key, event.relation);
  }
  const ForeignKey& key = catalog().foreign_key(event.key);
  if (event.kind == KeyEvent::Kind::check) return is_deferred(key);
  const RefAction action = event.kind == KeyEvent::Kind::guard_delete ? key.on_delete : key.on_update;
  return action == RefAction::no_action && is_deferred(key);  // 4.7
}

Done Replay::end_of_statement() { return fire(events_, false); }

Done Replay::fire(std::vector<KeyEvent>& events, bool deferred) {
  // The list grows while it is worked off: what actions do queues behind it (2.8).
  for (std::size_t at = 0; at < events.size(); ++at) {
    const KeyEvent event = events[at];
    if (!deferred && event_is_deferred(event)) {
      deferred_events_.push_back(event);
      continue;
    }
    // After the first violation the server stops; further rows are still looked at, so that all of them are named.
    const bool failed = !violations_.empty();
    if (event.kind == KeyEvent::Kind::check) {
      fire_check(event);
    } else if (event.kind == KeyEvent::Kind::trigger) {
      if (failed) continue;
      if (const Done result = fire_trigger(event); !result.ok()) return result;
    } else if (event.kind == KeyEvent::Kind::unique) {
      if (failed) continue;
      if (const Done result = fire_unique(event); !result.ok()) return result;
    } else {
      if (failed && violations_.front().key != event.key) continue;
      if (const Done result = fire_guard(event); !result.ok()) {
        if (failed) break;
        return result;
      }
    }
  }
  events.clear();
  return done();
}

Done Replay::fire_deferred(const std::function<bool(const KeyEvent&)>& wanted) {
  std::vector<KeyEvent> due, rest;
  for (const KeyEvent& event : deferred_events_) (wanted(event) ? due : rest).push_back(event);
  const Done result = fire(due, true);
  // Actions of deferred events queue events of their own.
  if (result.ok() && violations_.empty() && !events_.empty()) {
    const Done more = fire(events_, true);
    if (!more.ok()) return more;
  }
  if (result.ok() && violations_.empty()) deferred_events_ = std::move(rest);
  return result;
}

void Replay::fire_check(const KeyEvent& event) {
  const StoredRow& row = store().table(event.relation).rows[event.row];
  if (!row.live) return;  // 3.3
  const ForeignKey& key = catalog().foreign_key(event.key);
  const std::vector<Value> values = key_values(same_columns(key.referencing, key.referencing_columns, event.relation), row);
  const auto nulls = static_cast<std::size_t>(std::count_if(values.begin(), values.end(), [](const Value& v) { return v.is_null(); }));
  const ForeignKey* root = &key;
  while (root->parent != ForeignKeyId::none) root = &catalog().foreign_key(root->parent);
  Database::KeyTally& tally = database_->tallies[static_cast<std::uint32_t>(root->id)];
  Violation violation;
  violation.key = event.key;
  violation.relation = event.relation;
  violation.place = row.place;
  violation.number = row.number;
  violation.statement = row.statement;
  violation.values = values;
  if (nulls == values.size() || (nulls > 0 && key.match != MatchType::full)) return;
  ++tally.checked;
  ++result_.references;
  if (options_.needs) {
    if (nulls == 0) note_need(key, row, values);
    return;
  }
  if (nulls > 0) {
    violation.mixed_nulls = true;
    add_violation(key, std::move(violation));
    return;
  }
  const Found found = find_referenced(key, values);
  if (found.presence == Presence::present) return;
  if (found.presence == Presence::unknown || row.doubt != DoubtId::none) {
    tally.undecided = true;
    const DoubtId why = found.presence == Presence::unknown ? found.doubt : row.doubt;
    if (violations_.empty()) doubt_came_first_ = true;
    if (!event_doubt_) {
      std::string shown;
      for (const Value& value : values) shown += (shown.empty() ? "" : ", ") + (value.is_known() ? write_value(types(), value) : std::string("?"));
      event_doubt_ = Doubt{"whether \"" + catalog()[key.referenced].name + "\" has " + shown + " is not known: " +
                           doubts_[static_cast<std::size_t>(why) - 1].reason};
      event_doubt_key_ = event.key;
      event_doubt_cause_ = doubts_[static_cast<std::size_t>(why) - 1].finding;
    }
    return;
  }
  add_violation(key, std::move(violation));
}

void Replay::add_violation(const ForeignKey& key, Violation violation) {
  const auto same = std::find_if(violations_.begin(), violations_.end(), [&](const ViolationGroup& g) { return g.key == key.id; });
  ViolationGroup* group = same == violations_.end() ? nullptr : &*same;
  std::string shown, columns;
  const std::vector<ColumnIndex>& shown_columns = violation.parent_side ? key.referenced_columns : key.referencing_columns;
  const Relation& shown_relation = catalog()[violation.parent_side ? key.referenced : key.referencing];
  for (std::size_t at = 0; at < violation.values.size(); ++at) {
    const Value& value = violation.values[at];
    columns += (at ? ", " : "") + shown_relation.columns[shown_columns[at]].name;
    shown += (at ? ", " : "") + (value.is_null() ? std::string("null") : value.is_unknown() ? std::string("?") : write_value(types(), value));
  }
  if (!group) {
    group = &violations_.emplace_back();
    group->key = key.id;
    group->definition = key;
    const ForeignKey* root = &key;
    while (root->parent != ForeignKeyId::none) root = &catalog().foreign_key(root->parent);
    group->root = root->id;
    group->parent_side = violation.parent_side;
    group->mixed_nulls = violation.mixed_nulls;
    group->sqlstate = "23503";
    const std::string& referencing = catalog()[violation.parent_side ? key.referencing : violation.relation].name;
    const std::string& referenced = catalog()[key.referenced].name;
    if (violation.parent_side) {
      const bool restrict = violation.restrict_;
      group->message = "update or delete on table \"" + referenced + "\" violates foreign key constraint \"" + key.name + "\" on table \"" + referencing + "\"";
      group->detail = "Key (" + columns + ")=(" + shown + ") is still referenced from table \"" + referencing + "\".";
      if (restrict && names_.server_version >= 18) {
        group->sqlstate = "23001";
        group->message = "update or delete on table \"" + referenced + "\" violates RESTRICT setting of foreign key constraint \"" + key.name + "\" on table \"" + referencing + "\"";
        group->detail = "Key (" + columns + ")=(" + shown + ") is referenced from table \"" + referencing + "\".";
      }
    } else {
      group->message = "insert or update on table \"" + referencing + "\" violates foreign key constraint \"" + key.name + "\"";
      group->detail = violation.mixed_nulls ? "MATCH FULL does not allow mixing of null and nonnull key values."
                                            : "Key (" + columns + ")=(" + shown + ") is not present in table \"" + referenced + "\".";
    }
    // 1.6: who may not read the columns is not shown the key.
    const Relation& looked_at = catalog()[key.referenced];
    if (!names_.superuser && !violation.mixed_nulls && (looked_at.row_security || !rights_.may(names_.role, looked_at, "select"))) {
      group->detail = violation.parent_side ? "Key is still referenced from table \"" + referencing + "\"."
                                            : "Key is not present in table \"" + referenced + "\".";
    }
  }
  ++group->rows;
  if (group->distinct.size() < ViolationGroup::kMaxDistinct && group->distinct.insert(shown).second) ++group->keys;
  if (options_.max_rows == 0 || group->kept.size() < options_.max_rows) group->kept.push_back(std::move(violation));
}

Done Replay::fire_unique(const KeyEvent& event) {
  const RowStore::Table& table = store().table(event.relation);
  const StoredRow& row = table.rows[event.row];
  if (!row.live) return done();
  const Relation& relation = catalog()[event.relation];
  const UniqueKey* key = relation.unique_key(event.unique_key);
  if (!key) return done();
  DoubtId maybe = DoubtId::none;
  const RowValues cells = row.cells;
  const Outcome<std::optional<RowNumber>> hit = conflicting_row(relation, *key, cells, event.row, maybe);
  if (!hit.ok()) return hit.as<std::monostate>();
  if (!hit->has_value()) return done();
  return conflict_error(relation, *key, cells, **hit, false);
}

Done Replay::fire_guard(const KeyEvent& event) {
  if (event.depth > kMaxCascade) return Doubt{"a cascade of more than " + std::to_string(kMaxCascade) + " steps is not followed"};
  const ForeignKey key = catalog().foreign_key(event.key);
  const bool deleting = event.kind == KeyEvent::Kind::guard_delete;
  const RefAction action = deleting ? key.on_delete : key.on_update;
  const StoredRow& old_row = store().table(event.relation).rows[event.row];
  const std::vector<Value> old_values = key_values(same_columns(key.referenced, key.referenced_columns, event.relation), old_row);
  if (key.period) return fire_period_guard(key, event, old_values);
  if (action == RefAction::no_action) {
    // 3.8: does any row provide the old key now? The key's own relation is asked, not the referencing type's.
    ForeignKey own = key;
    for (std::size_t at = 0; at < own.equalities.size(); ++at) {
      own.equalities[at].meet = base_type(catalog(), catalog()[key.referenced].columns[key.referenced_columns[at]].type);
    }
    const Found still = find_referenced(own, old_values);
    if (still.presence == Presence::present) return done();
  }
  // The statement of an action is one, with its triggers, even where it finds no row.
  const bool acts = action != RefAction::no_action && action != RefAction::restrict;
  if (acts && has_statement_triggers(catalog()[key.referencing], action == RefAction::cascade && deleting ? TriggerOp::delete_ : TriggerOp::update)) {
    return Doubt{"triggers FOR EACH STATEMENT of a key's action are not followed"};
  }
  // Analyzed before it looks for rows, too.
  if (action == RefAction::set_null || (action == RefAction::cascade && !deleting)) {
    const Relation& referencing = catalog()[key.referencing];
    const bool listed = deleting && !key.delete_set_columns.empty();
    for (const ColumnIndex column : listed ? key.delete_set_columns : key.referencing_columns) {
      if (referencing.columns[column].identity == Identity::always) return only_by_default(referencing.columns[column]);
    }
  }
  DoubtId why = DoubtId::none;
  const std::vector<Hit> hits = find_referencing(key, old_values, why);
  ++database_->tallies[static_cast<std::uint32_t>(key.id)].checked;
  if (hits.empty()) {
    if (why != DoubtId::none) return Doubt{doubts_[static_cast<std::size_t>(why) - 1].reason};
    return done();
  }
  if (acts) return act(key, action, event, old_values);
  const bool certain = std::any_of(hits.begin(), hits.end(), [&](const Hit& hit) {
    const RowStore::Table& table = store().table(hit.relation);
    return table.rows[hit.row].doubt == DoubtId::none && table.shaken == DoubtId::none;
  });
  const RowStore::Table& parents = store().table(event.relation);
  if (!certain || old_row.doubt != DoubtId::none || parents.shaken != DoubtId::none) {
    return Doubt{"whether rows of \"" + catalog()[key.referencing].name + "\" still refer to the row is not known"};
  }
  Violation violation;
  violation.key = key.id;
  violation.parent_side = true;
  violation.restrict_ = action == RefAction::restrict;
  violation.relation = event.relation;
  violation.place = old_row.place;
  violation.number = old_row.number;
  violation.values = old_values;
  add_violation(key, std::move(violation));
  return done();
}

bool Replay::has_statement_triggers(const Relation& relation, TriggerOp op) const {
  return std::any_of(relation.triggers.begin(), relation.triggers.end(), [&](const Trigger& trigger) {
    return fires(trigger, CreateTrigger::Timing::before, false, op) || fires(trigger, CreateTrigger::Timing::after, false, op);
  });
}

Done Replay::act(const ForeignKey& key, RefAction action, const KeyEvent& event, const std::vector<Value>& old_values) {
  DoubtId why = DoubtId::none;
  const std::vector<Hit> hits = find_referencing(key, old_values, why);
  const bool deleting = event.kind == KeyEvent::Kind::guard_delete;
  const bool removes = action == RefAction::cascade && deleting;
  for (const Hit& hit : hits) {
    if (removes) {
      if (const Outcome<bool> removed = delete_row(hit, event.depth + 1); !removed.ok()) return removed.as<std::monostate>();
      continue;
    }
    const Relation& relation = catalog()[hit.relation];
    RowValues cells = store().table(hit.relation).rows[hit.row].cells;
    std::vector<ColumnIndex> columns = same_columns(key.referencing, key.referencing_columns, hit.relation);
    if (action == RefAction::cascade) {
      const StoredRow& now = store().table(event.new_relation).rows[event.new_row];
      const std::vector<Value> values = key_values(same_columns(key.referenced, key.referenced_columns, event.new_relation), now);
      for (std::size_t at = 0; at < columns.size(); ++at) {
        Outcome<Value> assigned = evaluator().assign(values[at], relation.columns[columns[at]]);
        if (!assigned.ok()) return assigned.as<std::monostate>();
        cells[columns[at]] = *std::move(assigned);
      }
    } else {
      if (deleting && !key.delete_set_columns.empty()) columns = same_columns(key.referencing, key.delete_set_columns, hit.relation);
      for (const ColumnIndex column : columns) {
        Outcome<Value> value = action == RefAction::set_null ? Outcome<Value>(Value::null(relation.columns[column].type))
                                                             : column_default(relation, column);
        if (!value.ok()) return value.as<std::monostate>();
        cells[column] = *std::move(value);
      }
    }
    const Outcome<std::optional<Hit>> written = update_row(hit, std::move(cells), columns, event.depth + 1);
    if (!written.ok()) return written.as<std::monostate>();
    if (!written->has_value()) continue;
    const std::optional<Hit>& updated = *written;
    if (action == RefAction::set_default) {
      // 6.5: the default is looked up even where the columns did not change.
      const bool queued = std::any_of(events_.begin(), events_.end(), [&](const KeyEvent& e) {
        return e.kind == KeyEvent::Kind::check && e.relation == updated->relation && e.row == updated->row;
      });
      if (!queued) queue_insert_events(updated->relation, updated->row, event.depth + 1);
    }
  }
  return done();
}

}  // namespace pgfk
