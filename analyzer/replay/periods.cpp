// Foreign keys with PERIOD: a referencing row's range has to be covered by the ranges of the referenced rows that agree in the other columns,
// taken together. Source: ri_triggers.c of 18 (RI_FKey_check, ri_restrict); fk-semantics 10.10. Seen: fixtures/conformance/v18/period_*.sql.
#include <algorithm>
#include <string>

#include "analyzer/replay/replay.h"
#include "analyzer/types/range_sets.h"

namespace pgfk {

namespace {

/// The columns before the period.
KeyShape without_period(KeyShape shape) {
  shape.columns.pop_back();
  shape.meet.pop_back();
  shape.locales.pop_back();
  return shape;
}

std::string prefix_key(const TypeContext& context, const KeyShape& shape, const std::vector<Value>& values) {
  std::vector<const Value*> pointers;
  for (std::size_t at = 0; at < shape.columns.size(); ++at) pointers.push_back(&values[at]);
  std::string bytes;
  make_key(context, shape, pointers, bytes);
  return bytes;
}

}  // namespace

Replay::Found Replay::find_covering(const ForeignKey& key, const std::vector<Value>& values) {
  for (const Value& value : values) {
    if (value.is_null()) return {Presence::present, DoubtId::none};
  }
  RangeList parts;
  DoubtId why = DoubtId::none;
  const auto unsure = [&](DoubtId reason) {
    if (why == DoubtId::none) why = reason;
  };
  const Value& period = values.back();
  for (const Value& value : values) {
    if (value.is_unknown()) unsure(doubt("the key is not known: " + symbols_[value.symbol()].reason));
  }
  for (const RelationId target : leaves(key.referenced)) {
    const KeyShape whole = referenced_shape(key, target);
    const KeyShape shape = without_period(whole);
    const RowStore::Table& table = store().table(target);
    const KeyIndex& index = store().index(target, shape, types());
    if (table.open != DoubtId::none) unsure(table.open);
    if (!table.bulk.empty()) unsure(doubt("rows of \"" + catalog()[target].name + "\" were loaded without being kept whole"));
    if (!index.vague().empty()) unsure(doubt("a key of \"" + catalog()[target].name + "\" is not known"));
    const std::vector<RowNumber>* rows = index.find(prefix_key(types(), shape, values));
    if (!rows || !period.is_known()) continue;
    for (const RowNumber number : *rows) {
      const StoredRow& row = table.rows[number];
      const Value& part = row.cells[whole.columns.back()];
      if (part.is_unknown()) unsure(doubt("a key of \"" + catalog()[target].name + "\" is not known: " + symbols_[part.symbol()].reason));
      if (!part.is_known() || !overlap(types(), part, period)) continue;
      if (row.doubt != DoubtId::none || table.shaken != DoubtId::none) {
        unsure(row.doubt != DoubtId::none ? row.doubt : table.shaken);
        continue;
      }
      for (Compound& range : range_list(types(), part)) parts.push_back(std::move(range));
    }
  }
  // An empty range overlaps nothing and so is in nothing.
  if (!parts.empty() && contains(types(), union_of(types(), std::move(parts)), range_list(types(), period))) {
    return {Presence::present, DoubtId::none};
  }
  return {why == DoubtId::none ? Presence::absent : Presence::unknown, why};
}

std::vector<Replay::Hit> Replay::find_overlapping(const ForeignKey& key, const std::vector<Value>& values, DoubtId& why) {
  std::vector<Hit> hits;
  for (const RelationId from : leaves(key.referencing)) {
    const KeyShape whole = referencing_shape(key, from);
    const KeyShape shape = without_period(whole);
    const RowStore::Table& table = store().table(from);
    if (!table.bulk.empty()) why = doubt("rows of \"" + catalog()[from].name + "\" were loaded without being kept whole");
    if (table.open != DoubtId::none) why = table.open;
    const std::vector<RowNumber>* rows = store().index(from, shape, types()).find(prefix_key(types(), shape, values));
    if (!rows) continue;
    for (const RowNumber number : *rows) {
      const Value& period = table.rows[number].cells[whole.columns.back()];
      if (period.is_unknown()) why = doubt("a key of \"" + catalog()[from].name + "\" is not known: " + symbols_[period.symbol()].reason);
      if (period.is_known() && values.back().is_known() && overlap(types(), period, values.back())) hits.push_back({from, number});
    }
  }
  return hits;
}

Done Replay::fire_period_guard(const ForeignKey& key, const KeyEvent& event, const std::vector<Value>& old_values) {
  if (std::any_of(old_values.begin(), old_values.end(), [](const Value& value) { return value.is_unknown(); })) {
    return Doubt{"a key of \"" + catalog()[key.referenced].name + "\" is not known"};
  }
  DoubtId why = DoubtId::none;
  const std::vector<Hit> hits = find_overlapping(key, old_values, why);
  ++database_->tallies[static_cast<std::uint32_t>(key.id)].checked;
  const StoredRow& old_row = store().table(event.relation).rows[event.row];
  const RangeList old_ranges = range_list(types(), old_values.back());
  const TypeId type = old_values.back().type();
  for (const Hit& hit : hits) {
    const RowStore::Table& table = store().table(hit.relation);
    const StoredRow& row = table.rows[hit.row];
    const Value& period = row.cells[same_columns(key.referencing, key.referencing_columns, hit.relation).back()];
    // Only what the old row covered of it has to be covered now.
    RangeList common = intersection_of(types(), range_list(types(), period), old_ranges);
    std::vector<Value> part = old_values;
    part.back() = is_multirange(types(), type) ? multirange_of(types(), type, std::move(common)) : Value::of(type, std::move(common.front()));
    const Found still = find_covering(key, part);
    if (still.presence == Presence::present) continue;
    const bool certain = still.presence == Presence::absent && row.doubt == DoubtId::none && table.shaken == DoubtId::none &&
                         old_row.doubt == DoubtId::none && store().table(event.relation).shaken == DoubtId::none;
    if (!certain) return Doubt{"whether rows of \"" + catalog()[key.referencing].name + "\" still refer to the row is not known"};
    Violation violation;
    violation.key = key.id;
    violation.parent_side = true;
    violation.relation = event.relation;
    violation.place = old_row.place;
    violation.number = old_row.number;
    violation.values = old_values;
    add_violation(key, std::move(violation));
    return done();
  }
  if (why != DoubtId::none) return Doubt{doubts_[static_cast<std::size_t>(why) - 1].reason};
  return done();
}

bool Replay::overlaps_referenced(const ForeignKey& key, const std::vector<Value>& values) {
  for (const RelationId target : leaves(key.referenced)) {
    const KeyShape whole = referenced_shape(key, target);
    const KeyShape shape = without_period(whole);
    const RowStore::Table& table = store().table(target);
    const std::vector<RowNumber>* rows = store().index(target, shape, types()).find(prefix_key(types(), shape, values));
    const bool any = rows && std::any_of(rows->begin(), rows->end(), [&](RowNumber number) {
      const Value& part = table.rows[number].cells[whole.columns.back()];
      return part.is_known() && values.back().is_known() && overlap(types(), part, values.back());
    });
    if (any) return true;
  }
  return false;
}

// They join the tables by the key's operators, of which the last is &&: a row passes where any referenced row overlaps it, covered or not.
// Source: QueueFKConstraintValidation and RI_Initial_Check of 18. Seen: fixtures/conformance/v18/period_add_and_validate.sql, period_not_enforced.sql.
Done Replay::period_orphans(const ForeignKey& key, RelationId from) {
  const RowStore::Table& table = store().table(from);
  const std::string& name = catalog()[from].name;
  if (!table.bulk.empty()) return Doubt{"rows of \"" + name + "\" were loaded without being kept whole"};
  const std::vector<ColumnIndex> columns = same_columns(key.referencing, key.referencing_columns, from);
  for (RowNumber number = 0; number < table.rows.size(); ++number) {
    if (!table.rows[number].live || overlaps_referenced(key, key_values(columns, table.rows[number]))) continue;
    KeyEvent event;
    event.key = key.id;
    event.relation = from;
    event.row = number;
    fire_check(event);
  }
  const DoubtId why = violations_.empty() ? table.open : table.shaken;
  if (why == DoubtId::none) return done();
  violations_.clear();
  return Doubt{"not all rows of \"" + name + "\" are known: " + doubts_[static_cast<std::size_t>(why) - 1].reason};
}

}  // namespace pgfk
