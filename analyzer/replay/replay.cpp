#include "analyzer/replay/replay.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <type_traits>

#include "analyzer/eval/type_names.h"
#include "analyzer/replay/table_mentions.h"
#include "analyzer/types/encoding.h"
#include "parsers/copy/utf8.h"
#include "parsers/input/read_pages.h"

namespace pgfk {

namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

const char* alter_tag(ObjectKind object) {
  switch (object) {
    case ObjectKind::index: return "ALTER INDEX";
    case ObjectKind::view: return "ALTER VIEW";
    case ObjectKind::sequence: return "ALTER SEQUENCE";
    case ObjectKind::materialized_view: return "ALTER MATERIALIZED VIEW";
    case ObjectKind::type: return "ALTER TYPE";
    default: return "ALTER TABLE";
  }
}

const char* transaction_tag(TransactionKind kind) {
  switch (kind) {
    case TransactionKind::begin: return "BEGIN";
    case TransactionKind::commit: return "COMMIT";
    case TransactionKind::rollback: return "ROLLBACK";
    case TransactionKind::savepoint: return "SAVEPOINT";
    case TransactionKind::release: return "RELEASE";
    case TransactionKind::rollback_to: return "ROLLBACK";
    case TransactionKind::prepare: return "PREPARE TRANSACTION";
    case TransactionKind::commit_prepared: return "COMMIT PREPARED";
    case TransactionKind::rollback_prepared: return "ROLLBACK PREPARED";
  }
  return "";
}

/// The command tag, and the table that rows are written to.
std::pair<std::string, std::string> tag_of(const Statement& statement) {
  using Pair = std::pair<std::string, std::string>;
  return std::visit(
      Overloaded{
          [](const OtherStatement& s) { return Pair{s.tag, ""}; },
          [](const Select& s) { return Pair{s.into ? "SELECT INTO" : "SELECT", ""}; },
          [](const Insert& s) { return Pair{"INSERT", s.table.name}; },
          [](const Update& s) { return Pair{"UPDATE", s.table.name}; },
          [](const Delete& s) { return Pair{"DELETE", s.table.name}; },
          [](const Merge& s) { return Pair{"MERGE", s.table.name}; },
          [](const Truncate& s) { return Pair{"TRUNCATE TABLE", s.tables.empty() ? "" : s.tables.front().name}; },
          [](const Copy& s) { return Pair{"COPY", s.table.name}; },
          [](const CreateTable& s) { return Pair{"CREATE TABLE", s.table.name}; },
          [](const CreateTableAs& s) { return Pair{s.materialized_view ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS", s.table.name}; },
          [](const AlterTable& s) { return Pair{alter_tag(s.object), s.table.name}; },
          [](const CreateIndex& s) { return Pair{"CREATE INDEX", s.table.name}; },
          [](const CreateSequence&) { return Pair{"CREATE SEQUENCE", ""}; },
          [](const AlterSequence&) { return Pair{"ALTER SEQUENCE", ""}; },
          [](const CreateDomain&) { return Pair{"CREATE DOMAIN", ""}; },
          [](const AlterDomain&) { return Pair{"ALTER DOMAIN", ""}; },
          [](const CreateType&) { return Pair{"CREATE TYPE", ""}; },
          [](const AlterEnum&) { return Pair{"ALTER TYPE", ""}; },
          [](const CreateSchema&) { return Pair{"CREATE SCHEMA", ""}; },
          [](const CreateView&) { return Pair{"CREATE VIEW", ""}; },
          [](const CreateFunction& s) { return Pair{s.procedure ? "CREATE PROCEDURE" : "CREATE FUNCTION", ""}; },
          [](const CreateTrigger& s) { return Pair{"CREATE TRIGGER", s.table.name}; },
          [](const CreateRule& s) { return Pair{"CREATE RULE", s.table.name}; },
          [](const CreateExtension&) { return Pair{"CREATE EXTENSION", ""}; },
          [](const CreateCollation&) { return Pair{"CREATE COLLATION", ""}; },
          [](const Drop&) { return Pair{"DROP", ""}; },
          [](const Rename&) { return Pair{"ALTER", ""}; },
          [](const SetSchema&) { return Pair{"ALTER", ""}; },
          [](const OwnerTo&) { return Pair{"ALTER", ""}; },
          [](const Comment&) { return Pair{"COMMENT", ""}; },
          [](const Grant& s) { return Pair{s.revoke ? "REVOKE" : "GRANT", ""}; },
          [](const CreateRole&) { return Pair{"CREATE ROLE", ""}; },
          [](const AlterRole&) { return Pair{"ALTER ROLE", ""}; },
          [](const DropRole&) { return Pair{"DROP ROLE", ""}; },
          [](const CreateDatabase&) { return Pair{"CREATE DATABASE", ""}; },
          [](const DropDatabase&) { return Pair{"DROP DATABASE", ""}; },
          [](const Transaction& s) { return Pair{transaction_tag(s.kind), ""}; },
          [](const SetVariable& s) { return Pair{s.reset ? "RESET" : "SET", ""}; },
          [](const SetConstraints&) { return Pair{"SET CONSTRAINTS", ""}; },
          [](const Show&) { return Pair{"SHOW", ""}; },
          [](const Discard&) { return Pair{"DISCARD", ""}; },
          [](const LockTable&) { return Pair{"LOCK TABLE", ""}; },
          [](const Prepare&) { return Pair{"PREPARE", ""}; },
          [](const Execute&) { return Pair{"EXECUTE", ""}; },
          [](const Deallocate&) { return Pair{"DEALLOCATE", ""}; },
          [](const Explain&) { return Pair{"EXPLAIN", ""}; },
          [](const Call&) { return Pair{"CALL", ""}; },
          [](const DoBlock&) { return Pair{"DO", ""}; },
          [](const DeclareCursor&) { return Pair{"DECLARE CURSOR", ""}; },
          [](const Refresh&) { return Pair{"REFRESH MATERIALIZED VIEW", ""}; },
      },
      statement.body);
}

/// Statements whose trees the catalog, or a prepared statement, goes on pointing into.
bool keeps_tree(const Statement& s) {
  return is<CreateTable>(s) || is<AlterTable>(s) || is<CreateIndex>(s) || is<CreateDomain>(s) || is<AlterDomain>(s) || is<CreateSchema>(s) ||
         is<CreateView>(s) || is<CreateFunction>(s) || is<CreateTrigger>(s) || is<CreateRule>(s) || is<Prepare>(s) ||
         is<CreateTableAs>(s) || is<CreateType>(s);
}

/// Works in an aborted block.
bool ends_aborted_block(const Statement& s) {
  const Transaction* t = std::get_if<Transaction>(&s.body);
  return t && (t->kind == TransactionKind::commit || t->kind == TransactionKind::rollback ||
               t->kind == TransactionKind::rollback_to || t->kind == TransactionKind::prepare);
}

/// Refused inside a block with 25001.
std::optional<std::string> outside_block_only(const Statement& s) {
  if (const OtherStatement* other = std::get_if<OtherStatement>(&s.body); other && other->not_in_transaction) return other->tag;
  if (is<CreateDatabase>(s)) return "CREATE DATABASE";
  if (is<DropDatabase>(s)) return "DROP DATABASE";
  if (const CreateIndex* index = std::get_if<CreateIndex>(&s.body); index && index->concurrently) return "CREATE INDEX CONCURRENTLY";
  if (const Drop* drop = std::get_if<Drop>(&s.body); drop && drop->concurrently) return "DROP INDEX CONCURRENTLY";
  return std::nullopt;
}

bool writes(const Statement& s) {
  return !(is<Select>(s) || is<Transaction>(s) || is<SetVariable>(s) || is<SetConstraints>(s) || is<Show>(s) || is<Discard>(s) ||
           is<LockTable>(s) || is<DoBlock>(s) || is<Call>(s) || is<Prepare>(s) || is<Execute>(s) || is<Deallocate>(s) || is<Explain>(s) || is<DeclareCursor>(s));
}

std::uint64_t half_of_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  return pages > 0 && page > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page) / 2 : UINT64_MAX;
}

/// SELECT .. INTO t is CREATE TABLE t AS SELECT.
void select_into_as_create(Statement& statement) {
  Select* select = std::get_if<Select>(&statement.body);
  if (!select || !select->into) return;
  CreateTableAs create;
  create.table = *select->into;
  create.temporary = select->into_temporary;
  select->into.reset();
  create.query = std::make_unique<Statement>();
  create.query->location = statement.location;
  create.query->length = statement.length;
  create.query->body = std::move(*select);
  statement.body = std::move(create);
}


}  // namespace

