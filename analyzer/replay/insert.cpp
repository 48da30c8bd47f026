// INSERT: what is found wrong before it runs, then row by row. fk-semantics 2.2, 2.3, 7.1-7.5, 9.3, 9.9, 9.11.
#include <algorithm>
#include <set>

#include "analyzer/replay/replay.h"
#include "analyzer/replay/row_scope.h"

namespace pgfk {

namespace {

ServerError at(ServerError error, int location) {
  error.location = location;
  return error;
}

/// Found only when a row is made, not when the statement is read or planned: constraints of domains.
bool is_found_at_run_time(const ServerError& error) { return error.sqlstate == "23514" || error.sqlstate == "23502"; }

/// Found by the planner's folding, after all literals were read: length coercions and numeric casts.
bool is_found_by_planner(const Expr& expr, const ServerError& error) {
  if (expr.kind == ExprKind::string) return error.sqlstate == "22001" || error.sqlstate == "22026" || error.message == "numeric field overflow";
  return error.sqlstate.starts_with("22");
}

}  // namespace

Done Replay::check_type_fits(const Column& column, TypeId type) const {
  if (type == TypeId::unknown || type == TypeId::none || can_cast(catalog(), type, column.type, CastContext::assignment)) return done();
  return ServerError{"42804", "column \"" + column.name + "\" is of type " + format_type(catalog(), column.type, column.typmod) +
                                  " but expression is of type " + format_type(catalog(), type)};
}

Outcome<Replay::Target> Replay::resolve_target(const QualifiedName& name, const std::vector<std::string>& columns,
                                               const std::vector<int>& locations, bool copy) {
  const Outcome<RelationId> found = resolve_relation(name);
  if (!found.ok()) return found.as<Target>();
  const Relation& relation = catalog()[*found];
  switch (relation.kind) {
    case RelationKind::table:
    case RelationKind::partitioned_table:
      break;
    case RelationKind::view:
      if (copy) return ServerError{"42809", "cannot copy to view \"" + relation.name + "\""};
      return Doubt{"rows written through view \"" + relation.name + "\" are not followed"};
    case RelationKind::materialized_view:
      return ServerError{"42809", copy ? "cannot copy to materialized view \"" + relation.name + "\""
                                       : "cannot change materialized view \"" + relation.name + "\""};
    case RelationKind::sequence:
      return ServerError{"42809", copy ? "cannot copy to sequence \"" + relation.name + "\"" : "cannot change sequence \"" + relation.name + "\""};
    case RelationKind::index:
      if (names_.server_version >= 18) return ServerError{"42809", "cannot open relation \"" + relation.name + "\""};
      return ServerError{"42809", "\"" + relation.name + "\" is an index"};
    case RelationKind::composite_type:
      if (names_.server_version >= 18) return ServerError{"42809", "cannot open relation \"" + relation.name + "\""};
      return ServerError{"42809", "\"" + relation.name + "\" is a composite type"};
    case RelationKind::foreign_table:
      return Doubt{"rows of foreign table \"" + relation.name + "\" lie elsewhere"};
  }
  Target target;
  target.relation = *found;
  if (columns.empty()) {
    for (std::size_t index = 0; index < relation.columns.size(); ++index) {
      const Column& column = relation.columns[index];
      if (column.dropped || (copy && column.generated != Generated::none)) continue;
      target.columns.push_back(static_cast<ColumnIndex>(index));
    }
    return target;
  }
  for (std::size_t index = 0; index < columns.size(); ++index) {
    const ColumnIndex column = relation.column(columns[index]);
    const int location = index < locations.size() ? locations[index] : -1;
    if (column == kNoColumn) {
      return at({"42703", "column \"" + columns[index] + "\" of relation \"" + relation.name + "\" does not exist"}, location);
    }
    if (copy && relation.columns[column].generated != Generated::none) {
      return ServerError{"42P10", "column \"" + columns[index] + "\" is a generated column", "Generated columns cannot be used in COPY."};
    }
    if (std::find(target.columns.begin(), target.columns.end(), column) != target.columns.end()) {
      return at({"42701", "column \"" + columns[index] + "\" specified more than once"}, location);
    }
    target.columns.push_back(column);
  }
  return target;
}

Done Replay::execute_insert(const Insert& insert) {
  const Outcome<Target> target = insert_target(insert);
  if (!target.ok()) return target.as<std::monostate>();
  const Relation& relation = catalog()[target->relation];
  if (const Done allowed = check_rights(relation, "insert"); !allowed.ok()) return allowed;
  if (insert.column_subscripted) return Doubt{"INSERT into parts of a column is not evaluated offline"};
  if (insert.on_conflict.action != OnConflictAction::none) {
    if (const Done fits = check_conflict_target(relation, insert.on_conflict); !fits.ok()) return fits;
  }
  for (const CreateRule* rule : relation.rules) {
    if (rule->event == "insert") return Doubt{"rule \"" + rule->name + "\" on \"" + relation.name + "\" rewrites the INSERT"};
  }
  const bool conflict_update = insert.on_conflict.action == OnConflictAction::update;
  if (const Done opened = open_returning(insert.returning, target->relation, insert.alias); !opened.ok()) return opened;
  std::vector<ColumnIndex> conflict_columns;
  for (const Assignment& assignment : insert.on_conflict.set) {
    for (const std::string& column : assignment.columns) conflict_columns.push_back(relation.column(column));
  }
  if (conflict_update) {
    if (const Done fired = fire_before_statement(relation, TriggerOp::update, conflict_columns); !fired.ok()) return fired;
  }
  if (const Done fired = fire_before_statement(relation, TriggerOp::insert, {}); !fired.ok()) return fired;
  const bool is_query = insert.source && (insert.source->values.empty() || insert.source->limit || insert.source->offset ||
                                          !insert.source->order_by.empty() || !insert.source->with.tables.empty());
  const Done inserted = is_query ? insert_query(insert, *target) : insert_values(insert, *target);
  if (!inserted.ok()) return inserted;
  queue_statement_triggers(relation, TriggerOp::insert, {});
  if (conflict_update) queue_statement_triggers(relation, TriggerOp::update, conflict_columns);
  return inserted;
}

Done Replay::insert_values(const Insert& insert, const Target& target) {
  const Relation& relation = catalog()[target.relation];
  static const std::vector<std::vector<ExprPtr>> kDefaultValues(1);
  const std::vector<std::vector<ExprPtr>>& rows = insert.source ? insert.source->values : kDefaultValues;
  const bool several = rows.size() > 1;
  const std::size_t width = rows.front().size();

  // Counts.
  for (const std::vector<ExprPtr>& row : rows) {
    if (row.size() != width) {
      return at({"42601", "VALUES lists must all be the same length"}, row.empty() || !row.front() ? -1 : row.front()->location);
    }
  }
  if (width > target.columns.size()) {
    const Expr& first_extra = *rows.front()[target.columns.size()];
    return at({"42601", "INSERT has more expressions than target columns"}, first_extra.location);
  }
  if (insert.source && width < target.columns.size() && !insert.columns.empty()) {
    return at({"42601", "INSERT has more target columns than expressions"},
              width < insert.column_locations.size() ? insert.column_locations[width] : -1);
  }

  // Columns that take no value of their own.
  std::vector<bool> overridden(width, false);
  for (std::size_t index = 0; index < width; ++index) {
    const Column& column = relation.columns[target.columns[index]];
    const bool always = column.identity == Identity::always;
    const bool generated = column.generated != Generated::none;
    if (column.identity != Identity::none && insert.overriding == Overriding::user_value) {
      overridden[index] = true;
      continue;
    }
    if (!generated && !(always && insert.overriding == Overriding::none)) continue;
    const bool all_default = std::all_of(rows.begin(), rows.end(), [&](const auto& row) { return row[index]->kind == ExprKind::default_value; });
    if (all_default && (!several || names_.server_version >= 14)) continue;
    ServerError error{"428C9", "cannot insert a non-DEFAULT value into column \"" + column.name + "\""};
    error.detail = generated ? "Column \"" + column.name + "\" is a generated column."
                             : "Column \"" + column.name + "\" is an identity column defined as GENERATED ALWAYS.";
    if (names_.server_version < 14) error.message = "cannot insert into column \"" + column.name + "\"";
    return error;
  }

  // Before it runs: every literal is read as its column's type, then constants are folded.
  std::vector<std::vector<std::optional<Outcome<Value>>>> ready(rows.size());
  std::optional<ServerError> planner_error;
  for (std::size_t number = 0; number < rows.size(); ++number) {
    ready[number].resize(width);
    for (std::size_t index = 0; index < width; ++index) {
      const Expr& expr = *rows[number][index];
      if (expr.kind == ExprKind::default_value || overridden[index]) continue;
      const Column& column = relation.columns[target.columns[index]];
      if (!Evaluator::is_constant(expr)) {
        const Outcome<TypeId> type = evaluator().analyze(expr, base_scope());
        const Done fits = type.refused() ? type.as<std::monostate>() : type.ok() ? check_type_fits(column, *type) : done();
        if (fits.refused()) return at(fits.error(), fits.error().location >= 0 ? fits.error().location : expr.location);
        continue;
      }
      const Outcome<Value> value = evaluator().evaluate(expr, base_scope());
      Outcome<Value> assigned = value.ok() ? evaluator().assign(*value, column) : value;
      if (assigned.refused() && !is_found_at_run_time(assigned.error())) {
        ServerError error = at(assigned.error(), assigned.error().location >= 0 ? assigned.error().location : expr.location);
        if (!is_found_by_planner(expr, error)) return error;
        if (!planner_error) planner_error = std::move(error);
      }
      ready[number][index] = std::move(assigned);
    }
  }
  if (planner_error) return *planner_error;

  // Row by row. In a VALUES list of several rows its expressions come first, defaults after; in a single row they come column by column.
  for (std::size_t number = 0; number < rows.size(); ++number) {
    NewRow row;
    row.number = number + 1;
    row.cells.resize(relation.columns.size());
    std::vector<bool> given(relation.columns.size(), false);
    std::vector<int> locations(relation.columns.size(), -1);
    std::vector<std::size_t> source(relation.columns.size(), width);
    for (std::size_t index = 0; index < width; ++index) {
      if (rows[number][index]->kind == ExprKind::default_value || overridden[index]) continue;
      const ColumnIndex column = target.columns[index];
      given[column] = true;
      source[column] = index;
      locations[column] = rows[number][index]->location;
    }
    const auto value_of = [&](ColumnIndex column) -> Outcome<Value> {
      const std::size_t index = source[column];
      if (ready[number][index]) return *ready[number][index];
      const Outcome<Value> value = evaluator().evaluate(*rows[number][index], base_scope());
      return value.ok() ? evaluator().assign(*value, relation.columns[column]) : value;
    };
    std::vector<bool> filled = given;
    for (std::size_t index = 0; index < relation.columns.size(); ++index) {
      const ColumnIndex column = static_cast<ColumnIndex>(index);
      if (given[index]) {
        Outcome<Value> value = value_of(column);
        if (!value.ok()) return value.as<std::monostate>();
        row.cells[index] = *std::move(value);
      } else if (!several && !relation.columns[index].dropped && relation.columns[index].generated == Generated::none) {
        Outcome<Value> value = column_default(relation, column);
        if (!value.ok()) return value.as<std::monostate>();
        row.cells[index] = *std::move(value);
        filled[index] = true;
      }
    }
    row.place = current_.span;
    for (std::size_t index = 0; index < width; ++index) {
      if (rows[number][index]->location >= 0) {
        row.place = span_in_statement(rows[number][index]->location);
        break;
      }
    }
    if (number == 0) database_->written.note(statement_, {target.relation, false, '\t', std::vector<ColumnIndex>(target.columns.begin(), target.columns.begin() + static_cast<std::ptrdiff_t>(width))});
    if (cell_locations_.size() < kEvidenceRows) cell_locations_[row.number] = std::move(locations);
    const Outcome<RowFate> fate = several ? add_row(target, std::move(row), &insert, filled) : add_filled_row(target, std::move(row), &insert);
    if (!fate.ok()) return fate.as<std::monostate>();
  }
  return done();
}

Done Replay::insert_query(const Insert& insert, const Target& target) {
  const Relation& relation = catalog()[target.relation];
  const Outcome<std::vector<TypeId>> columns = runner().column_types(*insert.source, base_scope(), true);
  if (columns.refused()) return columns.as<std::monostate>();
  if (columns.ok()) {
    if (columns->size() > target.columns.size()) return ServerError{"42601", "INSERT has more expressions than target columns"};
    if (columns->size() < target.columns.size() && !insert.columns.empty()) {
      return ServerError{"42601", "INSERT has more target columns than expressions"};
    }
    for (std::size_t index = 0; index < columns->size(); ++index) {
      const Column& column = relation.columns[target.columns[index]];
      const TypeId type = (*columns)[index];
      if (const Done fits = check_type_fits(column, type); !fits.ok()) return fits;
    }
  }
  const std::size_t reads = read_by_code_.size(), writes = statement_hits_.size();
  const Outcome<QueryResult> result = runner().run_source(*insert.source, base_scope());
  if (!result.ok()) return result.as<std::monostate>();
  if (result->rows.size() > 1) {
    // The server puts each row in before the query makes the next one, so that its functions see it.
    const std::vector<RelationId> own = leaves(target.relation);
    const auto is_own = [&](RelationId id) { return id == target.relation || std::find(own.begin(), own.end(), id) != own.end(); };
    const bool reads_own = std::any_of(read_by_code_.begin() + static_cast<std::ptrdiff_t>(reads), read_by_code_.end(), is_own);
    const bool writes_own = std::any_of(statement_hits_.begin() + static_cast<std::ptrdiff_t>(writes), statement_hits_.end(),
                                        [&](const Hit& hit) { return is_own(hit.relation); });
    if (reads_own || writes_own) return Doubt{"a function of the query reads or writes \"" + relation.name + "\", which the statement fills row by row"};
  }
  // Constants without FROM are folded by the planner, before any default.
  const Select& query = *insert.source;
  const bool folded = query.from.empty() && query.values.empty() && query.operation == SetOperation::none &&
                      std::all_of(query.targets.begin(), query.targets.end(), [](const pgfk::Target& t) { return t.expr && Evaluator::is_constant(*t.expr); });
  std::uint64_t number = 0;
  for (const RowValues& values : result->rows) {
    NewRow row;
    row.number = ++number;
    row.place = current_.span;
    row.cells.resize(relation.columns.size());
    std::vector<std::size_t> source(relation.columns.size(), values.size());
    for (std::size_t index = 0; index < values.size(); ++index) {
      const Column& column = relation.columns[target.columns[index]];
      if (column.identity != Identity::none && insert.overriding == Overriding::user_value) continue;
      if (column.generated != Generated::none || (column.identity == Identity::always && insert.overriding == Overriding::none)) {
        ServerError error{"428C9", "cannot insert a non-DEFAULT value into column \"" + column.name + "\""};
        error.detail = column.generated != Generated::none
                           ? "Column \"" + column.name + "\" is a generated column."
                           : "Column \"" + column.name + "\" is an identity column defined as GENERATED ALWAYS.";
        return error;
      }
      source[target.columns[index]] = index;
      if (!folded) continue;
      const Outcome<Value> assigned = evaluator().assign(values[index], column);
      if (assigned.refused() && !is_found_at_run_time(assigned.error())) return assigned.error();
    }
    // Column by column, so that a default in front of a value that is refused has taken its number (9.3).
    for (std::size_t index = 0; index < relation.columns.size(); ++index) {
      const Column& column = relation.columns[index];
      if (column.dropped) continue;
      if (source[index] == values.size()) {
        if (column.generated != Generated::none) continue;
        Outcome<Value> value = column_default(relation, static_cast<ColumnIndex>(index));
        if (!value.ok()) return value.as<std::monostate>();
        row.cells[index] = *std::move(value);
      } else {
        Outcome<Value> assigned = evaluator().assign(values[source[index]], column);
        if (!assigned.ok()) return assigned.as<std::monostate>();
        row.cells[index] = *std::move(assigned);
      }
    }
    const Outcome<RowFate> fate = add_filled_row(target, std::move(row), &insert);
    if (!fate.ok()) return fate.as<std::monostate>();
  }
  return done();
}

std::vector<const UniqueKey*> Replay::arbiters(const Relation& relation, const OnConflict& conflict) const {
  std::vector<const UniqueKey*> out;
  for (const UniqueKey& key : relation.unique_keys) {
    if (!key.valid) continue;
    if (!conflict.constraint.empty()) {
      if (key.constraint && key.name == conflict.constraint) out.push_back(&key);
      continue;
    }
    if (conflict.target.empty()) {
      out.push_back(&key);
      continue;
    }
    if (key.exclusion) continue;
    if (key.predicate) {
      if (!conflict.target_where || expression_text(*key.predicate) != expression_text(*conflict.target_where)) continue;
    }
    std::multiset<std::string> wanted, has;
    for (const IndexElement& element : conflict.target) {
      wanted.insert(element.column.empty() && element.expr ? expression_text(*element.expr) : element.column);
    }
    std::size_t expression = 0;
    for (const ColumnIndex column : key.columns) {
      has.insert(column == kNoColumn ? expression_text(*key.expressions[expression++]) : relation.columns[column].name);
    }
    if (wanted == has) out.push_back(&key);
  }
  return out;
}

Done Replay::check_conflict_target(const Relation& relation, const OnConflict& conflict) {
  for (const IndexElement& element : conflict.target) {
    if (!element.column.empty() && relation.column(element.column) == kNoColumn) {
      return ServerError{"42703", "column \"" + element.column + "\" does not exist"};
    }
  }
  if (!conflict.constraint.empty()) {
    const UniqueKey* key = relation.unique_key(conflict.constraint);
    const bool known = (key && key->constraint) || catalog().foreign_key_named(relation.id, conflict.constraint) != ForeignKeyId::none ||
                       std::any_of(relation.checks.begin(), relation.checks.end(), [&](const auto& c) { return c.name == conflict.constraint; });
    if (!known) {
      return ServerError{"42704", "constraint \"" + conflict.constraint + "\" for table \"" + relation.name + "\" does not exist"};
    }
    if (!key || !key->constraint) return ServerError{"42809", "constraint in ON CONFLICT clause has no associated index"};
    if (key->deferral != Deferral::not_deferrable) {
      return ServerError{"55000", "ON CONFLICT does not support deferrable unique constraints/exclusion constraints as arbiters"};
    }
    if (key->exclusion && conflict.action == OnConflictAction::update) {
      return ServerError{"42809", "ON CONFLICT DO UPDATE not supported with exclusion constraints"};
    }
  } else if (!conflict.target.empty()) {
    const std::vector<const UniqueKey*> keys = arbiters(relation, conflict);
    if (keys.empty()) {
      return ServerError{"42P10", "there is no unique or exclusion constraint matching the ON CONFLICT specification"};
    }
    if (std::all_of(keys.begin(), keys.end(), [](const auto* key) { return key->deferral != Deferral::not_deferrable; })) {
      return ServerError{"55000", "ON CONFLICT does not support deferrable unique constraints/exclusion constraints as arbiters"};
    }
  }
  return done();
}

Outcome<std::optional<RowNumber>> Replay::find_conflict(const Relation& relation, const OnConflict& conflict, const RowValues& cells,
                                                        DoubtId& row_doubt) {
  using Result = std::optional<RowNumber>;
  for (const UniqueKey* key : arbiters(relation, conflict)) {
    if (key->deferral != Deferral::not_deferrable) {
      ServerError error{"55000", "ON CONFLICT does not support deferrable unique constraints/exclusion constraints as arbiters"};
      error.schema = relation.schema;
      error.table = relation.name;
      error.constraint = key->name;
      return error;
    }
    DoubtId maybe = DoubtId::none;
    const Outcome<Result> hit = conflicting_row(relation, *key, cells, kNoRow, maybe);
    if (!hit.ok() || hit->has_value()) return hit;
    // The row may be there already or not: either way a row with this key stands afterwards. With an exclusion constraint another one does.
    if (key->exclusion && row_doubt == DoubtId::none) row_doubt = maybe;
  }
  return Result();
}

Outcome<Replay::RowFate> Replay::update_conflicting(const Relation& relation, RowNumber number, const RowValues& excluded, const Insert& insert) {
  const RowStore::Table& table = store().table(relation.id);
  if (number == kNoRow) return Doubt{"ON CONFLICT DO UPDATE meets a row of \"" + relation.name + "\" that was not kept"};
  const StoredRow& old_row = table.rows[number];
  const bool own = old_row.statement == statement_;
  if (own) {
    return ServerError{"21000", "ON CONFLICT DO UPDATE command cannot affect row a second time"};
  }
  const RowValues old_cells = old_row.cells;
  RowScope row_scope(relation, old_cells, insert.alias);
  row_scope.add(relation, excluded, "excluded");
  Scope scope = row_scope.scope();
  all_qualified_.assign(relation.columns.size(), true);
  scope.rows[1].qualified_only = &all_qualified_;
  scope.common = common_;
  scope.outer = variables_;
  if (insert.on_conflict.where) {
    const Outcome<Value> wanted = evaluator().condition(*insert.on_conflict.where, scope);
    if (!wanted.ok()) return wanted.as<RowFate>();
    if (wanted->is_unknown()) return Doubt{symbols_[wanted->symbol()].reason};
    if (!wanted->is_true()) return RowFate::skipped;
  }
  RowValues cells = old_cells;
  std::vector<ColumnIndex> changed;
  if (const Done assigned = assign_columns(relation, insert.on_conflict.set, scope, cells, changed); !assigned.ok()) {
    return assigned.as<RowFate>();
  }
  const Outcome<std::optional<Hit>> updated = update_row({relation.id, number}, std::move(cells), changed, 0);
  if (!updated.ok()) return updated.as<RowFate>();
  if (!updated->has_value()) return RowFate::skipped;
  if ((*updated)->relation != relation.id) {
    return ServerError{"0A000", "invalid ON UPDATE specification", "The result tuple would appear in a different partition than the original tuple."};
  }
  const Hit hit = **updated;
  statement_hits_.push_back(hit);
  ++processed_;
  const RowValues new_cells = store().table(hit.relation).rows[hit.row].cells;
  if (const Done returned = return_row(hit.relation, &old_cells, &new_cells, nullptr); !returned.ok()) return returned.as<RowFate>();
  return RowFate::updated;
}

}  // namespace pgfk
