// The load, played through in the head: statement by statement, in the order psql would send them, with the server's rules.
//
//   ScriptItem --parse--> Statement --execute--> rows, catalog, settings; events --fire--> findings
//
// Invariants: after a statement that the server would refuse, catalog, rows and settings are what they were before it (sequences
// apart). What is not certain carries a DoubtId; a verdict that rests on one is undecided and names it.
// The parts, one file each: sessions and transactions (replay.cpp, transactions.cpp), INSERT and the way of a row into a table (insert.cpp,
// rows.cpp), UPDATE and DELETE (write.cpp), COPY (copy.cpp), functions and DO blocks (code.cpp, calls.cpp), triggers (row_triggers.cpp), keys and their events (references.cpp, events.cpp, actions.cpp), what definitions ask
// of rows (tasks.cpp), what the evaluator asks of the session (host.cpp), evidence for findings (findings.cpp).
// Threads: one; bulk work inside uses more.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/analyze.h"
#include "analyzer/catalog/catalog.h"
#include "analyzer/catalog/definitions.h"
#include "analyzer/eval/evaluator.h"
#include "analyzer/eval/query.h"
#include "analyzer/eval/row_filter.h"
#include "analyzer/finding.h"
#include "analyzer/loaded.h"
#include "analyzer/plpgsql/interpreter.h"
#include "analyzer/replay/needs.h"
#include "analyzer/replay/rights.h"
#include "analyzer/replay/row_cells.h"
#include "analyzer/replay/row_scope.h"
#include "analyzer/replay/row_store.h"
#include "analyzer/replay/settings.h"
#include "analyzer/replay/survey.h"
#include "parsers/copy/copy_reader.h"
#include "parsers/sql/pg_query.h"
#include "parsers/archive/restore_program.h"
#include "parsers/sql/parse_templates.h"
#include "parsers/sql/script.h"
#include "parsers/sql/tree.h"

namespace pgfk {

/// What a trigger function is told in TG_OP.
enum class TriggerOp { insert, update, delete_, truncate };

/// A trigger event of a foreign key or a deferrable unique key, or of a trigger of the input, waiting to fire.
struct KeyEvent {
  enum class Kind { check, guard_delete, guard_update, unique, trigger } kind = Kind::check;
  ForeignKeyId key = ForeignKeyId::none;
  RelationId relation = RelationId::none;  // of the row
  RowNumber row = kNoRow;                  // check, unique: the row; guards: the old version
  RowNumber new_row = kNoRow;              // guard_update: the new version
  RelationId new_relation = RelationId::none;  // where an UPDATE moved the row to another partition
  std::string unique_key;
  std::uint32_t depth = 0;                 // of cascades, so that hostile scripts end
  // trigger: `row` is OLD of UPDATE and DELETE, `new_row` NEW of INSERT and UPDATE; kNoRow for both FOR EACH STATEMENT
  const CreateTrigger* trigger = nullptr;
  TriggerOp op = TriggerOp::insert;
};
inline constexpr std::uint32_t kMaxCascade = 10'000;

/// A row that breaks a foreign key, as it stood when its check fired.
struct Violation {
  ForeignKeyId key = ForeignKeyId::none;
  bool parent_side = false;
  bool restrict_ = false;
  bool mixed_nulls = false;
  RelationId relation = RelationId::none;
  Span place;
  std::uint64_t number = 0;
  std::uint32_t statement = 0;             // that wrote the row
  std::vector<Value> values;               // of the key, in clause order
  bool count_only = false;
};

/// All that breaks one foreign key in one statement.
struct ViolationGroup {
  ForeignKeyId key = ForeignKeyId::none;
  ForeignKeyId root = ForeignKeyId::none;  // the key it is a copy of, or itself
  ForeignKey definition;                   // as it was: the statement may be rolled back before the finding is made
  std::string message, detail, sqlstate;   // of the first
  bool parent_side = false, mixed_nulls = false;
  std::uint64_t rows = 0, keys = 0;
  std::set<std::string> distinct;          // keys, up to kMaxDistinct
  static constexpr std::size_t kMaxDistinct = 1'000'000;
  std::vector<Violation> kept;
};

struct Savepoint {
  std::string name;
  Catalog::Mark catalog;
  RowStore::Mark rows;
  Settings::Mark settings;
  std::size_t deferred_events;
  std::map<std::string, bool> deferral;    // SET CONSTRAINTS by key id text, see transactions.cpp
  std::optional<bool> deferral_of_all;
};

/// A row of a finding whose referenced row has not come yet.
struct KeyWatch {
  std::size_t finding, row;
  std::vector<Value> values;  // of the key
};

/// Rows that RETURNING hands to the query around a writing WITH part.
struct ReturningSink {
  const Returning* clause = nullptr;
  RelationId relation = RelationId::none;
  std::string alias;
  bool of_merge = false;
  std::vector<OutputColumn> columns;
  std::vector<ResultRow> rows;
};

/// By schema and name.
using TableNames = std::set<std::pair<std::string, std::string>>;

class Replay : private DefinitionHost, private EvaluationHost, private RowProvider, private CodeHost {
 public:
  Replay(Sources& sources, const AnalyzeOptions& options, Analysis& result);
  ~Replay() override;

