// The way of one row into a table: defaults, generated columns, routing, constraints, unique keys, storage, events.
// The order is the server's: fk-semantics 2.3, 7, 9, 12.
#include <algorithm>
#include <string>

#include "analyzer/replay/key_shapes.h"
#include "analyzer/replay/partition_hash.h"
#include "analyzer/replay/replay.h"
#include "analyzer/replay/row_scope.h"
#include "analyzer/replay/trigger_effect.h"

namespace pgfk {

namespace {

constexpr std::size_t kShownValueBytes = 64;  // of each value in "Failing row contains" (1.11)

/// Cuts at a character boundary of UTF-8.
std::string cut_for_detail(std::string text) {
  if (text.size() <= kShownValueBytes) return text;
  std::size_t end = kShownValueBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  text.resize(end);
  return text + "...";
}

}  // namespace

KeyShape unique_shape(const Catalog& catalog, const Relation& relation, const UniqueKey& key) {
  KeyShape shape;
  shape.columns = key.columns;
  for (const ColumnIndex column : key.columns) {
    const Column& c = relation.columns[column];
    const TypeId base = base_type(catalog, c.type);
    shape.meet.push_back(base == TypeId::varchar ? TypeId::text : base);  // the shape foreign keys to it ask for
    const Collation* collation = c.collation.empty() ? nullptr : catalog.collation(c.collation);
    shape.locales.push_back(collation && !collation->deterministic ? collation->locale : "");
  }
  return shape;
}

bool is_plain(const UniqueKey& key) {
  return key.expressions.empty() && !key.predicate && !key.exclusion &&
         std::find(key.columns.begin(), key.columns.end(), kNoColumn) == key.columns.end();
}

std::string key_columns_text(const Relation& relation, const std::vector<ColumnIndex>& columns) {
  std::string out;
  for (const ColumnIndex column : columns) {
    if (!out.empty()) out += ", ";
    out += relation.columns[column].name;
  }
  return out;
}

std::string Replay::failing_row(const Relation& relation, const RowValues& cells) {
  std::string out = "Failing row contains (";
  bool first = true;
  for (std::size_t at = 0; at < relation.columns.size(); ++at) {
    const Column& column = relation.columns[at];
    if (column.dropped) continue;
    if (!first) out += ", ";
    first = false;
    if (column.generated == Generated::virtual_) {
      out += "virtual";
    } else if (at >= cells.size() || cells[at].is_null()) {
      out += "null";
    } else {
      out += cut_for_detail(write_value(types(), cells[at]));
    }
  }
  return out + ").";
}

Outcome<Value> Replay::column_default(const Relation& relation, ColumnIndex index) {
  const Column& column = relation.columns[index];
  if (column.identity_sequence != RelationId::none) {
    const Outcome<Value> next = nextval(column.identity_sequence);
    return next.ok() ? evaluator().assign(*next, column) : next;
  }
  if (column.default_sequence != RelationId::none) {
    if (!catalog().exists(column.default_sequence)) return Value::null(column.type);
    const Outcome<Value> next = nextval(column.default_sequence);
    return next.ok() ? evaluator().assign(*next, column) : next;
  }
  const Expr* expr = column.default_expr;
  if (!expr) {
    // A domain may bring a default of its own.
    for (const Type* type = catalog().type(column.type); type && type->kind == TypeKind::domain; type = catalog().type(type->base)) {
      if (type->default_expr) {
        expr = type->default_expr;
        break;
      }
    }
  }
  if (!expr) return evaluator().assign(Value::null(column.type), column);
  const Outcome<Value> value = evaluator().evaluate(*expr, Scope());
  return value.ok() ? evaluator().assign(*value, column) : value;
}

Done Replay::fill_defaults(const Relation& relation, RowValues& cells, const std::vector<bool>& given) {
  cells.resize(relation.columns.size());
  for (std::size_t at = 0; at < relation.columns.size(); ++at) {
    const Column& column = relation.columns[at];
    if (given[at] || column.dropped || column.generated != Generated::none) continue;
    Outcome<Value> value = column_default(relation, static_cast<ColumnIndex>(at));
    if (!value.ok()) return value.as<std::monostate>();
    cells[at] = *std::move(value);
  }
  return done();
}

Done Replay::compute_generated(const Relation& relation, RowValues& cells) {
  for (std::size_t at = 0; at < relation.columns.size(); ++at) {
    const Column& column = relation.columns[at];
    if (column.dropped || column.generated == Generated::none || !column.generated_expr) continue;
    const RowScope scope = RowScope::stored(relation, cells);
    const Outcome<Value> value = evaluator().evaluate(*column.generated_expr, scope.scope());
    if (!value.ok()) return value.as<std::monostate>();
    Outcome<Value> assigned = evaluator().assign(*value, column);
    if (!assigned.ok()) return assigned.as<std::monostate>();
    cells[at] = *std::move(assigned);
  }
  return done();
}

Replay::RowValues Replay::map_columns(const Relation& from, const Relation& to, const RowValues& cells) const {
  RowValues out(to.columns.size());
  for (std::size_t at = 0; at < to.columns.size(); ++at) {
    if (to.columns[at].dropped) continue;
    const ColumnIndex source = from.column(to.columns[at].name);
    out[at] = source == kNoColumn || source >= cells.size() ? Value::null(to.columns[at].type) : cells[source];
  }
  return out;
}

bool Replay::in_bound(const Relation& root, const Relation& partition, const std::vector<Value>& key, bool& certain) {
  const Bound& bound = partition.bound;
  for (const Value& value : key) {
    if (value.is_unknown()) {
      certain = false;
      return false;
    }
  }
  switch (root.partitioning->strategy) {
    case PartitionStrategy::list:
      for (const Value& item : bound.list) {
        if (item.is_null() != key[0].is_null()) continue;
        if (item.is_null()) return true;
        std::string a, b;
        append_key(types(), item, a);
        append_key(types(), key[0], b);
        if (a == b) return true;
      }
      return false;
    case PartitionStrategy::range: {
      const auto compare = [&](const std::vector<Bound::Edge>& edge) {
        for (std::size_t at = 0; at < edge.size() && at < key.size(); ++at) {
          if (edge[at].unbounded != 0) return edge[at].unbounded > 0 ? -1 : 1;
          const int order = compare_values(types(), key[at], edge[at].value);
          if (order != 0) return order;
        }
        return 0;
      };
      for (const Value& value : key) {
        if (value.is_null()) return false;
      }
      return compare(bound.from) >= 0 && compare(bound.to) < 0;
    }
    case PartitionStrategy::hash: {
      const std::optional<std::uint64_t> hash = partition_hash(key);
      if (!hash || bound.modulus <= 0) {
        certain = false;
        return false;
      }
      return static_cast<std::int64_t>(*hash % static_cast<std::uint64_t>(bound.modulus)) == bound.remainder;
    }
  }
  return false;
}

Outcome<RelationId> Replay::route(RelationId root_id, RowValues& cells) {
  RelationId at = root_id;
  while (catalog()[at].partitioning) {
    const Relation& root = catalog()[at];
    std::vector<Value> key;
    std::size_t expression = 0;
    for (const ColumnIndex column : root.partitioning->columns) {
      if (column != kNoColumn) {
        key.push_back(column < cells.size() ? cells[column] : Value::null());
        continue;
      }
      const RowScope scope = RowScope::stored(root, cells);
      Outcome<Value> value = evaluator().evaluate(*root.partitioning->expressions[expression++], scope.scope());
      if (!value.ok()) return value.as<RelationId>();
      key.push_back(*std::move(value));
    }
    RelationId found = RelationId::none, fallback = RelationId::none;
    bool certain = true;
    for (const RelationId id : root.partitions) {
      const Relation& partition = catalog()[id];
      if (partition.bound.is_default) {
        fallback = id;
      } else if (in_bound(root, partition, key, certain)) {
        found = id;
        break;
      }
    }
    if (found == RelationId::none && !certain) {
      return Doubt{"which partition of \"" + root.name + "\" the row goes to is known to the server alone"};
    }
    if (found == RelationId::none) found = fallback;
    if (found == RelationId::none) {
      std::string names, values;
      for (std::size_t part = 0; part < key.size(); ++part) {
        const ColumnIndex column = root.partitioning->columns[part];
        names += (part ? ", " : "") + (column == kNoColumn ? std::string("expression") : root.columns[column].name);
        values += (part ? ", " : "") + (key[part].is_null() ? std::string("null") : write_value(types(), key[part]));
      }
      ServerError error{"23514", "no partition of relation \"" + root.name + "\" found for row",
                        "Partition key of the failing row contains (" + names + ") = (" + values + ")."};
      error.schema = root.schema;
      error.table = root.name;
      return error;
    }
    cells = map_columns(root, catalog()[found], cells);
    at = found;
  }
  return at;
}

Outcome<bool> Replay::matches_bound(const Relation& partition, const RowValues& cells) {
  if (partition.partition_of == RelationId::none) return true;
  const Relation& root = catalog()[partition.partition_of];
  const RowValues mapped = map_columns(partition, root, cells);
  std::vector<Value> key;
  std::size_t expression = 0;
  for (const ColumnIndex column : root.partitioning->columns) {
    if (column != kNoColumn) {
      key.push_back(mapped[column]);
      continue;
    }
    const RowScope scope = RowScope::stored(root, mapped);
    Outcome<Value> value = evaluator().evaluate(*root.partitioning->expressions[expression++], scope.scope());
    if (!value.ok()) return value.as<bool>();
    key.push_back(*std::move(value));
  }
  bool certain = true;
  bool fits = true;
  if (partition.bound.is_default) {
    for (const RelationId sibling : root.partitions) {
      if (sibling != partition.id && in_bound(root, catalog()[sibling], key, certain)) fits = false;
    }
  } else {
    fits = in_bound(root, partition, key, certain);
  }
  if (!certain) return Doubt{"whether the row fits partition \"" + partition.name + "\" is known to the server alone"};
  if (!fits) return false;
  return matches_bound(root, mapped);
}

Done Replay::check_row(const Relation& relation, const RowValues& cells, DoubtId& row_doubt, bool named_directly) {
  for (std::size_t at = 0; at < relation.columns.size(); ++at) {
    const Column& column = relation.columns[at];
    if (column.dropped || !column.not_null || column.generated == Generated::virtual_) continue;
    if (!cells[at].is_null()) continue;
    ServerError error{"23502",
                      "null value in column \"" + column.name + "\" of relation \"" + relation.name + "\" violates not-null constraint",
                      failing_row(relation, cells)};
    error.schema = relation.schema;
    error.table = relation.name;
    error.column = column.name;
    return error;
  }
  std::vector<const CheckConstraint*> checks;
  for (const CheckConstraint& check : relation.checks) {
    if (check.enforced && check.expr) checks.push_back(&check);
  }
  std::sort(checks.begin(), checks.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  for (const CheckConstraint* check : checks) {
    const RowScope scope = RowScope::stored(relation, cells);
    const Outcome<Value> holds = evaluator().condition(*check->expr, scope.scope());
    if (holds.refused()) return holds.as<std::monostate>();
    if (holds.doubtful() || holds->is_unknown()) {
      const std::string why = holds.doubtful() ? holds.doubt().reason : symbols_[holds->symbol()].reason;
      if (row_doubt == DoubtId::none) row_doubt = doubt("CHECK \"" + check->name + "\" of \"" + relation.name + "\" cannot be told: " + why);
      continue;
    }
    if (holds->is_null() || holds->is_true()) continue;
    ServerError error{"23514", "new row for relation \"" + relation.name + "\" violates check constraint \"" + check->name + "\"",
                      failing_row(relation, cells)};
    error.schema = relation.schema;
    error.table = relation.name;
    error.constraint = check->name;
    return error;
  }
  if (named_directly && relation.partition_of != RelationId::none) {
    const Outcome<bool> fits = matches_bound(relation, cells);
    if (fits.refused()) return fits.as<std::monostate>();
    if (fits.doubtful()) {
      if (row_doubt == DoubtId::none) row_doubt = doubt(fits.doubt().reason);
    } else if (!*fits) {
      ServerError error{"23514", "new row for relation \"" + relation.name + "\" violates partition constraint", failing_row(relation, cells)};
      error.schema = relation.schema;
      error.table = relation.name;
      return error;
    }
  }
  return done();
}

Outcome<std::optional<RowNumber>> Replay::conflicting_row(const Relation& relation, const UniqueKey& key, const RowValues& cells,
                                                          RowNumber except, DoubtId& row_doubt) {
  using Result = std::optional<RowNumber>;
  const auto doubt_it = [&](const std::string& reason) {
    if (row_doubt == DoubtId::none) row_doubt = doubt(reason);
    return Result();
  };
  if (key.exclusion) return excluding_row(relation, key, cells, except, row_doubt);
  const RowStore::Table& table = store().table(relation.id);
  if (is_plain(key)) {
    const KeyShape shape = unique_shape(catalog(), relation, key);
    std::vector<const Value*> values;
    for (const ColumnIndex column : key.columns) values.push_back(&cells[column]);
    std::string bytes;
    const KeyState state = make_key(types(), shape, values, bytes);
    if (state == KeyState::has_null) {
      if (!key.nulls_not_distinct) return Result();
      for (RowNumber number = 0; number < table.rows.size(); ++number) {
        if (!table.rows[number].live || number == except) continue;
        bool same = true;
        for (const ColumnIndex column : key.columns) {
          const Value& other = table.rows[number].cells[column];
          if (other.is_null() != cells[column].is_null()) same = false;
          if (!same) break;
          if (other.is_null()) continue;
          std::string a, b;
          if (other.is_known() && cells[column].is_known()) {
            append_key(types(), other, a);
            append_key(types(), cells[column], b);
          }
          same = a == b;
        }
        if (same) return Result(number);
      }
      return Result();
    }
    KeyIndex& index = store().index(relation.id, shape, types());
    if (const std::vector<RowNumber>* rows = index.find(bytes)) {
      for (const RowNumber number : *rows) {
        if (number == except) continue;
        const StoredRow& row = table.rows[number];
        if (row.statement == statement_) return Result(number);  // no doubt within the statement
        if (row.doubt != DoubtId::none) return doubt_it(doubts_[static_cast<std::size_t>(row.doubt) - 1].reason);
        if (table.shaken != DoubtId::none) return doubt_it(doubts_[static_cast<std::size_t>(table.shaken) - 1].reason);
        return Result(number);
      }
    }
    if (!table.bulk.empty() && state == KeyState::whole) {
      std::vector<Value> key_cells;
      for (const ColumnIndex column : key.columns) key_cells.push_back(cells[column]);
      const KeyFound found = store().find_bulk_key(relation.id, shape, key_cells, types(), threads_);
      if (found == KeyFound::too_dear) return doubt_it(needs_memory("keys", relation));
      if (found == KeyFound::yes) return Result(kNoRow);
    }
    return Result();
  }
  // Keys with expressions or a predicate: compare with every living row that the predicate takes in.
  const auto key_of = [&](const RowValues& row_cells, std::string& bytes) -> Outcome<KeyState> {
    const RowScope scope = RowScope::stored(relation, row_cells);
    if (key.predicate) {
      const Outcome<Value> taken = evaluator().condition(*key.predicate, scope.scope());
      if (!taken.ok()) return taken.as<KeyState>();
      if (taken->is_unknown()) return Doubt{symbols_[taken->symbol()].reason};
      if (!taken->is_true()) return KeyState::has_null;
    }
    std::vector<Value> values;
    std::size_t expression = 0;
    for (const ColumnIndex column : key.columns) {
      if (column != kNoColumn) {
        values.push_back(row_cells[column]);
        continue;
      }
      Outcome<Value> value = evaluator().evaluate(*key.expressions[expression++], scope.scope());
      if (!value.ok()) return value.as<KeyState>();
      values.push_back(*std::move(value));
    }
    KeyShape shape;
    shape.meet.assign(values.size(), TypeId::none);
    shape.locales.assign(values.size(), "");
    std::vector<const Value*> pointers;
    for (const Value& value : values) pointers.push_back(&value);
    return make_key(types(), shape, pointers, bytes);
  };
  std::string mine;
  const Outcome<KeyState> state = key_of(cells, mine);
  if (state.refused()) return state.as<Result>();
  if (state.doubtful()) return doubt_it(state.doubt().reason);
  if (*state == KeyState::has_null) return Result();
  for (RowNumber number = 0; number < table.rows.size(); ++number) {
    if (!table.rows[number].live || number == except) continue;
    std::string other;
    const Outcome<KeyState> theirs = key_of(table.rows[number].cells, other);
    if (!theirs.ok() || *theirs == KeyState::has_null) continue;
    if (other == mine) return Result(number);
  }
  return Result();
}

Done Replay::check_unique(const Relation& relation, const RowValues& cells, RowNumber except, DoubtId& row_doubt, bool deferred_too) {
  for (const UniqueKey& key : relation.unique_keys) {
    if (!key.valid || (key.deferral != Deferral::not_deferrable && !deferred_too)) continue;
    const Outcome<std::optional<RowNumber>> hit = conflicting_row(relation, key, cells, except, row_doubt);
    if (!hit.ok()) return hit.as<std::monostate>();
    if (!hit->has_value()) continue;
    return conflict_error(relation, key, cells, **hit, false);
  }
  return done();
}

std::optional<std::string> Replay::trigger_doubt(const Relation& relation, bool insert, bool update, bool remove) const {
  for (const Trigger& trigger : relation.triggers) {
    const CreateTrigger* definition = trigger.definition;
    if (!definition) continue;
    const bool fires = settings_.replica_role() ? trigger.in_replica : trigger.enabled;
    if (!fires) continue;
    if (!((insert && definition->on_insert) || (update && definition->on_update) || (remove && definition->on_delete))) continue;
    const std::vector<std::string> name = definition->function.schema.empty()
                                              ? std::vector<std::string>{definition->function.name}
                                              : std::vector<std::string>{definition->function.schema, definition->function.name};
    bool harmless = false;
    for (const Function* function : catalog().functions_named(names_, name)) {
      if (!function->definition) continue;
      const TriggerEffect effect = effect_of(*function->definition);
      harmless = effect.understood;
      for (const std::string& column : effect.assigned) {
        const ColumnIndex index = relation.column(column);
        if (index == kNoColumn || is_key_column(catalog(), relation, index)) harmless = false;
      }
    }
    if (!harmless) return "trigger \"" + trigger.name + "\" on \"" + relation.name + "\" is not evaluated offline";
  }
  return std::nullopt;
}

Outcome<Replay::RowFate> Replay::store_row(const Relation& relation, NewRow row, const Insert* insert) {
  if (insert && insert->on_conflict.action != OnConflictAction::none) {
    const Outcome<std::optional<RowNumber>> hit = find_conflict(relation, insert->on_conflict, row.cells, row.doubt);
    if (!hit.ok()) return hit.as<RowFate>();
    if (hit->has_value()) {
      if (insert->on_conflict.action == OnConflictAction::nothing) {
        if (options_.needs) options_.needs->skipped.insert(statement_);
        return RowFate::skipped;
      }
      return update_conflicting(relation, **hit, row.cells, *insert);
    }
  }
  const Done unique = check_unique(relation, row.cells, kNoRow, row.doubt, false);
  if (!unique.ok()) return unique.as<RowFate>();
  if (!store().has_room()) return Doubt{needs_memory("rows", relation)};
  if (row_doubt_ == DoubtId::none) row_doubt_ = row.doubt;
  if (row.doubt == DoubtId::none) row.doubt = doubt_of_being_reached();
  StoredRow stored;
  stored.cells = std::move(row.cells);
  stored.place = row.place;
  stored.number = row.number;
  stored.statement = statement_;
  stored.transaction = transaction_;
  stored.doubt = row.doubt;
  const RowNumber number = store().insert(relation.id, std::move(stored), types());
  statement_hits_.push_back({relation.id, number});
  ++loaded_by_statement_[static_cast<std::uint32_t>(relation.id)];
  for (const UniqueKey& key : relation.unique_keys) {
    if (key.deferral != Deferral::not_deferrable) {
      KeyEvent event;
      event.kind = KeyEvent::Kind::unique;
      event.relation = relation.id;
      event.row = number;
      event.unique_key = key.name;
      events_.push_back(std::move(event));
    }
  }
  ++processed_;
  const Hit stored_at{relation.id, number};
  queue_row_triggers(TriggerOp::insert, {relation.id, kNoRow}, stored_at, {}, 0, true);
  queue_insert_events(relation.id, number, 0);
  queue_row_triggers(TriggerOp::insert, {relation.id, kNoRow}, stored_at, {}, 0, false);
  if (insert) {
    const RowValues cells = store().table(relation.id).rows[number].cells;
    if (const Done returned = return_row(relation.id, nullptr, &cells, nullptr); !returned.ok()) return returned.as<RowFate>();
  }
  return RowFate::stored;
}

Outcome<Replay::RowFate> Replay::add_row(const Target& target, NewRow row, const Insert* insert, const std::vector<bool>& given) {
  const Relation& named = catalog()[target.relation];
  if (const Done filled = fill_defaults(named, row.cells, given); !filled.ok()) return filled.as<RowFate>();
  return add_filled_row(target, std::move(row), insert);
}

Outcome<Replay::RowFate> Replay::add_filled_row(const Target& target, NewRow row, const Insert* insert) {
  const Relation& named = catalog()[target.relation];
  RelationId leaf = target.relation;
  if (named.partitioning) {
    if (const Done computed = compute_generated(named, row.cells); !computed.ok()) return computed.as<RowFate>();
    const Outcome<RelationId> routed = route(target.relation, row.cells);
    if (!routed.ok()) return routed.as<RowFate>();
    leaf = *routed;
  }
  const Relation& relation = catalog()[leaf];
  ++database_->rows_offered[static_cast<std::uint32_t>(leaf)];
  if (!relation.triggers.empty()) {
    const Outcome<bool> goes_in = fire_before_row(relation, TriggerOp::insert, nullptr, &row.cells, {});
    if (!goes_in.ok()) {
      statement_rows_.push_back({leaf, row.cells, row.place});
      return goes_in.as<RowFate>();
    }
    if (!*goes_in) return RowFate::skipped;
    if (leaf != target.relation) {
      const Outcome<bool> fits = matches_bound(relation, row.cells);
      if (!fits.ok()) return fits.as<RowFate>();
      if (!*fits) return ServerError{"0A000", "moving row to another partition during a BEFORE FOR EACH ROW trigger is not supported"};
    }
  }
  if (const Done computed = compute_generated(relation, row.cells); !computed.ok()) return computed.as<RowFate>();
  const Done checked = check_row(relation, row.cells, row.doubt, leaf == target.relation);
  if (!checked.ok()) {
    statement_rows_.push_back({leaf, row.cells, row.place});
    return checked.as<RowFate>();
  }
  if (statement_rows_.size() < kEvidenceRows) statement_rows_.push_back({leaf, row.cells, row.place});
  return store_row(relation, std::move(row), insert);
}

}  // namespace pgfk