Replay::Replay(Sources& sources, const AnalyzeOptions& options, Analysis& result)
    : sources_(sources),
      options_(options),
      result_(result),
      settings_(result.target_version),
      area_(options.memory_bytes > 0 ? options.memory_bytes : half_of_memory(), options.temporary_directory),
      home_(options.dbname.empty() ? "postgres" : options.dbname) {
  use_database(home_);
  names_.server_version = result.target_version;
  names_.superuser = options.as == LoadRole::superuser;
  threads_ = options.threads > 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  for (const auto& [name, value] : options.settings) settings_.set_start_value(name, value);
  if (!options.encoding.empty()) settings_.set_start_value("client_encoding", options.encoding);
  std::uint64_t bytes = 0;
  const auto size = [&](SourceId id) {
    const RestoreProgram* archive = archive_of(id);
    return archive ? archive->stored_bytes * kUsualRatio : sources[id].text().size();
  };
  for (const SourceId id : options.inputs) bytes += size(id);
  for (const SourceId id : options.against) bytes += size(id);
  if (bytes >= options.survey_from_bytes) {
    Survey survey(demand_);
    TokenShape shape;
    std::unordered_set<std::uint64_t> shapes;
    const auto add = [&](std::string_view text) {
      // What a statement asks of tables does not hang on its literals.
      read_shape(text, shape);
      if (!shape.shape.empty() && !shapes.insert(std::hash<std::string>()(shape.shape)).second) return;
      const ParsedSql parsed = parse_sql(text, {true, names_.server_version});
      for (const Statement& statement : parsed.statements) survey.add(statement);
    };
    const auto read = [&](SourceId id) {
      if (const RestoreProgram* archive = archive_of(id)) {
        for (const RestoreItem& item : archive->items) add(sources_.text(item.text));
        return;
      }
      Diagnostics ignored;  // the replay reports them
      ScriptOptions script;
      script.variables = options_.variables;
      script.memory = &copy_data_memory_;
      ScriptReader reader(sources_, id, script, ignored);
      ReadPages pages(sources_[id], 0);
      for (ScriptItem item; reader.next(item);) {
        if (item.span.source == id) pages.up_to(item.span.offset);
        if (item.kind != ItemKind::sql) continue;
        add(item.substituted ? std::string_view(item.text) : sources_.text(item.span));
      }
    };
    for (const SourceId id : options.against) read(id);
    for (const SourceId id : options.inputs) read(id);
    survey.finish();
  }
}

