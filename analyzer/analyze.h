// The analyzer's one door: loads the inputs in its head, as psql or pg_restore would, and says what the server would refuse.
//
// The options are the command line's (docs/pgfk.1) with names resolved and numbers read; nothing here is text to be parsed
// again, patterns and settings apart. What an option does to a verdict is the replay's business; rules/ and reports/ only see
// the Analysis.
// Cost: see DESIGN.md, section 2: one survey, one parallel extraction, one replay; a further replay for each order of files that is tried
// (file_order.h), and one where --against leaves open what a table holds. Memory stays below `memory_bytes` for keys held.
// Threads: one call per Sources at a time; it uses `threads` of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/finding.h"
#include "analyzer/progress.h"
#include "parsers/archive/restore_program.h"
#include "parsers/input/source.h"
#include "parsers/input/span.h"

namespace pgfk {

struct StatementNeeds;

/// Who loads: an owner may neither DISABLE TRIGGER ALL nor set session_replication_role (42501).
enum class LoadRole { superuser, owner };

/// What to believe of rows in a referenced table that stands before the inputs (`against`) and that nothing loads. A table that the
/// inputs make themselves is empty until they fill it.
enum class AssumeRows { unknown, absent };

/// Versions whose rules are known.
inline constexpr int kOldestVersion = 13, kNewestVersion = 18;

/// pg_dump's patterns (`sales.*`, `order?`, `"Mixed"`), as written: -n, -N, -t, -T. Empty lists leave nothing out.
/// They choose the tables whose foreign keys are judged; the rows of referenced tables are read all the same.
struct TableFilters {
  std::vector<std::string> schemas = {}, exclude_schemas = {};
  std::vector<std::string> tables = {}, exclude_tables = {};

  bool empty() const {
    return schemas.empty() && exclude_schemas.empty() && tables.empty() && exclude_tables.empty();
  }
};

struct AnalyzeOptions {
  std::vector<SourceId> inputs;            // in the order in which they load; each a session of its own
  using Archives = std::map<SourceId, std::shared_ptr<const RestoreProgram>>;
  Archives archives;                       // inputs that pg_restore loads, and what it sends
  std::vector<SourceId> against;           // loaded before; their failures are diagnostics of the set-up, never findings
  bool one_session = false;                // all inputs in one session: psql -f A -f B; implied by single_transaction
  bool single_transaction = false;         // -1
  bool exit_on_error = false;              // -e: ON_ERROR_STOP; with several sessions, only the one that fails ends
  bool data_only = false, schema_only = false;  // -a, -s, --disable-triggers: for the report alone; `archives` were read accordingly
  bool disable_triggers = false;
  LoadRole as = LoadRole::superuser;
  AssumeRows assume_parent = AssumeRows::unknown;
  std::set<std::pair<std::string, std::string>> doubted_tables;  // by schema and name: may hold rows before the inputs load; analyze() finds them itself
  int pg_version = 0;                      // major version of the target; 0: the dump's, brought into what is known, else the newest
  std::string dbname;                      // where the sessions start; empty: any name
  std::vector<std::pair<std::string, std::string>> settings;  // --setting=NAME=VALUE, in order
  std::string encoding;                    // client_encoding the sessions start with; empty: the dump's, else UTF8
  std::map<std::string, std::string> variables;  // psql's, -v name=value
  TableFilters filters;
  std::uint64_t max_rows = 3;              // rows kept per finding; 0: all (memory then grows with the failing rows)
  unsigned threads = 0;                    // 0: one per core
  std::uint64_t memory_bytes = 0;          // bound on keys held, then they are spilled; 0: half of the machine's
  Progress* progress = nullptr;            // told of what was read, and asked whether to go on; may be null
  std::uint64_t survey_from_bytes = 4u << 20;  // smaller inputs keep all rows whole; UINT64_MAX: the row-by-row way decides everything (tests)
  std::uint64_t bulk_from_bytes = 256u << 10;  // smaller blocks of rows are read one by one
  StatementNeeds* needs = nullptr;         // where set, keys are not judged: what needs what is noted (replay/needs.h)
  bool keep_going = false;                 // a statement that fails ends neither its transaction block nor its session: to see what each needs
  std::string temporary_directory;         // for what is spilled; empty: TMPDIR, else /tmp
};

/// Loads the inputs once, in the order given, without looking for another order of files or for doubted tables: for callers that rewrite what
/// analyze() has seen, and load it again.
Analysis load_once(Sources& sources, const AnalyzeOptions& options);

/// Never fails as a whole: what could not be read is in Analysis::diagnostics, and the rest was analyzed.
/// The spans of the result point into `sources`; files that \i includes are added to it.
Analysis analyze(Sources& sources, const AnalyzeOptions& options);

}  // namespace pgfk
