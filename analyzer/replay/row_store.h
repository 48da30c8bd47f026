// The rows that stand at this point of the replay, table by table, and the indexes that find them by key.
//
// Invariants: a row keeps its number for life; rows lie in physical order (an UPDATE kills the old version and appends the new one); an
// index holds exactly the living rows. Every change since a mark can be taken back.
// A table may hold two kinds of rows: whole ones, and the key columns of a bulk load (bulk.h), which come first in physical order.
// Cost: insert and kill are O(indexes of the table), rollback_to is O(changes since the mark); look-ups are O(1) expected.
// Threads: one.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/bulk/bulk.h"
#include "analyzer/bulk/spill.h"
#include "analyzer/catalog/catalog.h"
#include "analyzer/types/value.h"
#include "parsers/input/span.h"

namespace pgfk {

/// Why something is not certain; an index into Replay's doubts. `none` is certainty.
enum class DoubtId : std::uint32_t { none = 0 };
using RowNumber = std::uint32_t;
inline constexpr RowNumber kNoRow = 0xffff'ffff;

struct StoredRow {
  std::vector<Value> cells;         // by ColumnIndex; shorter than the relation's columns only while a column is being added
  Span place;                       // the COPY line or the VALUES list
  std::uint64_t number = 0;         // within its COPY or VALUES list, from 1
  std::uint32_t statement = 0;      // that wrote it
  std::uint32_t transaction = 0;
  bool live = true;
  std::uint32_t killed_by = 0;      // the statement that took it away; 0 while it lives
  DoubtId doubt = DoubtId::none;    // whether it is there at all is not certain
  RowNumber successor = kNoRow;     // the newer version, if an UPDATE made one in the same table
};

/// How a list of columns becomes a key: the types in which values meet, and the ICU locale of nondeterministic text ("" is bytes).
struct KeyShape {
  std::vector<ColumnIndex> columns;
  std::vector<TypeId> meet;
  std::vector<std::string> locales;
  friend auto operator<=>(const KeyShape&, const KeyShape&) = default;
};

enum class KeyState { whole, has_null, has_unknown };

/// Appends the key of `values` (one per column of the shape) to `out`. A symbol is a key part of its own.
KeyState make_key(const TypeContext& context, const KeyShape& shape, const std::vector<const Value*>& values, std::string& out);

class KeyIndex {
 public:
  explicit KeyIndex(KeyShape shape) : shape_(std::move(shape)) {}
  const KeyShape& shape() const { return shape_; }
  /// Living rows with exactly this key, in order of arrival; null if none.
  const std::vector<RowNumber>* find(const std::string& key) const {
    const auto found = rows_.find(key);
    return found == rows_.end() ? nullptr : &found->second;
  }
  /// Rows whose key holds an unknown that may equal something else.
  const std::vector<RowNumber>& vague() const { return vague_; }

 private:
  friend class RowStore;
  KeyShape shape_;
  std::unordered_map<std::string, std::vector<RowNumber>> rows_;
  std::vector<RowNumber> vague_;
};

/// One bulk load into a table.
struct BulkPart {
  std::unique_ptr<BulkRows> rows;
  std::vector<ColumnIndex> columns;  // of the relation, one per BulkPlan column
  std::vector<bool> kept;            // which of them were wanted
  std::uint32_t statement = 0;
  std::uint32_t transaction = 0;
  DoubtId doubt = DoubtId::none;
};

enum class KeyFound { no, yes, too_dear };

class RowStore {
 public:
  /// `area` bounds what is held, and outlives the store.
  RowStore(const Symbols& symbols, SpillArea& area) : symbols_(symbols), area_(area) {}

  struct Table {
    explicit Table(SpillArea& area) : held(area) {}
    std::deque<StoredRow> rows;
    std::vector<BulkPart> bulk;
    std::uint64_t live = 0;                 // of `rows`
    DoubtId open = DoubtId::none;           // there may be rows we do not know
    DoubtId shaken = DoubtId::none;         // rows we know may be gone or changed
    std::uint32_t last_kill = 0;            // a statement after which none has killed a row of `rows`
    std::vector<RowNumber> killed;          // in order; some live again
    /// Of `killed`, by key; made and brought up to date when somebody asks.
    struct KilledIndex {
      std::size_t seen = 0;
      std::unordered_map<std::string, std::vector<RowNumber>> rows;
    };
    std::map<KeyShape, KilledIndex> killed_indexes;
    std::map<KeyShape, KeyIndex> indexes;
    std::map<KeyShape, std::unique_ptr<BulkKeySet>> bulk_sets;
    HeldCount held;                         // of `rows` and what hangs on them
    std::uint64_t live_count() const;       // bulk included
  };