Replay::~Replay() = default;

void Replay::use_database(const std::string& name) {
  std::unique_ptr<Database>& slot = databases_[name];
  if (!slot) {
    DefinitionHost& host = *this;
    EvaluationHost& evaluation = *this;
    slot = std::make_unique<Database>(symbols_, host, evaluation, area_);
    for (const std::string& role : created_roles_) slot->catalog.add_role(role);
    slot->catalog.forget();
  }
  database_ = slot.get();
  connected_ = name;
}

Done Replay::create_database(const CreateDatabase& create) {
  if (databases_.contains(create.name)) return ServerError{"42P04", "database \"" + create.name + "\" already exists"};
  for (const Option& option : create.options) {
    if (option.name == "template" && option.value && databases_.contains(*option.value) && *option.value != "template1") {
      return Doubt{"a database made as a copy of another one is not followed"};
    }
  }
  Database* const before = database_;
  const std::string name = connected_;
  use_database(create.name);
  database_ = before;
  connected_ = name;
  return done();
}

Done Replay::drop_database(const DropDatabase& drop) {
  if (drop.name == connected_) return ServerError{"55006", "cannot drop the currently open database"};
  if (!databases_.contains(drop.name)) {
    if (drop.if_exists) return done();
    return ServerError{"3D000", "database \"" + drop.name + "\" does not exist"};
  }
  dropped_databases_.push_back(std::move(databases_[drop.name]));
  databases_.erase(drop.name);
  return done();
}

/// \gset: the one row of the result becomes variables; no row or several set nothing (15.8).
bool Replay::run_gset(const ScriptItem& item, ScriptReader& reader) {
  last_result_ = QueryResult();
  if (!run_query_string(item, reader)) return false;
  if (last_result_.rows.size() != 1) return true;
  const std::string prefix = item.words.empty() ? "" : item.words[0];
  for (std::size_t at = 0; at < last_result_.columns.size(); ++at) {
    const Value& value = last_result_.rows.front()[at];
    const std::string name = prefix + last_result_.columns[at].name;
    if (value.is_null()) {
      reader.unset_variable(name);
    } else if (value.is_known()) {
      reader.set_variable(name, write_value(types(), value));
    } else {
      result_.diagnostics.report({DiagnosticLevel::warning, "variable \"" + name + "\" set by \\gset is not known: " + symbols_[value.symbol()].reason, "", item.span});
    }
  }
  return true;
}

/// \gexec: every field of the result is run as a statement of its own, with the line of the \gexec.
bool Replay::run_gexec(const ScriptItem& item, ScriptReader& reader) {
  last_result_ = QueryResult();
  if (!run_query_string(item, reader)) return false;
  const QueryResult result = std::move(last_result_);
  bool accepted = true;
  for (const ResultRow& row : result.rows) {
    for (const Value& field : row) {
      if (!field.is_known()) continue;
      ScriptItem one = item;
      one.kind = ItemKind::sql;
      one.text = write_value(types(), field);
      one.substituted = true;
      one.data.reset();
      one.more_data.clear();
      item_ = &one;
      accepted = run_query_string(one, reader) && accepted;
      item_ = &item;
      text_ = {};
    }
  }
  return accepted;
}

void Replay::start_session() {
  settings_.start_session();
  block_ = BlockState::idle;
  savepoints_.clear();
  events_.clear();
  deferred_events_.clear();
  deferral_.clear();
  deferral_of_all_.reset();
  currval_.clear();
  cached_.clear();
  last_sequence_ = RelationId::none;
  prepared_.clear();
  clock_.clear();
  error_stop_ = options_.exit_on_error;
  error_rollback_ = options_.keep_going;
  autocommit_ = true;
  session_over_ = false;
  session_doubt_ = DoubtId::none;
  if (const auto stop = options_.variables.find("ON_ERROR_STOP"); stop != options_.variables.end()) {
    error_stop_ = stop->second != "0" && stop->second != "off";
  }
  if (options_.keep_going) error_stop_ = false;
  settings_changed();
}

void Replay::end_session() {
  // A block still open is rolled back in silence (4.12).
  if (block_ != BlockState::idle) rollback_all();
  for (const RelationId id : catalog().relations()) {
    if (!catalog()[id].temporary) continue;
    for (const ForeignKeyId key : std::vector<ForeignKeyId>(catalog().foreign_keys_of(id))) catalog().remove_key(key);
    for (const ForeignKeyId key : std::vector<ForeignKeyId>(catalog().foreign_keys_to(id))) catalog().remove_key(key);
    store().clear(id);
    catalog().remove(id);
  }
  ++names_.temp_session;
  settle();
}

void Replay::load_against(SourceId source) {
  recording_ = false;
  start_session();
  static_cast<void>(run_script(source));
  end_session();
  recording_ = true;
}

void Replay::doubt_rows_of(const TableNames& tables) {
  use_database(home_);
  for (const RelationId id : catalog().relations()) {
    const Relation& relation = catalog()[id];
    if (!tables.contains({relation.schema, relation.name})) continue;
    const DoubtId why = doubt("\"" + relation.name + "\" may hold rows already: no input loads any");
    for (const RelationId leaf : leaves(id)) store().set_open(leaf, why);
  }
  store().forget();
}

