// A script as psql reads it: SQL statements, COPY data, meta-commands, in the order psql would meet them.
//
//   bytes --ScriptReader--> ScriptItem --parse_sql (pg_query.h)--> Statement
//
// The reader knows psql's lexical rules, not the server's: where a statement ends (parentheses hold the semicolon back, BEGIN ... END
// in CREATE FUNCTION too), variables, \i, \if, \restrict, in-line COPY data. What depends on the server's answers (spilling data of a
// refused COPY, ON_ERROR_STOP, \connect) is the replay's: it steers with skip_data()/spill_data() and stop().
// Source: fk-semantics section 15; psql's psqlscan.l, mainloop.c, copy.c.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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
  connect,       // words: database, user, ...; "-" keeps
  copy,          // \copy: sql_text holds it as COPY ... FROM stdin/STDIN 'file' with the client's file in `file`
  gset,          // the item's sql is run, its result stored; words[0] a prefix
  gexec,         // the item's sql is run, each field of the result is run as a statement
  gdesc,         // the statement is described, not run
  set_error_stop, set_error_rollback, set_autocommit, set_single_step,  // \set of the variables that steer; value in words[0]
  quit,          // \q
  include_failed,  // \i of a file that cannot be read; words[0]
  unknown,       // complaint, nothing else
  shell,         // \! and the like: nothing to know
  pipeline,      // \startpipeline, \sendpipeline, \syncpipeline, \endpipeline, \flush, \getresults: words[0] the command
  bind,          // \bind, \bind_named: words the parameters, for the next \g or ;
  parse,         // \parse name
  close_prepared,
  restricted,    // refused under \restrict
};

/// The data lines behind COPY ... FROM stdin, not yet looked at.
struct CopyData {
  Span span;                      // first data byte .. before the line of "\."
  std::uint64_t first_line = 0;   // of its first byte
  std::uint64_t end_line = 0;     // of the line "\." (or the last line of the input)
  bool terminated = true;         // false: the file's end ended it
  std::uint64_t after = 0;        // offset behind the line of "\."
};

/// A run of INSERT INTO name [(columns)] [OVERRIDING ...] VALUES rows [ON CONFLICT DO NOTHING]; with one header, literals only.
/// Each statement keeps its own fate; `statements` says where each begins. Big runs are not split in memory: only offsets are kept
/// for every kStride-th statement.
struct InsertRun {
  Span span;                      // from the first INSERT to behind the last semicolon
  std::uint64_t statements = 0;
  std::uint64_t header_length = 0;  // bytes from INSERT up to and including VALUES, as written in the first statement
  bool on_conflict_do_nothing = false;
};

struct ScriptItem {
  ItemKind kind = ItemKind::sql;
  Span span;                      // from the statement's first token to before its terminator; where \i is at work, of the included file
  std::uint64_t line = 0;         // of the first token
  std::uint64_t psql_line = 0;    // the line psql names for it: of the terminator, see fk-semantics 15.2
  bool substituted = false;       // psql variables were replaced: `text` is not the bytes at `span`
  std::string text;               // what the server is sent; set only where substituted (else the bytes at span)
  bool ended_by_file = false;     // no terminator
  std::vector<Span> parts;        // for `a \; b;`: not filled unless several (the server sees one query string)
  MetaKind meta = MetaKind::unknown;
  std::vector<std::string> words;
  std::string file;               // \copy, \i: resolved path
  std::optional<CopyData> data;   // sql that begins with COPY ... FROM stdin (any number of COPYs in the string: the first)
  std::vector<CopyData> more_data;  // of further COPYs in one query string
  InsertRun run;
  bool crosstab_or_output = false;  // ended by \g file, \gx, \watch ...: still sent to the server
};

struct ScriptOptions {
  std::map<std::string, std::string> variables;  // -v name=value
  std::string base_directory;                    // for \ir and relative \i; the input's folder and the working folder
  int psql_version = 18;
  bool recognise_insert_runs = true;             // false: each INSERT is an item of its own
  std::uint64_t max_statement_bytes = 1ull << 30;
};

class ScriptReader {
 public:
  /// `sources` outlives the reader; files included by \i are added to it.
  ScriptReader(Sources& sources, SourceId input, ScriptOptions options, Diagnostics& diagnostics);
  ~ScriptReader();

  /// The next thing psql would do; false at the end. For an item with data the reader stands behind the data.
  bool next(ScriptItem& out);

  /// Goes back to the data of the item just returned and reads it as SQL, as an old psql does when the server refused the COPY.
  void spill_data(const ScriptItem& item);
  /// For psql that skips (fk-semantics 15.11) nothing need be called: next() has skipped already.

  /// psql's standard_conforming_strings, as the server reported it; changes how quotes are read from here on.
  void set_standard_conforming_strings(bool on);
  /// \gset stores its result; :name is replaced from here on.
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
class ValuesReader {
 public:
  ValuesReader(std::string_view text, bool standard_conforming_strings);
  /// Moves to the next statement; false at the end. `offset` is its first byte within the text.
  bool next_statement(std::uint64_t& offset, std::uint64_t& end);
  /// The next row of the statement at hand; false at its end. Cells live until the next call.
  bool next_row(std::vector<Cell>& cells);

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  bool conforming_ = true;
};

}  // namespace pgfk
