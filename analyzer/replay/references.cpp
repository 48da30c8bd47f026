// Foreign keys: which rows provide a key, which rows use one, and the events that ask. fk-semantics sections 2 to 6, 12.
#include <algorithm>
#include <string>

#include "analyzer/replay/replay.h"
#include "analyzer/types/range_sets.h"

namespace pgfk {

namespace {

/// The stored bytes, not the type's equality: 1.0 and 1.00 differ (3.7).
bool same_image(const TypeContext& context, const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  if (a.is_null()) return true;
  if (a.is_unknown()) return a.symbol() == b.symbol();
  return write_value(context, a) == write_value(context, b);
}

bool equal(const TypeContext& context, const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  if (a.is_null()) return true;
  if (a.is_unknown()) return a.symbol() == b.symbol();
  std::string left, right;
  append_key(context, a, left);
  append_key(context, b, right);
  return left == right;
}

}  // namespace

KeyShape Replay::referenced_shape(const ForeignKey& key, RelationId target) const {
  KeyShape shape;
  shape.columns = same_columns(key.referenced, key.referenced_columns, target);
  const Relation& referenced = catalog()[key.referenced];
  for (std::size_t at = 0; at < key.referenced_columns.size(); ++at) {
    shape.meet.push_back(key.equalities[at].meet);
    const std::string& name = referenced.columns[key.referenced_columns[at]].collation;
    const Collation* collation = name.empty() ? nullptr : catalog().collation(name);
    shape.locales.push_back(collation && !collation->deterministic ? collation->locale : "");
  }
  return shape;
}

KeyShape Replay::referencing_shape(const ForeignKey& key, RelationId from) const {
  KeyShape shape = referenced_shape(key, key.referenced);
  shape.columns = same_columns(key.referencing, key.referencing_columns, from);
  return shape;
}

std::vector<Value> Replay::key_values(const std::vector<ColumnIndex>& columns, const StoredRow& row) const {
  std::vector<Value> out;
  out.reserve(columns.size());
  for (const ColumnIndex column : columns) out.push_back(column < row.cells.size() ? row.cells[column] : Value::null());
  return out;
}

Replay::Found Replay::find_referenced(const ForeignKey& key, const std::vector<Value>& values) {
  if (key.period) return find_covering(key, values);
  std::vector<const Value*> pointers;
  bool vague = false;
  std::string unknown_reason;
  for (const Value& value : values) {
    pointers.push_back(&value);
    if (value.is_unknown() && !symbols_[value.symbol()].fresh) {
      vague = true;
      unknown_reason = symbols_[value.symbol()].reason;
    }
  }
  Found result;
  for (const RelationId target : leaves(key.referenced)) {
    const KeyShape shape = referenced_shape(key, target);
    std::string bytes;
    const KeyState state = make_key(types(), shape, pointers, bytes);
    if (state == KeyState::has_null) return {Presence::present, DoubtId::none, 0};
    const RowStore::Table& table = store().table(target);
    KeyIndex& index = store().index(target, shape, types());
    if (const std::vector<RowNumber>* rows = index.find(bytes)) {
      for (const RowNumber number : *rows) {
        const DoubtId why = table.shaken != DoubtId::none ? table.shaken : table.rows[number].doubt;
        if (why == DoubtId::none) return {Presence::present, DoubtId::none, table.rows[number].statement};
        result = {Presence::unknown, why, 0};
      }
    }
    if (!table.bulk.empty() && state == KeyState::whole) {
      std::vector<Value> met;
      for (std::size_t at = 0; at < values.size(); ++at) {
        Outcome<Value> cast = cast_value(types(), values[at], shape.meet[at], -1, CastContext::explicit_);
        met.push_back(cast.ok() ? *std::move(cast) : values[at]);
      }
      const KeyFound found = store().find_bulk_key(target, shape, met, types(), threads_);
      if (found == KeyFound::too_dear) {
        result = {Presence::unknown, doubt(needs_memory("keys", catalog()[target])), 0};
      } else if (found == KeyFound::yes) {
        if (table.shaken == DoubtId::none) return {Presence::present, DoubtId::none, 0};
        result = {Presence::unknown, table.shaken, 0};
      }
    }
    if (result.presence == Presence::unknown) continue;
    if (table.open != DoubtId::none) {
      result = {Presence::unknown, table.open, 0};
    } else if (!index.vague().empty()) {
      const StoredRow& row = table.rows[index.vague().front()];
      std::string reason;
      for (const Value& value : key_values(shape.columns, row)) {
        if (value.is_unknown()) reason = symbols_[value.symbol()].reason;
      }
      result = {Presence::unknown, doubt("a key of \"" + catalog()[target].name + "\" is not known: " + reason), 0};
    } else if (vague && table.live_count() > 0) {
      result = {Presence::unknown, doubt("the key is not known: " + unknown_reason), 0};
    }
  }
  return result;
}

std::vector<Replay::Hit> Replay::find_referencing(const ForeignKey& key, const std::vector<Value>& values, DoubtId& why) {
  if (key.period) return find_overlapping(key, values, why);
  std::vector<Hit> hits;
  std::vector<const Value*> pointers;
  for (const Value& value : values) pointers.push_back(&value);
  for (const RelationId from : leaves(key.referencing)) {
    const KeyShape shape = referencing_shape(key, from);
    std::string bytes;
    if (make_key(types(), shape, pointers, bytes) == KeyState::has_null) return hits;
    const RowStore::Table& table = store().table(from);
    KeyIndex& index = store().index(from, shape, types());
    if (const std::vector<RowNumber>* rows = index.find(bytes)) {
      for (const RowNumber number : *rows) hits.push_back({from, number});
    }
    if (!table.bulk.empty()) {
      why = doubt("rows of \"" + catalog()[from].name + "\" were loaded without being kept whole");
    } else if (table.open != DoubtId::none && hits.empty()) {
      why = table.open;
    }
  }
  return hits;
}

std::string Replay::needs_memory(const std::string& what, const Relation& relation) const {
  return "the " + what + " of \"" + relation.name + "\" need more memory than --memory allows";
}

void Replay::bypass(const ForeignKey& key) {
  if (!key.enforced) return;
  const ForeignKey* root = &key;
  while (root->parent != ForeignKeyId::none) root = &catalog().foreign_key(root->parent);
  database_->bypassed.insert(static_cast<std::uint32_t>(root->id));
}

void Replay::queue_insert_events(RelationId relation, RowNumber row, std::uint32_t depth) {
  for (const ForeignKeyId id : catalog().foreign_keys_of(relation)) {
    const ForeignKey& key = catalog().foreign_key(id);
    if (!key.checks_rows || !key.enforced) continue;
    if (settings_.replica_role() || !key.check_enabled) {
      bypass(key);
      continue;
    }
    KeyEvent event;
    event.key = id;
    event.relation = relation;
    event.row = row;
    event.depth = depth;
    events_.push_back(std::move(event));
  }
}

void Replay::queue_guard_of_delete(const ForeignKey& key, Hit hit, std::uint32_t depth) {
  if (!key.guards_rows || !key.enforced) return;
  if (settings_.replica_role() || !key.guard_enabled) {
    bypass(key);
    return;
  }
  const std::vector<Value> values = key_values(key.referenced_columns, store().table(hit.relation).rows[hit.row]);
  if (std::any_of(values.begin(), values.end(), [](const Value& v) { return v.is_null(); })) return;
  KeyEvent event;
  event.kind = KeyEvent::Kind::guard_delete;
  event.key = key.id;
  event.relation = hit.relation;
  event.row = hit.row;
  event.depth = depth;
  events_.push_back(std::move(event));
}

void Replay::queue_delete_events(Hit hit, std::uint32_t depth) {
  for (const ForeignKeyId id : catalog().foreign_keys_to(hit.relation)) queue_guard_of_delete(catalog().foreign_key(id), hit, depth);
}

void Replay::queue_update_events(Hit old_hit, Hit new_hit, std::uint32_t depth, bool moved) {
  RelationId guarded = old_hit.relation;
  if (moved) {
    // From 15 a row that moves between leaves is updated in the eyes of the root; before, deleted and inserted (12.4).
    if (names_.server_version < 15) {
      queue_delete_events(old_hit, depth);
      queue_insert_events(new_hit.relation, new_hit.row, depth);
      return;
    }
    // Keys that point at the old leaf itself see its row go.
    for (const ForeignKeyId id : catalog().foreign_keys_to(old_hit.relation)) {
      const ForeignKey& key = catalog().foreign_key(id);
      if (key.parent == ForeignKeyId::none && key.guards_rows) queue_guard_of_delete(key, old_hit, depth);
    }
    while (catalog()[guarded].partition_of != RelationId::none) guarded = catalog()[guarded].partition_of;
  }
  const StoredRow& old_row = store().table(old_hit.relation).rows[old_hit.row];
  const StoredRow& new_row = store().table(new_hit.relation).rows[new_hit.row];
  for (const ForeignKeyId id : catalog().foreign_keys_to(guarded)) {
    const ForeignKey& key = catalog().foreign_key(id);
    if (!key.guards_rows || !key.enforced) continue;
    const std::vector<Value> before = key_values(same_columns(key.referenced, key.referenced_columns, old_hit.relation), old_row);
    const std::vector<Value> after = key_values(same_columns(key.referenced, key.referenced_columns, new_hit.relation), new_row);
    if (std::any_of(before.begin(), before.end(), [](const Value& v) { return v.is_null(); })) continue;
    bool changed = false;
    for (std::size_t at = 0; at < before.size(); ++at) changed = changed || !same_image(types(), before[at], after[at]);
    if (!changed) continue;
    if (settings_.replica_role() || !key.guard_enabled) {
      bypass(key);
      continue;
    }
    KeyEvent event;
    event.kind = KeyEvent::Kind::guard_update;
    event.key = id;
    event.relation = old_hit.relation;
    event.row = old_hit.row;
    event.new_relation = new_hit.relation;
    event.new_row = new_hit.row;
    event.depth = depth;
    events_.push_back(std::move(event));
  }
  if (moved) {
    queue_insert_events(new_hit.relation, new_hit.row, depth);
    return;
  }
  for (const ForeignKeyId id : catalog().foreign_keys_of(new_hit.relation)) {
    const ForeignKey& key = catalog().foreign_key(id);
    if (!key.checks_rows || !key.enforced) continue;
    const std::vector<Value> before = key_values(key.referencing_columns, old_row);
    const std::vector<Value> after = key_values(key.referencing_columns, new_row);
    const auto nulls = std::count_if(after.begin(), after.end(), [](const Value& v) { return v.is_null(); });
    const auto width = static_cast<std::ptrdiff_t>(after.size());
    if (nulls == width || (nulls > 0 && key.match != MatchType::full)) continue;
    bool needed = nulls > 0 || old_row.transaction == transaction_;
    for (std::size_t at = 0; at < before.size() && !needed; ++at) {
      const bool period = key.period && at + 1 == before.size() && before[at].is_known() && after[at].is_known();
      // A range that stays or shrinks is covered as well as it was.
      needed = period ? !contains(types(), before[at], after[at]) : !equal(types(), before[at], after[at]);
    }
    if (!needed) continue;
    if (settings_.replica_role() || !key.check_enabled) {
      bypass(key);
      continue;
    }
    KeyEvent event;
    event.key = id;
    event.relation = new_hit.relation;
    event.row = new_hit.row;
    event.depth = depth;
    events_.push_back(std::move(event));
  }
}

}  // namespace pgfk