void Replay::load(const std::vector<SourceId>& inputs) {
  const bool one = options_.one_session || options_.single_transaction;
  use_database(home_);
  if (one) start_session();
  if (options_.single_transaction) static_cast<void>(begin_block());
  for (const SourceId input : inputs) {
    if (!one) {
      use_database(home_);
      start_session();
    }
    const bool goes_on = run_script(input);
    if (!one) end_session();
    if ((!goes_on && one) || result_.interrupted) break;
  }
  if (!one) return;
  if (options_.single_transaction && !session_over_ && block_ != BlockState::idle) {
    // psql's own COMMIT, which it prints without file and line.
    Statement statement;
    Transaction transaction;
    transaction.kind = TransactionKind::commit;
    statement.body = std::move(transaction);
    ScriptItem item;
    item.span = Span{inputs.empty() ? SourceId{} : inputs.back(), inputs.empty() ? 0 : sources_[inputs.back()].text().size(), 0};
    item_ = &item;
    text_ = {};
    text_is_source_ = false;
    static_cast<void>(run_statement(statement, true));
    item_ = nullptr;
  }
  end_session();
}

bool Replay::run_script(SourceId source) {
  if (const RestoreProgram* archive = archive_of(source)) return run_restore(source, *archive);
  ScriptOptions script;
  script.variables = options_.variables;
  script.memory = &copy_data_memory_;
  script.psql_version = names_.server_version;
  ScriptReader reader(sources_, source, script, result_.diagnostics);
  const std::uint64_t bytes_before = options_.progress ? options_.progress->bytes.load() : 0;
  ReadPages pages(sources_[source], 0);
  for (ScriptItem item; !session_over_ && reader.next(item);) {
    if (interrupted()) {
      stop_early();
      break;
    }
    if (item.span.source == source) {
      pages.up_to(item.span.offset);
      if (options_.progress && recording_) options_.progress->bytes.store(bytes_before + item.span.offset + item.span.length, std::memory_order_relaxed);
    }
    if (!run_item(item, reader)) {
      session_over_ = true;
      if (recording_) result_.stopped = true;
      break;
    }
    reader.set_standard_conforming_strings(settings_.standard_conforming_strings());
  }
  return !session_over_;
}

/// The user wants no more: what is known so far is told, as far as it goes.
void Replay::stop_early() {
  session_over_ = true;
  result_.stopped = result_.interrupted = true;
}

bool Replay::run_item(const ScriptItem& item, ScriptReader& reader) {
  item_ = &item;
  text_ = {};  // that of the last item may be gone
  text_is_source_ = false;
  bool accepted = true;
  switch (item.kind) {
    case ItemKind::sql:
      if (bound_) {
        const std::vector<std::string> values = *std::move(bound_);
        bound_.reset();
        accepted = run_bound(item, reader, "", item.text.empty() ? sources_.text(item.span) : std::string_view(item.text), values);
      } else {
        accepted = run_query_string(item, reader);
      }
      break;
    case ItemKind::insert_run:
      accepted = run_insert_run(item, reader);
      break;
    case ItemKind::meta:
      return run_meta(item, reader);
  }
  item_ = nullptr;
  return accepted || !error_stop_;
}

bool Replay::run_meta(const ScriptItem& item, ScriptReader& reader) {
  const auto is_on = [&] { return !item.words.empty() && item.words[0] != "off" && item.words[0] != "0" && item.words[0] != "false" && item.words[0] != "no"; };
  switch (item.meta) {
    case MetaKind::connect: {
      const std::string name = item.words.empty() || item.words[0] == "-" || item.words[0].empty() ? connected_ : item.words[0];
      if (!databases_.contains(name) && name != "template1" && name != "postgres") {
        result_.diagnostics.report({DiagnosticLevel::warning, "\\connect to database \"" + name + "\", which nothing before it makes: psql ends here",
                                    "If the database is there, name it with --dbname.", item.span});
        return false;
      }
      end_session();
      use_database(name);
      const bool stop = error_stop_, rollback = error_rollback_, autocommit = autocommit_;
      start_session();
      error_stop_ = stop;
      error_rollback_ = rollback;
      autocommit_ = autocommit;
      return true;
    }
    case MetaKind::quit:
      return false;
    case MetaKind::set_error_stop:
      error_stop_ = is_on() && !options_.keep_going;
      return true;
    case MetaKind::set_error_rollback:
      error_rollback_ = is_on() || options_.keep_going;
      return true;
    case MetaKind::set_autocommit:
      autocommit_ = is_on();
      return true;
    case MetaKind::gset:
      return run_gset(item, reader) || !error_stop_;
    case MetaKind::gexec:
      return run_gexec(item, reader) || !error_stop_;
    case MetaKind::copy:
      return run_query_string(item, reader) || !error_stop_;
    case MetaKind::include_failed:
    case MetaKind::unknown:
    case MetaKind::restricted:
      return !error_stop_;
    case MetaKind::encoding:
      if (!item.words.empty()) static_cast<void>(settings_.set("client_encoding", item.words[0], false, true));
      settings_changed();
      return true;
    case MetaKind::gdesc:
    case MetaKind::set_single_step:
    case MetaKind::shell:
      return true;
    case MetaKind::pipeline:
      return run_pipeline(item);
    case MetaKind::bind:
      bound_ = item.words;
      return true;
    case MetaKind::bind_named:
      return run_bind_named(item, reader) || !error_stop_;
    case MetaKind::parse:
      if (!item.words.empty()) parsed_texts_[item.words[0]] = std::string(item.text.empty() ? sources_.text(item.span) : std::string_view(item.text));
      return true;
    case MetaKind::close_prepared:
      if (!item.words.empty()) parsed_texts_.erase(item.words[0]);
      return true;
  }
  return true;
}

