#include "analyzer/failures/later_inserts.h"

#include <algorithm>
#include <utility>

#include "parsers/log/log_text.h"

namespace pgfk {
namespace {

constexpr std::size_t kMostReferences = 32;  // to one table
constexpr std::size_t kMostTables = 4096;
constexpr std::size_t kMostPlacesOfKey = 16;

/// The beginning of a name in lower case, as far as names without quotes go.
std::string head_of(std::string_view name) {
  std::string head;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool plain = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
    if (!plain) break;
    head.push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return head;
}

TextHash key_hash(const std::string& table, std::size_t reference, const std::vector<std::string>& values) {
  std::string text = table + '\0' + std::to_string(reference);
  for (const std::string& value : values) text += '\0' + value;
  return text_hash(text);
}

/// Whether an INSERT may bring the row that is missing.
bool misses_row(const LogEvent& event) {
  return event.side == ViolationSide::referencing && event.kind == ViolationKind::insert_update && event.referenced_table && event.constraint &&
         event.key_shown == KeyShown::yes && !event.key_values.empty() && event.key_values.size() == event.key_columns.size();
}

/// The places of `names` among `columns`; empty where one is missing.
std::vector<std::size_t> places_of(const std::vector<std::string>& names, const std::vector<std::string>& columns) {
  std::vector<std::size_t> places;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(columns, name);
    if (found == columns.end()) return {};
    places.push_back(static_cast<std::size_t>(found - columns.begin()));
  }
  return places;
}

/// The row's values at `places`; empty where one is not known.
std::vector<std::string> values_at(const std::vector<std::size_t>& places, const std::vector<std::optional<std::string>>& row) {
  std::vector<std::string> values;
  for (const std::size_t place : places) {
    if (place >= row.size() || !row[place]) return {};
    values.push_back(*row[place]);
  }
  return values;
}

std::optional<bool> same_session(const LogEvent& failure, const std::optional<std::string>& session_id, const std::optional<std::int64_t>& pid) {
  if (failure.session_id && session_id) return *failure.session_id == *session_id;
  if (failure.pid && pid) return *failure.pid == *pid;
  return std::nullopt;
}

}  // namespace

void LaterInserts::want(const LogEvent& failure, const std::vector<std::string>& referenced_columns) {
  if (failure.side == ViolationSide::referenced && failure.constraint && failure.key_shown == KeyShown::yes) {
    if (referenced_by_constraint_.size() < kMostTables) referenced_by_constraint_.try_emplace(*failure.constraint, failure.key_columns);
    return;
  }
  if (!misses_row(failure)) return;
  const std::string& table = *failure.referenced_table;
  if (wanted_.size() >= kMostKeys || (references_.size() >= kMostTables && !references_.contains(table))) {
    overflowed_ = true;
    return;
  }
  std::vector<Reference>& references = references_[table];
  auto found = std::ranges::find_if(references, [&](const Reference& reference) {
    return reference.constraint == *failure.constraint && reference.referencing == failure.key_columns;
  });
  if (found == references.end()) {
    if (references.size() >= kMostReferences) {
      overflowed_ = true;
      return;
    }
    references.push_back({*failure.constraint, failure.key_columns, referenced_columns, failure.referencing_table == failure.referenced_table});
    found = std::prev(references.end());
    const std::string head = head_of(table);
    any_name_ = any_name_ || head.empty();
    name_heads_.insert(head);
  }
  wanted_.try_emplace(key_hash(table, static_cast<std::size_t>(found - references.begin()), failure.key_values));
}

bool LaterInserts::may_be_table(std::string_view name) const { return any_name_ || name_heads_.contains(std::string(name)); }