  /// Loads what stands before the inputs; what fails there is a diagnostic.
  void load_against(SourceId source);
  /// Says, before the inputs are loaded, that these tables may hold rows nobody has shown us; those that are not there are passed over.
  void doubt_rows_of(const TableNames& tables);
  /// One psql session per input, or one for all.
  void load(const std::vector<SourceId>& inputs);
  /// Sums tables and constraints up.
  void finish();
  /// After finish(). (standing.cpp)
  StandingAnswer ask(const StandingQuestion& question);
  /// After finish(): what the table would say to a row with these values, foreign keys apart: its cells, or the refusal, with the column where
  /// one value is refused. `keep`: it stands from then on. (trial.cpp)
  Outcome<std::vector<Value>> try_row(RelationId table, const TrialValues& values, bool keep);
  const Catalog& standing_catalog() const { return database_->catalog; }
  std::string text_of(const Value& value) const { return write_value(types(), value); }

 private:
  using RowValues = std::vector<Value>;
  struct Hit { RelationId relation; RowNumber row; };
  static constexpr std::size_t kEvidenceRows = 100'000;  // of one statement, kept to explain what failed with it

  // --- the database at hand
  Catalog& catalog() { return database_->catalog; }
  const Catalog& catalog() const override { return database_->catalog; }
  RowStore& store() { return database_->store; }
  const RowStore& store() const { return database_->store; }
  Definitions& definitions() { return database_->definitions; }
  Evaluator& evaluator() override { return database_->evaluator; }
  /// Makes the database where there is none yet, and turns to it.
  void use_database(const std::string& name);
  Done create_database(const CreateDatabase& create);
  Done drop_database(const DropDatabase& drop);
  bool run_gset(const ScriptItem& item, ScriptReader& reader);
  bool run_gexec(const ScriptItem& item, ScriptReader& reader);
  bool run_bound(const ScriptItem& item, ScriptReader& reader, const std::string& name, std::string_view text, const std::vector<std::string>& values);
  bool run_bind_named(const ScriptItem& item, ScriptReader& reader);
  bool run_pipeline(const ScriptItem& item);
  void summarize_database();
  void add_lost_keys();

  // --- sessions and scripts (replay.cpp)
  void start_session();
  void end_session();
  bool run_script(SourceId source);
  void stop_early();
  bool interrupted() const { return options_.progress && options_.progress->interrupted.load(std::memory_order_relaxed); }
  // --- archives (restore.cpp)
  const RestoreProgram* archive_of(SourceId source) const;
  bool run_restore(SourceId source, const RestoreProgram& program);
  bool run_restore_item(const RestoreItem& item, ScriptReader& reader);
  bool run_restore_inserts(SourceId rows);
  void extract_ahead(std::span<const RestoreItem> items);
  BulkResult rows_of_stream(Span at, const BulkPlan& plan);                 // false: the session is over (ON_ERROR_STOP, \q, a failed \connect)
  bool run_item(const ScriptItem& item, ScriptReader& reader);
  bool run_meta(const ScriptItem& item, ScriptReader& reader);
  bool run_query_string(const ScriptItem& item, ScriptReader& reader);
  bool run_statements(const ParsedSql& trees, const ScriptItem& item, ScriptReader& reader);
  bool run_insert_run(const ScriptItem& item, ScriptReader& reader);
  bool run_one_of_run(const ScriptItem& run, std::uint64_t from, std::uint64_t to);
  std::optional<std::vector<std::uint64_t>> insert_run_in_bulk(const ScriptItem& item);
  /// One statement from BEGIN of its own to its end; true if the server accepts it.
  bool run_statement(const Statement& statement, bool last_of_string);
  /// The statement's rows have come to stay.
  void note_loaded();
  Done execute_prepared(const Prepare& prepared, const Execute& execution);
  Done execute(const Statement& statement);
  Done execute_body(const Statement& statement);
  void note_statement(const Statement& statement, std::string kind);
  bool should_spill(const ScriptItem& item) const;

  // --- transactions (transactions.cpp)
  enum class BlockState { idle, implicit, open, aborted };
  Done execute_transaction(const Transaction& statement);
  Done execute_set(const SetVariable& statement);
  Done execute_set_constraints(const SetConstraints& statement);
  Done begin_block();
  Done commit();
  void rollback_all();
  /// What COMMIT and ROLLBACK share: the next statement begins a transaction of its own.
  void leave_block();
  Savepoint here(std::string name) const;
  void back_to(const Savepoint& point);
  bool is_deferred(const ForeignKey& key) const;
  bool is_deferred(const UniqueKey& key, RelationId relation) const;
  void settle();                                    // after a commit: nothing before can be rolled back to