bool Replay::should_spill(const ScriptItem& item) const {
  return item.data.has_value() && !sources_[item.span.source].origin() && names_.server_version < 17 && copies_started_ < 1 + item.more_data.size();
}

bool Replay::run_query_string(const ScriptItem& item, ScriptReader& reader) {
  next_data_ = 0;
  copies_started_ = 0;
  text_ = item.text.empty() ? sources_.text(item.span) : std::string_view(item.text);
  text_is_source_ = item.text.empty();
  text_offset_ = item.span.offset;
  std::string converted;
  if (!is_utf8_encoding(value_settings_.client_encoding)) {
    if (std::any_of(text_.begin(), text_.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7f; })) {
      if (std::optional<std::string> utf8 = to_utf8(text_, value_settings_.client_encoding)) {
        converted = *std::move(utf8);
        text_ = converted;
        text_is_source_ = false;
      }
    }
  } else {
    if (const std::optional<std::string> bad = invalid_utf8(text_)) {
      record_syntax_error({"invalid byte sequence for encoding \"UTF8\": " + *bad, "22021", -1, false}, item);
      if (block_ == BlockState::open && !error_rollback_) block_ = BlockState::aborted;
      if (should_spill(item)) reader.spill_data(item, copies_started_);
      return false;
    }
  }
  const ParseSettings parse_settings{settings_.standard_conforming_strings(), names_.server_version};
  if (const ParsedSql* known = templates_.find(text_, parse_settings)) return run_statements(*known, item, reader);
  ParsedSql parsed = parse_sql(text_, parse_settings);
  if (parsed.error) {
    record_syntax_error(*parsed.error, item);
    if (parsed.error->ours) return true;
    if (block_ == BlockState::open && !error_rollback_) block_ = BlockState::aborted;
    if (should_spill(item)) reader.spill_data(item, copies_started_);
    return false;
  }
  if (parsed.statements.empty()) return true;
  for (Statement& statement : parsed.statements) select_into_as_create(statement);
  const ParsedSql* trees = &parsed;
  if (std::any_of(parsed.statements.begin(), parsed.statements.end(), keeps_tree)) {
    kept_trees_.push_back(std::move(parsed));
    trees = &kept_trees_.back();
  }
  return run_statements(*trees, item, reader);
}

bool Replay::run_statements(const ParsedSql& trees, const ScriptItem& item, ScriptReader& reader) {
  const std::size_t count = trees.statements.size();
  if (in_pipeline_ && pipeline_failed_) return true;  // passed over up to the next sync
  const bool implicit = (count > 1 || in_pipeline_) && block_ == BlockState::idle;
  if (!autocommit_ && block_ == BlockState::idle && !is<Transaction>(trees.statements.front())) static_cast<void>(begin_block());
  bool all_accepted = true;
  for (std::size_t at = 0; at < count && all_accepted; ++at) {
    if (implicit && block_ == BlockState::idle && (at + 1 < count || in_pipeline_)) {
      savepoints_.push_back(here(""));
      block_ = BlockState::implicit;
    }
    all_accepted = run_statement(trees.statements[at], at + 1 == count && !in_pipeline_);
  }
  if (in_pipeline_ && !all_accepted) pipeline_failed_ = true;
  if (!all_accepted && should_spill(item)) reader.spill_data(item, copies_started_);
  return all_accepted;
}

void Replay::note_statement(const Statement& statement, std::string kind) {
  current_ = FindingStatement();
  current_.kind = std::move(kind);
  current_.index = statement_ - nested_commands_;
  current_.psql_line = item_ ? item_->psql_line : 0;
  current_.span = item_ ? item_->span : Span{};
  if (text_is_source_ && (statement.location > 0 || statement.length > 0)) {
    std::size_t from = static_cast<std::size_t>(std::max(0, statement.location));
    std::size_t to = statement.length > 0 ? from + static_cast<std::size_t>(statement.length) : text_.size();
    to = std::min(to, text_.size());
    while (from < to && (text_[from] == ' ' || text_[from] == '\n' || text_[from] == '\t' || text_[from] == '\r')) ++from;
    current_.span = Span{item_->span.source, text_offset_ + from, to - from};
  }
}

