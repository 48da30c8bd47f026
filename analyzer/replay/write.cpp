// UPDATE, DELETE, TRUNCATE: fk-semantics 2.6, 3.6, 3.7, 12.4, 12.9, 13.
#include <algorithm>

#include "analyzer/replay/replay.h"
#include "analyzer/replay/row_scope.h"

namespace pgfk {

std::vector<RelationId> Replay::leaves(RelationId relation) const {
  std::vector<RelationId> out;
  if (!catalog().exists(relation)) return out;
  const Relation& root = catalog()[relation];
  if (!root.partitioning) return {relation};
  for (const RelationId partition : root.partitions) {
    const std::vector<RelationId> below = leaves(partition);
    out.insert(out.end(), below.begin(), below.end());
  }
  return out;
}

std::vector<RelationId> Replay::scanned(RelationId relation, bool only) const {
  std::vector<RelationId> out;
  if (catalog()[relation].partitioning) return only ? out : leaves(relation);
  out.push_back(relation);
  if (only) return out;
  for (std::size_t at = 0; at < out.size(); ++at) {
    for (const RelationId heir : catalog()[out[at]].heirs) {
      if (std::find(out.begin(), out.end(), heir) == out.end()) out.push_back(heir);
    }
  }
  return out;
}

ColumnIndex Replay::same_column(RelationId from, ColumnIndex column, RelationId in) const {
  if (from == in || column == kNoColumn) return column;
  return catalog()[in].column(catalog()[from].columns[column].name);
}

std::vector<ColumnIndex> Replay::same_columns(RelationId from, const std::vector<ColumnIndex>& columns, RelationId in) const {
  std::vector<ColumnIndex> out;
  out.reserve(columns.size());
  for (const ColumnIndex column : columns) out.push_back(same_column(from, column, in));
  return out;
}

Outcome<std::vector<Replay::Hit>> Replay::matching_rows(RelationId relation, bool only, const std::string& alias, const Expr* where) {
  const Scope others = base_scope();
  const Outcome<std::vector<TargetFilter>> filters = target_filters(relation, only, alias, where, others);
  if (!filters.ok()) return filters.as<std::vector<Hit>>();
  std::vector<Hit> hits;
  for (const TargetFilter& filter : *filters) {
    const RowStore::Table& table = store().table(filter.relation);
    if (!table.bulk.empty()) return Doubt{"rows of \"" + catalog()[filter.relation].name + "\" were loaded without being kept whole"};
    if (table.open != DoubtId::none && where) {
      return Doubt{"\"" + catalog()[filter.relation].name + "\" may hold further rows: " + doubts_[static_cast<std::size_t>(table.open) - 1].reason};
    }
    const Done matched = for_matches(filter, others, [&](Hit hit) {
      hits.push_back(hit);
      return done();
    });
    if (!matched.ok()) return matched.as<std::vector<Hit>>();
  }
  return hits;
}

ServerError Replay::only_by_default(const Column& column) {
  return ServerError{"428C9", "column \"" + column.name + "\" can only be updated to DEFAULT",
                     column.generated != Generated::none
                         ? "Column \"" + column.name + "\" is a generated column."
                         : "Column \"" + column.name + "\" is an identity column defined as GENERATED ALWAYS."};
}

Done Replay::check_assignments(const Relation& relation, const std::vector<Assignment>& set, const Scope* scope) {
  for (const Assignment& assignment : set) {
    for (const std::string& name : assignment.columns) {
      const ColumnIndex index = relation.column(name);
      if (index == kNoColumn) {
        ServerError error{"42703", "column \"" + name + "\" of relation \"" + relation.name + "\" does not exist"};
        error.location = assignment.location;
        return error;
      }
      const Column& column = relation.columns[index];
      const bool is_default = assignment.value && assignment.value->kind == ExprKind::default_value;
      if (!is_default && (column.generated != Generated::none || column.identity == Identity::always)) {
        return only_by_default(column);
      }
      if (assignment.columns.size() != 1 || assignment.subscripted || is_default || !assignment.value) continue;
      if (!Evaluator::is_constant(*assignment.value)) {
        const Outcome<TypeId> type = scope ? evaluator().analyze(*assignment.value, *scope) : Outcome<TypeId>(TypeId::none);
        if (type.refused()) return type.as<std::monostate>();
        if (const Done fits = type.ok() ? check_type_fits(column, *type) : done(); !fits.ok()) return fits;
        continue;
      }
      const Outcome<Value> value = evaluator().evaluate(*assignment.value, Scope{});
      if (!value.ok()) return value.as<std::monostate>();
      const Outcome<Value> assigned = evaluator().assign(*value, column);
      if (assigned.refused() && assigned.error().sqlstate != "23514" && assigned.error().sqlstate != "23502") return assigned.error();
    }
  }
  return done();
}

Done Replay::assign_columns(const Relation& relation, const std::vector<Assignment>& set, const Scope& scope, RowValues& cells,
                            std::vector<ColumnIndex>& changed) {
  const auto assign_one = [&](const std::string& name, const Expr& expr) -> Done {
    const ColumnIndex index = relation.column(name);
    if (index == kNoColumn) return ServerError{"42703", "column \"" + name + "\" of relation \"" + relation.name + "\" does not exist"};
    const Column& column = relation.columns[index];
    Outcome<Value> value = expr.kind == ExprKind::default_value ? column_default(relation, index) : evaluator().evaluate(expr, scope);
    if (!value.ok()) return value.as<std::monostate>();
    Outcome<Value> assigned = evaluator().assign(*value, column);
    if (!assigned.ok()) return assigned.as<std::monostate>();
    cells[index] = *std::move(assigned);
    changed.push_back(index);
    return done();
  };
  for (const Assignment& assignment : set) {
    if (assignment.subscripted || !assignment.value) return Doubt{"assignment to a part of a column is not evaluated offline"};
    if (assignment.columns.size() == 1) {
      if (const Done one = assign_one(assignment.columns.front(), *assignment.value); !one.ok()) return one;
      continue;
    }
    if (assignment.value->kind == ExprKind::row) {
      if (assignment.value->args.size() != assignment.columns.size()) {
        return ServerError{"42601", "number of columns does not match number of values"};
      }
      for (std::size_t at = 0; at < assignment.columns.size(); ++at) {
        if (const Done one = assign_one(assignment.columns[at], *assignment.value->args[at]); !one.ok()) return one;
      }
      continue;
    }
    if (assignment.value->kind != ExprKind::sublink || !assignment.value->select) {
      return Doubt{"this form of multiple assignment is not evaluated offline"};
    }
    const Outcome<std::vector<RowValues>> rows = run(*assignment.value->select, scope);
    if (!rows.ok()) return rows.as<std::monostate>();
    if (rows->size() > 1) return ServerError{"21000", "more than one row returned by a subquery used as an expression"};
    for (std::size_t at = 0; at < assignment.columns.size(); ++at) {
      const ColumnIndex index = relation.column(assignment.columns[at]);
      if (!rows->empty() && rows->front().size() != assignment.columns.size()) {
        return ServerError{"42601", "number of columns does not match number of values"};
      }
      const Value value = rows->empty() ? Value::null() : rows->front()[at];
      Outcome<Value> assigned = evaluator().assign(value, relation.columns[index]);
      if (!assigned.ok()) return assigned.as<std::monostate>();
      cells[index] = *std::move(assigned);
      changed.push_back(index);
    }
  }
  return done();
}

Done Replay::execute_update(const Update& update) {
  const Outcome<Target> target = resolve_target(update.table, {}, {}, false);
  if (!target.ok()) return target.as<std::monostate>();
  const RelationId id = target->relation;
  const Relation& relation = catalog()[id];
  for (const CreateRule* rule : relation.rules) {
    if (rule->event == "update") return Doubt{"rule \"" + rule->name + "\" on \"" + relation.name + "\" rewrites the UPDATE"};
  }
  static const RowValues no_cells;
  const RowScope target_row(relation, no_cells, update.alias);
  const Scope in_sight = filter_scope(target_row, nullptr, base_scope());
  // With FROM there is more in sight than the row itself.
  if (const Done fits = check_assignments(relation, update.set, update.from.empty() ? &in_sight : nullptr); !fits.ok()) return fits;
  if (const Done allowed = check_rights(relation, "update"); !allowed.ok()) return allowed;
  if (const Done opened = open_returning(update.returning, id, update.alias); !opened.ok()) return opened;
  std::vector<ColumnIndex> assigned_columns;
  for (const Assignment& assignment : update.set) {
    for (const std::string& column : assignment.columns) assigned_columns.push_back(relation.column(column));
  }
  if (const Done fired = fire_before_statement(relation, TriggerOp::update, assigned_columns); !fired.ok()) return fired;
  const auto change = [&](const Hit& hit, const Scope* joined) -> Done {
    const Outcome<bool> there = still_there(hit);
    if (!there.ok()) return there.as<std::monostate>();
    if (!*there) return done();
    const Relation& leaf = catalog()[hit.relation];
    const RowValues old_cells = store().table(hit.relation).rows[hit.row].cells;
    RowValues cells = old_cells;
    std::vector<ColumnIndex> changed;
    const RowScope row(leaf, old_cells, update.alias.empty() ? relation.name : update.alias);
    Scope scope = row.scope();
    if (joined) scope.rows.insert(scope.rows.end(), joined->rows.begin(), joined->rows.end());
    scope.common = common_;
    scope.outer = variables_;
    if (const Done assigned = assign_columns(leaf, update.set, scope, cells, changed); !assigned.ok()) return assigned;
    const Outcome<std::optional<Hit>> updated = update_row(hit, std::move(cells), changed, 0);
    if (!updated.ok()) return updated.as<std::monostate>();
    if (!updated->has_value()) return done();
    const Hit now = **updated;
    statement_hits_.push_back(now);
    ++processed_;
    const RowValues new_cells = store().table(now.relation).rows[now.row].cells;
    return return_row(now.relation, &old_cells, &new_cells, joined);
  };
  if (!update.from.empty()) {
    const Done updated = for_joined(update.from, id, update.table.only, update.alias, update.where.get(),
                                    [&](Hit hit, const Scope& joined) { return change(hit, &joined); });
    if (updated.ok()) queue_statement_triggers(relation, TriggerOp::update, assigned_columns);
    return updated;
  }
  const Outcome<std::vector<Hit>> hits = matching_rows(id, update.table.only, update.alias, update.where.get());
  if (!hits.ok()) return hits.as<std::monostate>();
  for (const Hit& hit : *hits) {
    if (const Done changed = change(hit, nullptr); !changed.ok()) return changed;
  }
  queue_statement_triggers(relation, TriggerOp::update, assigned_columns);
  return done();
}

Outcome<bool> Replay::still_there(Hit hit) const {
  const StoredRow& row = store().find(hit.relation)->rows[hit.row];
  if (row.live) return true;
  if (row.killed_by <= statement_) return false;
  return ServerError{"27000", "tuple to be updated or deleted was already modified by an operation triggered by the current command"};
}

Outcome<std::optional<Replay::Hit>> Replay::update_row(Hit hit, RowValues cells, const std::vector<ColumnIndex>& assigned, std::uint32_t depth) {
  using Result = std::optional<Hit>;
  if (!catalog()[hit.relation].triggers.empty()) {
    const RowValues before = store().table(hit.relation).rows[hit.row].cells;
    const Outcome<bool> goes_on = fire_before_row(catalog()[hit.relation], TriggerOp::update, &before, &cells, assigned);
    if (!goes_on.ok()) return goes_on.as<Result>();
    if (!*goes_on) return Result();
    const Outcome<bool> there = still_there(hit);
    if (!there.ok()) return there.as<Result>();
    if (!*there) return Result();
  }
  RelationId home = hit.relation;
  RelationId root = RelationId::none;
  if (const Done computed = compute_generated(catalog()[home], cells); !computed.ok()) return computed.as<Result>();
  if (catalog()[home].partition_of != RelationId::none) {
    const Outcome<bool> fits = matches_bound(catalog()[home], cells);
    if (!fits.ok()) return fits.as<Result>();
    if (!*fits) {
      root = home;
      while (catalog()[root].partition_of != RelationId::none) root = catalog()[root].partition_of;
      RowValues mapped = map_columns(catalog()[home], catalog()[root], cells);
      const Outcome<RelationId> routed = route(root, mapped);
      if (!routed.ok()) return routed.as<Result>();
      if (!catalog()[home].triggers.empty() || !catalog()[*routed].triggers.empty()) {
        return Doubt{"triggers of a row that moves to another partition are not followed"};
      }
      home = *routed;
      cells = std::move(mapped);
    }
  }
  const Relation& relation = catalog()[home];
  StoredRow& old_row = store().table(hit.relation).rows[hit.row];
  DoubtId row_doubt = old_row.doubt != DoubtId::none ? old_row.doubt : doubt_of_being_reached();
  if (const Done checked = check_row(relation, cells, row_doubt, false); !checked.ok()) return checked.as<Result>();
  const RowNumber except = home == hit.relation ? hit.row : kNoRow;
  if (const Done unique = check_unique(relation, cells, except, row_doubt, false); !unique.ok()) return unique.as<Result>();
  if (!store().has_room()) return Doubt{needs_memory("rows", relation)};
  StoredRow fresh;
  fresh.cells = std::move(cells);
  fresh.place = old_row.place;
  fresh.number = old_row.number;
  fresh.statement = statement_;
  fresh.transaction = transaction_;
  fresh.doubt = row_doubt;
  const RowNumber next = static_cast<RowNumber>(store().table(home).rows.size());
  store().kill(hit.relation, hit.row, types(), statement_, home == hit.relation ? next : kNoRow);
  const RowNumber number = store().insert(home, std::move(fresh), types());
  for (const UniqueKey& key : relation.unique_keys) {
    if (key.deferral == Deferral::not_deferrable) continue;
    KeyEvent event;
    event.kind = KeyEvent::Kind::unique;
    event.relation = home;
    event.row = number;
    event.unique_key = key.name;
    events_.push_back(std::move(event));
  }
  const Hit now{home, number};
  queue_row_triggers(TriggerOp::update, hit, now, assigned, depth, true);
  queue_update_events(hit, now, depth, root != RelationId::none);
  queue_row_triggers(TriggerOp::update, hit, now, assigned, depth, false);
  return Result(now);
}

Done Replay::execute_delete(const Delete& statement) {
  const Outcome<Target> target = resolve_target(statement.table, {}, {}, false);
  if (!target.ok()) return target.as<std::monostate>();
  const RelationId id = target->relation;
  const Relation& relation = catalog()[id];
  for (const CreateRule* rule : relation.rules) {
    if (rule->event == "delete") return Doubt{"rule \"" + rule->name + "\" on \"" + relation.name + "\" rewrites the DELETE"};
  }
  if (const Done allowed = check_rights(relation, "delete"); !allowed.ok()) return allowed;
  if (const Done opened = open_returning(statement.returning, id, statement.alias); !opened.ok()) return opened;
  if (const Done fired = fire_before_statement(relation, TriggerOp::delete_, {}); !fired.ok()) return fired;
  const auto remove = [&](const Hit& hit, const Scope* joined) -> Done {
    const Outcome<bool> there = still_there(hit);
    if (!there.ok()) return there.as<std::monostate>();
    if (!*there) return done();
    const RowValues cells = store().table(hit.relation).rows[hit.row].cells;
    const Outcome<bool> removed = delete_row(hit, 0);
    if (!removed.ok()) return removed.as<std::monostate>();
    if (!*removed) return done();
    ++processed_;
    return return_row(hit.relation, &cells, nullptr, joined);
  };
  if (!statement.using_.empty()) {
    const Done removed = for_joined(statement.using_, id, statement.table.only, statement.alias, statement.where.get(),
                                    [&](Hit hit, const Scope& joined) { return remove(hit, &joined); });
    if (removed.ok()) queue_statement_triggers(relation, TriggerOp::delete_, {});
    return removed;
  }
  const Outcome<std::vector<Hit>> hits = matching_rows(id, statement.table.only, statement.alias, statement.where.get());
  if (!hits.ok()) return hits.as<std::monostate>();
  for (const Hit& hit : *hits) {
    if (const Done removed = remove(hit, nullptr); !removed.ok()) return removed;
  }
  queue_statement_triggers(relation, TriggerOp::delete_, {});
  return done();
}

Outcome<bool> Replay::delete_row(Hit hit, std::uint32_t depth) {
  if (!store().table(hit.relation).rows[hit.row].live) return false;
  if (!catalog()[hit.relation].triggers.empty()) {
    const RowValues before = store().table(hit.relation).rows[hit.row].cells;
    const Outcome<bool> goes_on = fire_before_row(catalog()[hit.relation], TriggerOp::delete_, &before, nullptr, {});
    if (!goes_on.ok() || !*goes_on) return goes_on;
    const Outcome<bool> there = still_there(hit);
    if (!there.ok() || !*there) return there;
  }
  store().kill(hit.relation, hit.row, types(), statement_);
  database_->removed_by[{static_cast<std::uint32_t>(hit.relation), hit.row}] = current_.span;
  queue_row_triggers(TriggerOp::delete_, hit, {hit.relation, kNoRow}, {}, depth, true);
  queue_delete_events(hit, depth);
  queue_row_triggers(TriggerOp::delete_, hit, {hit.relation, kNoRow}, {}, depth, false);
  return true;
}

Done Replay::execute_truncate(const Truncate& truncate) {
  std::vector<RelationId> named;
  const auto add = [&](RelationId id) {
    if (std::find(named.begin(), named.end(), id) == named.end()) named.push_back(id);
  };
  for (const QualifiedName& name : truncate.tables) {
    const Outcome<RelationId> found = resolve_relation(name);
    if (!found.ok()) return found.as<std::monostate>();
    const Relation& relation = catalog()[*found];
    if (relation.kind != RelationKind::table && relation.kind != RelationKind::partitioned_table) {
      return ServerError{"42809", "\"" + relation.name + "\" is not a table"};
    }
    if (const Done allowed = check_rights(relation, "truncate"); allowed.refused()) return allowed;
    add(*found);
    if (relation.partitioning) {
      if (name.only) {
        return ServerError{"42809", "cannot truncate only a partitioned table"};
      }
      std::vector<RelationId> below = relation.partitions;
      for (std::size_t at = 0; at < below.size(); ++at) {
        add(below[at]);
        below.insert(below.end(), catalog()[below[at]].partitions.begin(), catalog()[below[at]].partitions.end());
      }
    } else if (!name.only) {
      for (const RelationId heir : scanned(*found, false)) add(heir);
    }
  }
  // Tables that refer to the named ones: with CASCADE they come along, else they are in the way.
  for (std::size_t at = 0; at < named.size(); ++at) {
    for (const ForeignKeyId id : catalog().foreign_keys_to(named[at])) {
      const ForeignKey& key = catalog().foreign_key(id);
      if (!key.enforced && !key.guards_rows) continue;
      if (std::find(named.begin(), named.end(), key.referencing) != named.end()) continue;
      if (truncate.cascade) {
        add(key.referencing);
        for (const RelationId leaf : leaves(key.referencing)) add(leaf);
        continue;
      }
      return ServerError{"0A000", "cannot truncate a table referenced in a foreign key constraint",
                         "Table \"" + catalog()[key.referencing].name + "\" references \"" + catalog()[named[at]].name + "\"."};
    }
  }
  for (const RelationId id : named) {
    if (has_pending_checks(id)) {
      return ServerError{"55006", "cannot TRUNCATE \"" + catalog()[id].name + "\" because it has pending trigger events"};
    }
  }
  for (const RelationId id : named) {
    if (const Done fired = fire_before_statement(catalog()[id], TriggerOp::truncate, {}); !fired.ok()) return fired;
  }
  for (const RelationId id : named) queue_statement_triggers(catalog()[id], TriggerOp::truncate, {});
  for (const RelationId id : named) {
    store().clear(id);
    if (!truncate.restart_identity) continue;
    for (const Column& column : catalog()[id].columns) {
      for (const RelationId sequence : {column.identity_sequence, column.default_sequence}) {
        if (sequence == RelationId::none || !catalog().exists(sequence) || catalog().sequence(sequence).owner != id) continue;
        Sequence& restarted = catalog().edit_sequence(sequence);
        restarted.last_value = restarted.start;
        restarted.is_called = false;
        restarted.known = true;
        cached_.erase(static_cast<std::uint32_t>(sequence));
      }
    }
  }
  return done();
}

}  // namespace pgfk
