// Whether the row that a failure missed is inserted later in the same log, where the log holds statements (log_statement, log_min_duration_statement).
//
//   want() each failure --> one reading of the log for INSERTs into the tables that were missed in --> add() what wants() let through --> after()
//
// The message of a missing row names the referencing columns only. Which columns they point at is known from a dump, or from a failure on the other side
// of the constraint; otherwise it is assumed, and said so: "id", columns of the same names, or the first ones where the INSERT names none.
// Invariants: what after() gives stands behind the failure, shows the key as literals or logged parameters, and was not refused at once. Whether its
// transaction was committed no log says.
// Memory: bounded by kMostKeys and kMostPlaces. Threads: may_be_table() and wants() from any, the rest from one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analyzer/failures/failure.h"
#include "analyzer/failures/logged_insert.h"
#include "analyzer/failures/text_hash.h"
#include "parsers/log/insert_scan.h"
#include "parsers/log/log_reader.h"

namespace pgfk {

class LaterInserts : public InsertFilter {
 public:
  static constexpr std::size_t kMostKeys = 100'000;    // that are looked for
  static constexpr std::size_t kMostPlaces = 100'000;  // where they were found

  /// `referenced_columns`: the dump's, in the order of the event's key columns; empty where it does not tell.
  void want(const LogEvent& failure, const std::vector<std::string>& referenced_columns);
  bool wants_any() const { return !wanted_.empty(); }
  /// Not all that was missed, or not all that was found, could be kept: of the rest nothing is told.
  bool overflowed() const { return overflowed_; }

  bool may_be_table(std::string_view name) const override;
  bool wants(const LogEvent& record) const override;

  /// The inputs in the order in which they are read.
  void set_order(const std::vector<LogInput>& inputs);
  /// Records come in the order of the log.
  void add(const LogEvent& record);
  /// The first INSERT behind the failure that brings its row.
  std::optional<LaterInsert> after(const LogEvent& failure) const;

 private:
  /// One way in which rows of a table are referenced.
  struct Reference {
    std::string constraint;
    std::vector<std::string> referencing;  // columns
    std::vector<std::string> referenced;   // empty: not known from a dump
    bool self = false;                     // both sides are one table
  };
  struct Position {
    std::uint64_t input = 0, offset = 0;
    friend auto operator<=>(const Position&, const Position&) = default;
  };
  struct Place {
    Position at;
    LaterInsert insert;
    std::optional<std::string> session_id;
  };
  struct Choice {
    std::vector<std::size_t> columns;  // of the INSERT's rows; empty: it has no such columns
    bool assumed = false;
  };

  Position position_of(const LogEvent& event) const;
  Choice choose(const Reference& reference, const LoggedInsert& insert) const;
  /// Calls `each(key, assumed)` for the wanted keys that the record brings, until it returns false.
  template <typename Each>
  void each_brought(const LogEvent& record, Each each) const;

  std::unordered_map<std::string, std::vector<Reference>> references_;                   // by the referenced table's bare name
  std::unordered_map<std::string, std::vector<std::string>> referenced_by_constraint_;  // as failures on the other side named them
  std::unordered_set<std::string> name_heads_;                                           // of the tables' names, as may_be_table() takes them
  bool any_name_ = false;                                                                // a table's name begins with what only quotes allow
  std::unordered_map<TextHash, std::vector<Place>, TextHasher> wanted_;                  // by table, reference and values
  std::unordered_map<SourceId, std::uint64_t> order_;
  std::size_t places_ = 0;
  bool overflowed_ = false;
};

}  // namespace pgfk