bool Replay::run_statement(const Statement& statement, bool last_of_string) {
  statement_ = std::max(statement_, newest_command_) + 1;
  ++result_.statements.total;
  auto [kind, table] = tag_of(statement);
  note_statement(statement, kind);
  current_.table = table;
  if (options_.needs && recording_) options_.needs->spans.emplace(statement_, current_.span);
  violations_.clear();
  event_doubt_.reset();
  statement_rows_.clear();
  statement_hits_.clear();
  loaded_by_statement_.clear();
  cell_locations_.clear();
  runner_.reset();
  common_ = nullptr;
  sink_ = nullptr;
  event_doubt_key_ = ForeignKeyId::none;
  event_doubt_cause_.reset();
  doubt_came_first_ = false;
  row_doubt_ = DoubtId::none;
  events_.clear();
  variables_ = nullptr;
  subtransactions_.clear();
  steps_ = 0;
  read_by_code_.clear();

  if (block_ == BlockState::aborted && !ends_aborted_block(statement)) {
    ++result_.statements.fail;
    record_failure({"25P02", "current transaction is aborted, commands ignored until end of transaction block"}, &statement);
    return false;
  }
  if (const std::optional<std::string> what = outside_block_only(statement); what && (block_ != BlockState::idle || !last_of_string)) {
    ++result_.statements.fail;
    record_failure({"25001", *what + " cannot run inside a transaction block"}, &statement);
    if (block_ == BlockState::open && !error_rollback_) block_ = BlockState::aborted;
    if (block_ == BlockState::implicit) rollback_all();
    return false;
  }
  if (read_only_ && block_ != BlockState::idle && writes(statement)) {
    ++result_.statements.fail;
    record_failure({"25006", "cannot execute " + current_.kind + " in a read-only transaction"}, &statement);
    block_ = BlockState::aborted;
    return false;
  }

  const bool in_block = block_ != BlockState::idle;
  statement_start_ = here("");
  ReturningSink returned;
  const bool keeps_result = item_ && item_->kind == ItemKind::meta;  // \\gset, \\gexec
  if (keeps_result) sink_ = &returned;
  Done result = execute(statement);
  sink_ = nullptr;
  if (keeps_result && returned.clause) last_result_ = {std::move(returned.columns), std::move(returned.rows)};
  if (result.ok() && violations_.empty()) result = end_of_statement();
  const bool commits = result.ok() && violations_.empty() && block_ == BlockState::idle && !is<Transaction>(statement);
  const bool ends_implicit = result.ok() && violations_.empty() && block_ == BlockState::implicit && last_of_string;
  if (commits || ends_implicit) result = commit();

  const Savepoint before = *std::move(statement_start_);
  const bool refused = result.refused() || !violations_.empty();
  const bool is_data = is<Insert>(statement) || is<Update>(statement) || is<Delete>(statement) || is<Copy>(statement) || is<Merge>(statement);
  const bool decided = refused ? !doubt_came_first_ && (violations_.empty() || row_doubt_ == DoubtId::none) : result.ok() && !event_doubt_;
  if (is_data && recording_ && decided && doubt_of_being_reached() == DoubtId::none) ++result_.data_decided;
  if (refused) {
    // Undo first: evidence is gathered in the state that the server is left in.
    const Transaction* transaction = std::get_if<Transaction>(&statement.body);
    const bool was_commit = transaction && (transaction->kind == TransactionKind::commit || transaction->kind == TransactionKind::prepare);
    if (!in_block || was_commit || block_ == BlockState::implicit || ends_implicit) {
      back_to(before);
      if (in_block || was_commit) {
        rollback_all();
      } else {
        deferred_events_.clear();
        deferral_.clear();
        settle();
      }
    } else {
      back_to(before);
      if (!error_rollback_) block_ = BlockState::aborted;
    }
    ++result_.statements.fail;
    if (!violations_.empty()) {
      record_violations();
    } else {
      record_failure(result.error(), &statement);
    }
    return false;
  }
  note_loaded();
  if (result.doubtful() || event_doubt_) {
    ++result_.statements.undecided;
    const Doubt reason = result.doubtful() ? result.doubt() : *event_doubt_;
    if (result.doubtful()) {
      // A definition is taken to stand; of rows we only know that they may be there.
      if (!is<AlterTable>(statement) && !is<CreateIndex>(statement) && !is<CreateTableAs>(statement)) back_to(before);
      events_.clear();
      statement_hits_.clear();
    }
    record_doubt(reason, &statement);
    return true;
  }
  ++result_.statements.ok;
  return true;
}

Done Replay::execute_prepared(const Prepare& prepared, const Execute& execution) {
  std::vector<Value> parameters;
  for (std::size_t at = 0; at < execution.arguments.size(); ++at) {
    Outcome<Value> value = evaluator().evaluate(*execution.arguments[at], base_scope());
    if (!value.ok()) return value.as<std::monostate>();
    if (at < prepared.types.size()) {
      const Outcome<std::pair<TypeId, std::int32_t>> type = named_type(catalog(), names_, prepared.types[at]);
      if (!type.ok()) return type.as<std::monostate>();
      Column parameter;
      parameter.type = type->first;
      parameter.typmod = type->second;
      value = evaluator().assign(*value, parameter);
      if (!value.ok()) return value.as<std::monostate>();
    } else if (value->is_known()) {
      // Its type is what the statement makes of it: that of a literal in its place.
      value = Value::of(TypeId::unknown, write_value(types(), *value));
    }
    parameters.push_back(*std::move(value));
  }
  Scope given;
  given.parameters = &parameters;
  given.outer = variables_;
  const Scope* const before = variables_;
  variables_ = &given;
  const Done result = execute(*prepared.statement);
  variables_ = before;
  return result;
}

void Replay::note_loaded() {
  for (const auto& [relation, count] : loaded_by_statement_) database_->rows_loaded[relation] += count;
  for (const LostRow& row : statement_rows_) row_arrives(row.relation, row.cells, row.place, true);
}

Done Replay::execute(const Statement& statement) {
  if (std::holds_alternative<Insert>(statement.body) || std::holds_alternative<Update>(statement.body) ||
      std::holds_alternative<Delete>(statement.body) || std::holds_alternative<Copy>(statement.body) ||
      std::holds_alternative<Merge>(statement.body)) {
    if (recording_) ++result_.data_statements;
  }
  return execute_body(statement);
}

