#include "analyzer/replay/row_store.h"

#include <algorithm>
#include <utility>

namespace pgfk {

namespace {

constexpr char kKnownPart = '\1';
constexpr char kSymbolPart = '\2';
// Some ten seconds of a run; what is asked beyond is undecided.
constexpr std::uint64_t kMostRowsReadAgain = 4'000'000'000;

// Part of the memory that rows leave to key tables.
constexpr std::uint64_t kLeftByRows = 8;
// An index's node and the list of its rows; an event and the mark of the row in its statement; what malloc adds. Estimated, not measured.
constexpr std::uint64_t kIndexEntryBytes = 160, kEventBytes = 160;

std::uint64_t heap_bytes(const Value& value) {
  constexpr std::size_t kInPlace = 15;  // characters of a std::string
  if (const std::string* text = std::get_if<std::string>(&value.data())) return text->size() > kInPlace ? text->capacity() + 17 : 0;
  const Compound* compound = std::get_if<Compound>(&value.data());
  if (compound == nullptr) return 0;
  std::uint64_t bytes = compound->items.capacity() * sizeof(Value);
  for (const Value& item : compound->items) bytes += heap_bytes(item);
  return bytes;
}

std::vector<const Value*> key_values(const KeyShape& shape, const StoredRow& row) {
  static const Value kNull = Value::null();
  std::vector<const Value*> values;
  values.reserve(shape.columns.size());
  for (const ColumnIndex column : shape.columns) {
    values.push_back(column < row.cells.size() ? &row.cells[column] : &kNull);
  }
  return values;
}

}  // namespace

KeyState make_key(const TypeContext& context, const KeyShape& shape, const std::vector<const Value*>& values,
                  std::string& out) {
  KeyState state = KeyState::whole;
  for (std::size_t part = 0; part < values.size(); ++part) {
    const Value& value = *values[part];
    if (value.is_null()) return KeyState::has_null;
    if (value.is_unknown()) {
      state = KeyState::has_unknown;
      out.push_back(kSymbolPart);
      const std::uint32_t symbol = value.symbol();
      for (int byte = 0; byte < 4; ++byte) out.push_back(static_cast<char>(symbol >> (8 * byte) & 0xff));
      continue;
    }
    out.push_back(kKnownPart);
    const TypeId meet = shape.meet[part];
    if (!shape.locales[part].empty()) {
      const std::string text = write_value(context, value);
      const std::optional<std::string> folded = fold_for_collation(text, shape.locales[part]);
      append_key(context, Value::of(TypeId::text, folded ? *folded : text), out);
    } else if (meet == value.type() || meet == TypeId::none) {
      append_key(context, value, out);
    } else {
      const Outcome<Value> cast = cast_value(context, value, meet, -1, CastContext::explicit_);
      append_key(context, cast.ok() ? *cast : value, out);
    }
  }
  return state;
}

std::uint64_t RowStore::Table::live_count() const {
  std::uint64_t count = live;
  for (const BulkPart& part : bulk) count += part.rows->size();
  return count;
}

/// What a row takes, about, with its marks in the journal and the indexes.
std::uint64_t RowStore::row_bytes(const Table& table, const StoredRow& row) {
  std::uint64_t bytes = sizeof(StoredRow) + sizeof(Change) + kEventBytes + row.cells.capacity() * sizeof(Value) + table.indexes.size() * kIndexEntryBytes;
  for (const Value& cell : row.cells) bytes += heap_bytes(cell);
  return bytes;
}

bool RowStore::has_room() {
  constexpr int kMostDrops = 100;  // rows and the sets that they are looked up in would else take turns, row by row
  const std::uint64_t left = area_.limit() / kLeftByRows;
  if (area_.room() <= left && sets_dropped_for_rows_ < kMostDrops) {
    ++sets_dropped_for_rows_;
    drop_bulk_sets();
  }
  return area_.room() > left;
}

void RowStore::drop_bulk_sets() {
  for (auto& [id, kept] : tables_) {
    if (kept) kept->bulk_sets.clear();
  }
}

void RowStore::forget() {
  constexpr std::size_t kKept = 1u << 16;
  journal_.clear();
  if (journal_.capacity() > kKept) journal_.shrink_to_fit();
}

RowStore::Table& RowStore::table(RelationId relation) {
  std::unique_ptr<Table>& slot = tables_[static_cast<std::uint32_t>(relation)];
  if (!slot) slot = std::make_unique<Table>(area_);
  return *slot;
}

const RowStore::Table* RowStore::find(RelationId relation) const {
  const auto found = tables_.find(static_cast<std::uint32_t>(relation));
  return found == tables_.end() ? nullptr : found->second.get();
}

bool RowStore::is_vague(const KeyShape& shape, const StoredRow& row) const {
  for (const Value* value : key_values(shape, row)) {
    if (value->is_unknown() && !symbols_[value->symbol()].fresh) return true;
  }
  return false;
}

void RowStore::link(Table& table, RowNumber number, const TypeContext& context) {
  const StoredRow& row = table.rows[number];
  for (auto& [shape, index] : table.indexes) {
    std::string key;
    if (make_key(context, shape, key_values(shape, row), key) == KeyState::has_null) continue;
    std::vector<RowNumber>& rows = index.rows_[key];
    rows.insert(std::upper_bound(rows.begin(), rows.end(), number), number);
    if (is_vague(shape, row)) index.vague_.push_back(number);
  }
}

void RowStore::unlink(Table& table, RowNumber number, const TypeContext& context) {
  const StoredRow& row = table.rows[number];
  for (auto& [shape, index] : table.indexes) {
    std::string key;
    if (make_key(context, shape, key_values(shape, row), key) == KeyState::has_null) continue;
    const auto found = index.rows_.find(key);
    if (found != index.rows_.end()) {
      std::erase(found->second, number);
      if (found->second.empty()) index.rows_.erase(found);
    }
    if (is_vague(shape, row)) std::erase(index.vague_, number);
  }
}

RowNumber RowStore::insert(RelationId relation, StoredRow row, const TypeContext& context) {
  Table& t = table(relation);
  const RowNumber number = static_cast<RowNumber>(t.rows.size());
  t.rows.push_back(std::move(row));
  ++t.live;
  t.held.add(row_bytes(t, t.rows.back()));
  link(t, number, context);
  journal_.push_back({ChangeKind::inserted, relation, number, 0, DoubtId::none, Value(), nullptr});
  return number;
}

void RowStore::kill(RelationId relation, RowNumber number, const TypeContext& context, std::uint32_t statement, RowNumber successor) {
  Table& t = table(relation);
  unlink(t, number, context);
  t.rows[number].live = false;
  t.rows[number].killed_by = statement;
  t.last_kill = std::max(t.last_kill, statement);
  t.killed.push_back(number);
  t.rows[number].successor = successor;
  --t.live;
  journal_.push_back({ChangeKind::killed, relation, number, 0, DoubtId::none, Value(), nullptr});
}

void RowStore::add_bulk(RelationId relation, BulkPart part) {
  Table& t = table(relation);
  t.bulk.push_back(std::move(part));
  t.bulk_sets.clear();
  journal_.push_back({ChangeKind::bulk_added, relation, kNoRow, 0, DoubtId::none, Value(), nullptr});
}

void RowStore::clear(RelationId relation) {
  std::unique_ptr<Table>& slot = tables_[static_cast<std::uint32_t>(relation)];
  journal_.push_back({ChangeKind::cleared, relation, kNoRow, 0, DoubtId::none, Value(), std::move(slot)});
  slot = std::make_unique<Table>(area_);
}

void RowStore::set_open(RelationId relation, DoubtId doubt) {
  Table& t = table(relation);
  journal_.push_back({ChangeKind::opened, relation, kNoRow, 0, t.open, Value(), nullptr});
  if (t.open == DoubtId::none) t.open = doubt;
}

void RowStore::set_shaken(RelationId relation, DoubtId doubt) {
  Table& t = table(relation);
  journal_.push_back({ChangeKind::shaken, relation, kNoRow, 0, t.shaken, Value(), nullptr});
  if (t.shaken == DoubtId::none) t.shaken = doubt;
}

void RowStore::set_doubt(RelationId relation, RowNumber row, DoubtId doubt) {
  StoredRow& stored = table(relation).rows[row];
  journal_.push_back({ChangeKind::doubted, relation, row, 0, stored.doubt, Value(), nullptr});
  stored.doubt = doubt;
}

void RowStore::rewrite(RelationId relation, RowNumber row, ColumnIndex column, Value value) {
  std::vector<Value>& cells = table(relation).rows[row].cells;
  if (cells.size() <= column) cells.resize(column + 1u);
  journal_.push_back({ChangeKind::rewritten, relation, row, column, DoubtId::none, std::move(cells[column]), nullptr});
  cells[column] = std::move(value);
}

void RowStore::drop_indexes(RelationId relation) {
  Table& t = table(relation);
  t.indexes.clear();
  t.killed_indexes.clear();
  t.bulk_sets.clear();
}

RowNumber RowStore::find_killed(RelationId relation, const KeyShape& shape, const std::string& key, const TypeContext& context) {
  Table& t = table(relation);
  Table::KilledIndex& index = t.killed_indexes[shape];
  const auto key_of = [&](RowNumber number, std::string& out) {
    return number < t.rows.size() && make_key(context, shape, key_values(shape, t.rows[number]), out) == KeyState::whole;
  };
  for (; index.seen < t.killed.size(); ++index.seen) {
    std::string bytes;
    if (key_of(t.killed[index.seen], bytes)) index.rows[bytes].push_back(t.killed[index.seen]);
  }
  RowNumber first = kNoRow;
  const auto found = index.rows.find(key);
  if (found == index.rows.end()) return first;
  for (const RowNumber number : found->second) {
    // After a rollback it may live again, or its number be another row's.
    std::string bytes;
    if (number < first && key_of(number, bytes) && !t.rows[number].live && bytes == key) first = number;
  }
  return first;
}

KeyIndex& RowStore::index(RelationId relation, const KeyShape& shape, const TypeContext& context) {
  Table& t = table(relation);
  const auto found = t.indexes.find(shape);
  if (found != t.indexes.end()) return found->second;
  KeyIndex& index = t.indexes.emplace(shape, KeyIndex(shape)).first->second;
  for (RowNumber number = 0; number < t.rows.size(); ++number) {
    const StoredRow& row = t.rows[number];
    if (!row.live) continue;
    std::string key;
    if (make_key(context, shape, key_values(shape, row), key) == KeyState::has_null) continue;
    index.rows_[key].push_back(number);
    if (is_vague(shape, row)) index.vague_.push_back(number);
  }
  return index;
}

std::vector<KeySource> RowStore::key_sources(const Table& table, const KeyShape& shape) {
  std::vector<KeySource> sources;
  for (const BulkPart& part : table.bulk) {
    KeySource source;
    source.rows = part.rows.get();
    source.meet = shape.meet;
    for (const ColumnIndex column : shape.columns) {
      const auto at = std::find(part.columns.begin(), part.columns.end(), column);
      source.columns.push_back(static_cast<std::size_t>(at - part.columns.begin()));
    }
    sources.push_back(std::move(source));
  }
  return sources;
}

void RowStore::make_room_for(const BulkKeySet& set, std::span<const KeySource> sources) {
  if (set.memory_for(sources) > area_.room()) drop_bulk_sets();
}

BulkKeySet* RowStore::bulk_set(RelationId relation, const KeyShape& shape, const TypeContext& context, unsigned threads) {
  Table& t = table(relation);
  if (t.bulk.empty()) return nullptr;
  if (const auto kept = t.bulk_sets.find(shape); kept != t.bulk_sets.end()) return kept->second.get();
  auto set = std::make_unique<BulkKeySet>(shape.meet, context, threads, &area_);
  const std::vector<KeySource> sources = key_sources(t, shape);
  make_room_for(*set, sources);
  static_cast<void>(set->add(sources, false));
  return (t.bulk_sets[shape] = std::move(set)).get();
}

std::optional<BulkKeySet::Duplicate> RowStore::build_bulk_set(RelationId relation, const KeyShape& shape, const TypeContext& context,
                                                              unsigned threads) {
  Table& t = table(relation);
  t.bulk_sets.erase(shape);
  auto set = std::make_unique<BulkKeySet>(shape.meet, context, threads, &area_);
  const std::vector<KeySource> sources = key_sources(t, shape);
  make_room_for(*set, sources);
  std::optional<BulkKeySet::Duplicate> duplicate = set->add(sources, true);
  if (!duplicate) t.bulk_sets[shape] = std::move(set);
  return duplicate;
}

KeyFound RowStore::find_bulk_key(RelationId relation, const KeyShape& shape, std::span<const Value> key, const TypeContext& context,
                                 unsigned threads) {
  const BulkKeySet* const set = bulk_set(relation, shape, context, threads);
  if (set == nullptr) return KeyFound::no;
  if (set->apart()) {
    if (rows_read_again_ > kMostRowsReadAgain) return KeyFound::too_dear;
    for (const BulkPart& part : table(relation).bulk) rows_read_again_ += part.rows->size();
  }
  return set->contains(key) ? KeyFound::yes : KeyFound::no;
}

void RowStore::rollback_to(Mark mark, const TypeContext& context) {
  while (journal_.size() > mark) {
    Change change = std::move(journal_.back());
    journal_.pop_back();
    if (change.kind == ChangeKind::cleared) {
      tables_[static_cast<std::uint32_t>(change.relation)] = std::move(change.table);
      continue;
    }
    Table& t = table(change.relation);
    switch (change.kind) {
      case ChangeKind::inserted:
        if (t.rows[change.row].live) {
          unlink(t, change.row, context);
          --t.live;
        }
        t.held.give_back(row_bytes(t, t.rows.back()));
        t.rows.pop_back();
        break;
      case ChangeKind::killed:
        t.rows[change.row].live = true;
        t.rows[change.row].killed_by = 0;
        t.rows[change.row].successor = kNoRow;
        ++t.live;
        link(t, change.row, context);
        break;
      case ChangeKind::bulk_added:
        t.bulk.pop_back();
        t.bulk_sets.clear();
        break;
      case ChangeKind::opened:
        t.open = change.doubt;
        break;
      case ChangeKind::shaken:
        t.shaken = change.doubt;
        break;
      case ChangeKind::doubted:
        t.rows[change.row].doubt = change.doubt;
        break;
      case ChangeKind::rewritten:
        drop_indexes(change.relation);
        t.rows[change.row].cells[change.column] = std::move(change.value);
        break;
      case ChangeKind::cleared:
        break;
    }
  }
}

}  // namespace pgfk
