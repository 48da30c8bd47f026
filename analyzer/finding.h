// What the server would refuse, and the evidence: the analyzer's whole result, as data.
//
// Bounded: rows are counted exactly, but only the first Options::max_rows of a finding are kept.
// rules/ turns a Finding into a diagnosis; reports/ renders. Neither reads input again, except to show the line of a row.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "parsers/input/diagnostic.h"
#include "parsers/input/span.h"
#include "parsers/sql/tree.h"

namespace pgfk {

enum class Verdict { fails, undecided, info };

/// What is known of why a referenced row is not there, gathered while replaying.
enum class Reason {
  none,
  never_in_input,        // no statement of the input brings the row, not even one that fails
  comes_later,           // a later statement brings it: `arrives_at`
  comes_later_in_cycle,  // it comes later, and its own row needs, directly or not, a row of this statement
  comes_later_same_table,
  lost_with_statement,   // the statement that brings it failed (caused_by) or was rolled back with its transaction
  removed,               // it was there; `removed_by` took it away
  table_not_loaded,      // the input has no data of the referenced table
  match_full_mixed,
  still_referenced,      // parent side
  unknown_rows           // undecided
};

struct FindingRow {
  Span row;                       // the COPY line or the VALUES list
  std::optional<Span> cell;       // the (first) key value in it
  std::uint64_t number = 0;       // within its COPY or VALUES list, from 1
  std::vector<std::string> key;   // as the server prints it; one per key column
  std::optional<Span> arrives_at; // the row that would satisfy it, later in the input
  std::string origin;             // the statement that brought it, as written up to its rows; empty: the finding's own
};

struct ConstraintName {
  std::string schema, table, name;   // the referencing side's
  std::string referenced_schema, referenced_table;
  std::vector<std::string> columns, referenced_columns;
};

struct FindingStatement {
  std::string kind;               // command tag: INSERT, COPY, ALTER TABLE, COMMIT, ...
  std::size_t index = 0;          // of the statement in the replay, from 0
  Span span;
  std::uint64_t psql_line = 0;
  std::string table;              // the table it writes, as written; may be empty
};

/// Who says that a finding is known and accepted: a comment in the input, or an entry of the baseline.
enum class SuppressedBy { comment, baseline };
struct Suppression {
  SuppressedBy by = SuppressedBy::comment;
  std::string reason;             // as its author wrote it; may be empty
};

struct Finding {
  Verdict verdict = Verdict::fails;
  std::string sqlstate;           // 23503, 23001, 23505, ...; empty if undecided
  bool reported = true;           // whether the server names this violation for the statement
  FindingStatement statement;
  std::optional<ConstraintName> constraint;
  Reason reason = Reason::none;
  bool parent_side = false;       // a DELETE or UPDATE of a referenced row
  bool bypassed = false;          // rows that came in with checks off: nothing fails (FK008)
  bool constraint_impossible = false;  // the foreign key itself cannot be made (FK020)
  bool matters = false;           // fails otherwise, and rows or keys depend on it
  std::vector<std::size_t> caused_by;  // findings, by index
  std::optional<Span> removed_by;
  std::uint64_t rows_total = 0, keys_total = 0;
  bool truncated = false;         // fewer rows kept than counted
  std::vector<FindingRow> rows;
  std::string message, detail;    // the server's own
  std::string doubt;              // undecided: because ...
  std::string settles;            // what would settle it
  std::optional<Span> at;         // the place within the statement to point at
  std::optional<Span> declared_at;
  std::vector<std::string> evidence;  // short facts worth a line: "0 of 812 rows have a parent", "id 7 is there as '07'"
  bool left_out = false;          // not asked for: kept for what follows from it, but no report shows it and no exit status counts it
  std::optional<Suppression> suppressed;  // as left_out, but reports for machines show it
  bool assumed = false;           // was undecided; a comment in the input settles it (pgfk:assume)
  bool unused_ignore = false;     // no failure at all: a comment or an entry of the baseline that nothing needs (FK099)

  /// Whether texts for people tell it and the exit status counts it.
  bool is_told() const { return !left_out && !suppressed; }
};

struct TableSummary {
  std::string schema, table;
  std::optional<std::uint64_t> rows_after;
  std::uint64_t rows_loaded = 0;  // by any data statement, failed ones not counted
  std::uint64_t rows_offered = 0; // by any data statement, failed ones too
  std::string root_schema = "", root_table = "";  // of a partition: the partitioned table at the top
  bool partitioned = false;
  std::optional<Span> declared_at = std::nullopt;  // the statement that made it
  bool left_out = false;          // not asked for, as in Finding
};

enum class KeyVerdict { holds, fails, undecided, unchecked };

struct ConstraintSummary {
  ConstraintName name;
  bool name_generated = false;
  MatchType match = MatchType::simple;
  RefAction on_delete = RefAction::no_action, on_update = RefAction::no_action;
  bool deferrable = false, initially_deferred = false, validated = true, enforced = true;
  Span declared_at;
  KeyVerdict verdict = KeyVerdict::holds;
  std::uint64_t rows_checked = 0, rows_failing = 0, keys_missing = 0;
  bool exists_after_load = true;
  std::optional<bool> nullable;   // some referencing column may be NULL; empty: not known
};

struct CycleSummary {
  std::vector<std::string> tables;       // schema-qualified, in the order of the keys
  std::vector<ConstraintName> constraints;
  std::uint64_t rows_involved = 0;       // rows that really close it, as far as known
  bool harmless = true;
  std::string why;                       // why it is harmless, or the cheapest way out
  bool left_out = false;                 // not asked for, as in Finding
};

struct LoadOrder {
  std::vector<std::string> tables;       // schema-qualified; referenced tables first
  std::vector<std::string> files;        // the inputs, in an order that loads, or in the best that was found; tried by loading
  std::vector<std::string> given_files;
  std::vector<Finding> remaining;        // 23503 that `files` leaves, as that load found them; their indexes mean nothing here
};

/// The foreign keys that stand at the end and the tables, for `pgfk schema` and `order`.
struct Analysis {
  std::vector<Finding> findings;
  std::vector<TableSummary> tables;
  std::vector<ConstraintSummary> constraints;
  std::vector<CycleSummary> cycles;
  LoadOrder load_order;
  std::uint64_t rows = 0, references = 0;
  struct Statements { std::uint64_t total = 0, ok = 0, fail = 0, undecided = 0, skipped = 0; } statements;
  std::uint64_t data_statements = 0, data_decided = 0;
  std::string server_version, pg_dump_version;   // from the dump's header, empty if none
  int target_version = 0;
  Diagnostics diagnostics;
  bool stopped = false;                  // ON_ERROR_STOP or \q ended it early
  bool interrupted = false;              // by the user, before the end
  std::set<std::pair<std::string, std::string>> doubted_tables;  // by schema and name: stand before the inputs, which load nothing into them
};

}  // namespace pgfk
