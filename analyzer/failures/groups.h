// Failures summed up: by constraint and direction, or as the user wants it, with who, what, when and which keys inside each group.
//
// Invariants: total() and the counts of all groups are exact; what is bounded says so (Tally, DistinctCount). Failures of groups beyond
// kMostGroups are summed up in one group, folded().
// Memory: bounded by GroupOptions::memory, whatever the log holds.
// Cost: O(lengths of the event's texts) expected.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/failures/allowance.h"
#include "analyzer/failures/distinct_count.h"
#include "analyzer/failures/failure.h"
#include "analyzer/failures/tally.h"

namespace pgfk {

/// What failures may be told apart by.
enum class Dimension { constraint, direction, database, user, application, statement, key, hour };
inline constexpr std::size_t kDimensions = 8;
/// "db" for database and "app" for application, as --group-by takes them; "statement" is its fingerprint.
std::string_view dimension_name(Dimension dimension);
std::optional<Dimension> dimension_named(std::string_view name);
/// What the event has in that dimension; empty where the log does not show it. Hours are "2026-11-20T10", in the log's own zone; keys have their
/// values joined by NUL bytes, which no value holds; constraints are name, NUL and referencing table.
std::optional<std::string> dimension_value(const Failure& failure, Dimension dimension);
/// The parts of such a joined text.
std::vector<std::string> parts_of(std::string_view joined);

struct FailureSample {
  LogEvent event;
  std::string shape, fingerprint;
};

struct FailureGroup {
  explicit FailureGroup();

  std::uint64_t count = 0;
  std::vector<std::optional<std::string>> values;  // of the dimensions that are grouped by, in their order
  // What the first failure says; of all, where grouped by constraint and direction.
  std::optional<ViolationSide> side;
  std::string constraint;         // empty: the log does not name it
  std::string referencing_table;  // empty: the log does not name it
  std::string referenced_table;
  std::vector<std::string> key_columns;
  std::array<std::uint64_t, 7> by_kind{};         // by ViolationKind, the last one for those that show none
  std::vector<Tally> tallies;                     // by Dimension
  const Tally& tally(Dimension dimension) const { return tallies[static_cast<std::size_t>(dimension)]; }
  DistinctCount keys;
  std::uint64_t without_key = 0;                  // failures whose key the log does not show
  std::array<std::uint64_t, kDumpStates> dump_failures{};   // with --dump, by DumpState
  std::array<DistinctCount, kDumpStates> dump_keys;
  /// Of failures whose row the log inserts later.
  struct Later {
    std::uint64_t failures = 0;
    DistinctCount keys;
    std::uint64_t other_session = 0;                         // by another one than the failure's
    bool columns_assumed = false;                            // of some
    std::optional<std::int64_t> least_delay, most_delay;     // microseconds, where both times are known
    std::optional<LaterInsert> first;                        // of the first failure that has one
  };
  Later later;
  std::string dump_doubt;                         // why the dump does not tell, of the first that it does not tell
  std::optional<LogTime> first, last;             // earliest and latest, by time
  std::vector<FailureSample> samples;             // the first ones, with different keys where there are such
};

struct GroupOptions {
  std::vector<Dimension> by = {Dimension::constraint, Dimension::direction};
  std::uint64_t memory = std::uint64_t{32} << 20;  // bytes, for texts and counts
  std::size_t samples = 3;                         // kept of each group
};

class FailureGroups {
 public:
  static constexpr std::size_t kMostGroups = 4096;

  explicit FailureGroups(GroupOptions options);

  void add(const Failure& failure);

  std::uint64_t total() const { return total_; }
  const GroupOptions& options() const { return options_; }
  /// The largest first, then as they came. Without folded().
  std::vector<const FailureGroup*> by_count() const;
  /// What came when there were too many groups; null if nothing did.
  const FailureGroup* folded() const { return folded_.get(); }
  /// How many groups are folded.
  const DistinctCount& folded_groups() const { return folded_groups_; }
  /// Over all groups: distinct texts of that dimension; of keys, those of different constraints and directions count apart.
  const DistinctCount& distinct(Dimension dimension) const { return distinct_[static_cast<std::size_t>(dimension)]; }

 private:
  FailureGroup* find_or_add(const std::string& identity, const Failure& failure);
  void add_to(FailureGroup& group, const Failure& failure);
  void keep_sample(FailureGroup& group, const Failure& failure);

  GroupOptions options_;
  Allowance allowance_;
  std::uint64_t total_ = 0;
  std::unordered_map<std::string, std::size_t> index_;
  std::vector<std::unique_ptr<FailureGroup>> groups_;
  std::unique_ptr<FailureGroup> folded_;
  DistinctCount folded_groups_;
  std::array<DistinctCount, kDimensions> distinct_;
};

}  // namespace pgfk
