#include "analyzer/failures/dump_lookup.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "analyzer/failures/groups.h"

namespace pgfk {
namespace {

DumpState state_of(Standing standing) {
  switch (standing) {
    case Standing::yes: return DumpState::present;
    case Standing::no: return DumpState::absent;
    case Standing::table_empty: return DumpState::table_empty;
    case Standing::unknown: return DumpState::unknown;
  }
  return DumpState::unknown;
}

bool names_match(const std::optional<std::string>& logged, const std::string& name) { return !logged || *logged == name; }

/// Values in the order of `columns`, which the log may name in another one; empty where they are other columns.
std::vector<std::string> values_in_order(const LogEvent& event, const std::vector<std::string>& columns) {
  std::vector<std::string> values;
  for (const std::string& column : columns) {
    const auto found = std::ranges::find(event.key_columns, column);
    if (found == event.key_columns.end()) return {};
    values.push_back(event.key_values[static_cast<std::size_t>(found - event.key_columns.begin())]);
  }
  return values;
}

}  // namespace

std::string_view dump_state_name(DumpState state) {
  switch (state) {
    case DumpState::absent: return "absent";
    case DumpState::present: return "present";
    case DumpState::table_empty: return "table_empty";
    case DumpState::unknown: return "unknown";
  }
  return "";
}

DumpLookup::DumpLookup(const std::vector<ConstraintSummary>& constraints, Ask ask) : ask_(std::move(ask)) {
  for (const ConstraintSummary& constraint : constraints) by_name_[constraint.name.name].push_back(&constraint);
}

std::vector<const ConstraintSummary*> DumpLookup::constraints_of(const LogEvent& event) const {
  if (!event.constraint) return {};
  const auto found = by_name_.find(*event.constraint);
  if (found == by_name_.end()) return {};
  std::vector<const ConstraintSummary*> fitting;
  for (const ConstraintSummary* constraint : found->second) {
    const ConstraintName& name = constraint->name;
    if (names_match(event.referencing_table, name.table) && names_match(event.referenced_table, name.referenced_table) &&
        names_match(event.schema, name.schema)) {
      fitting.push_back(constraint);
    }
  }
  // Messages name a partition where the row was, the dump's constraint is its root's.
  return fitting.empty() ? found->second : fitting;
}

void DumpLookup::complete(LogEvent& event) const {
  const std::vector<const ConstraintSummary*> constraints = constraints_of(event);
  if (constraints.size() != 1 || !event.side) return;
  const ConstraintName& name = constraints.front()->name;
  if (!event.referencing_table) event.referencing_table = name.table;
  if (!event.referenced_table) event.referenced_table = name.referenced_table;
  if (event.key_shown != KeyShown::ambiguous) return;
  const bool insert = *event.side == ViolationSide::referencing;
  if (std::optional<SplitKey> split = split_key(event, insert ? name.columns : name.referenced_columns, {})) {
    event.key_columns = std::move(split->columns);
    event.key_values = std::move(split->values);
    event.key_shown = KeyShown::yes;
  }
}

std::vector<std::string> DumpLookup::referenced_columns(const LogEvent& event) const {
  const std::vector<const ConstraintSummary*> constraints = constraints_of(event);
  if (constraints.size() != 1) return {};
  const ConstraintName& name = constraints.front()->name;
  std::vector<std::string> referenced;
  for (const std::string& column : event.key_columns) {
    const auto found = std::ranges::find(name.columns, column);
    if (found == name.columns.end()) return {};
    referenced.push_back(name.referenced_columns[static_cast<std::size_t>(found - name.columns.begin())]);
  }
  return referenced;
}

DumpAnswer DumpLookup::ask_of(const LogEvent& event, const ConstraintSummary& constraint) {
  const ConstraintName& name = constraint.name;
  const bool insert = *event.side == ViolationSide::referencing;
  StandingQuestion question;
  question.database = event.database.value_or("");
  question.schema = insert ? name.referenced_schema : name.schema;
  question.table = insert ? name.referenced_table : name.table;
  question.columns = insert ? name.referenced_columns : name.columns;
  question.values = values_in_order(event, insert ? name.columns : name.referenced_columns);
  if (question.values.empty()) return {DumpState::unknown, "constraint \"" + name.name + "\" has other columns in the dump"};
  StandingAnswer answer = ask_(question);
  return {state_of(answer.standing), std::move(answer.why)};
}

DumpAnswer DumpLookup::look_up(const LogEvent& event) {
  if (!event.constraint || !event.side) return {DumpState::unknown, "the log names no constraint"};
  if (event.key_shown != KeyShown::yes || event.key_values.size() != event.key_columns.size()) {
    return {DumpState::unknown, "the log does not show the key"};
  }
  const std::vector<const ConstraintSummary*> constraints = constraints_of(event);
  if (constraints.empty()) return {DumpState::unknown, "the dump has no constraint \"" + *event.constraint + "\""};

  std::string asked = *event.constraint;
  for (const std::string& part : {event.referencing_table.value_or(""), event.referenced_table.value_or(""), event.database.value_or(""),
                                  std::string(violation_side_name(*event.side))}) {
    asked += '\0' + part;
  }
  for (const std::string& value : event.key_values) asked += '\0' + value;
  const TextHash hash = text_hash(asked);
  if (const auto found = answers_.find(hash); found != answers_.end()) return found->second;

  DumpAnswer answer = ask_of(event, *constraints.front());
  for (const ConstraintSummary* constraint : constraints) {
    if (ask_of(event, *constraint).state == answer.state) continue;
    answer = {DumpState::unknown, "the dump has several constraints \"" + *event.constraint + "\", which the log does not tell apart"};
    break;
  }
  constexpr std::size_t kMostAnswers = 100'000;
  if (answers_.size() >= kMostAnswers) answers_.clear();
  answers_.emplace(hash, answer);
  return answer;
}

}  // namespace pgfk
