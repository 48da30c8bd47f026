// Rows by the million: one COPY block or run of literal INSERTs, read on all cores into the columns that some key asks for.
//
//   block --split at rows--> chunks --(any thread) check every cell, pack the wanted columns--> BulkRows, in row order
//
// The bulk path only ever says "all rows are fine" or "row so-and-so is not": what exactly the server would answer to a bad row is decided by
// the row-by-row path, which reads the statement again. So a checker here may be strict, never lax: what a fast path does not recognise is asked of
// read_value (type_io.h).
// Memory: wanted columns only, packed per chunk (integers by the width of their range, uuids 16 bytes, short repeated texts as a dictionary).
// Threads: extraction and the set operations use `threads` workers inside; the interface itself is one-threaded.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/types/settings.h"
#include "analyzer/types/type_io.h"
#include "analyzer/types/value.h"
#include "parsers/input/result.h"
#include "parsers/input/source.h"
#include "parsers/input/span.h"

namespace pgfk {

struct Progress;

class SpillArea;

struct BulkColumn {
  TypeId type = TypeId::none;        // base type; domains with checks, generated and identity-always columns never come here
  std::int32_t typmod = -1;
  bool not_null = false;
  bool wanted = false;               // kept, because a key, a CHECK or a report needs it

  friend bool operator==(const BulkColumn&, const BulkColumn&) = default;
};

/// How the rows of one block are read. Columns in the order in which they stand in the rows.
struct BulkPlan {
  std::vector<BulkColumn> columns;
  bool insert = false;               // VALUES rows instead of COPY text
  char delimiter = '\t';             // COPY text format only; csv goes row by row
  std::string null_text = "\\N";
  bool check_utf8 = true;            // no server encoding but UTF8 and the ASCII-safe ones (SQL_ASCII, LATIN1 ...) may come here
  bool standard_strings = true;      // insert: a backslash in quotes is itself; if false, text with backslashes is `unsupported`
  unsigned threads = 1;
  std::uint64_t chunk_bytes = 1u << 20;  // aimed at; small ones are for tests
  Progress* progress = nullptr;      // told of what was read, and asked whether to go on; may be null
  SpillArea* area = nullptr;         // bounds the columns in memory, and outlives the rows; null: no bound

  friend bool operator==(const BulkPlan&, const BulkPlan&) = default;
};

/// A row among all rows of a BulkRows, from 0.
using BulkRow = std::uint64_t;

class BulkRows {
 public:
  struct Impl;
  explicit BulkRows(std::unique_ptr<Impl> impl);
  BulkRows(BulkRows&&) noexcept;
  BulkRows& operator=(BulkRows&&) noexcept;
  ~BulkRows();

  std::uint64_t size() const;
  /// Bytes held.
  std::uint64_t memory() const;
  /// Where the row stands in the source: the COPY line, or the parenthesised VALUES list. Re-reads one chunk. For an INSERT run also the statement.
  struct Located { Span row; Span statement; std::uint64_t row_in_statement = 1; };
  Located locate(BulkRow row) const;
  /// The cell of a wanted column (index into BulkPlan::columns) as a Value of its type.
  Value cell(BulkRow row, std::size_t column) const;
  /// The least and the greatest value of a wanted column, if it has no NULL and is packed as integers, whose order is that of the type.
  std::optional<std::pair<Value, Value>> range(std::size_t column) const;
  /// Statements of an INSERT run (1 for COPY), and the rows of statement k: for fates that differ by statement.
  std::uint64_t statements() const;
  std::uint64_t statement_of(BulkRow row) const;
  std::pair<BulkRow, BulkRow> rows_of_statement(std::uint64_t statement) const;

