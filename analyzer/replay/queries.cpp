// Queries and what statements take from them: WITH, RETURNING, rows joined to a target. fk-semantics 2.7, 7.6, 7.7.
#include <algorithm>
#include <span>

#include "analyzer/eval/names.h"
#include "analyzer/replay/replay.h"
#include "analyzer/replay/row_scope.h"
#include "analyzer/replay/table_mentions.h"

namespace pgfk {

namespace {

bool is_star(const Expr& expr) { return expr.kind == ExprKind::column && !expr.names.empty() && expr.names.back() == "*"; }

/// The conjuncts of a condition.
void conjuncts(const Expr& expr, std::vector<const Expr*>& out) {
  if (expr.kind == ExprKind::and_) {
    for (const ExprPtr& arg : expr.args) {
      if (arg) conjuncts(*arg, out);
    }
    return;
  }
  out.push_back(&expr);
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

Outcome<std::vector<const ResultRow*>> Replay::rows(RelationId relation) {
  if (calls_ > 0) read_by_code_.push_back(relation);
  const RowStore::Table& table = store().table(relation);
  const DoubtId why = table.open != DoubtId::none ? table.open : table.shaken;
  if (why != DoubtId::none) {
    return Doubt{"rows of \"" + catalog()[relation].name + "\" are not all known: " + doubts_[static_cast<std::size_t>(why) - 1].reason};
  }
  if (!table.bulk.empty()) return Doubt{"rows of \"" + catalog()[relation].name + "\" were loaded without being kept whole"};
  // As the statement found them: its own changes are not in sight.
  std::vector<const ResultRow*> out;
  for (const StoredRow& row : table.rows) {
    const bool was_there = row.statement < statement_ && (row.live || row.killed_by >= statement_);
    if (!was_there) continue;
    if (row.doubt != DoubtId::none) {
      return Doubt{"rows of \"" + catalog()[relation].name + "\" may not be there: " + doubts_[static_cast<std::size_t>(row.doubt) - 1].reason};
    }
    out.push_back(&row.cells);
  }
  return out;
}

Outcome<std::vector<Replay::RowValues>> Replay::run(const Select& select, const Scope& outer) {
  Outcome<QueryResult> result = runner().run(select, outer);
  if (!result.ok()) return result.as<std::vector<RowValues>>();
  return std::move(result->rows);
}

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

Done Replay::with_parts(const With& with, const Statement& whole, const std::function<Done()>& main) {
  if (with.tables.empty()) return main();
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

/// Rows of the target that may match: by an index where the condition has `target.column = something known`, else all.
Outcome<std::vector<Replay::Hit>> Replay::candidates(RelationId target, bool only, const std::string& name, const Expr* where, const Scope& joined) {
  std::vector<Hit> hits;
  std::vector<const Expr*> parts;
  if (where) conjuncts(*where, parts);
  for (const RelationId id : scanned(target, only)) {
    const Relation& relation = catalog()[id];
    const Outcome<std::vector<const ResultRow*>> known = rows(id);
    if (!known.ok()) return known.as<std::vector<Hit>>();
    bool indexed = false;
    for (const Expr* part : parts) {
      if (part->kind != ExprKind::op || part->name != "=" || part->args.size() != 2) continue;
      for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
        const Expr& mine = *part->args[side];
        const bool is_target = mine.kind == ExprKind::column && mine.names.size() == 2 && mine.names[0] == name;
        if (!is_target) continue;
        const ColumnIndex column = relation.column(mine.names[1]);
        if (column == kNoColumn) continue;
        const Outcome<Value> wanted = evaluator().evaluate(*part->args[1 - side], joined);
        if (!wanted.ok() || !wanted->is_known() || wanted->type() != relation.columns[column].type) continue;
        KeyShape shape;
        shape.columns = {column};
        shape.meet = {base_type(catalog(), wanted->type())};
        shape.locales = {""};
        std::string bytes;
        static_cast<void>(make_key(types(), shape, {&*wanted}, bytes));
        const KeyIndex& index = store().index(id, shape, types());
        if (!index.vague().empty()) continue;
        if (const std::vector<RowNumber>* found = index.find(bytes)) {
          for (const RowNumber number : *found) {
            if (store().table(id).rows[number].statement < statement_) hits.push_back({id, number});
          }
        }
        indexed = true;
        break;
      }
      if (indexed) break;
    }
    if (indexed) continue;
    const RowStore::Table& table = store().table(id);
    for (RowNumber number = 0; number < table.rows.size(); ++number) {
      const StoredRow& row = table.rows[number];
      if (row.live && row.statement < statement_) hits.push_back({id, number});
    }
  }
  return hits;
}

Done Replay::for_joined(const std::vector<FromItem>& from, RelationId target, bool only, const std::string& alias, const Expr* where,
                        const std::function<Done(Hit, const Scope&)>& take) {
  const Outcome<QueryRunner::Joined> joined = runner().join(from, base_scope());
  if (!joined.ok()) return joined.as<std::monostate>();
  const std::string name = alias.empty() ? catalog()[target].name : alias;
  // Each row of the target once, with the first joined row that matches it, in physical order of the target.
  std::map<std::pair<std::uint32_t, RowNumber>, std::size_t> matches;
  const auto scope_of = [&](std::size_t number) {
    Scope scope = base_scope();
    scope.rows = joined->parts;
    for (std::size_t part = 0; part < scope.rows.size(); ++part) scope.rows[part].row = joined->rows[number][part];
    return scope;
  };
  for (std::size_t number = 0; number < joined->rows.size(); ++number) {
    const Scope others = scope_of(number);
    const Outcome<std::vector<Hit>> hits = candidates(target, only, name, where, others);
    if (!hits.ok()) return hits.as<std::monostate>();
    for (const Hit& hit : *hits) {
      const std::pair<std::uint32_t, RowNumber> key{static_cast<std::uint32_t>(hit.relation), hit.row};
      if (matches.contains(key)) continue;
      if (where) {
        const RowScope row(catalog()[hit.relation], store().table(hit.relation).rows[hit.row].cells, name);
        Scope scope = row.scope();
        scope.rows.insert(scope.rows.end(), others.rows.begin(), others.rows.end());
        scope.common = common_;
        scope.outer = variables_;
        const Outcome<Value> wanted = evaluator().condition(*where, scope);
        if (!wanted.ok()) return wanted.as<std::monostate>();
        if (wanted->is_unknown()) return Doubt{symbols_[wanted->symbol()].reason};
        if (!wanted->is_true()) continue;
      }
      matches.emplace(key, number);
    }
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
  const std::string name = merge.alias.empty() ? relation.name : merge.alias;
  const Outcome<QueryRunner::Joined> source = runner().join(std::span(&merge.source, 1), base_scope());
  if (!source.ok()) return source.as<std::monostate>();
  std::set<std::pair<std::uint32_t, RowNumber>> matched, changed;
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
  for (std::size_t number = 0; number < source->rows.size(); ++number) {
    Scope others = base_scope();
    others.rows = source->parts;
    for (std::size_t part = 0; part < others.rows.size(); ++part) others.rows[part].row = source->rows[number][part];
    const Outcome<std::vector<Hit>> hits = candidates(id, merge.table.only, name, merge.on.get(), others);
    if (!hits.ok()) return hits.as<std::monostate>();
    bool any = false;
    for (const Hit& hit : *hits) {
      const RowValues cells = store().table(hit.relation).rows[hit.row].cells;
      const RowScope row(catalog()[hit.relation], cells, name);
      Scope scope = row.scope();
      scope.rows.insert(scope.rows.end(), others.rows.begin(), others.rows.end());
      scope.common = common_;
      scope.outer = variables_;
      const Outcome<Value> on = evaluator().condition(*merge.on, scope);
      if (!on.ok()) return on.as<std::monostate>();
      if (on->is_unknown()) return Doubt{symbols_[on->symbol()].reason};
      if (!on->is_true()) continue;
      any = true;
      matched.insert({static_cast<std::uint32_t>(hit.relation), hit.row});
      const Outcome<const MergeClause*> clause = first_clause(MergeMatch::matched, scope);
      if (!clause.ok()) return clause.as<std::monostate>();
      if (*clause == nullptr) continue;
      if (const Done applied = apply(**clause, &hit, scope, others); !applied.ok()) return applied;
    }
    if (any) continue;
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
