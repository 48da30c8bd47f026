// One foreign key failure as a log shows it: what the server wrote, taken apart, and where it stands.
//
// Absent is different from empty: an optional without a value, or an empty vector, means that the log does not show it. Texts are the
// server's bytes with the log's own quoting undone; they are in the encoding of the session's database, which need not be UTF-8.
// Owns all it holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/input/span.h"

namespace pgfk {

/// What was refused. `raised`: code that raised 23503 (or 23001) with a text of its own.
enum class ViolationKind { insert_update, update_delete, update_delete_restrict, remove_partition, match_full, raised };
/// "insert_update", as the JSON output spells it.
std::string_view violation_kind_name(ViolationKind kind);

/// Which side of the constraint the statement touched: a row that references what is not there, or a row that is still referenced.
enum class ViolationSide { referencing, referenced };
/// "insert" or "delete".
std::string_view violation_side_name(ViolationSide side);

/// When it was logged. Seconds or milliseconds are what servers write; `text` has as many digits as the log.
struct LogTime {
  std::int64_t microseconds = 0;  // since 1970-01-01 00:00:00 UTC
  std::string text;               // ISO 8601 with the log's own offset: "2026-11-20T10:34:05.368+00:00"
  bool zone_assumed = false;      // the log has no zone, or an abbreviation of several: UTC or the option's zone was taken
  bool year_assumed = false;      // syslog's old format has no year

  friend bool operator==(const LogTime&, const LogTime&) = default;
};

enum class KeyShown {
  no,         // no DETAIL, or one without the key (hidden from the session's user, MATCH FULL, terse)
  yes,        // key_columns and key_values are what the server meant
  ambiguous,  // the text can be split in several ways: only the raw texts below are set
};

struct LogEvent {
  std::optional<LogTime> time;
  std::optional<std::int64_t> pid;
  std::optional<std::string> session_id;  // %c, "6b00221d.320b"
  std::optional<std::string> database;
  std::optional<std::string> user;
  std::optional<std::string> application_name;
  std::optional<std::string> client;        // host, host(port), host:port or [local], as the log spells it
  std::optional<std::string> backend_type;
  std::optional<std::string> virtual_transaction;
  std::optional<std::string> transaction_id;
  std::optional<std::string> query_id;
  std::optional<std::string> sqlstate;

  std::optional<ViolationKind> kind;    // empty where the log does not tell: nothing but the SQLSTATE, or an insert without DETAIL (may be MATCH FULL)
  std::optional<ViolationSide> side;    // empty with kind `raised`
  std::optional<std::string> schema;    // only psql's verbose output and drivers show it
  std::optional<std::string> table;     // the one that the message names first: the referencing one on insert, the referenced one on delete
  std::optional<std::string> constraint;
  std::optional<std::string> referencing_table;
  std::optional<std::string> referenced_table;

  KeyShown key_shown = KeyShown::no;
  std::vector<std::string> key_columns;  // of the referencing table on insert, of the referenced table on delete
  std::vector<std::string> key_values;   // one per column, the type's output text; NULL is "null" and cannot be told from the text
  /// What stands between the parentheses of `Key (…)=(…)`, also when the columns are clear and the values are not. See split_key().
  std::optional<std::string> key_columns_text;
  std::optional<std::string> key_values_text;

  std::string message;
  std::optional<std::string> detail;
  std::optional<std::string> hint;
  std::optional<std::string> context;
  std::optional<std::string> statement;
  std::optional<std::string> location;       // "ri_ReportViolation, ri_triggers.c:2596"
  bool statement_cut = false;                // longer than what is kept, or the log ends inside it

  Span place;              // the record's first line; `source` is the input
  std::uint64_t line = 0;  // 1-based, of place
  std::uint64_t newlines = 0;    // in place
  std::uint64_t end_column = 1;  // 1-based, behind the last byte of place
  bool guessed = false;    // found by generic recognition, not by a known or given format
};

/// Splits the raw key of a DETAIL when the constraint's columns are known from elsewhere (a dump, another event). Empty where the texts do
/// not fit those columns, or fit in several ways. `type_names` may be empty; otherwise one per column ("integer", "uuid"), and helps to
/// tell splits apart.
struct SplitKey {
  std::vector<std::string> columns;
  std::vector<std::string> values;
};
std::optional<SplitKey> split_key(const LogEvent& event, const std::vector<std::string>& columns, const std::vector<std::string>& type_names);

}  // namespace pgfk
