#include "rules/log_advice.h"

#include <fmt/format.h>

#include "rules/wording.h"

namespace pgfk {
namespace {

std::string table_or(const std::string& table, const char* otherwise) { return table.empty() ? otherwise : table; }

bool all_of_kind(const FailureGroup& group, ViolationKind kind) { return group.by_kind[static_cast<std::size_t>(kind)] == group.count; }

/// The keys that come most, while there are few: "17, 88, 1204, 5120".
std::string few_keys(const FailureGroup& group) {
  constexpr std::size_t kFew = 5;
  std::vector<std::string> keys;
  for (const Tally::Entry& entry : group.tally(Dimension::key).entries()) {
    if (keys.size() == kFew) {
      keys.emplace_back("...");
      break;
    }
    keys.push_back(key_text(parts_of(entry.text)));
  }
  return joined(keys, ", ");
}

/// Whether most of the missing rows are inserted later in the log.
bool mostly_later(const FailureGroup& group) { return group.later.failures * 2 > group.count; }

std::string likely_on_insert(const FailureGroup& group, const FailurePattern& pattern) {
  if (mostly_later(group)) return "child written before, or in another transaction than, its parent";
  switch (pattern.keys) {
    case KeyPattern::new_keys: return "child written before, or in another transaction than, its parent";
    case KeyPattern::same_keys:
      return fmt::format("a client still holding ids of deleted {}: {}", table_or(group.referenced_table, "rows"), few_keys(group));
    case KeyPattern::mixed:
      return fmt::format("clients holding ids of {} that are gone, and try again", table_or(group.referenced_table, "rows"));
    case KeyPattern::none: return "";
  }
  return "";
}

std::string likely_cause(const FailureGroup& group, const FailurePattern& pattern) {
  if (all_of_kind(group, ViolationKind::match_full)) return "keys with some columns NULL, which MATCH FULL does not take";
  if (all_of_kind(group, ViolationKind::raised)) return "code in the database that raises this error itself";
  if (all_of_kind(group, ViolationKind::remove_partition)) return "a partition detached or dropped whose rows are still referenced";
  if (!group.side) return "";
  if (*group.side == ViolationSide::referencing) return likely_on_insert(group, pattern);
  return fmt::format("rows deleted or changed while {} still points at them", table_or(group.referencing_table, "another table"));
}

void add_fact(const FailureGroup& group, DumpState state, const char* words, std::vector<std::string>& facts) {
  const DistinctCount& keys = group.dump_keys[static_cast<std::size_t>(state)];
  if (keys.count() > 0) facts.push_back(fmt::format("{} {}", counted_keys(keys), words));
}

std::vector<std::string> dump_facts(const FailureGroup& group) {
  std::vector<std::string> facts;
  const bool insert = group.side == ViolationSide::referencing;
  const std::string looked_in = insert ? table_or(group.referenced_table, "the referenced table") : table_or(group.referencing_table, "the referencing table");
  add_fact(group, DumpState::present, insert ? "there now: the row arrived later" : "still referenced", facts);
  add_fact(group, DumpState::absent, insert ? "still absent" : "not referenced any more", facts);
  add_fact(group, DumpState::table_empty, ("looked for in " + looked_in + ", which has no row in the dump").c_str(), facts);
  const std::uint64_t unknown = group.dump_failures[static_cast<std::size_t>(DumpState::unknown)];
  if (unknown > 0) facts.push_back(fmt::format("{} not decided: {}", counted(unknown, "failure"), group.dump_doubt));
  return facts;
}

std::string deferrable(const FailureGroup& group) {
  return fmt::format("ALTER TABLE {} ALTER CONSTRAINT {} DEFERRABLE INITIALLY DEFERRED;", quoted_name(group.referencing_table),
                     quoted_name(group.constraint));
}

std::string parent_first(const FailureGroup& group) {
  const bool named = !group.referencing_table.empty() && !group.constraint.empty();
  return "commit the parent first; or write both in one transaction, in any order, with" + (named ? "\n" + deferrable(group) : std::string(" the constraint deferred"));
}

std::string help_on_insert(const FailureGroup& group, const FailurePattern& pattern) {
  const auto keys = [&](DumpState state) { return group.dump_keys[static_cast<std::size_t>(state)].count(); };
  if (mostly_later(group)) return parent_first(group);
  const std::uint64_t there = keys(DumpState::present), absent = keys(DumpState::absent), empty = keys(DumpState::table_empty);
  if (empty > there + absent) return fmt::format("load {} first, or look whether its data is left out", table_or(group.referenced_table, "the referenced table"));
  if (absent > there) {
    return pattern.keys == KeyPattern::new_keys ? "the parents never came: look for their inserts that failed or were rolled back"
                                                : "let the client forget ids of deleted rows, or keep the rows and mark them as deleted";
  }
  if (there > 0 || pattern.keys == KeyPattern::new_keys) {
    return parent_first(group);
  }
  return "";
}

std::string help_on_delete(const FailureGroup& group) {
  const std::uint64_t gone = group.dump_keys[static_cast<std::size_t>(DumpState::absent)].count() +
                             group.dump_keys[static_cast<std::size_t>(DumpState::table_empty)].count();
  if (gone > group.dump_keys[static_cast<std::size_t>(DumpState::present)].count()) return "nothing references these keys any more: try again";
  return fmt::format("remove the rows of {} first, or declare the constraint ON DELETE CASCADE or SET NULL", table_or(group.referencing_table, "the referencing table"));
}

}  // namespace

std::string counted_keys(const DistinctCount& keys) {
  return (keys.exact() ? "" : "about ") + counted(keys.count(), "key");
}

std::string key_pattern_words(const FailurePattern& pattern) {
  switch (pattern.keys) {
    case KeyPattern::none: return "";
    case KeyPattern::same_keys: return "the same keys again";
    case KeyPattern::new_keys: return pattern.every_key_new ? "a new key each time" : "mostly new keys";
    case KeyPattern::mixed: return "some keys again";
  }
  return "";
}

LogAdvice advise(const FailureGroup& group, const FailurePattern& pattern, bool with_dump) {
  LogAdvice advice;
  advice.likely = likely_cause(group, pattern);
  if (with_dump) advice.dump = dump_facts(group);
  const bool by_constraint = all_of_kind(group, ViolationKind::insert_update) || group.side == ViolationSide::referenced;
  if (!group.side || !by_constraint) return advice;
  advice.help = *group.side == ViolationSide::referencing ? help_on_insert(group, pattern) : help_on_delete(group);
  return advice;
}

}  // namespace pgfk