Done Replay::execute_body(const Statement& statement) {
  return std::visit(
      Overloaded{
          [&](const Insert& s) { return with_parts(s.with, statement, [&] { return execute_insert(s); }); },
          [&](const Update& s) { return with_parts(s.with, statement, [&] { return execute_update(s); }); },
          [&](const Delete& s) { return with_parts(s.with, statement, [&] { return execute_delete(s); }); },
          [&](const Truncate& s) { return execute_truncate(s); },
          [&](const Copy& s) { return execute_copy(s); },
          [&](const Merge& s) { return with_parts(s.with, statement, [&] { return execute_merge(s); }); },
          [&](const Transaction& s) { return execute_transaction(s); },
          [&](const SetVariable& s) { return execute_set(s); },
          [&](const SetConstraints& s) { return execute_set_constraints(s); },
          [&](const Select& s) {
            if (block_ == BlockState::open && outlasts_timeout(s)) {
              session_over_ = true;  // the server ends the session, and psql with it (14.3)
              return Done(ServerError{"25P04", "terminating connection due to transaction timeout"});
            }
            const bool writing = std::any_of(s.with.tables.begin(), s.with.tables.end(),
                                             [](const CommonTable& table) { return table.statement && writes_rows(*table.statement); });
            const auto main = [&] { return select_rows(s); };
            return writing ? with_parts(s.with, statement, main) : main();
          },
          [&](const Show& s) {
            if (s.name == "all" || settings_.get(s.name)) return done();
            return Done(ServerError{"42704", "unrecognized configuration parameter \"" + s.name + "\""});
          },
          [&](const Discard& s) {
            if (s.what == "all") settings_.reset_all();
            settings_changed();
            return done();
          },
          [&](const LockTable& s) {
            if (block_ == BlockState::idle && calls_ == 0) return Done(ServerError{"25P01", "LOCK TABLE can only be used in transaction blocks"});
            for (const QualifiedName& name : s.tables) {
              if (const Outcome<RelationId> found = resolve_relation(name); !found.ok()) return found.as<std::monostate>();
            }
            return done();
          },
          [&](const Prepare& s) {
            if (prepared_.contains(s.name)) return Done(ServerError{"42P05", "prepared statement \"" + s.name + "\" already exists"});
            prepared_[s.name] = &s;
            return done();
          },
          [&](const Execute& s) {
            const auto found = prepared_.find(s.name);
            if (found == prepared_.end()) {
              return Done(ServerError{"26000", "prepared statement \"" + s.name + "\" does not exist"});
            }
            return execute_prepared(*found->second, s);
          },
          [&](const CreateDatabase& s) { return create_database(s); },
          [&](const DropDatabase& s) { return drop_database(s); },
          [&](const Deallocate& s) {
            if (s.all) {
              prepared_.clear();
              return done();
            }
            if (prepared_.erase(s.name) == 0) {
              return Done(ServerError{"26000", "prepared statement \"" + s.name + "\" does not exist"});
            }
            return done();
          },
          [&](const Explain& s) { return s.analyze ? execute(*s.statement) : done(); },
          [&](const pgfk::Call& s) { return run_call(s); },
          [&](const DoBlock& s) { return run_do_block(s); },
          [&](const CreateFunction& s) {
            const Done body = check_body(s);
            return body.ok() ? execute_definition(statement) : body;
          },
          [&](const DeclareCursor&) {
            if (block_ == BlockState::idle) return Done(ServerError{"25P01", "DECLARE CURSOR can only be used in transaction blocks"});
            return done();
          },
          [&](const OtherStatement& s) {
            for (const QualifiedName& name : s.names) {
              if (const Outcome<RelationId> found = resolve_relation(name); !found.ok()) return found.as<std::monostate>();
            }
            return done();
          },
          [&](const auto&) { return execute_definition(statement); },
      },
      statement.body);
}

Done Replay::check_rights(const Relation& relation, const char* privilege) const {
  if (names_.superuser || names_.role == "postgres") return done();
  if (!rights_.may(names_.role, relation, privilege)) {
    return ServerError{"42501", "permission denied for table " + relation.name};
  }
  if (relation.row_security && relation.owner != names_.role) {
    return Doubt{"row security of \"" + relation.name + "\" is not evaluated offline"};
  }
  return done();
}

/// pg_sleep in a transaction that transaction_timeout bounds.
bool Replay::outlasts_timeout(const Select& select) {
  const std::string timeout = settings_.get("transaction_timeout").value_or("0");
  if (timeout.empty() || timeout == "0") return false;
  double milliseconds = std::strtod(timeout.c_str(), nullptr);
  if (timeout.ends_with("min")) {
    milliseconds *= 60'000;
  } else if (timeout.ends_with("s") && !timeout.ends_with("ms")) {
    milliseconds *= 1000;
  }
  for (const pgfk::Target& target : select.targets) {
    if (!target.expr || target.expr->kind != ExprKind::function || target.expr->names.back() != "pg_sleep" || target.expr->args.empty()) continue;
    const Outcome<Value> seconds = evaluator().evaluate(*target.expr->args[0], base_scope());
    if (!seconds.ok() || !seconds->is_known()) continue;
    if (std::strtod(write_value(types(), *seconds).c_str(), nullptr) * 1000 > milliseconds) return true;
  }
  return false;
}

Done Replay::select_rows(const Select& select) {
  Outcome<QueryResult> result = runner().run(select, base_scope());
  if (!result.ok()) return result.as<std::monostate>();
  last_result_ = *std::move(result);
  return done();
}

Outcome<RelationId> Replay::resolve_relation(const QualifiedName& name) {
  const RelationId id = catalog().find(names_, name);
  if (id != RelationId::none) return id;
  const std::string shown = name.schema.empty() ? name.name : name.schema + "." + name.name;
  ServerError error{"42P01", "relation \"" + shown + "\" does not exist"};
  error.location = name.location;
  return error;
}

