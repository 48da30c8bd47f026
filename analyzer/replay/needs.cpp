// Keeping of StatementNeeds while a load is played through: see needs.h.
#include "analyzer/replay/needs.h"

#include "analyzer/replay/replay.h"
#include "parsers/archive/identifier.h"

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

const char* action_text(RefAction action) {
  switch (action) {
    case RefAction::no_action: return "";
    case RefAction::restrict: return "RESTRICT";
    case RefAction::cascade: return "CASCADE";
    case RefAction::set_null: return "SET NULL";
    case RefAction::set_default: return "SET DEFAULT";
  }
  return "";
}

std::string foreign_key_text(const Catalog& catalog, const ForeignKey& key) {
  if (!catalog.exists(key.referencing) || !catalog.exists(key.referenced)) return "";
  const Relation& from = catalog[key.referencing];
  const Relation& to = catalog[key.referenced];
  std::string text = "FOREIGN KEY " + column_list(from, key.referencing_columns, key.period) + " REFERENCES " + sql_identifier(to.schema) + "." +
                     sql_identifier(to.name) + column_list(to, key.referenced_columns, key.period);
  if (key.match == MatchType::full) text += " MATCH FULL";
  if (key.on_update != RefAction::no_action) text += std::string(" ON UPDATE ") + action_text(key.on_update);
  if (key.on_delete != RefAction::no_action) text += std::string(" ON DELETE ") + action_text(key.on_delete);
  if (!key.delete_set_columns.empty()) text += " " + column_list(from, key.delete_set_columns, false);
  if (key.deferral != Deferral::not_deferrable) text += " DEFERRABLE";
  if (key.deferral == Deferral::initially_deferred) text += " INITIALLY DEFERRED";
  return text;
}

}  // namespace

std::size_t Replay::needed_key(const ForeignKey& key) {
  StatementNeeds& needs = *options_.needs;
  const ForeignKey* root = &key;  // what can be altered or dropped
  while (root->parent != ForeignKeyId::none) root = &catalog().foreign_key(root->parent);
  const auto [found, fresh] = needed_keys_.emplace(std::pair(database_, static_cast<std::uint32_t>(root->id)), needs.keys.size());
  if (fresh) needs.keys.push_back({constraint_name(*root), root->deferral != Deferral::not_deferrable, foreign_key_text(catalog(), *root)});
  return found->second;
}

void Replay::note_need(const ForeignKey& key, std::uint32_t statement, std::vector<Value> values, const Found& found) {
  if (found.presence == Presence::unknown) return;
  if (found.presence == Presence::absent) {
    open_needs_.push_back({database_, key.id, statement, std::move(values)});
    return;
  }
  if (found.statement != 0 && found.statement != statement) options_.needs->needs.insert({statement, found.statement, needed_key(key), true});
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
    options_.needs->needs.insert({open.statement, found.statement, needed_key(key), false});
  }
  open_needs_.clear();
}

}  // namespace pgfk
