// COPY ... FROM data, row by row, as the server reads it: text and csv.
//
// Every refusal is the server's: 22P04 with its text. Types are not looked at here; a field is text, NULL or DEFAULT.
// Source: copyfromparse.c; fk-semantics section 17.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/sql/tree.h"

namespace pgfk {

/// A refusal of the server's COPY machinery.
struct CopyError {
  std::string sqlstate;
  std::string message;
  std::string detail;
};

enum class CopyFormat { text, csv, binary };
enum class CopyHeader { none, skip, match };

struct CopyOptions {
  CopyFormat format = CopyFormat::text;
  std::string delimiter = "\t", null_text = "\\N", quote = "\"", escape = "\"";
  CopyHeader header = CopyHeader::none;
  std::vector<std::string> force_not_null, force_null;
  bool force_not_null_all = false, force_null_all = false;
  std::optional<std::string> default_text;   // 16
  bool ignore_errors = false;                // 17: ON_ERROR ignore
  std::optional<std::int64_t> reject_limit;  // 18
  bool freeze = false;
  std::string encoding;
};

/// Reads and checks the options of a COPY FROM as ProcessCopyOptions does (42601, 0A000, 22023) for that server version.
std::optional<CopyError> read_copy_options(const Copy& copy, int server_version, CopyOptions& out);

struct CopyField {
  enum class Kind : std::uint8_t { null, default_, text } kind = Kind::text;
  std::string text;               // unescaped
  std::uint64_t offset = 0;       // of the raw field within the data
  std::uint64_t length = 0;
};

struct CopyRow {
  std::vector<CopyField> fields;  // reused; size() is the number of fields
  std::uint64_t offset = 0, length = 0;  // of the whole line within the data, without its line end
  std::uint64_t line = 0;         // 1-based, within the data (as CONTEXT counts it)
};

class CopyReader {
 public:
  /// `data` outlives the reader: the bytes before the line of "\."; `terminated` whether there was one (psql 14 to 17 sends it, too).
  /// `columns`: names of the columns in the order in which they are read, for HEADER MATCH and FORCE_*.
  CopyReader(std::string_view data, const CopyOptions& options, std::vector<std::string> columns, int server_version, bool terminated, bool from_file = false);

  enum class Next { row, end, error };
  /// Field counts are the caller's to check: see too_few(), too_many().
  Next next(CopyRow& row);
  const CopyError& error() const { return error_; }

  /// 22P04 missing data for column "c"; extra data after last expected column.
  CopyError wrong_count(const CopyRow& row) const;

 private:
  Next next_text(CopyRow& row);
  Next next_csv(CopyRow& row);
  std::string_view data_;
  CopyOptions options_;
  std::vector<std::string> columns_;
  int version_ = 15;
  bool terminated_ = true, from_file_ = false;
  std::uint64_t at_ = 0, line_ = 0;
  int line_end_ = 0;  // 0 not seen yet, then '\n', '\r' or '\r' + '\n'
  CopyError error_;
};

}  // namespace pgfk