  /// False where no more rows can be kept whole within the memory there is, not even in the place of key sets that can be built again.
  bool has_room();

  /// Creates an empty table where there is none yet.
  Table& table(RelationId relation);
  const Table* find(RelationId relation) const;

  RowNumber insert(RelationId relation, StoredRow row, const TypeContext& context);
  void kill(RelationId relation, RowNumber row, const TypeContext& context, std::uint32_t statement, RowNumber successor = kNoRow);
  void add_bulk(RelationId relation, BulkPart part);
  void clear(RelationId relation);
  void set_open(RelationId relation, DoubtId doubt);
  void set_shaken(RelationId relation, DoubtId doubt);
  void set_doubt(RelationId relation, RowNumber row, DoubtId doubt);
  /// Replaces one cell in place: a table rewrite (ALTER TYPE, ADD COLUMN), not an UPDATE.
  void rewrite(RelationId relation, RowNumber row, ColumnIndex column, Value value);
  /// Forgets the indexes of a relation whose columns changed.
  void drop_indexes(RelationId relation);

  /// The first row with the key that was there and is gone; kNoRow if there is none.
  RowNumber find_killed(RelationId relation, const KeyShape& shape, const std::string& key, const TypeContext& context);
  KeyIndex& index(RelationId relation, const KeyShape& shape, const TypeContext& context);
  /// The bulk-loaded keys of that shape; null if the table has no bulk rows. `context` must outlive the call only. The set lives until the next
  /// call of one of these three: where memory is short, another set takes its place.
  BulkKeySet* bulk_set(RelationId relation, const KeyShape& shape, const TypeContext& context, unsigned threads);
  /// Builds that set anew and says where a key repeats an earlier one; no duplicate leaves the set for bulk_set() to find.
  std::optional<BulkKeySet::Duplicate> build_bulk_set(RelationId relation, const KeyShape& shape, const TypeContext& context, unsigned threads);
  /// Whether a bulk-loaded row has the key (values of the meet types). `too_dear`: the keys do not fit into memory, and reading all rows again
  /// for each question has taken enough time.
  KeyFound find_bulk_key(RelationId relation, const KeyShape& shape, std::span<const Value> key, const TypeContext& context, unsigned threads);
  static std::vector<KeySource> key_sources(const Table& table, const KeyShape& shape);

  using Mark = std::size_t;
  Mark mark() const { return journal_.size(); }
  void rollback_to(Mark mark, const TypeContext& context);
  void forget();

 private:
  enum class ChangeKind { inserted, killed, bulk_added, cleared, opened, shaken, doubted, rewritten };
  struct Change {
    ChangeKind kind;
    RelationId relation;
    RowNumber row = kNoRow;
    ColumnIndex column = 0;
    DoubtId doubt = DoubtId::none;
    Value value;
    std::unique_ptr<Table> table;
  };
  void link(Table& table, RowNumber row, const TypeContext& context);
  void unlink(Table& table, RowNumber row, const TypeContext& context);
  bool is_vague(const KeyShape& shape, const StoredRow& row) const;
  static std::uint64_t row_bytes(const Table& table, const StoredRow& row);
  /// Key sets of bulk-loaded rows go; they are built again when somebody asks.
  void drop_bulk_sets();
  /// Lets other sets go if this one would not fit beside them.
  void make_room_for(const BulkKeySet& set, std::span<const KeySource> sources);

  const Symbols& symbols_;
  SpillArea& area_;
  std::uint64_t rows_read_again_ = 0;  // for keys that do not fit
  int sets_dropped_for_rows_ = 0;
  std::unordered_map<std::uint32_t, std::unique_ptr<Table>> tables_;
  std::vector<Change> journal_;
};

}  // namespace pgfk