  // --- rows into tables (insert.cpp, rows.cpp, copy.cpp)
  struct Target {                                   // where rows of one statement go
    RelationId relation = RelationId::none;         // as named
    std::vector<ColumnIndex> columns;               // written ones, in the order of the statement's values
  };
  struct NewRow {
    RowValues cells;
    Span place;
    std::uint64_t number = 0;
    DoubtId doubt = DoubtId::none;
  };
  enum class RowFate { stored, skipped, updated };
  Done execute_insert(const Insert& insert);
  /// Where an INSERT's rows go; through a simple view, its table (view_targets.cpp).
  Outcome<Target> insert_target(const Insert& insert);
  Done insert_values(const Insert& insert, const Target& target);
  Done insert_query(const Insert& insert, const Target& target);
  Done execute_copy(const Copy& copy);
  Done copy_rows(const Copy& copy, const Target& target, const CopyOptions& options, std::string_view data, Span at);
  bool is_large(const Source& stream) const;
  std::optional<BulkPlan> plan_of_copy(const Target& target, const CopyOptions& options);
  /// False: the rows are to be read one by one.
  Outcome<bool> copy_in_bulk(const Target& target, const CopyOptions& options, Span at);
  Doubt damaged_data(const Error& damage);
  bool bulk_can_take(const Target& target, std::vector<bool>& wanted) const;
  BulkPlan bulk_plan(const Target& target, const std::vector<bool>& wanted);
  // --- bulk_checks.cpp
  std::vector<bool> checked_columns(const Relation& relation) const;
  bool within_range_bound(const Relation& relation, const std::vector<ColumnIndex>& columns, const BulkRows& rows);
  /// Whether the rows, which have these columns, certainly pass the CHECKs, the domains and the bound of their table. False is no verdict: the
  /// row-by-row path says which row does not.
  bool bulk_rows_pass(const Relation& relation, const std::vector<ColumnIndex>& columns, const BulkRows& rows);

  /// Whether all rows that were taken in bulk before fit the bound that their table has got.
  Outcome<bool> bulk_rows_fit(const Relation& relation);

  bool take_bulk(const Target& target, const std::vector<bool>& wanted, BulkRows rows);
  bool is_in_key(const Relation& relation, ColumnIndex column) const;
  bool created_in_block(RelationId relation) const;
  bool terminator_has_cr(Span data) const;
  /// 42804 where an expression of the type cannot be assigned to the column.
  Done check_type_fits(const Column& column, TypeId type) const;
  /// Refuses what a statement with WITH writes to, before any part of it runs.
  Done check_targets(const Statement& statement);
  Outcome<Target> resolve_target(const QualifiedName& name, const std::vector<std::string>& columns,
                                 const std::vector<int>& locations, bool copy);
  Outcome<RelationId> resolve_relation(const QualifiedName& name);
  /// 42501, and the doubt that row security brings.
  Done check_rights(const Relation& relation, const char* privilege) const;
  /// The rest of the columns, generated ones, routing, constraints, storage, events. `conflict` may be null.
  Outcome<RowFate> add_row(const Target& target, NewRow row, const Insert* insert, const std::vector<bool>& given);
  Done fill_defaults(const Relation& relation, RowValues& cells, const std::vector<bool>& given);
  Outcome<Value> column_default(const Relation& relation, ColumnIndex column);
  Done compute_generated(const Relation& relation, RowValues& cells);
  Outcome<RelationId> route(RelationId root, RowValues& cells);
  Done check_row(const Relation& relation, const RowValues& cells, DoubtId& doubt, bool named_directly);
  /// The same for a row whose defaults are there already.
  Outcome<RowFate> add_filled_row(const Target& target, NewRow row, const Insert* insert);
  Outcome<RowFate> store_row(const Relation& relation, NewRow row, const Insert* insert);
  /// 42P10, 42704, 55000 for a conflict target that no unique key of the relation answers to.
  Done check_conflict_target(const Relation& relation, const OnConflict& conflict);
  std::vector<const UniqueKey*> arbiters(const Relation& relation, const OnConflict& conflict) const;
  Outcome<std::optional<RowNumber>> find_conflict(const Relation& relation, const OnConflict& conflict, const RowValues& cells, DoubtId& doubt);
  Outcome<RowFate> update_conflicting(const Relation& relation, RowNumber row, const RowValues& excluded, const Insert& insert);
  Outcome<std::optional<RowNumber>> conflicting_row(const Relation& relation, const UniqueKey& key, const RowValues& cells,
                                                    RowNumber except, DoubtId& doubt);
  /// The same for EXCLUDE and WITHOUT OVERLAPS (exclusions.cpp).
  Outcome<std::optional<RowNumber>> excluding_row(const Relation& relation, const UniqueKey& key, const RowValues& cells, RowNumber except,
                                                  DoubtId& doubt);
  /// What an exclusion constraint compares, by slot; nullopt where a NULL or its predicate leaves the row out.
  Outcome<std::optional<RowValues>> exclusion_values(const Relation& relation, const UniqueKey& key, const RowValues& cells);
  /// Whether two rows' values conflict: a boolean, or unknown.
  Outcome<Value> excludes(const UniqueKey& key, const RowValues& there, const RowValues& fresh);
  /// 23505 or 23P01 for a row that meets row `hit` (kNoRow: one that was not kept); `building` an index over both.
  ServerError conflict_error(const Relation& relation, const UniqueKey& key, const RowValues& cells, RowNumber hit, bool building);
  Done check_unique(const Relation& relation, const RowValues& cells, RowNumber except, DoubtId& doubt, bool deferred_too);
  Outcome<bool> matches_bound(const Relation& partition, const RowValues& cells);
  bool in_bound(const Relation& root, const Relation& partition, const std::vector<Value>& key, bool& certain);
  std::optional<std::string> trigger_doubt(const Relation& relation, bool insert, bool update, bool remove) const;
  RowValues map_columns(const Relation& from, const Relation& to, const RowValues& cells) const;
  std::string failing_row(const Relation& relation, const RowValues& cells);