LaterInserts::Choice LaterInserts::choose(const Reference& reference, const LoggedInsert& insert) const {
  const std::vector<std::string>* known = reference.referenced.empty() ? nullptr : &reference.referenced;
  const auto other_side = referenced_by_constraint_.find(reference.constraint);
  if (known == nullptr && other_side != referenced_by_constraint_.end() && other_side->second.size() == reference.referencing.size()) {
    known = &other_side->second;
  }
  Choice choice;
  if (insert.columns.empty()) {
    // Keys mostly come first in their tables.
    for (std::size_t column = 0; column < reference.referencing.size(); ++column) choice.columns.push_back(column);
    choice.assumed = true;
  } else if (known != nullptr) {
    choice.columns = places_of(*known, insert.columns);
  } else {
    choice.assumed = true;
    if (reference.referencing.size() == 1) choice.columns = places_of({"id"}, insert.columns);
    if (choice.columns.empty() && !reference.self) choice.columns = places_of(reference.referencing, insert.columns);
  }
  return choice;
}

template <typename Each>
void LaterInserts::each_brought(const LogEvent& record, Each each) const {
  for (const LoggedInsert& insert : logged_inserts(as_utf8(record.message), as_utf8(record.detail.value_or("")))) {
    const auto table = references_.find(insert.table);
    if (table == references_.end()) continue;
    for (std::size_t reference = 0; reference < table->second.size(); ++reference) {
      const Choice choice = choose(table->second[reference], insert);
      if (choice.columns.empty()) continue;
      for (const std::vector<std::optional<std::string>>& row : insert.rows) {
        const std::vector<std::string> values = values_at(choice.columns, row);
        if (values.empty()) continue;
        const TextHash key = key_hash(insert.table, reference, values);
        if (wanted_.contains(key) && !each(key, choice.assumed)) return;
      }
    }
  }
}

bool LaterInserts::wants(const LogEvent& record) const {
  bool wanted = false;
  each_brought(record, [&wanted](const TextHash&, bool) {
    wanted = true;
    return false;
  });
  return wanted;
}

void LaterInserts::set_order(const std::vector<LogInput>& inputs) {
  for (std::size_t input = 0; input < inputs.size(); ++input) order_[inputs[input].source] = input;
}

LaterInserts::Position LaterInserts::position_of(const LogEvent& event) const {
  const auto input = order_.find(event.place.source);
  return {input == order_.end() ? 0 : input->second, event.place.offset};
}

void LaterInserts::add(const LogEvent& record) {
  each_brought(record, [&](const TextHash& key, bool assumed) {
    std::vector<Place>& places = wanted_.find(key)->second;
    if (places.size() >= kMostPlacesOfKey || places_ >= kMostPlaces) {
      overflowed_ = overflowed_ || places_ >= kMostPlaces;
      return true;
    }
    ++places_;
    Place& place = places.emplace_back();
    place.at = position_of(record);
    place.session_id = record.session_id;
    place.insert.place = record.place;
    place.insert.line = record.line;
    place.insert.time = record.time;
    place.insert.pid = record.pid;
    place.insert.columns_assumed = assumed;
    return true;
  });
}

std::optional<LaterInsert> LaterInserts::after(const LogEvent& failure) const {
  if (!misses_row(failure)) return std::nullopt;
  const auto table = references_.find(*failure.referenced_table);
  if (table == references_.end()) return std::nullopt;
  const Position at = position_of(failure);
  for (std::size_t reference = 0; reference < table->second.size(); ++reference) {
    if (table->second[reference].constraint != *failure.constraint || table->second[reference].referencing != failure.key_columns) continue;
    const auto found = wanted_.find(key_hash(*failure.referenced_table, reference, failure.key_values));
    if (found == wanted_.end()) return std::nullopt;
    const auto place = std::ranges::find_if(found->second, [&at](const Place& candidate) { return candidate.at > at; });
    if (place == found->second.end()) return std::nullopt;
    LaterInsert insert = place->insert;
    insert.same_session = same_session(failure, place->session_id, insert.pid);
    return insert;
  }
  return std::nullopt;
}

}  // namespace pgfk