  const Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// What the extraction says of a block.
struct BulkResult {
  std::optional<BulkRows> rows;           // set if every row is fine (insert run: every row of every good statement; see bad_statements)
  std::optional<std::uint64_t> bad_row;   // COPY: the first row (from 0) that is not certainly fine
  std::vector<std::uint64_t> bad_statements;  // insert run: the statements (from 0) that hold a row not certainly fine; their rows are not in `rows`
  std::optional<Error> damage;            // the data ended early: what was decoded is not all
  bool unsupported = false;               // the text is not of the shape this path reads at all
  bool crlf = false;                      // COPY: every row ended in CR LF; then the line of "\." must, too
  std::uint64_t row_count = 0;            // rows read, good or not; exact where `rows` is set
};

/// Reads the block. `text` is the data (COPY: the lines before "\."; INSERT run: its statements), `at` its place; BulkRows::locate reads it again,
/// so it must live as long as the rows. INSERT runs are cut at `split_offsets` (of statements, within `text`) only.
/// `release` is called, from any thread, for ranges that have been read; offsets count from the start of the source (at.offset is in them).
BulkResult extract_rows(std::string_view text, Span at, const BulkPlan& plan, const TypeContext& context,
                        std::span<const std::uint64_t> split_offsets = {},
                        const std::function<void(std::uint64_t offset, std::uint64_t length)>& release = {});
/// COPY data that is a whole stream (Source::is_stream).
struct CopyStream {
  const Source* source = nullptr;
  Span at;
  BulkPlan plan;                          // its `threads` is not looked at
};
/// The same for streams, decoded on the way and not kept: several at once, since a decoder keeps only one core busy.
std::vector<BulkResult> extract_streams(std::span<const CopyStream> streams, const TypeContext& context, unsigned threads);
/// Only counts rows (COPY: lines): for relations that no key touches. Still checks nothing.
std::uint64_t count_rows(std::string_view text, unsigned threads);

/// Some columns of some rows, as a key: what sets are built from and probed with. `dead` rows (bitmap, may be null) do not count.
struct KeySource {
  const BulkRows* rows = nullptr;
  std::vector<std::size_t> columns;       // indexes into the BulkPlan's columns, in key order
  std::vector<TypeId> meet;               // the types in which both sides are compared (KeyEquality::meet), one per column
  const std::vector<bool>* dead = nullptr;
};

/// The keys of a unique key or of a foreign key's referenced side: built in bulk, then extended and asked one by one.
///
/// Invariants: keys are compared whole; a key with a NULL is not held. Shapes: dense integers a bitmap, packed 64 bits, 128 bits
/// (uuid, small composites), or bytes (append_key) behind a hash.
/// Cost: about one cache miss a key, prefetched in batches.
class BulkKeySet {
 public:
  struct Impl;
  /// `types`: the meet types, in key order. `threads` workers build and probe. `area` bounds the memory and outlives the set; null: no bound.
  BulkKeySet(std::vector<TypeId> types, const TypeContext& context, unsigned threads, SpillArea* area = nullptr);
  ~BulkKeySet();
  BulkKeySet(BulkKeySet&&) noexcept;

  /// A pair of rows with equal keys: the first one (in row order, over sources in order) that repeats an earlier one. If that one was in the set
  /// before this call, `first_source` is kEarlier.
  static constexpr std::size_t kEarlier = SIZE_MAX;
  struct Duplicate { std::size_t source; BulkRow row; std::size_t first_source; BulkRow first_row; };
  /// Adds all keys. If `want_unique`, also finds the first duplicate in arrival order (and goes on adding). The sources' rows outlive the set.
  std::optional<Duplicate> add(std::span<const KeySource> sources, bool want_unique);
  /// One key as values of the meet types (cast by the caller); a NULL in it does nothing. False if it was there.
  bool insert(std::span<const Value> key);
  bool contains(std::span<const Value> key) const;
  /// Keys in memory: all of them, unless apart().
  std::uint64_t size() const;
  std::uint64_t memory() const;
  /// What a table takes that has the keys of these sources, too.
  std::uint64_t memory_for(std::span<const KeySource> sources) const;
  /// The area has no room for all keys: each question to the set reads all rows of its sources again, contains() once, missing() part by part.
  bool apart() const;

  /// Rows of `sources` whose key is not in this set; rows with a NULL key column do not count (MATCH SIMPLE), with `full`, rows with some NULLs are
  /// `mixed`. All are counted, the first `keep` (by source, then row) are named; `keys_missing` counts distinct ones.
  struct Missing {
    std::uint64_t rows = 0, keys = 0, mixed = 0, checked = 0;
    std::vector<std::pair<std::size_t, BulkRow>> first;
    std::vector<std::pair<std::size_t, BulkRow>> first_mixed;
  };
  Missing missing(std::span<const KeySource> sources, std::uint64_t keep, bool full) const;

 private:
  std::unique_ptr<Impl> impl_;
};

/// Rows that have a NULL in the column (SET NOT NULL, ADD PRIMARY KEY): the first, or nullopt.
std::optional<BulkRow> first_null(const BulkRows& rows, std::size_t column);

}  // namespace pgfk
