// COPY ... FROM data, row by row, as the server reads it: text and csv.
//
// Every refusal is the server's: 22P04, or 22021 for bytes that are no UTF-8, with its text. Types are not looked at here; a field is
// text, NULL or DEFAULT.
// Cost: one pass over the data; no allocation per row once the row's fields have grown to their sizes.
// Source: copy.c, copyfromparse.c; fk-semantics section 17.
#pragma once

#include <array>
#include <cstddef>
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
  // Letters and digits of the name, lower case; empty: client_encoding. The reader checks the bytes of the data if this is "utf8", so a
  // caller that wants it to puts that in for an empty one; what escapes make is checked for an empty one as well.
  std::string encoding;
};

/// Reads and checks the options of a COPY FROM as ProcessCopyOptions does (42601, 0A000, 22023) for that server version.
/// `out` is whole only where nothing is returned. Whether columns named in FORCE_* exist is the caller's to check, after this.
std::optional<CopyError> read_copy_options(const Copy& copy, int server_version, CopyOptions& out);

struct CopyField {
  /// A default_ in a column that has none is 22P04 "unexpected default marker in COPY data", and comes before a wrong count.
  enum class Kind : std::uint8_t { null, default_, text } kind = Kind::text;
  std::string text;               // unescaped; of no meaning but for text
  std::uint64_t offset = 0;       // of the raw field within the data
  std::uint64_t length = 0;
};

struct CopyRow {
  std::vector<CopyField> fields;  // reused; size() is the number of fields
  std::uint64_t offset = 0, length = 0;  // of the whole line within the data, without its line end
  std::uint64_t line = 0;         // 1-based, within the data (as CONTEXT counts it): the last one of a row with line breaks in quotes; after 22021 it
                                  // may be a later one of the row
};

class CopyReader {
 public:
  /// `data` outlives the reader: the bytes before the line of "\."; `terminated` whether there was one (psql 14 to 17 sends it, too),
  /// `terminator_has_cr` whether that line ended in CR LF. `from_file`: data of \copy, which hold such a line themselves if any.
  /// `columns`: names of the columns in the order in which they are read, for HEADER MATCH and FORCE_*.
  CopyReader(std::string_view data, const CopyOptions& options, std::vector<std::string> columns, int server_version, bool terminated,
             bool from_file = false, bool terminator_has_cr = false);

  enum class Next { row, end, error };
  /// Field counts are the caller's to check, see wrong_count(). After end or error there is nothing more to read.
  Next next(CopyRow& row);
  const CopyError& error() const { return error_; }

  /// 22P04 missing data for column "c"; extra data after last expected column.
  CopyError wrong_count(const CopyRow& row) const;

 private:
  // What the lines of the data end in, by the first one: CR, NL or CR NL.
  enum class LineEnd : std::uint8_t { unknown, newline, carriage_return, both };
  enum class Mark : std::uint8_t { none, end, error };
  using ByteSet = std::array<bool, 256>;

  /// One line into row.fields; false for a refusal, which is in error_ then. Sets ended_ with the last line.
  bool read_line(CopyRow& row);
  /// What makes no difference to a header line that is skipped: quotes left open, escapes that make no characters, no columns at all.
  bool check_fields(CopyRow& row);
  bool read_text_line(CopyRow& row);
  bool read_csv_line(CopyRow& row);
  std::size_t read_quoted(std::size_t at, CopyField& field);
  std::size_t read_escape(std::size_t at, CopyField& field);
  bool take_line_end(std::size_t& at);
  Mark end_mark(std::size_t behind_dot, bool line_is_empty);
  bool end_of_data(bool line_is_empty);
  bool check_header(const CopyRow& row);

  CopyField& begin_field(CopyRow& row, std::size_t at);
  void finish_field(CopyField& field, std::size_t end, bool quoted, std::size_t index) const;
  void finish_row(CopyRow& row, std::size_t end) const;
  bool check_encoding(std::size_t end);
  bool fail(std::string message);

  std::string_view data_;
  CopyOptions options_;
  std::vector<std::string> columns_;
  std::vector<bool> force_not_null_, force_null_;  // by column
  int version_ = 15;
  bool sends_mark_ = false, mark_has_cr_ = false;
  bool checks_bytes_ = false, checks_escapes_ = true;
  char delimiter_ = '\t', quote_ = '"', escape_ = '"';
  ByteSet ends_plain_ = {}, ends_quoted_ = {};  // bytes that end a run of plain ones, outside and inside of quotes

  std::uint64_t at_ = 0, line_ = 0;
  std::size_t field_count_ = 0;
  LineEnd line_end_ = LineEnd::unknown;
  bool ended_ = false;            // no line follows
  bool in_quotes_ = false;        // the data ended within quotes
  std::uint64_t seen_ = 0;        // behind the last byte looked at, where that is further than at_
  std::uint64_t verified_ = 0;    // bytes known to be in the encoding
  bool bad_escape_ = false;       // an escape of this line has made bytes that are not
  CopyError error_;
};

}  // namespace pgfk
