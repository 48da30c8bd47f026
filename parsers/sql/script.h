// A script as psql reads it: SQL statements, COPY data, meta-commands, in the order psql would meet them.
//
//   bytes --ScriptReader--> ScriptItem --parse_sql (pg_query.h)--> Statement
//
// The reader knows psql's lexical rules, not the server's: where a statement ends (parentheses hold the semicolon back, BEGIN ... END
// in CREATE FUNCTION too), variables, \i, \if, \restrict, in-line COPY data. What depends on the server's answers (spilling data of a
// refused COPY, ON_ERROR_STOP, \connect) is the replay's: it calls spill_data() and set_variable(), or next() no more.
//
// Cost: SQL is lexed at some hundred MB/s, quotes, COPY data and literal INSERTs at 1 GB/s and more; no text is copied unless psql would
// send another than the file holds. No recursion: depth is bounded by memory for parentheses, by kMaxIncludes for files.
// Threads: one. While it reads, nobody else may add to the Sources.
// Source: fk-semantics section 15; psql's psqlscan.l, mainloop.c, copy.c.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parsers/input/diagnostic.h"
#include "parsers/input/result.h"
#include "parsers/input/source.h"
#include "parsers/input/span.h"

namespace pgfk {

enum class ItemKind {
  sql,           // one query string, ended by ; or \g (or several joined by \;)
  insert_run,    // consecutive INSERT ... VALUES of literals into one table with one header, see InsertRun
  meta,          // a backslash command with an effect on the replay
};

enum class MetaKind {
  connect,       // words: database, user, host, port as far as given; "-" keeps. A conninfo string or URI is taken apart
  copy,          // \copy: `text` holds it as COPY ... FROM STDIN ... or TO STDOUT ..., the client's file is in `file`
  gset,          // the item's sql is run, its result stored; words[0] a prefix, or no word
  gexec,         // the item's sql is run, each field of the result is run as a statement
  gdesc,         // the statement is described, not run
  set_error_stop, set_error_rollback, set_autocommit, set_single_step,  // \set of the variables that steer; value in words[0]
  quit,          // \q
  include_failed,  // \i of a file that cannot be read; words[0], and why in words[1]
  unknown,       // psql complains, which ON_ERROR_STOP heeds; words: the command, psql's complaint
  shell,         // \! and the like: nothing to know; words: the command
  pipeline,      // \startpipeline, \syncpipeline, \endpipeline, \flush, \flushrequest, \getresults: words[0] the command
  bind,          // \bind: words the parameters, for the next sql item
  bind_named,    // \bind_named, where it is sent: words the name and the parameters
  parse,         // \parse: the item's sql is prepared as words[0]
  close_prepared,  // words[0]
  restricted,    // refused under \restrict; words: the command
  encoding,      // \encoding: words[0] the new client_encoding
};

/// The data lines behind COPY ... FROM stdin, not yet looked at. Of \copy from a file: that file, with its own lines.
struct CopyData {
  Span span;                      // first data byte .. before the line of "\."; a last line "\." without line end is within
  std::uint64_t first_line = 0;   // of its first byte
  std::uint64_t end_line = 0;     // of the line "\.", or of the last one that has a line end
  bool terminated = true;         // false: the file's end ended it
  std::uint64_t after = 0;        // offset behind the line of "\."
};

/// A run of INSERT INTO name [(columns)] [OVERRIDING ...] VALUES rows [ON CONFLICT DO NOTHING]; with one header, literals only.
/// Each statement keeps its own fate; its line is asked of Source::place_of. At least 16 statements, or one of more than 64 kB.
struct InsertRun {
  Span span;                      // from the first INSERT to behind the last semicolon
  std::vector<std::uint64_t> split_offsets;  // starts of statements about 1 MB apart, from span.offset, rising; 0 is left out
  std::uint64_t statements = 0;
  std::uint64_t header_length = 0;  // bytes from INSERT up to and including VALUES, as written in the first statement
  bool on_conflict_do_nothing = false;
};

struct ScriptItem {
  ItemKind kind = ItemKind::sql;
  Span span;                      // from the statement's first token to before its terminator; where \i is at work, of the included file
  std::uint64_t line = 0;         // of the first token
  std::uint64_t psql_line = 0;    // the line psql names for it: of the terminator, or of the last "\.", see fk-semantics 15.2
  std::uint64_t terminator_line = 0;  // of the terminator; what psql names when the server refuses a COPY
  bool substituted = false;       // psql variables were replaced: `text` is not the bytes at `span`
  std::string text;               // what the server is sent; set only where substituted (else the bytes at span)
  bool ended_by_file = false;     // no terminator
  std::vector<Span> parts;        // for `a \; b;`: the places, not filled unless several (the server sees one query string)
  MetaKind meta = MetaKind::unknown;
  std::vector<std::string> words;
  std::string file;               // \copy, \i: resolved path
  std::optional<CopyData> data;   // of the first COPY ... FROM stdin in the query string
  std::vector<CopyData> more_data;  // of further ones
  InsertRun run;
  bool crosstab_or_output = false;  // ended by \g file, \gx, \watch ...: still sent to the server
};

/// Where the data of COPYs lies, by source and offset of its first byte: a second reading of the same script need not search again.
struct CopyDataMemory {
  std::map<std::pair<SourceId, std::uint64_t>, CopyData> found;
};

struct ScriptOptions {
  std::map<std::string, std::string> variables;  // -v name=value; DBNAME and the like, where known, go here too
  std::string base_directory;                    // psql's working folder, for relative \i and \copy; empty: ours. \ir needs none
  CopyDataMemory* memory = nullptr;              // outlives the reader
  int psql_version = 18;
  bool recognise_insert_runs = true;             // false: each INSERT is an item of its own
  std::uint64_t max_statement_bytes = 1ull << 30;  // the server takes no longer ones; they are told of and left out
};

class ScriptReader {
 public:
  /// `sources` outlives the reader; files included by \i are added to it.
  ScriptReader(Sources& sources, SourceId input, ScriptOptions options, Diagnostics& diagnostics);
  ~ScriptReader();