bool Replay::run_insert_run(const ScriptItem& item, ScriptReader&) {
  const std::string_view text = sources_.text(item.span);
  ValuesReader reader(text);
  std::uint64_t from = 0;
  std::vector<Cell> cells;
  if (const std::optional<std::vector<std::uint64_t>> left = insert_run_in_bulk(item)) {
    // What the bulk path could not take stays: those statements run one by one.
    if (left->empty()) return true;
    bool accepted = true;
    std::size_t next = 0;
    for (std::uint64_t number = 0; next < left->size() && reader.next_statement(from); ++number) {
      if (number != (*left)[next]) continue;
      ++next;
      while (reader.next_row(cells)) {
      }
      accepted = run_one_of_run(item, from, reader.statement_end()) && accepted;
    }
    return accepted;
  }
  ReadPages pages(sources_[item.span.source], item.span.offset);
  bool accepted = true;
  while (reader.next_statement(from)) {
    while (reader.next_row(cells)) {
    }
    accepted = run_one_of_run(item, from, reader.statement_end()) && accepted;
    if (!accepted && error_stop_) break;
    pages.up_to(item.span.offset + from);
  }
  return accepted;
}

/// `from` .. `to` (behind the semicolon) is one INSERT of the run.
bool Replay::run_one_of_run(const ScriptItem& run, std::uint64_t from, std::uint64_t to) {
  ScriptItem one;
  one.kind = ItemKind::sql;
  one.span = Span{run.span.source, run.span.offset + from, to - from};
  if (sources_.text(one.span).ends_with(';')) --one.span.length;
  const Source& source = sources_[run.span.source];
  one.line = source.place_of(one.span.offset).line;
  one.psql_line = source.place_of(one.span.offset + one.span.length).line;
  one.terminator_line = one.psql_line;
  item_ = &one;
  text_ = sources_.text(one.span);
  text_is_source_ = true;
  text_offset_ = one.span.offset;
  bool accepted = true;
  const ParseSettings settings{settings_.standard_conforming_strings(), names_.server_version};
  const ParsedSql* known = invalid_utf8(text_) ? nullptr : templates_.find(text_, settings);
  const ParsedSql parsed = known ? ParsedSql() : parse_sql(text_, settings);
  if (parsed.error) {
    record_syntax_error(*parsed.error, one);
    if (block_ == BlockState::open && !error_rollback_) block_ = BlockState::aborted;
    accepted = false;
  }
  for (const Statement& statement : (known ? *known : parsed).statements) accepted = run_statement(statement, true) && accepted;
  item_ = &run;
  return accepted;
}

/// The statements that are still to be run one by one; nullopt if all are.
std::optional<std::vector<std::uint64_t>> Replay::insert_run_in_bulk(const ScriptItem& item) {
  const std::string_view text = sources_.text(item.span);
  if (!demand_.surveyed || text.size() < options_.bulk_from_bytes || block_ == BlockState::aborted || !is_utf8_encoding(value_settings_.client_encoding) || !autocommit_) {
    return std::nullopt;
  }
  ValuesReader reader(text);
  std::uint64_t from = 0;
  std::vector<Cell> cells;
  if (!reader.next_statement(from) || !reader.next_row(cells)) return std::nullopt;
  // The header with one row of it tells table and columns.
  const ParsedSql parsed = parse_sql(text.substr(from, reader.row_end() - from), {true, names_.server_version});
  const Insert* insert = parsed.statements.empty() ? nullptr : std::get_if<Insert>(&parsed.statements.front().body);
  if (!insert || item.run.on_conflict_do_nothing || !settings_.standard_conforming_strings()) return std::nullopt;
  Outcome<Target> target = resolve_target(insert->table, insert->columns, {}, false);
  if (!target.ok() || cells.size() > target->columns.size()) return std::nullopt;
  target->columns.resize(cells.size());
  const Relation& relation = catalog()[target->relation];
  // Keys in force decide row by row who is refused.
  if (!relation.unique_keys.empty() || !relation.rules.empty() || trigger_doubt(relation, true, false, false)) return std::nullopt;
  for (const ForeignKeyId id : catalog().foreign_keys_of(target->relation)) {
    if (catalog().foreign_key(id).checks_rows && catalog().foreign_key(id).enforced) return std::nullopt;
  }
  for (const ColumnIndex column : target->columns) {
    if (relation.columns[column].identity == Identity::always && insert->overriding != Overriding::system_value) return std::nullopt;
    if (relation.columns[column].identity != Identity::none && insert->overriding == Overriding::user_value) return std::nullopt;
    if (relation.columns[column].generated != Generated::none) return std::nullopt;
  }
  std::vector<bool> wanted;
  if (!bulk_can_take(*target, wanted)) return std::nullopt;
  BulkPlan plan = bulk_plan(*target, wanted);
  plan.insert = true;
  const Source& source = sources_[item.span.source];
  BulkResult result = extract_rows(text, item.span, plan, types(), item.run.split_offsets,
                                   [&source](std::uint64_t offset, std::uint64_t length) { source.release(offset, length); });
  if (result.unsupported || !result.rows) return std::nullopt;
  statement_ = std::max(statement_, newest_command_) + 1;
  database_->written.note(statement_, {target->relation, false, '\t', target->columns});
  if (!take_bulk(*target, wanted, std::move(*result.rows))) return std::nullopt;
  const std::uint64_t taken = item.run.statements - result.bad_statements.size();
  statement_ += static_cast<std::uint32_t>(taken > 0 ? taken - 1 : 0);
  result_.statements.total += taken;
  result_.statements.ok += taken;
  result_.data_statements += taken;
  result_.data_decided += taken;
  return result.bad_statements;
}

}  // namespace pgfk
