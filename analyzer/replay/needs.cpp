// Keeping of StatementNeeds while a load is played through: see needs.h.
#include "analyzer/replay/needs.h"

#include "analyzer/replay/replay.h"
#include "parsers/archive/identifier.h"
#include "parsers/sql/tokens.h"

namespace pgfk {
namespace {

std::string column_list(const Relation& relation, const std::vector<ColumnIndex>& columns, bool period) {
  std::string text = "(";
  for (std::size_t at = 0; at < columns.size(); ++at) {
    if (at > 0) text += ", ";
    if (period && at + 1 == columns.size()) text += "PERIOD ";
    text += sql_identifier(relation.columns[columns[at]].name);
  }
  return text + ")";
}

std::string foreign_key_text(const Catalog& catalog, const ForeignKey& key) {
  if (!catalog.exists(key.referencing) || !catalog.exists(key.referenced)) return "";
  const Relation& from = catalog[key.referencing];
  const Relation& to = catalog[key.referenced];
  std::string text = "FOREIGN KEY " + column_list(from, key.referencing_columns, key.period) + " REFERENCES " + sql_identifier(to.schema) + "." +
                     sql_identifier(to.name) + column_list(to, key.referenced_columns, key.period);
  if (key.match == MatchType::full) text += " MATCH FULL";
  if (key.on_update != RefAction::no_action) text += " ON UPDATE " + upper_ascii(action_words(key.on_update));
  if (key.on_delete != RefAction::no_action) text += " ON DELETE " + upper_ascii(action_words(key.on_delete));
  if (!key.delete_set_columns.empty()) text += " " + column_list(from, key.delete_set_columns, false);
  if (key.deferral != Deferral::not_deferrable) text += " DEFERRABLE";
  if (key.deferral == Deferral::initially_deferred) text += " INITIALLY DEFERRED";
  return text;
}

/// Columns of the key of which one NULL is enough, or, of MATCH FULL, all where all may be.
std::vector<std::string> nullable_columns(const Catalog& catalog, const ForeignKey& key) {
  std::vector<std::string> out;
  for (const ColumnIndex index : key.referencing_columns) {
    const Column& column = catalog[key.referencing].columns[index];
    bool takes = !column.not_null && column.generated == Generated::none;
    for (const Type* type = catalog.type(column.type); takes && type && type->kind == TypeKind::domain; type = catalog.type(type->base)) takes = !type->not_null;
    if (takes) out.push_back(column.name);
  }
  if (key.match == MatchType::full && out.size() < key.referencing_columns.size()) out.clear();
  return out;
}

NeededKey described_key(const Catalog& catalog, const ForeignKey& key, ConstraintName name) {
  NeededKey out{std::move(name), key.deferral != Deferral::not_deferrable, foreign_key_text(catalog, key), {}, {}, {}};
  if (!catalog.exists(key.referencing)) return out;
  const Relation& table = catalog[key.referencing];
  out.nullable = nullable_columns(catalog, key);
  for (const Column& column : table.columns) {
    if (!column.dropped) out.columns.push_back(column.name);
  }
  if (const UniqueKey* primary = table.primary_key()) {
    for (const ColumnIndex column : primary->columns) out.primary.push_back(table.columns[column].name);
  }
  return out;
}

void add_need(StatementNeeds& needs, const StatementNeed& need, std::uint64_t row) {
  needs.needs.insert(need);
  if (needs.keep_rows) needs.rows[need].push_back(row);
}

}  // namespace

std::size_t Replay::needed_key(const ForeignKey& key) {
  StatementNeeds& needs = *options_.needs;
  const ForeignKey* root = &key;  // what can be altered or dropped
  while (root->parent != ForeignKeyId::none) root = &catalog().foreign_key(root->parent);
  const auto [found, fresh] = needed_keys_.emplace(std::pair(database_, static_cast<std::uint32_t>(root->id)), needs.keys.size());
  if (fresh) needs.keys.push_back(described_key(catalog(), *root, constraint_name(*root)));
  return found->second;
}

void Replay::note_need(const ForeignKey& key, const StoredRow& row, std::vector<Value> values) {
  const Found found = find_referenced(key, values);
  if (found.presence == Presence::unknown) return;
  if (found.presence == Presence::absent) {
    open_needs_.push_back({database_, key.id, row.statement, row.number, std::move(values)});
  } else if (found.statement != 0 && found.statement != row.statement) {
    add_need(*options_.needs, {row.statement, found.statement, needed_key(key), true}, row.number);
  }
}

/// Once the load is over: what came later, and what never came.
void Replay::settle_needs() {
  for (const OpenNeed& open : open_needs_) {
    database_ = open.database;
    const ForeignKey& key = catalog().foreign_key(open.key);
    if (!catalog().exists(key.referenced)) continue;
    const Found found = find_referenced(key, open.values);
    if (found.presence == Presence::absent) ++options_.needs->orphans;
    if (found.presence != Presence::present || found.statement == 0 || found.statement == open.statement) continue;
    add_need(*options_.needs, {open.statement, found.statement, needed_key(key), false}, open.row);
  }
  open_needs_.clear();
}

}  // namespace pgfk
