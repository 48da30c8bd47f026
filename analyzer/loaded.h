// The database as it stands when a load is over, for questions about single keys.
//
// Cost: one load; then a question is a look-up, or reads the keys of a table again where they do not fit into memory.
// Threads: one.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/analyze.h"
#include "analyzer/catalog/catalog.h"
#include "analyzer/finding.h"

namespace pgfk {

enum class Standing {
  yes,
  no,
  table_empty,  // no, as the table has no row at all
  unknown
};

/// Whether some row has these values in these columns. The columns are those of a foreign key or a unique key of the input: of others, the values
/// may not have been kept.
struct StandingQuestion {
  std::string database;              // counts where the input makes several
  std::string schema, table;
  std::vector<std::string> columns;
  std::vector<std::string> values;   // one per column, as the server prints them; none is NULL
};

struct StandingAnswer {
  Standing standing = Standing::unknown;
  std::string why;  // of unknown
};

/// Values of a row by column, as literals without a type; nullopt is NULL. Columns that are not there get their defaults.
using TrialValues = std::map<ColumnIndex, std::optional<std::string>>;

class Replay;

class LoadedDatabase {
 public:
  /// Loads options.inputs as analyze() does, in the order given, behind options.against. `sources` outlives this.
  LoadedDatabase(Sources& sources, AnalyzeOptions options);
  ~LoadedDatabase();

  /// What the replay says: findings, tables, constraints.
  const Analysis& analysis() const { return *analysis_; }
  StandingAnswer ask(const StandingQuestion& question);
  /// Of the database that the sessions start in.
  const Catalog& catalog() const;
  /// What a table would say to one row more, foreign keys apart: its cells, or the refusal. `keep`: the row stands from then on.
  Outcome<std::vector<Value>> try_row(RelationId table, const TrialValues& values, bool keep);
  std::string text_of(const Value& value) const;

 private:
  AnalyzeOptions options_;
  std::unique_ptr<Analysis> analysis_;
  std::unique_ptr<Replay> replay_;
};

}  // namespace pgfk