  // --- queries, WITH, RETURNING, joined targets (queries.cpp)
  QueryRunner& runner();
  Done select_rows(const Select& select);
  bool outlasts_timeout(const Select& select);
  /// What every expression of the statement sees: the WITH parts.
  Scope base_scope() const;
  /// A Doubt where the rows of the table are not all known.
  Done all_rows_known(RelationId relation);
  Doubt row_doubt(RelationId relation, const StoredRow& row) const;
  /// Living rows that hold the value, or may, in physical order.
  std::vector<RowNumber> look_up(RelationId relation, const RowLookup& wanted);
  Outcome<std::vector<const ResultRow*>> rows(RelationId relation) override;
  Outcome<std::optional<std::vector<const ResultRow*>>> rows_with(RelationId relation, const RowLookup& wanted) override;
  /// Runs the WITH parts that are read, then `main`, then the writing parts that nobody reads.
  Done with_parts(const With& with, const Statement& whole, const std::function<Done()>& main);
  Done open_returning(const std::optional<Returning>& returning, RelationId relation, const std::string& alias);
  /// `at` is where the cells lie; `before` null for an INSERT, `after` for a DELETE.
  Done return_row(RelationId at, const RowValues* before, const RowValues* after, const Scope* joined);
  /// The conditions on rows of a target and its heirs, each bound to their columns. `others` are the rows joined to it.
  struct TargetFilter {
    RelationId relation;
    RowScope row;
    RowFilter filter;
  };
  Outcome<std::vector<TargetFilter>> target_filters(RelationId target, bool only, const std::string& alias, const Expr* where, const Scope& others);
  /// What a filter sees: a row of its relation, then the others.
  static Scope filter_scope(const RowScope& row, const RowValues* cells, const Scope& others);
  /// Calls `take` for the rows that stood before the statement and pass.
  Done for_matches(const TargetFilter& filter, const Scope& others, const std::function<Done(Hit)>& take);
  /// The same of a target and its heirs; a Doubt where such a row may not be there.
  Outcome<std::vector<Hit>> matches_of(const std::vector<TargetFilter>& filters, const Scope& others);
  Done for_joined(const std::vector<FromItem>& from, RelationId target, bool only, const std::string& alias, const Expr* where,
                  const std::function<Done(Hit, const Scope&)>& take);
  Done execute_merge(const Merge& merge);
  Done merge_rows(const Merge& merge, RelationId id);

  // --- UPDATE, DELETE, TRUNCATE (write.cpp)
  Done execute_update(const Update& update);
  Done execute_delete(const Delete& statement);
  Done execute_truncate(const Truncate& truncate);
  Outcome<std::vector<Hit>> matching_rows(RelationId relation, bool only, const std::string& alias, const Expr* where);
  /// Where the new version lies; nullopt where a BEFORE trigger left the row alone. `assigned` are the columns of SET.
  Outcome<std::optional<Hit>> update_row(Hit hit, RowValues cells, const std::vector<ColumnIndex>& assigned, std::uint32_t depth);
  /// False where a BEFORE trigger left the row alone.
  Outcome<bool> delete_row(Hit hit, std::uint32_t depth);
  /// A row that an UPDATE or DELETE found may have changed since, by what triggers did: 27000, or false where it is simply gone.
  Outcome<bool> still_there(Hit hit) const;
  Done assign_columns(const Relation& relation, const std::vector<Assignment>& set, const Scope& scope, RowValues& cells,
                      std::vector<ColumnIndex>& changed);
  static ServerError only_by_default(const Column& column);
  Done check_assignments(const Relation& relation, const std::vector<Assignment>& set, const Scope* scope);
  std::vector<RelationId> scanned(RelationId relation, bool only) const;

