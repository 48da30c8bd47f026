// Queries and what statements take from them: WITH, RETURNING, rows joined to a target. fk-semantics 2.7, 7.6, 7.7.
#include <algorithm>
#include <span>

#include "analyzer/eval/names.h"
#include "analyzer/replay/key_shapes.h"
#include "analyzer/replay/replay.h"
#include "analyzer/replay/row_scope.h"
#include "analyzer/replay/table_mentions.h"

namespace pgfk {

namespace {

bool is_star(const Expr& expr) { return expr.kind == ExprKind::column && !expr.names.empty() && expr.names.back() == "*"; }

/// Whether the expression reads columns, and only by `row.column` of rows other than `target`.
bool reads_only_others(const Expr& expr, const std::string& target) {
  if (expr.kind == ExprKind::column) return expr.names.size() == 2 && expr.names.front() != target && expr.names.back() != "*";
  if (expr.select || expr.kind == ExprKind::function || expr.kind == ExprKind::field) return false;
  return std::all_of(expr.args.begin(), expr.args.end(), [&](const ExprPtr& arg) { return !arg || reads_only_others(*arg, target); });
}

/// What of the condition can be asked of the joined rows before there is a row of the target.
std::vector<const Expr*> of_others(const Expr* where, const std::string& target) {
  std::vector<const Expr*> parts;
  if (where == nullptr) return parts;
  if (where->kind == ExprKind::and_) {
    for (const ExprPtr& arg : where->args) {
      if (arg && reads_only_others(*arg, target)) parts.push_back(arg.get());
    }
  } else if (reads_only_others(*where, target)) {
    parts.push_back(where);
  }
  return parts;
}

/// What merge_action() finds; null where only its type is asked for.
ScopeRow merge_action_row(const std::vector<Value>* action) {
  static const std::vector<std::string> names = {kMergeActionColumn};
  static const std::vector<TypeId> types = {TypeId::text};
  ScopeRow row;
  row.columns = &names;
  row.types = &types;
  row.row = action;
  return row;
}

}  // namespace

QueryRunner& Replay::runner() {
  EvaluationHost& host = *this;
  RowProvider& provider = *this;
  if (!runner_) runner_ = std::make_unique<QueryRunner>(catalog(), host, provider);
  return *runner_;
}

Scope Replay::base_scope() const {
  Scope scope;
  scope.common = common_;
  scope.outer = variables_;
  return scope;
}

Done Replay::all_rows_known(RelationId relation) {
  if (calls_ > 0) read_by_code_.push_back(relation);
  const RowStore::Table& table = store().table(relation);
  const DoubtId why = table.open != DoubtId::none ? table.open : table.shaken;
  if (why != DoubtId::none) {
    return Doubt{"rows of \"" + catalog()[relation].name + "\" are not all known: " + doubts_[static_cast<std::size_t>(why) - 1].reason};
  }
  if (!table.bulk.empty()) return Doubt{"rows of \"" + catalog()[relation].name + "\" were loaded without being kept whole"};
  return done();
}

Doubt Replay::row_doubt(RelationId relation, const StoredRow& row) const {
  return Doubt{"rows of \"" + catalog()[relation].name + "\" may not be there: " + doubts_[static_cast<std::size_t>(row.doubt) - 1].reason};
}

Outcome<std::vector<const ResultRow*>> Replay::rows(RelationId relation) {
  using Rows = std::vector<const ResultRow*>;
  if (const Done known = all_rows_known(relation); !known.ok()) return known.as<Rows>();
  // As the statement found them: its own changes are not in sight.
  Rows out;
  for (const StoredRow& row : store().table(relation).rows) {
    const bool was_there = row.statement < statement_ && (row.live || row.killed_by >= statement_);
    if (!was_there) continue;
    if (row.doubt != DoubtId::none) return row_doubt(relation, row);
    out.push_back(&row.cells);
  }
  return out;
}

std::vector<RowNumber> Replay::look_up(RelationId relation, const RowLookup& wanted) {
  if (wanted.value.is_null()) return {};
  const KeyShape shape{{wanted.column}, {base_type(catalog(), wanted.value.type())}, {""}};
  std::string key;
  static_cast<void>(make_key(types(), shape, {&wanted.value}, key));
  const KeyIndex& index = store().index(relation, shape, types());
  std::vector<RowNumber> numbers = index.vague();
  if (const std::vector<RowNumber>* found = index.find(key)) numbers.insert(numbers.end(), found->begin(), found->end());
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Outcome<std::optional<std::vector<const ResultRow*>>> Replay::rows_with(RelationId relation, const RowLookup& wanted) {
  using Rows = std::optional<std::vector<const ResultRow*>>;
  if (const Done known = all_rows_known(relation); !known.ok()) return known.as<Rows>();
  // The index holds what lives now; what the statement itself took away is still in its sight.
  if (store().table(relation).last_kill >= statement_) return Rows();
  Rows out(std::in_place);
  for (const RowNumber number : look_up(relation, wanted)) {
    const StoredRow& row = store().table(relation).rows[number];
    if (row.statement >= statement_) continue;
    if (row.doubt != DoubtId::none) return row_doubt(relation, row);
    out->push_back(&row.cells);
  }
  return out;
}

Outcome<std::vector<Replay::RowValues>> Replay::run(const Select& select, const Scope& outer) {
  Outcome<QueryResult> result = runner().run(select, outer);
  if (!result.ok()) return result.as<std::vector<RowValues>>();
  return std::move(result->rows);
}

Outcome<std::vector<TypeId>> Replay::column_types(const Select& select, const Scope& outer) { return runner().column_types(select, outer); }

Outcome<std::vector<std::pair<std::string, TypeId>>> Replay::columns_of(const Statement& query) {
  using Columns = std::vector<std::pair<std::string, TypeId>>;
  const Select* select = std::get_if<Select>(&query.body);
  if (const auto* view = std::get_if<CreateView>(&query.body)) select = view->query.get();
  if (!select) return Doubt{"the columns of this statement are not worked out offline"};
  const Outcome<std::vector<OutputColumn>> described = describe(catalog(), *this, *select, base_scope());
  if (!described.ok()) return described.as<Columns>();
  Columns out;
  for (const OutputColumn& column : *described) out.emplace_back(column.name, column.type);
  return out;
}

Done Replay::check_targets(const Statement& statement) {
  const With* with = nullptr;
  Outcome<Target> target = Target{};
  if (const Insert* insert = std::get_if<Insert>(&statement.body)) {
    with = &insert->with;
    target = insert_target(*insert);
  } else if (const Update* update = std::get_if<Update>(&statement.body)) {
    with = &update->with;
    target = resolve_target(update->table, {}, {}, false);
  } else if (const Delete* remove = std::get_if<Delete>(&statement.body)) {
    with = &remove->with;
    target = resolve_target(remove->table, {}, {}, false);
  } else if (const Select* select = std::get_if<Select>(&statement.body)) {
    with = &select->with;
  }
  for (std::size_t at = 0; with != nullptr && at < with->tables.size(); ++at) {
    if (!with->tables[at].statement) continue;
    if (const Done part = check_targets(*with->tables[at].statement); part.refused()) return part;
  }
  return target.refused() ? target.as<std::monostate>() : done();
}

Done Replay::with_parts(const With& with, const Statement& whole, const std::function<Done()>& main) {
  if (with.tables.empty()) return main();
  if (const Done known = check_targets(whole); !known.ok()) return known;
  CommonTables tables;
  tables.outer = common_;
  std::deque<std::vector<ResultRow>> kept;
  std::vector<const CommonTable*> late;
  const CommonTables* const before = common_;
  ReturningSink* const sink = sink_;
  common_ = &tables;
  Done result = done();
  for (const CommonTable& part : with.tables) {
    if (!part.statement) continue;
    if (const Select* select = std::get_if<Select>(&part.statement->body)) {
      if (with.recursive && mentions_table(*select, part.name)) {
        result = Doubt{"a recursive WITH of a writing statement is not evaluated offline"};
        break;
      }
      Outcome<QueryResult> rows = runner().run(*select, base_scope());
      if (!rows.ok()) {
        result = rows.as<std::monostate>();
        break;
      }
      kept.push_back(std::move(rows->rows));
      tables.entries.push_back({part.name, std::move(rows->columns), &kept.back()});
    } else {
      const bool read = mentions_table(whole, part.name);
      if (!read) {
        late.push_back(&part);  // runs after the main query, last one first (2.7)
        kept.emplace_back();
        tables.entries.push_back({part.name, {}, &kept.back()});
        continue;
      }
      ReturningSink returned;
      sink_ = &returned;
      result = execute_body(*part.statement);
      sink_ = sink;
      if (!result.ok()) break;
      kept.push_back(std::move(returned.rows));
      tables.entries.push_back({part.name, std::move(returned.columns), &kept.back()});
    }
    std::vector<OutputColumn>& columns = tables.entries.back().columns;
    for (std::size_t at = 0; at < part.column_aliases.size() && at < columns.size(); ++at) columns[at].name = part.column_aliases[at];
  }
  if (result.ok()) result = main();
  sink_ = nullptr;
  for (auto part = late.rbegin(); part != late.rend() && result.ok(); ++part) result = execute_body(*(*part)->statement);
  sink_ = sink;
  common_ = before;
  return result;
}

Done Replay::open_returning(const std::optional<Returning>& returning, RelationId relation, const std::string& alias) {
  if (!sink_ || !returning) return done();
  sink_->clause = &*returning;
  sink_->relation = relation;
  sink_->alias = alias;
  const Relation& r = catalog()[relation];
  const RowValues none;
  RowScope row(r, none, alias);
  if (names_.server_version >= 18) {
    row.add(r, none, returning->old_alias.empty() ? "old" : returning->old_alias);
    row.add(r, none, returning->new_alias.empty() ? "new" : returning->new_alias);
  }
  Scope scope = row.scope();
  scope.common = common_;
  scope.outer = variables_;
  all_qualified_.assign(r.columns.size(), true);
  for (std::size_t part = 1; part < scope.rows.size(); ++part) scope.rows[part].qualified_only = &all_qualified_;
  for (ScopeRow& part : scope.rows) part.row = nullptr;
  if (sink_->of_merge) scope.rows.push_back(merge_action_row(nullptr));
  for (const pgfk::Target& target : returning->targets) {
    if (!target.expr) continue;
    if (is_star(*target.expr)) {
      for (const Column& column : r.columns) {
        if (!column.dropped) sink_->columns.push_back({column.name, column.type});
      }
      continue;
    }
    const Outcome<TypeId> type = evaluator().analyze(*target.expr, scope);
    if (type.refused()) return type.as<std::monostate>();
    sink_->columns.push_back({target.name.empty() ? result_column_name(*target.expr) : target.name, type.ok() ? *type : TypeId::unknown});
  }
  return done();
}

Done Replay::return_row(RelationId at, const RowValues* before, const RowValues* after, const Scope* joined) {
  if (!sink_ || !sink_->clause) return done();
  const Relation& relation = catalog()[sink_->relation];
  const auto shown = [&](const RowValues* cells) {
    return cells ? map_columns(catalog()[at], relation, *cells) : RowValues(relation.columns.size());
  };
  const RowValues now = shown(after ? after : before);
  const RowValues old_cells = shown(before), new_cells = shown(after);
  RowScope row(relation, now, sink_->alias);
  if (names_.server_version >= 18) {
    row.add(relation, old_cells, sink_->clause->old_alias.empty() ? "old" : sink_->clause->old_alias);
    row.add(relation, new_cells, sink_->clause->new_alias.empty() ? "new" : sink_->clause->new_alias);
  }
  Scope scope = row.scope();
  for (std::size_t part = 1; part < scope.rows.size(); ++part) scope.rows[part].qualified_only = &all_qualified_;
  all_qualified_.assign(relation.columns.size(), true);
  if (joined) scope.rows.insert(scope.rows.end(), joined->rows.begin(), joined->rows.end());
  const std::vector<Value> action = {Value::of(TypeId::text, std::string(!before ? "INSERT" : !after ? "DELETE" : "UPDATE"))};
  if (sink_->of_merge) scope.rows.push_back(merge_action_row(&action));
  scope.common = common_;
  scope.outer = variables_;
  ResultRow out;
  for (const pgfk::Target& target : sink_->clause->targets) {
    if (!target.expr) continue;
    if (is_star(*target.expr)) {
      const bool wants_old = target.expr->names.size() > 1 && target.expr->names[target.expr->names.size() - 2] == "old" && names_.server_version >= 18;
      for (std::size_t column = 0; column < relation.columns.size(); ++column) {
        if (!relation.columns[column].dropped) out.push_back(wants_old ? old_cells[column] : now[column]);
      }
      continue;
    }
    Outcome<Value> value = evaluator().evaluate(*target.expr, scope);
    if (!value.ok()) return value.as<std::monostate>();
    out.push_back(*std::move(value));
  }
  sink_->rows.push_back(std::move(out));
  return done();
}

Outcome<std::vector<Replay::TargetFilter>> Replay::target_filters(RelationId target, bool only, const std::string& alias, const Expr* where,
                                                                    const Scope& others) {
  static const RowValues no_cells;
  std::vector<TargetFilter> filters;
  for (const RelationId id : scanned(target, only)) {
    RowScope row(catalog()[id], no_cells, alias.empty() && id != target ? catalog()[target].name : alias);
    Outcome<RowFilter> filter = RowFilter::bind(catalog(), *this, where, filter_scope(row, nullptr, others));
    if (!filter.ok()) return filter.as<std::vector<TargetFilter>>();
    filters.push_back({id, std::move(row), *std::move(filter)});
  }
  return filters;
}

Scope Replay::filter_scope(const RowScope& row, const RowValues* cells, const Scope& others) {
  Scope scope = row.scope();
  scope.rows.front().row = cells;
  scope.rows.insert(scope.rows.end(), others.rows.begin(), others.rows.end());
  scope.common = others.common;
  scope.outer = others.outer;
  return scope;
}

Done Replay::for_matches(const TargetFilter& target, const Scope& others, const std::function<Done(Hit)>& take) {
  Scope scope = filter_scope(target.row, nullptr, others);
  const auto test = [&](RowNumber number) -> Done {
    const StoredRow& row = store().table(target.relation).rows[number];
    if (!row.live || row.statement >= statement_) return done();
    scope.rows.front().row = &row.cells;
    const Outcome<Value> wanted = target.filter.test(scope);
    if (!wanted.ok()) return wanted.as<std::monostate>();
    if (wanted->is_unknown()) {
      return Doubt{"whether the condition takes a row of \"" + catalog()[target.relation].name + "\": " + symbols_[wanted->symbol()].reason};
    }
    return wanted->is_true() ? take({target.relation, number}) : done();
  };
  if (const std::optional<RowLookup> wanted = target.filter.lookup(scope)) {
    for (const RowNumber number : look_up(target.relation, *wanted)) {
      if (const Done tested = test(number); !tested.ok()) return tested;
    }
    return done();
  }
  const std::size_t count = store().table(target.relation).rows.size();
  for (std::size_t number = 0; number < count; ++number) {
    if (const Done tested = test(static_cast<RowNumber>(number)); !tested.ok()) return tested;
  }
  return done();
}

Outcome<std::vector<Replay::Hit>> Replay::matches_of(const std::vector<TargetFilter>& filters, const Scope& others) {
  std::vector<Hit> hits;
  for (const TargetFilter& filter : filters) {
    const Done matched = for_matches(filter, others, [&](Hit hit) -> Done {
      const StoredRow& row = store().table(hit.relation).rows[hit.row];
      if (row.doubt != DoubtId::none) return row_doubt(hit.relation, row);
      hits.push_back(hit);
      return done();
    });
    if (!matched.ok()) return matched.as<std::vector<Hit>>();
  }
  return hits;
}

Done Replay::for_joined(const std::vector<FromItem>& from, RelationId target, bool only, const std::string& alias, const Expr* where,
                        const std::function<Done(Hit, const Scope&)>& take) {
  const Outcome<QueryRunner::Joined> joined = runner().join(from, base_scope(), of_others(where, alias.empty() ? catalog()[target].name : alias));
  if (!joined.ok()) return joined.as<std::monostate>();
  // Each row of the target once, with the first joined row that matches it, in physical order of the target.
  std::map<std::pair<std::uint32_t, RowNumber>, std::size_t> matches;
  const auto scope_of = [&](std::size_t number) {
    Scope scope = base_scope();
    scope.rows = joined->parts;
    for (std::size_t part = 0; part < scope.rows.size(); ++part) scope.rows[part].row = joined->rows[number][part];
    return scope;
  };
  Scope parts = base_scope();
  parts.rows = joined->parts;
  const Outcome<std::vector<TargetFilter>> filters = target_filters(target, only, alias, where, parts);
  if (!filters.ok()) return filters.as<std::monostate>();
  for (const TargetFilter& filter : *filters) {
    if (const Done known = all_rows_known(filter.relation); !known.ok()) return known;
  }
  for (std::size_t number = 0; number < joined->rows.size(); ++number) {
    const Outcome<std::vector<Hit>> hits = matches_of(*filters, scope_of(number));
    if (!hits.ok()) return hits.as<std::monostate>();
    for (const Hit& hit : *hits) matches.try_emplace({static_cast<std::uint32_t>(hit.relation), hit.row}, number);
  }
  for (const auto& [key, number] : matches) {
    const Scope others = scope_of(number);
    if (const Done taken = take({static_cast<RelationId>(key.first), key.second}, others); !taken.ok()) return taken;
  }
  return done();
}

Done Replay::execute_merge(const Merge& merge) {
  const Outcome<Target> target = resolve_target(merge.table, {}, {}, false);
  if (!target.ok()) return target.as<std::monostate>();
  const RelationId id = target->relation;
  const Relation& relation = catalog()[id];
  if (sink_) sink_->of_merge = true;
  if (const Done opened = open_returning(merge.returning, id, merge.alias); !opened.ok()) return opened;
  // Triggers FOR EACH STATEMENT fire for what its clauses may do, whether or not they come to it.
  const auto may = [&](MergeAction action) {
    return std::any_of(merge.clauses.begin(), merge.clauses.end(), [&](const MergeClause& clause) { return clause.action == action; });
  };
  std::vector<ColumnIndex> assigned;
  for (const MergeClause& clause : merge.clauses) {
    // All clauses are analyzed, whichever is come to.
    if (const Done fits = check_assignments(relation, clause.set, nullptr); !fits.ok()) return fits;
    const Outcome<Target> into = resolve_target(merge.table, clause.columns, {}, false);
    if (!into.ok()) return into.as<std::monostate>();
    if (clause.values.size() > into->columns.size()) return ServerError{"42601", "INSERT has more expressions than target columns"};
    for (const Assignment& assignment : clause.set) {
      for (const std::string& column : assignment.columns) assigned.push_back(relation.column(column));
    }
  }
  const std::pair<MergeAction, TriggerOp> ops[] = {
      {MergeAction::insert, TriggerOp::insert}, {MergeAction::update, TriggerOp::update}, {MergeAction::delete_, TriggerOp::delete_}};
  for (const auto& [action, op] : ops) {
    if (!may(action)) continue;
    if (const Done fired = fire_before_statement(relation, op, assigned); !fired.ok()) return fired;
  }
  if (const Done merged = merge_rows(merge, id); !merged.ok()) return merged;
  for (auto at = std::rbegin(ops); at != std::rend(ops); ++at) {
    if (may(at->first)) queue_statement_triggers(relation, at->second, assigned);
  }
  return done();
}

Done Replay::merge_rows(const Merge& merge, RelationId id) {
  const Relation& relation = catalog()[id];
  const std::string name = merge.alias.empty() ? relation.name : merge.alias;
  const Outcome<QueryRunner::Joined> source = runner().join(std::span(&merge.source, 1), base_scope());
  if (!source.ok()) return source.as<std::monostate>();
  std::set<std::pair<std::uint32_t, RowNumber>> matched, changed;
  // Keys of rows that match. Whether they are in the way of a new row depends on which comes first, and that on the plan.
  std::set<std::string> matched_keys;
  const auto keys_of = [&](const RowValues& cells) {
    std::set<std::string> keys;
    for (const UniqueKey& key : relation.unique_keys) {
      if (!is_plain(key)) continue;
      std::vector<const Value*> values;
      for (const ColumnIndex column : key.columns) values.push_back(&cells[column]);
      std::string bytes = key.name + '\0';
      if (make_key(types(), unique_shape(catalog(), relation, key), values, bytes) == KeyState::whole) keys.insert(std::move(bytes));
    }
    return keys;
  };
  const auto apply = [&](const MergeClause& clause, const Hit* hit, const Scope& scope, const Scope& others) -> Done {
    switch (clause.action) {
      case MergeAction::do_nothing:
        return done();
      case MergeAction::update: {
        if (!changed.insert({static_cast<std::uint32_t>(hit->relation), hit->row}).second) {
          return ServerError{"21000", "MERGE command cannot affect row a second time"};
        }
        const RowValues before = store().table(hit->relation).rows[hit->row].cells;
        RowValues cells = before;
        std::vector<ColumnIndex> columns;
        if (const Done set = assign_columns(catalog()[hit->relation], clause.set, scope, cells, columns); !set.ok()) return set;
        const Outcome<std::optional<Hit>> now = update_row(*hit, std::move(cells), columns, 0);
        if (!now.ok()) return now.as<std::monostate>();
        if (!now->has_value()) return done();
        ++processed_;
        const RowValues after = store().table((*now)->relation).rows[(*now)->row].cells;
        return return_row((*now)->relation, &before, &after, &others);
      }
      case MergeAction::delete_: {
        if (!changed.insert({static_cast<std::uint32_t>(hit->relation), hit->row}).second) {
          return ServerError{"21000", "MERGE command cannot affect row a second time"};
        }
        const RowValues before = store().table(hit->relation).rows[hit->row].cells;
        const Outcome<bool> removed = delete_row(*hit, 0);
        if (!removed.ok()) return removed.as<std::monostate>();
        if (!*removed) return done();
        ++processed_;
        return return_row(hit->relation, &before, nullptr, &others);
      }
      case MergeAction::insert: {
        const Outcome<Target> into = resolve_target(merge.table, clause.columns, {}, false);
        if (!into.ok()) return into.as<std::monostate>();
        NewRow row;
        row.number = 1;
        row.place = current_.span;
        row.cells.resize(relation.columns.size());
        std::vector<bool> given(relation.columns.size(), false);
        for (std::size_t at = 0; at < clause.values.size() && at < into->columns.size(); ++at) {
          const Expr& expr = *clause.values[at];
          if (expr.kind == ExprKind::default_value) continue;
          const Outcome<Value> value = evaluator().evaluate(expr, scope);
          if (!value.ok()) return value.as<std::monostate>();
          Outcome<Value> assigned = evaluator().assign(*value, relation.columns[into->columns[at]]);
          if (!assigned.ok()) return assigned.as<std::monostate>();
          row.cells[into->columns[at]] = *std::move(assigned);
          given[into->columns[at]] = true;
        }
        if (!matched_keys.empty()) {
          const std::set<std::string> keys = keys_of(row.cells);
          if (std::any_of(keys.begin(), keys.end(), [&](const std::string& key) { return matched_keys.contains(key); })) {
            return Doubt{"a new row has a key of a row that the same MERGE matches: which of them comes first depends on the plan"};
          }
        }
        const std::size_t hits_before = statement_hits_.size();
        const Outcome<RowFate> fate = add_row(*into, std::move(row), nullptr, given);
        if (!fate.ok()) return fate.as<std::monostate>();
        if (statement_hits_.size() > hits_before) {
          const Hit stored = statement_hits_.back();
          const RowValues after = store().table(stored.relation).rows[stored.row].cells;
          return return_row(stored.relation, nullptr, &after, &others);
        }
        return done();
      }
    }
    return done();
  };
  const auto first_clause = [&](MergeMatch match, const Scope& scope) -> Outcome<const MergeClause*> {
    for (const MergeClause& clause : merge.clauses) {
      if (clause.match != match) continue;
      if (clause.condition) {
        const Outcome<Value> wanted = evaluator().condition(*clause.condition, scope);
        if (!wanted.ok()) return wanted.as<const MergeClause*>();
        if (wanted->is_unknown()) return Doubt{symbols_[wanted->symbol()].reason};
        if (!wanted->is_true()) continue;
      }
      return &clause;
    }
    return static_cast<const MergeClause*>(nullptr);
  };
  const auto source_scope = [&](std::size_t number) {
    Scope others = base_scope();
    others.rows = source->parts;
    for (std::size_t part = 0; part < others.rows.size(); ++part) others.rows[part].row = source->rows[number][part];
    return others;
  };
  Scope parts = base_scope();
  parts.rows = source->parts;
  const Outcome<std::vector<TargetFilter>> filters = target_filters(id, merge.table.only, merge.alias, merge.on.get(), parts);
  if (!filters.ok()) return filters.as<std::monostate>();
  for (const TargetFilter& filter : *filters) {
    if (const Done known = all_rows_known(filter.relation); !known.ok()) return known;
  }
  const bool inserts = std::any_of(merge.clauses.begin(), merge.clauses.end(), [](const MergeClause& c) { return c.action == MergeAction::insert; });
  // What matches is told by the rows as the statement found them, whatever it does to them.
  std::vector<std::vector<Hit>> hits_of_source;
  for (std::size_t number = 0; number < source->rows.size(); ++number) {
    Outcome<std::vector<Hit>> hits = matches_of(*filters, source_scope(number));
    if (!hits.ok()) return hits.as<std::monostate>();
    for (const Hit& hit : *hits) {
      const RowValues cells = map_columns(catalog()[hit.relation], relation, store().table(hit.relation).rows[hit.row].cells);
      if (inserts) matched_keys.merge(keys_of(cells));
    }
    hits_of_source.push_back(*std::move(hits));
  }
  for (std::size_t number = 0; number < source->rows.size(); ++number) {
    const Scope others = source_scope(number);
    for (const Hit& hit : hits_of_source[number]) {
      const RowValues cells = store().table(hit.relation).rows[hit.row].cells;
      const RowScope row(catalog()[hit.relation], cells, name);
      const Scope scope = filter_scope(row, &cells, others);
      matched.insert({static_cast<std::uint32_t>(hit.relation), hit.row});
      const Outcome<const MergeClause*> clause = first_clause(MergeMatch::matched, scope);
      if (!clause.ok()) return clause.as<std::monostate>();
      if (*clause == nullptr) continue;
      if (const Done applied = apply(**clause, &hit, scope, others); !applied.ok()) return applied;
    }
    if (!hits_of_source[number].empty()) continue;
    const Outcome<const MergeClause*> clause = first_clause(MergeMatch::not_matched_by_target, others);
    if (!clause.ok()) return clause.as<std::monostate>();
    if (*clause == nullptr) continue;
    if (const Done applied = apply(**clause, nullptr, others, others); !applied.ok()) return applied;
  }
  const bool by_source = std::any_of(merge.clauses.begin(), merge.clauses.end(),
                                     [](const MergeClause& clause) { return clause.match == MergeMatch::not_matched_by_source; });
  if (!by_source) return done();
  for (const RelationId leaf : scanned(id, merge.table.only)) {
    const std::size_t count = store().table(leaf).rows.size();
    for (std::size_t number = 0; number < count; ++number) {
      const Hit hit{leaf, static_cast<RowNumber>(number)};
      const StoredRow& stored = store().table(leaf).rows[number];
      if (!stored.live || stored.statement >= statement_ || matched.contains({static_cast<std::uint32_t>(leaf), hit.row})) continue;
      const RowValues cells = stored.cells;
      const RowScope row(catalog()[leaf], cells, name);
      Scope scope = row.scope();
      scope.common = common_;
      scope.outer = variables_;
      const Outcome<const MergeClause*> clause = first_clause(MergeMatch::not_matched_by_source, scope);
      if (!clause.ok()) return clause.as<std::monostate>();
      if (*clause == nullptr) continue;
      if (const Done applied = apply(**clause, &hit, scope, base_scope()); !applied.ok()) return applied;
    }
  }
  return done();
}

}  // namespace pgfk
