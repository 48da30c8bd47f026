// EXCLUDE constraints and keys WITHOUT OVERLAPS: which row stands in a new one's way.
// Source: execIndexing.c, check_exclusion_or_unique_constraint; fk-semantics 10.10. Seen: fixtures/conformance/v18/without_overlaps_conflicts.sql.
#include <algorithm>
#include <string>

#include "analyzer/replay/key_shapes.h"
#include "analyzer/replay/replay.h"
#include "analyzer/replay/row_scope.h"
#include "analyzer/types/range_sets.h"

namespace pgfk {

namespace {

bool is_by_index(const UniqueKey& key, std::size_t slot) { return key.columns[slot] != kNoColumn && key.exclusion_operators[slot] == "="; }

/// The columns compared by = alone, in the shape of a unique key over them.
KeyShape equality_shape(const Catalog& catalog, const Relation& relation, const UniqueKey& key) {
  UniqueKey equal;
  for (std::size_t slot = 0; slot < key.columns.size(); ++slot) {
    if (is_by_index(key, slot)) equal.columns.push_back(key.columns[slot]);
  }
  return unique_shape(catalog, relation, equal);
}

/// Columns alone, so that a row's values are cells of it.
bool is_of_columns(const UniqueKey& key) { return key.expressions.empty() && !key.predicate; }

bool is_range_kind(const Catalog& catalog, TypeId type) {
  const Type* info = is_array(type) ? nullptr : catalog.type(base_type(catalog, type));
  return info != nullptr && (info->kind == TypeKind::range || info->kind == TypeKind::multirange);
}

}  // namespace

Outcome<std::optional<Replay::RowValues>> Replay::exclusion_values(const Relation& relation, const UniqueKey& key, const RowValues& cells) {
  using Result = std::optional<RowValues>;
  if (is_of_columns(key)) {
    RowValues values;
    for (const ColumnIndex column : key.columns) {
      if (cells[column].is_null()) return Result();
      values.push_back(cells[column]);
    }
    return Result(std::move(values));
  }
  const RowScope scope = RowScope::stored(relation, cells);
  if (key.predicate) {
    const Outcome<Value> taken = evaluator().condition(*key.predicate, scope.scope());
    if (!taken.ok()) return taken.as<Result>();
    if (taken->is_unknown()) return Doubt{symbols_[taken->symbol()].reason};
    if (!taken->is_true()) return Result();
  }
  RowValues values;
  std::size_t expression = 0;
  for (const ColumnIndex column : key.columns) {
    Outcome<Value> value = column != kNoColumn ? Outcome<Value>(cells[column]) : evaluator().evaluate(*key.expressions[expression++], scope.scope());
    if (!value.ok()) return value.as<Result>();
    if (value->is_null()) return Result();
    values.push_back(*std::move(value));
  }
  return Result(std::move(values));
}

Outcome<Value> Replay::excludes(const UniqueKey& key, const RowValues& there, const RowValues& fresh) {
  for (std::size_t slot = 0; slot < key.columns.size(); ++slot) {
    if (is_by_index(key, slot)) continue;  // the index found them equal
    const Value &left = there[slot], &right = fresh[slot];
    Outcome<Value> holds = Value::boolean(true);
    if (key.exclusion_operators[slot] == "&&" && left.is_known() && right.is_known() && is_range_kind(catalog(), left.type())) {
      holds = Value::boolean(overlap(types(), left, right));
    } else {
      holds = evaluator().operate(key.exclusion_operators[slot], left, right);
    }
    if (!holds.ok() || holds->is_unknown() || !holds->is_true()) return holds;
  }
  return Value::boolean(true);
}

Outcome<std::optional<RowNumber>> Replay::excluding_row(const Relation& relation, const UniqueKey& key, const RowValues& cells, RowNumber except,
                                                        DoubtId& row_doubt) {
  using Result = std::optional<RowNumber>;
  const auto doubt_it = [&](const std::string& reason) {
    if (row_doubt == DoubtId::none) row_doubt = doubt(reason);
    return Result();
  };
  if (key.without_overlaps) {
    const ColumnIndex period = key.columns.back();
    if (cells[period].is_known() && range_list(types(), cells[period]).empty()) {
      return ServerError{"23514", "empty WITHOUT OVERLAPS value found in column \"" + relation.columns[period].name + "\" in relation \"" +
                                      relation.name + "\""};
    }
  }
  const Outcome<std::optional<RowValues>> mine = exclusion_values(relation, key, cells);
  if (mine.refused()) return mine.as<Result>();
  if (mine.doubtful()) return doubt_it(mine.doubt().reason);
  if (!mine->has_value()) return Result();
  const RowStore::Table& table = store().table(relation.id);
  if (!table.bulk.empty()) return doubt_it("rows of \"" + relation.name + "\" were loaded without being kept whole");

  std::vector<RowNumber> candidates;
  const KeyShape shape = equality_shape(catalog(), relation, key);
  if (shape.columns.empty()) {
    for (RowNumber number = 0; number < table.rows.size(); ++number) candidates.push_back(number);
  } else {
    std::vector<const Value*> values;
    for (const ColumnIndex column : shape.columns) values.push_back(&cells[column]);
    std::string bytes;
    make_key(types(), shape, values, bytes);
    if (const std::vector<RowNumber>* rows = store().index(relation.id, shape, types()).find(bytes)) candidates = *rows;
  }
  // The common case is settled without copying: a range that does not overlap.
  std::size_t period = key.columns.size();
  for (std::size_t slot = 0; slot < key.columns.size(); ++slot) {
    const Value& value = (**mine)[slot];
    const bool overlaps = is_of_columns(key) && key.exclusion_operators[slot] == "&&" && value.is_known() && is_range_kind(catalog(), value.type());
    if (overlaps) period = slot;
  }
  for (const RowNumber number : candidates) {
    const StoredRow& row = table.rows[number];
    if (!row.live || number == except) continue;
    if (period < key.columns.size()) {
      const Value& there = row.cells[key.columns[period]];
      if (there.is_null() || (there.is_known() && !overlap(types(), there, (**mine)[period]))) continue;
    }
    const Outcome<std::optional<RowValues>> theirs = exclusion_values(relation, key, row.cells);
    if (theirs.doubtful()) return doubt_it(theirs.doubt().reason);
    if (!theirs.ok() || !theirs->has_value()) continue;
    const Outcome<Value> conflict = excludes(key, **theirs, **mine);
    if (conflict.refused()) return conflict.as<Result>();
    if (conflict.doubtful()) return doubt_it(conflict.doubt().reason);
    if (conflict->is_unknown()) return doubt_it(symbols_[conflict->symbol()].reason);
    if (!conflict->is_true()) continue;
    if (row.doubt != DoubtId::none) return doubt_it(doubts_[static_cast<std::size_t>(row.doubt) - 1].reason);
    if (table.shaken != DoubtId::none) return doubt_it(doubts_[static_cast<std::size_t>(table.shaken) - 1].reason);
    return Result(number);
  }
  return Result();
}

ServerError Replay::conflict_error(const Relation& relation, const UniqueKey& key, const RowValues& cells, RowNumber hit, bool building) {
  const auto shown = [&](const RowValues& values) {
    std::string text;
    for (const Value& value : values) {
      text += (text.empty() ? "" : ", ") + (value.is_null() ? std::string("null") : value.is_unknown() ? std::string("?") : write_value(types(), value));
    }
    return text;
  };
  ServerError error;
  if (key.exclusion) {
    error.sqlstate = "23P01";
    error.message = building ? "could not create exclusion constraint \"" + key.name + "\""
                             : "conflicting key value violates exclusion constraint \"" + key.name + "\"";
    const Outcome<std::optional<RowValues>> mine = exclusion_values(relation, key, cells);
    const RowValues there = hit == kNoRow ? cells : store().table(relation.id).rows[hit].cells;
    const Outcome<std::optional<RowValues>> theirs = exclusion_values(relation, key, there);
    if (mine.ok() && mine->has_value() && theirs.ok() && theirs->has_value()) {
      std::string names;
      std::size_t expression = 0;
      for (const ColumnIndex column : key.columns) {
        names += (names.empty() ? "" : ", ") + (column == kNoColumn ? expression_text(*key.expressions[expression++]) : relation.columns[column].name);
      }
      error.detail = "Key (" + names + ")=(" + shown(**mine) + ") conflicts with " + (building ? "" : "existing ") + "key (" + names + ")=(" +
                     shown(**theirs) + ").";
    }
  } else {
    error.sqlstate = "23505";
    error.message = building ? "could not create unique index \"" + key.name + "\"" : "duplicate key value violates unique constraint \"" + key.name + "\"";
    if (is_plain(key)) {
      RowValues values;
      for (const ColumnIndex column : key.columns) values.push_back(cells[column]);
      error.detail = "Key (" + key_columns_text(relation, key.columns) + ")=(" + shown(values) + ") " + (building ? "is duplicated." : "already exists.");
    }
  }
  error.schema = relation.schema;
  error.table = relation.name;
  error.constraint = key.name;
  return error;
}

}  // namespace pgfk