  // --- code of the input (code.cpp, calls.cpp)
  class NestedCommand;
  Outcome<CommandResult> command(const PlQuery& origin, const Statement& statement, const Scope& variables) override;
  Outcome<CommandResult> command_text(const std::string& text, const std::vector<Value>& parameters) override;
  Outcome<CommandResult> run_command(const Statement& statement);
  Done refuse_in_code(const Statement& statement) const;
  void open_subtransaction() override;
  void release_subtransaction() override;
  void roll_back_subtransaction() override;
  Done end_transaction(const PlTransactionEnd& end) override;
  bool is_doubtful() const override { return event_doubt_.has_value(); }
  bool take_step() override { return ++steps_ <= kMostSteps; }
  /// Whether code may call code once more: neither too many calls in one another nor too much of the stack is taken.
  bool may_call();
  const PlBody& code_of(const std::string& body);
  const ParsedSql& sql_code_of(const CreateFunction& function);
  Done run_do_block(const DoBlock& block);
  Done run_call(const pgfk::Call& statement);
  /// What is wrong with a function's body as the server finds it when the function is made.
  Done check_body(const CreateFunction& function);
  Outcome<PlOutput> run_function(const Function& function, const std::vector<Value>& arguments, bool procedure);
  /// The SET clauses of a function, in force for as long as this lives.
  class FunctionSettings {
   public:
    explicit FunctionSettings(Replay& replay) : replay_(replay), mark_(replay.settings_.mark()) {}
    ~FunctionSettings();
    FunctionSettings(const FunctionSettings&) = delete;
    FunctionSettings& operator=(const FunctionSettings&) = delete;
    Done apply(const CreateFunction& function);

   private:
    Replay& replay_;
    Settings::Mark mark_;
  };
  Outcome<PlOutput> run_sql_function(const Function& function, const PlLevel& parameters);
  /// The procedure that CALL means: 42883, 42809.
  Outcome<const Function*> called_procedure(const Expr& call) const;
  Outcome<std::vector<std::pair<std::string, TypeId>>> result_columns(const Function& function) override;
  Outcome<std::vector<RowValues>> call_rows(const Function& function, const std::vector<Value>& arguments) override;

  // --- triggers of the input (row_triggers.cpp)
  bool fires(const Trigger& trigger, CreateTrigger::Timing timing, bool row, TriggerOp op) const;
  /// Runs BEFORE ROW triggers by name, `fresh` being what they may change; false where one of them says that the row stays as it is.
  Outcome<bool> fire_before_row(const Relation& relation, TriggerOp op, const RowValues* old_cells, RowValues* fresh,
                                const std::vector<ColumnIndex>& assigned);
  Done fire_before_statement(const Relation& relation, TriggerOp op, const std::vector<ColumnIndex>& assigned);
  /// AFTER triggers, those whose names sort before the foreign keys' own and those behind.
  void queue_row_triggers(TriggerOp op, Hit old_row, Hit new_row, const std::vector<ColumnIndex>& assigned, std::uint32_t depth, bool before_keys);
  bool has_statement_triggers(const Relation& relation, TriggerOp op) const;
  void queue_statement_triggers(const Relation& relation, TriggerOp op, const std::vector<ColumnIndex>& assigned);
  Done fire_trigger(const KeyEvent& event);
  struct TriggerRow {
    bool null = true;
    RowValues cells;
  };
  Outcome<TriggerRow> run_trigger(const CreateTrigger& trigger, const Relation& relation, TriggerOp op, const RowValues* old_cells,
                                  const RowValues* new_cells);
  Outcome<bool> passes_when(const CreateTrigger& trigger, const Relation& relation, const RowValues* old_cells, const RowValues* new_cells);