  /// The next thing psql would do; false at the end. For an item with data the reader stands behind the data.
  bool next(ScriptItem& out);

  /// Goes back to the data of the item just returned and reads it as SQL, as an old psql does when the server refused the COPY:
  /// from the `first`-th COPY of the query string on. Data from a file (\copy) does not spill.
  void spill_data(const ScriptItem& item, std::size_t first = 0);
  /// For psql that skips (fk-semantics 15.11) nothing need be called: next() has skipped already.

  /// psql's standard_conforming_strings, as the server reported it; changes how quotes are read from here on.
  void set_standard_conforming_strings(bool on);
  /// \gset stores its result; :name is replaced from here on. A name psql would refuse is not stored.
  void set_variable(const std::string& name, const std::string& value);
  void unset_variable(const std::string& name);
  /// What ON_ERROR_STOP and its kin hold now, set in the script or by -v.
  std::optional<std::string> variable(const std::string& name) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// One cell of an INSERT run or of COPY data, as written. A view into the window it was read from.
enum class CellKind : std::uint8_t { null, default_, text /* quoted, or COPY's field */, number, boolean, bit };
struct Cell {
  CellKind kind = CellKind::null;
  bool escaped = false;       // `text` still holds escapes: '' doubling, or COPY's backslashes
  std::string_view text;      // without quotes
};

/// Reads the statements of an InsertRun, or any text of the same shape, row by row.
///
/// It may start at any statement of the run (InsertRun::split_offsets). Views go into the text and live as long as it does.
/// Text of another shape ends the reading: next_statement() and next_row() give false and well_formed() says so.
class ValuesReader {
 public:
  explicit ValuesReader(std::string_view text);

  /// Moves to the next statement, past what is left of the one at hand; false at the end. `offset` is its first byte.
  bool next_statement(std::uint64_t& offset);
  /// The next row of the statement at hand; false behind the last one.
  bool next_row(std::vector<Cell>& cells);

  /// Where the row just read stands in the text, with its parentheses.
  std::uint64_t row_offset() const { return row_offset_; }
  std::uint64_t row_end() const { return at_; }
  /// Offset behind the semicolon, once next_row() gave false.
  std::uint64_t statement_end() const { return at_; }
  bool well_formed() const { return well_formed_; }

 private:
  template <typename Take>
  bool read_next_row(Take&& take);
  bool skip_row();

  std::string_view text_;
  std::string_view header_;  // of the statement read last
  std::size_t at_ = 0;
  std::size_t row_offset_ = 0;
  bool in_statement_ = false;
  bool first_row_ = false;
  bool well_formed_ = true;
};

}  // namespace pgfk
