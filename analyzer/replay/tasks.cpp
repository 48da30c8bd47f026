// What definitions ask of the rows that are there: fk-semantics 2.9, 10, 12.6.
#include <algorithm>
#include <string>
#include <type_traits>

#include "analyzer/replay/key_shapes.h"
#include "analyzer/replay/replay.h"
#include "analyzer/replay/row_scope.h"

namespace pgfk {

namespace {

bool any_hashable(const TypeLookup& types, const ForeignKey& key) {
  return std::any_of(key.equalities.begin(), key.equalities.end(), [&](const KeyEquality& e) { return has_hash(types, e.meet); });
}

}  // namespace

Done Replay::execute_definition(const Statement& statement) {
  constexpr std::size_t kMostColumns = 1600;  // MaxHeapAttributeNumber
  if (const auto* create = std::get_if<CreateTable>(&statement.body)) {
    const auto columns = std::count_if(create->elements.begin(), create->elements.end(),
                                       [](const TableElement& element) { return std::holds_alternative<ColumnDef>(element); });
    if (static_cast<std::size_t>(columns) > kMostColumns) return ServerError{"54011", "tables can have at most 1600 columns"};
  }
  const Outcome<std::vector<DataTask>> tasks = definitions().apply(statement, names_, current_.span);
  if (!tasks.ok()) return tasks.as<std::monostate>();
  if (const auto* alter = std::get_if<AlterTable>(&statement.body)) pad_rows(catalog().find(names_, alter->table));
  for (const DataTask& task : *tasks) {
    if (const Done carried = carry_out(task); !carried.ok() || !violations_.empty()) return carried;
  }
  if (const auto* create = std::get_if<CreateTable>(&statement.body); create && !create->on_commit.empty()) {
    on_commit_tables_.push_back(catalog().find(names_, create->table));
  }
  if (const auto* grant = std::get_if<Grant>(&statement.body)) rights_.grant(catalog(), names_, *grant);
  if (const auto* role = std::get_if<CreateRole>(&statement.body)) {
    rights_.create_role(*role);
    created_roles_.push_back(role->name);
  }
  if (const auto* role = std::get_if<AlterRole>(&statement.body)) rights_.alter_role(*role);
  if (const auto* create = std::get_if<CreateTable>(&statement.body); create && block_ != BlockState::idle) {
    created_in_block_.insert(static_cast<std::uint32_t>(catalog().find(names_, create->table)));
  }
  return done();
}

/// Rows get their NULL in columns that were added.
void Replay::pad_rows(RelationId relation) {
  if (relation == RelationId::none) return;
  for (const RelationId part : scanned(relation, false)) {
    const std::size_t width = catalog()[part].columns.size();
    for (StoredRow& row : store().table(part).rows) {
      for (std::size_t at = row.cells.size(); at < width; ++at) row.cells.push_back(Value::null(catalog()[part].columns[at].type));
    }
  }
}

Done Replay::rewrite_table(RelationId relation, ColumnIndex column, const std::function<Outcome<Value>(const StoredRow&)>& value) {
  const RowStore::Table& table = store().table(relation);
  store().drop_indexes(relation);
  for (RowNumber number = 0; number < table.rows.size(); ++number) {
    if (!table.rows[number].live) continue;
    Outcome<Value> fresh = value(table.rows[number]);
    if (!fresh.ok()) return fresh.as<std::monostate>();
    store().rewrite(relation, number, column, *std::move(fresh));
  }
  return done();
}

Done Replay::carry_out(const DataTask& task) {
  return std::visit(
      [&](const auto& t) -> Done {
        using T = std::decay_t<decltype(t)>;
        if constexpr (std::is_same_v<T, CheckForeignKeyTask>) {
          return look_for_orphans(t.key, t.stands);
        } else if constexpr (std::is_same_v<T, BuildUniqueTask>) {
          return build_unique(t.relation, t.key);
        } else if constexpr (std::is_same_v<T, CheckNotNullTask>) {
          const Relation& relation = catalog()[t.relation];
          const RowStore::Table& table = store().table(t.relation);
          bool found = std::any_of(table.rows.begin(), table.rows.end(), [&](const StoredRow& row) {
            return row.live && (t.column >= row.cells.size() || row.cells[t.column].is_null());
          });
          for (const BulkPart& part : table.bulk) {
            const auto at = std::find(part.columns.begin(), part.columns.end(), t.column);
            if (at == part.columns.end()) {
              found = found || part.rows->size() > 0;
            } else if (const std::size_t index = static_cast<std::size_t>(at - part.columns.begin()); part.kept[index]) {
              found = found || first_null(*part.rows, index).has_value();
            }
          }
          if (!found) return done();
          ServerError error{"23502", "column \"" + relation.columns[t.column].name + "\" of relation \"" + relation.name + "\" contains null values"};
          error.schema = relation.schema;
          error.table = relation.name;
          error.column = relation.columns[t.column].name;
          return error;
        } else if constexpr (std::is_same_v<T, CheckConstraintTask>) {
          return check_all_rows(t.relation, t.check);
        } else if constexpr (std::is_same_v<T, FillColumnTask>) {
          const Relation& relation = catalog()[t.relation];
          const Column& column = relation.columns[t.column];
          if (column.generated != Generated::none) {
            return rewrite_table(t.relation, t.column, [&](const StoredRow& row) -> Outcome<Value> {
              RowValues cells = row.cells;
              cells.resize(relation.columns.size());
              if (const Done computed = compute_generated(relation, cells); !computed.ok()) return computed.as<Value>();
              return cells[t.column];
            });
          }
          return rewrite_table(t.relation, t.column, [&](const StoredRow&) { return column_default(relation, t.column); });
        } else if constexpr (std::is_same_v<T, RecomputeColumnTask>) {
          const Relation& relation = catalog()[t.relation];
          return rewrite_table(t.relation, t.column, [&](const StoredRow& row) -> Outcome<Value> {
            RowValues cells = row.cells;
            if (const Done computed = compute_generated(relation, cells); !computed.ok()) return computed.as<Value>();
            return cells[t.column];
          });
        } else if constexpr (std::is_same_v<T, RetypeColumnTask>) {
          const Relation& relation = catalog()[t.relation];
          Column column = relation.columns[t.column];
          return rewrite_table(t.relation, t.column, [&](const StoredRow& row) -> Outcome<Value> {
            if (t.using_) {
              Relation before = relation;
              before.columns[t.column].type = t.old_type;
              const RowScope scope(before, row.cells);
              const Outcome<Value> value = evaluator().evaluate(*t.using_, scope.scope());
              return value.ok() ? evaluator().assign(*value, column) : value;
            }
            if (row.cells[t.column].is_null()) return Value::null(column.type);
            return evaluator().assign(row.cells[t.column], column);
          });
        } else if constexpr (std::is_same_v<T, DropRowsTask>) {
          store().clear(t.relation);
          return done();
        } else if constexpr (std::is_same_v<T, CheckBoundTask>) {
          for (const RelationId leaf : leaves(t.relation)) {
            const Relation& relation = catalog()[leaf];
            const Outcome<bool> all_fit = bulk_rows_fit(relation);
            if (all_fit.doubtful()) return all_fit.as<std::monostate>();
            if (!*all_fit) return ServerError{"23514", "partition constraint of relation \"" + relation.name + "\" is violated by some row"};
            for (const StoredRow& row : store().table(leaf).rows) {
              if (!row.live) continue;
              const Outcome<bool> fits = matches_bound(relation, row.cells);
              if (!fits.ok()) return fits.as<std::monostate>();
              if (!*fits) return ServerError{"23514", "partition constraint of relation \"" + relation.name + "\" is violated by some row"};
            }
          }
          return done();
        } else if constexpr (std::is_same_v<T, CheckDefaultPartitionTask>) {
          const RelationId root_id = catalog()[t.new_partition].partition_of;
          for (const RelationId leaf : leaves(t.default_partition)) {
            if (!store().table(leaf).bulk.empty()) return Doubt{"the rows of \"" + catalog()[leaf].name + "\" were not kept whole"};
            for (const StoredRow& row : store().table(leaf).rows) {
              if (!row.live) continue;
              RowValues mapped = map_columns(catalog()[leaf], catalog()[root_id], row.cells);
              std::vector<Value> key;
              for (const ColumnIndex column : catalog()[root_id].partitioning->columns) {
                if (column != kNoColumn) key.push_back(mapped[column]);
              }
              bool certain = true;
              if (in_bound(catalog()[root_id], catalog()[t.new_partition], key, certain)) {
                return ServerError{"23514", "updated partition constraint for default partition \"" + catalog()[leaf].name + "\" would be violated by some row"};
              }
            }
          }
          return done();
        } else if constexpr (std::is_same_v<T, CheckDetachTask>) {
          return check_detach(t.partition, t.key);
        } else if constexpr (std::is_same_v<T, FillTableTask>) {
          return fill_table(t.relation, *t.query);
        } else {
          static_assert(std::is_same_v<T, CheckDomainTask>);
          return check_domain_columns(t.domain, t.check, t.not_null);
        }
      },
      task);
}

Done Replay::check_all_rows(RelationId id, const std::string& name) {
  for (const RelationId leaf : scanned(id, false)) {
    const Relation& relation = catalog()[leaf];
    const auto check = std::find_if(relation.checks.begin(), relation.checks.end(), [&](const CheckConstraint& c) { return c.name == name; });
    if (check == relation.checks.end() || !check->expr) continue;
    const auto test = [&](const RowValues& cells) -> Done {
      const RowScope scope = RowScope::stored(relation, cells);
      const Outcome<Value> holds = evaluator().condition(*check->expr, scope.scope());
      if (!holds.ok()) return holds.as<std::monostate>();
      if (holds->is_unknown()) return Doubt{"CHECK \"" + name + "\": " + symbols_[holds->symbol()].reason};
      if (holds->is_null() || holds->is_true()) return done();
      ServerError error{"23514", "check constraint \"" + name + "\" of relation \"" + relation.name + "\" is violated by some row"};
      error.schema = relation.schema;
      error.table = relation.name;
      error.constraint = name;
      return error;
    };
    const RowStore::Table& table = store().table(leaf);
    for (const StoredRow& row : table.rows) {
      if (!row.live) continue;
      if (const Done tested = test(row.cells); !tested.ok()) return tested;
    }
    for (const BulkPart& part : table.bulk) {
      RowValues cells(relation.columns.size());
      for (std::size_t at = 0; at < part.columns.size(); ++at) {
        if (!part.kept[at] && expression_text(*check->expr).find(relation.columns[part.columns[at]].name) != std::string::npos) {
          return Doubt{"the rows of \"" + relation.name + "\" were loaded without column \"" + relation.columns[part.columns[at]].name + "\""};
        }
      }
      for (BulkRow row = 0; row < part.rows->size(); ++row) {
        for (std::size_t at = 0; at < part.columns.size(); ++at) {
          if (part.kept[at]) cells[part.columns[at]] = part.rows->cell(row, at);
        }
        if (const Done tested = test(cells); !tested.ok()) return tested;
      }
    }
  }
  return done();
}

Done Replay::check_domain_columns(TypeId domain, const std::string& check, bool not_null) {
  for (const RelationId id : catalog().relations()) {
    const Relation& relation = catalog()[id];
    if (!relation.holds_rows()) continue;
    for (std::size_t at = 0; at < relation.columns.size(); ++at) {
      const Column& column = relation.columns[at];
      if (column.dropped || column.type != domain) continue;
      if (!store().table(id).bulk.empty()) return Doubt{"the rows of \"" + relation.name + "\" were not kept whole"};
      for (const StoredRow& row : store().table(id).rows) {
        if (!row.live) continue;
        const Value& value = row.cells[at];
        if (not_null && value.is_null()) {
          return ServerError{"23502", "column \"" + column.name + "\" of table \"" + relation.name + "\" contains null values"};
        }
        const Outcome<Value> checked = evaluator().check_domain(value, domain);
        if (checked.refused() && checked.error().sqlstate == "23514") {
          return ServerError{"23514", "column \"" + column.name + "\" of table \"" + relation.name + "\" contains values that violate the new constraint"};
        }
      }
    }
  }
  static_cast<void>(check);
  return done();
}

Done Replay::check_detach(RelationId partition, ForeignKeyId id) {
  const ForeignKey& key = catalog().foreign_key(id);
  for (const RelationId leaf : leaves(partition)) {
    const RowStore::Table& table = store().table(leaf);
    for (const StoredRow& row : table.rows) {
      if (!row.live) continue;
      const std::vector<Value> values = key_values(same_columns(key.referenced, key.referenced_columns, leaf), row);
      DoubtId why = DoubtId::none;
      if (find_referencing(key, values, why).empty()) continue;
      std::string columns, shown;
      for (std::size_t at = 0; at < values.size(); ++at) {
        columns += (at ? ", " : "") + catalog()[key.referencing].columns[key.referencing_columns[at]].name;
        shown += (at ? ", " : "") + write_value(types(), values[at]);
      }
      ServerError error{"23503", "removing partition \"" + catalog()[partition].name + "\" violates foreign key constraint \"" + key.name + "\"",
                        "Key (" + columns + ")=(" + shown + ") is still referenced from table \"" + catalog()[key.referencing].name + "\"."};
      error.schema = catalog()[key.referencing].schema;
      error.table = catalog()[key.referencing].name;
      error.constraint = key.name;
      return error;
    }
  }
  return done();
}

Done Replay::fill_table(RelationId id, const Statement& query) {
  const Select* select = std::get_if<Select>(&query.body);
  if (!select) return Doubt{"the rows of \"" + catalog()[id].name + "\" come from a statement that is not evaluated offline"};
  const Outcome<std::vector<RowValues>> rows = run(*select, Scope{});
  if (rows.doubtful()) {
    store().set_open(id, doubt("the rows of \"" + catalog()[id].name + "\" come from a query: " + rows.doubt().reason));
    return done();
  }
  if (!rows.ok()) return rows.as<std::monostate>();
  std::uint64_t number = 0;
  for (const RowValues& values : *rows) {
    if (!store().has_room()) return Doubt{needs_memory("rows", catalog()[id])};
    StoredRow row;
    row.cells = values;
    row.cells.resize(catalog()[id].columns.size());
    row.place = current_.span;
    row.number = ++number;
    row.statement = statement_;
    row.transaction = transaction_;
    store().insert(id, std::move(row), types());
  }
  return done();
}

Done Replay::build_unique(RelationId id, const std::string& name) {
  const Relation& relation = catalog()[id];
  const UniqueKey* key = relation.unique_key(name);
  if (!key || relation.partitioning) return done();
  const RowStore::Table& table = store().table(id);
  if (key->exclusion && !table.bulk.empty()) return Doubt{"exclusion constraint \"" + name + "\" over rows that were not kept whole"};
  const auto duplicate = [&](const std::vector<Value>& values) {
    std::string shown;
    for (const Value& value : values) shown += (shown.empty() ? "" : ", ") + (value.is_null() ? std::string("null") : write_value(types(), value));
    ServerError error{"23505", "could not create unique index \"" + key->name + "\"",
                      is_plain(*key) ? "Key (" + key_columns_text(relation, key->columns) + ")=(" + shown + ") is duplicated." : ""};
    error.schema = relation.schema;
    error.table = relation.name;
    error.constraint = key->name;
    return error;
  };
  const auto values_of = [&](const RowValues& cells) {
    std::vector<Value> values;
    for (const ColumnIndex column : key->columns) {
      if (column != kNoColumn) values.push_back(cells[column]);
    }
    return values;
  };
  if (!table.bulk.empty()) {
    if (!is_plain(*key)) return Doubt{"unique index \"" + name + "\" over rows that were not kept whole"};
    const KeyShape shape = unique_shape(catalog(), relation, *key);
    if (const auto found = store().build_bulk_set(id, shape, types(), threads_)) {
      const KeySource source = RowStore::key_sources(table, shape)[found->source];
      std::vector<Value> values;
      for (const std::size_t column : source.columns) values.push_back(source.rows->cell(found->row, column));
      return duplicate(values);
    }
    for (const StoredRow& row : table.rows) {
      if (!row.live) continue;
      const std::vector<Value> values = values_of(row.cells);
      if (std::any_of(values.begin(), values.end(), [](const Value& v) { return !v.is_known(); })) continue;
      const KeyFound found = store().find_bulk_key(id, shape, values, types(), threads_);
      if (found == KeyFound::too_dear) return Doubt{needs_memory("keys", relation)};
      if (found == KeyFound::yes) return duplicate(values);
    }
  }
  for (RowNumber number = 0; number < table.rows.size(); ++number) {
    const StoredRow& row = table.rows[number];
    if (!row.live) continue;
    DoubtId maybe = DoubtId::none;
    const Outcome<std::optional<RowNumber>> hit = conflicting_row(relation, *key, row.cells, number, maybe);
    if (!hit.ok()) return hit.as<std::monostate>();
    if (maybe != DoubtId::none || row.doubt != DoubtId::none) {
      if (hit->has_value() || maybe != DoubtId::none) {
        return Doubt{doubts_[static_cast<std::size_t>(maybe != DoubtId::none ? maybe : row.doubt) - 1].reason};
      }
    }
    if (hit->has_value()) return conflict_error(relation, *key, row.cells, **hit, true);
  }
  if (table.open != DoubtId::none) {
    return Doubt{"\"" + relation.name + "\" may hold further rows: " + doubts_[static_cast<std::size_t>(table.open) - 1].reason};
  }
  return done();
}

Done Replay::look_for_orphans(ForeignKeyId id, bool stands) {
  const ForeignKey& key = catalog().foreign_key(id);
  if (!key.enforced) return done();
  for (const RelationId leaf : leaves(key.referencing)) {
    // The leaf's own copy of the key is what the server names.
    const ForeignKey* named = &key;
    if (leaf != key.referencing) {
      for (const ForeignKeyId copy : catalog().foreign_keys_of(leaf)) {
        const ForeignKey* candidate = &catalog().foreign_key(copy);
        for (const ForeignKey* at = candidate; at->parent != ForeignKeyId::none; at = &catalog().foreign_key(at->parent)) {
          if (at->parent == id && candidate->referenced == key.referenced) named = candidate;
        }
      }
    }
    const Done looked = key.period && stands ? period_orphans(*named, leaf) : orphans_among(*named, leaf, false);
    if (!looked.ok() || !violations_.empty()) return looked;
    if (event_doubt_) return Doubt{event_doubt_->reason};
  }
  return done();
}

Done Replay::orphans_among(const ForeignKey& key, RelationId from, bool bulk_only) {
  const RowStore::Table& table = store().table(from);
  if (!table.bulk.empty()) {
    if (key.period) return Doubt{"rows of \"" + catalog()[from].name + "\" were loaded without being kept whole"};
    const Done bulk = bulk_orphans(key, from, bulk_only);
    if (!bulk.ok()) return bulk;
  }
  if (bulk_only) return done();
  for (RowNumber number = 0; number < table.rows.size(); ++number) {
    if (!table.rows[number].live) continue;
    KeyEvent event;
    event.key = key.id;
    event.relation = from;
    event.row = number;
    fire_check(event);
  }
  if (!violations_.empty() && !key.period && !any_hashable(catalog(), key)) smallest_first(violations_.front());
  if (table.open != DoubtId::none && violations_.empty()) {
    return Doubt{"\"" + catalog()[from].name + "\" may hold further rows: " + doubts_[static_cast<std::size_t>(table.open) - 1].reason};
  }
  if (table.shaken != DoubtId::none && !violations_.empty()) {
    const std::string why = doubts_[static_cast<std::size_t>(table.shaken) - 1].reason;
    violations_.clear();
    return Doubt{"rows of \"" + catalog()[from].name + "\" may be gone or changed: " + why};
  }
  return done();
}

Done Replay::bulk_orphans(const ForeignKey& key, RelationId from, bool last_load_only) {
  const std::vector<RelationId> targets = leaves(key.referenced);
  const RowStore::Table& table = store().table(from);
  std::vector<KeySource> sources = RowStore::key_sources(table, referencing_shape(key, from));
  if (last_load_only && sources.size() > 1) sources.erase(sources.begin(), sources.end() - 1);
  const std::uint64_t keep = options_.max_rows == 0 ? UINT64_MAX : std::max<std::uint64_t>(options_.max_rows, 16);
  std::unique_ptr<BulkKeySet> own;
  const BulkKeySet* set = nullptr;
  const RowStore::Table& only = store().table(targets.empty() ? key.referenced : targets.front());
  for (const RelationId target : targets) {
    const RowStore::Table& t = store().table(target);
    const DoubtId why = t.open != DoubtId::none ? t.open : t.shaken;
    if (why != DoubtId::none) return Doubt{"rows of \"" + catalog()[target].name + "\" are not all known: " + doubts_[static_cast<std::size_t>(why) - 1].reason};
  }
  if (targets.size() == 1 && only.live == 0 && !only.bulk.empty()) {
    set = store().bulk_set(targets.front(), referenced_shape(key, targets.front()), types(), threads_);
  } else {
    const KeyShape shape = referenced_shape(key, key.referenced);
    own = std::make_unique<BulkKeySet>(shape.meet, types(), threads_, &area_);
    for (const RelationId target : targets) {
      const RowStore::Table& t = store().table(target);
      const KeyShape here_shape = referenced_shape(key, target);
      const std::vector<KeySource> parents = RowStore::key_sources(t, here_shape);
      static_cast<void>(own->add(parents, false));
      for (const StoredRow& row : t.rows) {
        if (!row.live || row.doubt != DoubtId::none) continue;
        std::vector<Value> met;
        for (std::size_t at = 0; at < here_shape.columns.size(); ++at) {
          const Value& value = row.cells[here_shape.columns[at]];
          Outcome<Value> cast = value.is_known() ? cast_value(types(), value, shape.meet[at], -1, CastContext::explicit_) : Outcome<Value>(value);
          met.push_back(cast.ok() ? *std::move(cast) : value);
        }
        if (std::all_of(met.begin(), met.end(), [](const Value& v) { return v.is_known(); })) static_cast<void>(own->insert(met));
      }
    }
    set = own.get();
  }
  const BulkKeySet::Missing missing = set->missing(sources, keep, key.match == MatchType::full);
  const ForeignKey* root = &key;
  while (root->parent != ForeignKeyId::none) root = &catalog().foreign_key(root->parent);
  database_->tallies[static_cast<std::uint32_t>(root->id)].checked += missing.checked;
  result_.references += missing.checked;
  if (missing.rows == 0 && missing.mixed == 0) return done();
  std::vector<std::pair<std::size_t, BulkRow>> rows = missing.first;
  rows.insert(rows.end(), missing.first_mixed.begin(), missing.first_mixed.end());
  std::sort(rows.begin(), rows.end());
  for (const auto& [source, row] : rows) {
    Violation violation;
    violation.key = key.id;
    violation.relation = from;
    const BulkRows::Located located = sources[source].rows->locate(row);
    violation.place = located.row;
    violation.number = located.row_in_statement;
    const auto part = std::ranges::find(table.bulk, sources[source].rows, [](const BulkPart& loaded) { return loaded.rows.get(); });
    if (part != table.bulk.end()) violation.statement = part->statement;
    for (const std::size_t column : sources[source].columns) violation.values.push_back(sources[source].rows->cell(row, column));
    violation.mixed_nulls = std::any_of(violation.values.begin(), violation.values.end(), [](const Value& v) { return v.is_null(); });
    add_violation(key, std::move(violation));
  }
  ViolationGroup& group = violations_.back();
  group.rows = missing.rows + missing.mixed;
  group.keys = missing.keys;
  if (missing.mixed > 0) {
    std::set<std::string> mixed;
    for (const auto& [source, row] : set->missing(sources, UINT64_MAX, true).first_mixed) {
      if (mixed.size() >= ViolationGroup::kMaxDistinct) break;
      std::string shown;
      for (const std::size_t column : sources[source].columns) {
        const Value value = sources[source].rows->cell(row, column);
        shown += value.is_null() ? std::string("null, ") : write_value(types(), value) + ", ";
      }
      mixed.insert(std::move(shown));
    }
    group.keys += mixed.size();
  }
  return done();
}

void Replay::smallest_first(ViolationGroup& group) {
  if (group.kept.empty() || group.parent_side) return;
  const auto smallest = std::min_element(group.kept.begin(), group.kept.end(), [&](const Violation& a, const Violation& b) {
    for (std::size_t at = 0; at < a.values.size(); ++at) {
      const int order = compare_values(types(), a.values[at], b.values[at]);
      if (order != 0) return order < 0;
    }
    return false;
  });
  std::rotate(group.kept.begin(), smallest, smallest + 1);
  std::string shown, columns;
  for (std::size_t at = 0; at < group.kept.front().values.size(); ++at) {
    columns += (at ? ", " : "") + catalog()[group.definition.referencing].columns[group.definition.referencing_columns[at]].name;
    shown += (at ? ", " : "") + write_value(types(), group.kept.front().values[at]);
  }
  group.detail = "Key (" + columns + ")=(" + shown + ") is not present in table \"" + catalog()[group.definition.referenced].name + "\".";
}

}  // namespace pgfk