  // --- keys (references.cpp, events.cpp, actions.cpp)
  enum class Presence { present, absent, unknown };
  struct Found {
    Presence presence = Presence::absent;
    DoubtId doubt = DoubtId::none;
    std::uint32_t statement = 0;  // that wrote the row; 0: not known
  };
  KeyShape referenced_shape(const ForeignKey& key, RelationId target) const;
  KeyShape referencing_shape(const ForeignKey& key, RelationId from) const;
  Found find_referenced(const ForeignKey& key, const std::vector<Value>& values);
  /// Keys with PERIOD (periods.cpp): whether the referenced rows together cover the last of `values`.
  Found find_covering(const ForeignKey& key, const std::vector<Value>& values);
  Done fire_period_guard(const ForeignKey& key, const KeyEvent& event, const std::vector<Value>& old_values);
  std::vector<Hit> find_overlapping(const ForeignKey& key, const std::vector<Value>& values, DoubtId& doubt);
  std::vector<Hit> find_referencing(const ForeignKey& key, const std::vector<Value>& values, DoubtId& doubt);
  std::vector<Value> key_values(const std::vector<ColumnIndex>& columns, const StoredRow& row) const;
  void queue_insert_events(RelationId relation, RowNumber row, std::uint32_t depth);
  void queue_update_events(Hit old_row, Hit new_row, std::uint32_t depth, bool moved_root);
  void queue_guard_of_delete(const ForeignKey& key, Hit hit, std::uint32_t depth);
  void queue_delete_events(Hit hit, std::uint32_t depth);
  Done fire(std::vector<KeyEvent>& events, bool deferred);
  Done end_of_statement();
  Done fire_deferred(const std::function<bool(const KeyEvent&)>& wanted);
  void fire_check(const KeyEvent& event);
  Done fire_guard(const KeyEvent& event);
  Done fire_unique(const KeyEvent& event);
  Done act(const ForeignKey& key, RefAction action, const KeyEvent& event, const std::vector<Value>& old_values);
  void add_violation(const ForeignKey& key, Violation violation);
  bool event_is_deferred(const KeyEvent& event) const;
  /// The same column, by name, in a partition or heir.
  ColumnIndex same_column(RelationId from, ColumnIndex column, RelationId in) const;
  std::vector<ColumnIndex> same_columns(RelationId from, const std::vector<ColumnIndex>& columns, RelationId in) const;
  /// Where rows of a relation lie: its leaves, or itself.
  std::vector<RelationId> leaves(RelationId relation) const;
  void bypass(const ForeignKey& key);
  // --- needs.cpp, where AnalyzeOptions::needs is set
  std::size_t needed_key(const ForeignKey& key);
  void note_need(const ForeignKey& key, const StoredRow& row, std::vector<Value> values);
  void settle_needs();
  StandingAnswer stands_in(RelationId leaf, const StandingQuestion& question);
  /// The text of such a doubt; `what`: rows, keys.
  std::string needs_memory(const std::string& what, const Relation& relation) const;

  // --- definitions on rows (tasks.cpp)
  Done execute_definition(const Statement& statement);
  Done carry_out(const DataTask& task);
  Done look_for_orphans(ForeignKeyId key, bool stands);
  /// What VALIDATE and ENFORCED find of a key with PERIOD (periods.cpp).
  Done period_orphans(const ForeignKey& key, RelationId from);
  bool overlaps_referenced(const ForeignKey& key, const std::vector<Value>& values);
  Done build_unique(RelationId relation, const std::string& key);
  /// Every row of one table that breaks the key becomes a violation. `bulk_only`: the last bulk load alone; what came before was
  /// looked at when it came, and rows stored whole are left to their events.
  Done orphans_among(const ForeignKey& key, RelationId from, bool bulk_only);
  Done bulk_orphans(const ForeignKey& key, RelationId from, bool last_load_only);
  /// 2.9: where no column can be hashed the server names the smallest missing key.
  void smallest_first(ViolationGroup& group);
  Done check_all_rows(RelationId relation, const std::string& check);
  Done check_domain_columns(TypeId domain, const std::string& check, bool not_null);
  Done check_detach(RelationId partition, ForeignKeyId key);
  Done fill_table(RelationId relation, const Statement& query);
  void pad_rows(RelationId relation);
  Done rewrite_table(RelationId relation, ColumnIndex column, const std::function<Outcome<Value>(const StoredRow&)>& value);

  // --- evidence (findings.cpp)
  DoubtId doubt(std::string reason, int location = -1, std::optional<std::size_t> finding = std::nullopt);
  std::size_t add_finding(Finding finding);
  /// Why it is not certain that the statement at hand is reached at all.
  DoubtId doubt_of_being_reached() const {
    return block_doubt_ != DoubtId::none && block_ != BlockState::idle ? block_doubt_ : session_doubt_;
  }
  void record_failure(const ServerError& error, const Statement* statement);
  void record_doubt(const Doubt& doubt, const Statement* statement);
  void record_violations();
  void record_syntax_error(const SyntaxError& error, const ScriptItem& item);
  ConstraintName constraint_name(const ForeignKey& key) const;
  Span span_in_statement(int location, int length = 1) const;
  /// Tables that a statement we could not follow may have written: their rows are no longer known.
  void spread_doubt(const Statement& statement, DoubtId id);
  /// To all that text of these words may touch, by name or through a function.
  void spread_doubt(std::set<std::string> words, DoubtId id);
  void open_rows(RelationId relation, bool rows_may_go, DoubtId id);
  void explain_absence(std::size_t finding, const ViolationGroup& group);
  /// The value of the key's first column that was written down.
  std::optional<Span> cell_of(const Violation& violation, const ForeignKey& key) const;
  std::string_view list_at(Span place) const;
  /// Tells the findings that wait for this row that it comes, or would have come, here.
  void row_arrives(RelationId relation, const RowValues& cells, Span place, bool stands, std::optional<std::size_t> failing = std::nullopt);
  void bulk_arrives(RelationId relation, bool stands);
  void arrive(const KeyWatch& watch, Span place, bool stands, std::optional<std::size_t> failing);
  void note_lost_row(RelationId relation, const RowValues& cells, std::size_t finding);
  void find_cycles_among_findings();
  void find_bypassed_rows();

  // --- DefinitionHost
  Outcome<Value> constant(const Expr& expr, TypeId type, std::int32_t typmod) override;
  bool has_pending_checks(RelationId relation) const override;
  bool has_rows(RelationId relation) const override;
  Outcome<TypeId> type_of(const Expr& expr, RelationId relation) override;
  Outcome<std::vector<std::pair<std::string, TypeId>>> columns_of(const Statement& query) override;
  Outcome<std::vector<TypeId>> column_types(const Select& select, const Scope& outer) override;
  // --- EvaluationHost
  const NameScope& names() const override { return names_; }
  TypeContext types() const override { return {catalog(), value_settings_}; }
  Symbols& symbols() override { return symbols_; }
  Outcome<Value> nextval(RelationId sequence) override;
  Outcome<Value> currval(RelationId sequence) override;
  Outcome<Value> lastval() override;
  Outcome<Value> setval(RelationId sequence, std::int64_t value, bool is_called) override;
  Outcome<Value> set_config(const std::string& name, const std::string& value, bool local) override;
  std::optional<std::string> setting(const std::string& name) const override { return settings_.get(name); }
  Value transaction_time(TypeId type) override;
  Outcome<std::vector<RowValues>> run(const Select& select, const Scope& outer) override;
  Outcome<Value> call(const Function& function, const std::vector<Value>& arguments) override;
  void settings_changed();

  Sources& sources_;
  const AnalyzeOptions& options_;
  Analysis& result_;
  Symbols symbols_;
  Settings settings_;
  ValueSettings value_settings_;
  NameScope names_;
  /// One database of the cluster: what \\connect changes between.
  struct Database {
    Catalog catalog;
    RowStore store;
    Definitions definitions;
    Evaluator evaluator;
    // Evidence, by ids of this catalog.
    struct KeyTally { std::uint64_t checked = 0, failing = 0, missing = 0; bool fails = false, undecided = false; };
    std::unordered_map<std::uint32_t, std::map<KeyShape, std::unordered_map<std::string, std::vector<KeyWatch>>>> watches;
    std::unordered_map<std::uint32_t, std::map<KeyShape, std::unordered_map<std::string, std::size_t>>> lost_keys;
    std::unordered_map<std::string, std::vector<std::size_t>> failed_writes;  // findings by table name as written
    std::map<std::pair<std::uint32_t, RowNumber>, Span> removed_by;
    std::unordered_map<std::uint32_t, std::uint64_t> rows_loaded, rows_offered;
    WrittenForms written;
    std::map<std::uint32_t, KeyTally> tallies;  // by key; copies count for their root
    std::set<std::uint32_t> bypassed;        // keys that rows came in past
    Database(const Symbols& symbols, DefinitionHost& host, EvaluationHost& evaluation, SpillArea& area)
        : store(symbols, area), definitions(catalog, host), evaluator(catalog, evaluation) {}
  };
  SpillArea area_;                          // of all databases' rows and keys
  std::map<std::string, std::unique_ptr<Database>> databases_;
  Database* database_ = nullptr;            // the session's
  std::vector<std::unique_ptr<Database>> dropped_databases_;  // kept: findings speak of them
  std::string connected_;                   // the name of the session's database
  std::string home_;                        // the name of the database that sessions start in
  std::vector<std::string> created_roles_;  // roles are the cluster's: a new database knows them, too
  Demand demand_;
  CopyDataMemory copy_data_memory_;
  Rights rights_;
  unsigned threads_ = 1;

  // trees that the catalog points into
  ParseTemplates templates_;
  std::deque<ParsedSql> kept_trees_;

  // the session
  BlockState block_ = BlockState::idle;
  std::vector<Savepoint> savepoints_;       // [0] is the block's beginning
  std::vector<KeyEvent> events_, deferred_events_;
  std::map<std::string, bool> deferral_;
  std::optional<bool> deferral_of_all_;
  bool read_only_ = false;
  std::uint32_t transaction_ = 1;
  DoubtId block_doubt_ = DoubtId::none;     // a statement of the open block may have failed
  DoubtId session_doubt_ = DoubtId::none;   // under ON_ERROR_STOP: the script may have ended at a statement that is undecided
  std::map<std::uint32_t, std::int64_t> currval_;       // by sequence
  std::map<std::uint32_t, std::pair<std::int64_t, std::int64_t>> cached_;  // numbers a session holds: next, how many
  RelationId last_sequence_ = RelationId::none;
  std::unordered_map<std::string, std::unique_ptr<PlBody>> codes_;             // by text
  std::unordered_map<const CreateFunction*, std::unique_ptr<ParsedSql>> sql_codes_;
  std::map<std::string, const Prepare*> prepared_;
  std::map<int, Value> clock_;              // the transaction's time, by type
  bool error_stop_ = false, error_rollback_ = false, autocommit_ = true;
  bool recording_ = true;                   // false while loading what stands before the inputs
  bool session_over_ = false;

  std::optional<std::vector<std::string>> bound_;      // \\bind, for the next statement
  std::map<std::string, std::string> parsed_texts_;    // \\parse
  bool in_pipeline_ = false, pipeline_failed_ = false;
  std::size_t pipeline_findings_ = 0;       // the first finding whose line is not known yet

  // the statement at hand
  const ScriptItem* item_ = nullptr;
  std::string_view text_;
  std::uint64_t text_offset_ = 0;           // of text_ in its source, if the bytes were not substituted
  bool text_is_source_ = false;
  FindingStatement current_;
  std::uint32_t statement_ = 0;
  std::vector<ViolationGroup> violations_;
  std::optional<Doubt> event_doubt_;        // a check of the statement cannot be told
  DoubtId row_doubt_ = DoubtId::none;       // a row of the statement at hand may have failed it otherwise, before its keys are checked
  bool doubt_came_first_ = false;           // before the first violation: which key the server names is not known
  ForeignKeyId event_doubt_key_ = ForeignKeyId::none;
  std::optional<std::size_t> event_doubt_cause_;

  // code that the statement at hand runs
  struct Subtransaction {
    Savepoint start;
    std::size_t hits, rows;
    std::unordered_map<std::uint32_t, std::uint64_t> loaded;
  };
  static constexpr std::uint64_t kMostSteps = 1'000'000;   // of code, in one statement of the script
  static constexpr int kMostCalls = 40;                    // of functions within functions
  std::optional<Savepoint> statement_start_;
  const Scope* variables_ = nullptr;        // what the names in the command at hand may mean beside columns
  std::uint32_t newest_command_ = 0;        // of all commands so far, those of code too
  std::uint32_t nested_commands_ = 0;
  std::uint64_t processed_ = 0;             // rows that the command at hand wrote
  std::uint64_t steps_ = 0;
  int calls_ = 0;
  std::uintptr_t code_stack_ = 0;           // where the stack stood at the outermost call
  std::vector<RelationId> read_by_code_;    // relations that code of the statement of the script read
  bool atomic_ = true;                      // code at hand may not end the transaction
  bool may_not_write_ = false;              // it is that of a STABLE or IMMUTABLE function
  std::vector<Subtransaction> subtransactions_;
  std::optional<std::uint64_t> code_offset_;  // of the body at hand in its source, if its bytes stand there as they are

  QueryResult last_result_;                 // of the query string at hand, for \\gset and \\gexec
  std::unique_ptr<QueryRunner> runner_;     // of the statement at hand
  const CommonTables* common_ = nullptr;
  ReturningSink* sink_ = nullptr;
  std::vector<bool> all_qualified_;

  // evidence
  struct DoubtEntry { std::string reason; std::optional<std::size_t> finding; };
  std::vector<DoubtEntry> doubts_;
  std::vector<std::pair<std::size_t, std::size_t>> arrivals_that_fail_;  // finding that waits, finding of the statement that would bring it
  std::optional<std::size_t> block_failure_;
  struct LostRow { RelationId relation; RowValues cells; Span place; };
  std::size_t next_data_ = 0;               // which COPY of the query string comes next
  std::size_t copies_started_ = 0;          // whose data the server asked for: they are read, whatever becomes of them
  /// Rows of streams that were read before their COPY has its turn, and what they were taken to be.
  struct RowsAhead {
    struct Entry {
      BulkPlan plan;
      BulkResult result;
    };
    bool tried = false;
    std::unordered_map<SourceId, Entry> rows;
  };
  RowsAhead rows_ahead_;
  struct OpenNeed { Database* database; ForeignKeyId key; std::uint32_t statement; std::uint64_t row; std::vector<Value> values; };
  std::vector<OpenNeed> open_needs_;
  std::map<std::pair<const Database*, std::uint32_t>, std::size_t> needed_keys_;
  const CopyData* copy_data_ = nullptr;
  std::set<std::uint32_t> created_in_block_;
  std::vector<RelationId> on_commit_tables_;  // temporary ones whose rows, or which themselves, go at COMMIT
  std::unordered_map<std::uint32_t, std::uint64_t> loaded_by_statement_;  // rows, by relation
  std::vector<Hit> statement_hits_;         // rows that the statement at hand put in
  std::map<std::uint64_t, std::vector<int>> cell_locations_;  // of a VALUES list, by row number: by ColumnIndex, -1 where not written
  std::vector<LostRow> statement_rows_;     // written by the statement at hand, for evidence if it fails
};

}  // namespace pgfk
