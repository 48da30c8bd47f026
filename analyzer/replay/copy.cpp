// COPY FROM: row by row as the server does it, or in bulk where nothing depends on single rows. fk-semantics section 17.
#include <algorithm>
#include <string>

#include "analyzer/replay/key_shapes.h"
#include "analyzer/replay/replay.h"
#include "analyzer/replay/row_scope.h"
#include "analyzer/types/encoding.h"
#include "parsers/copy/utf8.h"
#include "parsers/input/read_pages.h"

namespace pgfk {

namespace {

// Unique indexes are filled in batches (17.1).
constexpr std::size_t kBatchRows = 1000;
constexpr std::size_t kBatchBytes = 65535;
constexpr const char* kInterrupted = "the run was interrupted";
constexpr std::string_view kBadCopyFormat = "22P04";
constexpr std::string_view kBadEncoding = "22021";

/// Refusals of a field's type or domain, which ON_ERROR ignore passes over (17.6).
bool is_field_refusal(const ServerError& error) { return error.sqlstate.starts_with("22") || error.sqlstate.starts_with("23"); }

}  // namespace

Done Replay::execute_copy(const Copy& copy) {
  if (copy.query) {
    return execute_body(*copy.query);
  }
  const std::size_t data_index = copy.from ? next_data_++ : 0;
  CopyOptions options;
  if (const std::optional<CopyError> error = read_copy_options(copy, names_.server_version, options)) {
    return ServerError{error->sqlstate, error->message, error->detail};
  }
  if (!copy.from) {
    const Outcome<RelationId> found = resolve_relation(copy.table);
    return found.ok() ? done() : found.as<std::monostate>();
  }
  const Outcome<Target> target = resolve_target(copy.table, copy.columns, {}, true);
  if (!target.ok()) return target.as<std::monostate>();
  const Relation& relation = catalog()[target->relation];
  if (const Done allowed = check_rights(relation, "insert"); !allowed.ok()) return allowed;
  for (const std::vector<std::string>* list : {&options.force_not_null, &options.force_null}) {
    for (const std::string& name : *list) {
      const ColumnIndex column = relation.column(name);
      if (column == kNoColumn) {
        return ServerError{"42703", "column \"" + name + "\" of relation \"" + relation.name + "\" does not exist"};
      }
      if (std::find(target->columns.begin(), target->columns.end(), column) == target->columns.end()) {
        return ServerError{"42P10", std::string(list == &options.force_null ? "FORCE_NULL" : "FORCE_NOT_NULL") + " column \"" + name + "\" not referenced by COPY"};
      }
    }
  }
  if (copy.where) {
    for (const Column& column : relation.columns) {
      if (names_.server_version < 15 || column.dropped || column.generated == Generated::none) continue;
      if (expression_text(*copy.where).find(column.name) != std::string::npos) {
        return ServerError{"42P10", "generated columns are not supported in COPY FROM WHERE conditions",
                           "Column \"" + column.name + "\" is a generated column."};
      }
    }
    const RowValues none;
    const RowScope scope(relation, none);
    Scope types_only = scope.scope();
    types_only.rows.front().row = nullptr;
    if (const Outcome<TypeId> type = evaluator().analyze(*copy.where, types_only); type.refused()) return type.as<std::monostate>();
  }
  const bool client_data = !copy.file && !copy.program && item_ != nullptr;
  const CopyData* data = nullptr;
  if (client_data && data_index == 0 && item_->data) data = &*item_->data;
  if (client_data && data_index > 0 && data_index <= item_->more_data.size()) data = &item_->more_data[data_index - 1];
  if (!data) {
    if (client_data) return done();  // nothing follows: no rows
    if (copy.program) return Doubt{"COPY FROM PROGRAM reads what a program on the server prints"};
    // An archive's script names files that only pg_restore knows; a server that cannot open the file refuses.
    if (copy.file->starts_with("$$PATH$$")) return ServerError{"58P01", "could not open file \"" + *copy.file + "\" for reading: No such file or directory"};
    return Doubt{"COPY reads file \"" + *copy.file + "\" on the server"};
  }
  ++copies_started_;
  if (options.freeze && !created_in_block(target->relation)) {
    return ServerError{"55000", "cannot perform COPY FREEZE because the table was not created or truncated in the current subtransaction"};
  }
  if (options.format == CopyFormat::binary) return Doubt{"binary COPY data is not read"};
  if (const Done fired = fire_before_statement(relation, TriggerOp::insert, {}); !fired.ok()) return fired;
  if (options.format == CopyFormat::text && options.delimiter.size() == 1) {
    database_->written.note(statement_, {target->relation, true, options.delimiter.front(), target->columns});
  }
  const Source& source = sources_[data->span.source];
  const bool large = source.is_stream() ? is_large(source) : data->span.length >= options_.bulk_from_bytes;
  if (!copy.where && large && data->terminated && !trigger_doubt(relation, true, false, false)) {
    const Outcome<bool> taken = copy_in_bulk(*target, options, data->span);
    if (!taken.ok()) return taken.as<std::monostate>();
    if (*taken) {
      queue_statement_triggers(relation, TriggerOp::insert, {});
      return done();
    }
  }
  copy_data_ = data;
  const std::string_view bytes = sources_.text(data->span);
  // Rows within a damaged script are good: they were decoded up to their terminator, and the damage comes behind them.
  const std::optional<Error> damage = source.is_stream() ? source.damage() : std::nullopt;
  if (damage) return damaged_data(*damage);
  const Done copied = copy_rows(copy, *target, options, bytes, data->span);
  if (copied.ok()) queue_statement_triggers(relation, TriggerOp::insert, {});
  if (copied.refused() && source.origin() && (copied.error().sqlstate == kBadCopyFormat || copied.error().sqlstate == kBadEncoding)) {
    // pg_dump writes no such rows.
    result_.diagnostics.report({DiagnosticLevel::error, source.path() + " is damaged: " + copied.error().message, "Copy the archive again, or dump again.",
                                current_.span});
  }
  return copied;
}

/// pg_restore ends at damaged data, or loads what there is: either way nobody knows the rows.
Doubt Replay::damaged_data(const Error& damage) {
  result_.diagnostics.report({DiagnosticLevel::error, damage.message, damage.hint, current_.span});
  return Doubt{"its data is damaged: " + damage.message};
}

/// Whether the line of "\\." behind the data ends in CR LF.
bool Replay::terminator_has_cr(Span data) const {
  const std::string_view text = sources_[data.source].text();
  const std::size_t from = static_cast<std::size_t>(data.offset + data.length);
  return text.substr(std::min(from, text.size()), 4).find('\r') != std::string_view::npos;
}

bool Replay::created_in_block(RelationId relation) const {
  // FREEZE asks that the table is new in this transaction; what was there before the block's first mark is not.
  return block_ != BlockState::idle && created_in_block_.contains(static_cast<std::uint32_t>(relation));
}

Done Replay::copy_rows(const Copy& copy, const Target& target, const CopyOptions& options, std::string_view data, Span at) {
  const RelationId root = target.relation;
  std::vector<std::string> names;
  for (const ColumnIndex column : target.columns) names.push_back(catalog()[root].columns[column].name);
  std::vector<bool> given(catalog()[root].columns.size(), false);
  for (const ColumnIndex column : target.columns) given[column] = true;
  const std::string encoding = options.encoding.empty() ? value_settings_.client_encoding : options.encoding;
  const bool utf8 = is_utf8_encoding(encoding);
  const bool terminated = copy_data_ ? copy_data_->terminated : true;
  const bool from_file = item_ && item_->kind == ItemKind::meta && item_->meta == MetaKind::copy && !item_->file.empty();
  CopyReader reader(data, options, names, names_.server_version, terminated, from_file, terminator_has_cr(at));

  std::vector<std::pair<RelationId, NewRow>> batch;
  std::size_t batch_bytes = 0;
  const auto flush = [&]() -> Done {
    for (auto& [leaf, row] : batch) {
      const Outcome<RowFate> fate = store_row(catalog()[leaf], std::move(row), nullptr);
      if (!fate.ok()) return fate.as<std::monostate>();
    }
    batch.clear();
    batch_bytes = 0;
    return done();
  };

  CopyRow fields;
  std::uint64_t number = 0;
  std::int64_t rejected = 0;
  std::uint64_t counted = 0;
  ReadPages pages(sources_[at.source], at.offset);
  for (;;) {
    const CopyReader::Next next = reader.next(fields);
    pages.up_to(at.offset + fields.offset);
    if (next == CopyReader::Next::end) break;
    if (next == CopyReader::Next::error) return ServerError{reader.error().sqlstate, reader.error().message, reader.error().detail};
    ++number;
    if (number % kBatchRows == 0) {
      if (interrupted()) return Doubt{kInterrupted};
      if (options_.progress) options_.progress->add(fields.offset - counted, kBatchRows);
      counted = fields.offset;
    }
    const Relation& relation = catalog()[root];
    const std::string_view line = data.substr(fields.offset, fields.length);
    if (utf8) {
      if (const std::optional<std::string> bad = invalid_utf8(line)) {
        return ServerError{"22021", "invalid byte sequence for encoding \"UTF8\": " + *bad};
      }
    }
    for (std::size_t index = 0; index < fields.fields.size() && index < target.columns.size(); ++index) {
      const Column& column = relation.columns[target.columns[index]];
      const bool has_default = column.default_expr || column.default_sequence != RelationId::none || column.identity_sequence != RelationId::none;
      if (fields.fields[index].kind == CopyField::Kind::default_ && !has_default) {
        return ServerError{"22P04", "unexpected default marker in COPY data"};
      }
    }
    if (fields.fields.size() != target.columns.size()) {
      const CopyError wrong = reader.wrong_count(fields);
      return ServerError{wrong.sqlstate, wrong.message, wrong.detail};
    }
    NewRow row;
    row.number = number;
    row.place = Span{at.source, at.offset + fields.offset, fields.length};
    row.cells.resize(relation.columns.size());
    std::optional<ServerError> refused;
    std::vector<bool> filled = given;
    for (std::size_t index = 0; index < fields.fields.size() && !refused; ++index) {
      const CopyField& field = fields.fields[index];
      const Column& column = relation.columns[target.columns[index]];
      Outcome<Value> value = Value::null(column.type);
      if (field.kind == CopyField::Kind::default_) {
        filled[target.columns[index]] = false;
        continue;
      }
      if (field.kind == CopyField::Kind::text) {
        std::optional<std::string> converted;
        if (!utf8) converted = to_utf8(field.text, encoding);
        value = read_value(types(), column.type, column.typmod, converted ? *converted : field.text);
      }
      if (value.ok()) value = evaluator().check_domain(*value, column.type);
      if (value.refused()) {
        refused = value.error();
        break;
      }
      if (value.doubtful()) return value.as<std::monostate>();
      row.cells[target.columns[index]] = *std::move(value);
    }
    if (refused) {
      if (!options.ignore_errors || !is_field_refusal(*refused)) return *refused;
      // From 18 a skipped row has taken its numbers (9.4).
      if (names_.server_version >= 18) static_cast<void>(fill_defaults(relation, row.cells, filled));
      if (options.reject_limit && ++rejected > *options.reject_limit) {
        return ServerError{"22P02", "skipped more than REJECT_LIMIT (" + std::to_string(*options.reject_limit) + ") rows due to data type incompatibility"};
      }
      continue;
    }
    if (const Done defaults = fill_defaults(relation, row.cells, filled); !defaults.ok()) return defaults;
    if (copy.where) {
      const RowScope scope(relation, row.cells);
      const Outcome<Value> wanted = evaluator().condition(*copy.where, scope.scope());
      if (!wanted.ok()) return wanted.as<std::monostate>();
      if (wanted->is_unknown()) return Doubt{symbols_[wanted->symbol()].reason};
      if (!wanted->is_true()) continue;
    }
    RelationId leaf = root;
    if (relation.partitioning) {
      if (const Done computed = compute_generated(relation, row.cells); !computed.ok()) return computed;
      const Outcome<RelationId> routed = route(root, row.cells);
      if (!routed.ok()) return routed.as<std::monostate>();
      leaf = *routed;
    }
    const Relation& home = catalog()[leaf];
    ++database_->rows_offered[static_cast<std::uint32_t>(leaf)];
    if (!home.triggers.empty()) {
      // The server reads on only when the row is in: its triggers see the rows before it.
      if (const Done flushed = flush(); !flushed.ok()) return flushed;
      const Outcome<bool> goes_in = fire_before_row(home, TriggerOp::insert, nullptr, &row.cells, {});
      if (!goes_in.ok()) {
        if (statement_rows_.size() < kEvidenceRows) statement_rows_.push_back({leaf, row.cells, row.place});
        return goes_in.as<std::monostate>();
      }
      if (!*goes_in) continue;
    }
    if (const Done computed = compute_generated(home, row.cells); !computed.ok()) return computed;
    if (statement_rows_.size() < kEvidenceRows) statement_rows_.push_back({leaf, row.cells, row.place});
    const Done checked = check_row(home, row.cells, row.doubt, leaf == root);
    if (!checked.ok()) return checked;
    batch_bytes += fields.length + 1;
    batch.emplace_back(leaf, std::move(row));
    if (batch.size() >= kBatchRows || batch_bytes >= kBatchBytes) {
      if (const Done flushed = flush(); !flushed.ok()) return flushed;
    }
  }
  return flush();
}

bool Replay::bulk_can_take(const Target& target, std::vector<bool>& wanted) const {
  const Relation& relation = catalog()[target.relation];
  if (!demand_.surveyed || demand_.wants_whole(relation.name)) return false;
  if (relation.kind != RelationKind::table || !relation.heirs.empty()) return false;
  if (doubt_of_being_reached() != DoubtId::none) return false;
  const RowStore::Table* table = store().find(target.relation);
  if (table && (table->live > 0 || table->open != DoubtId::none || table->shaken != DoubtId::none)) return false;
  for (const UniqueKey& key : relation.unique_keys) {
    if (!is_plain(key) || key.nulls_not_distinct || key.deferral != Deferral::not_deferrable) return false;
  }
  for (const ForeignKeyId id : catalog().foreign_keys_of(target.relation)) {
    const ForeignKey& key = catalog().foreign_key(id);
    if (key.deferral != Deferral::not_deferrable || key.period) return false;
    const std::vector<RelationId> referenced = leaves(key.referenced);
    if (std::find(referenced.begin(), referenced.end(), target.relation) != referenced.end()) return false;
    for (const RelationId leaf : leaves(key.referenced)) {
      const RowStore::Table* parents = store().find(leaf);
      if (parents && (parents->open != DoubtId::none || parents->shaken != DoubtId::none)) return false;
    }
  }
  wanted.assign(target.columns.size(), false);
  const std::vector<bool> checked = checked_columns(relation);
  for (std::size_t at = 0; at < relation.columns.size(); ++at) {
    const Column& column = relation.columns[at];
    if (column.dropped) continue;
    const auto position = std::find(target.columns.begin(), target.columns.end(), static_cast<ColumnIndex>(at));
    const bool asked = demand_.wants(relation.name, column.name) || is_in_key(relation, static_cast<ColumnIndex>(at)) || checked[at];
    if (position == target.columns.end()) {
      // A column that the rows do not bring: fine if nobody asks for it and its default cannot fail.
      if (asked || column.not_null || column.generated != Generated::none) return false;
      continue;
    }
    if (column.identity == Identity::always && !relation.columns.empty() && column.generated != Generated::none) return false;
    if (demand_.domains_change && base_type(catalog(), column.type) != column.type) return false;
    if (!catalog().type(column.type) || !is_understood(catalog(), base_type(catalog(), column.type))) return false;
    if (!column.collation.empty()) {
      const Collation* collation = catalog().collation(column.collation);
      if (collation && !collation->deterministic && asked) return false;
    }
    wanted[static_cast<std::size_t>(position - target.columns.begin())] = asked;
  }
  return true;
}

bool Replay::is_in_key(const Relation& relation, ColumnIndex column) const {
  const auto has = [&](const std::vector<ColumnIndex>& columns) {
    return std::find(columns.begin(), columns.end(), column) != columns.end();
  };
  for (const UniqueKey& key : relation.unique_keys) {
    if (has(key.columns)) return true;
  }
  for (const ForeignKeyId id : catalog().foreign_keys_of(relation.id)) {
    if (has(catalog().foreign_key(id).referencing_columns)) return true;
  }
  for (const ForeignKeyId id : catalog().foreign_keys_to(relation.id)) {
    if (has(catalog().foreign_key(id).referenced_columns)) return true;
  }
  return false;
}

BulkPlan Replay::bulk_plan(const Target& target, const std::vector<bool>& wanted) {
  BulkPlan plan;
  plan.threads = threads_;
  plan.area = &area_;
  plan.progress = options_.progress;
  plan.check_utf8 = is_utf8_encoding(value_settings_.client_encoding);
  const Relation& relation = catalog()[target.relation];
  for (std::size_t at = 0; at < target.columns.size(); ++at) {
    const Column& column = relation.columns[target.columns[at]];
    std::int32_t typmod = column.typmod;
    for (const Type* type = catalog().type(column.type); type != nullptr && type->kind == TypeKind::domain && typmod < 0;
         type = catalog().type(type->base)) {
      typmod = type->typmod;
    }
    plan.columns.push_back({base_type(catalog(), column.type), typmod, column.not_null, wanted[at]});
  }
  return plan;
}

bool Replay::is_large(const Source& stream) const { return stream.stored_bytes() >= options_.bulk_from_bytes / kUsualRatio; }

/// Nothing where the rows are to be read one by one.
std::optional<BulkPlan> Replay::plan_of_copy(const Target& target, const CopyOptions& options) {
  if (options.format != CopyFormat::text || options.header != CopyHeader::none || options.default_text || options.ignore_errors ||
      options.delimiter.size() != 1 || !is_utf8_encoding(value_settings_.client_encoding) || !options.encoding.empty()) {
    return std::nullopt;
  }
  std::vector<bool> wanted;
  if (!bulk_can_take(target, wanted)) return std::nullopt;
  BulkPlan plan = bulk_plan(target, wanted);
  plan.delimiter = options.delimiter.front();
  plan.null_text = options.null_text;
  return plan;
}

Outcome<bool> Replay::copy_in_bulk(const Target& target, const CopyOptions& options, Span at) {
  const std::optional<BulkPlan> plan = plan_of_copy(target, options);
  if (!plan) return false;
  const Source& source = sources_[at.source];
  const auto release = [&source](std::uint64_t offset, std::uint64_t length) { source.release(offset, length); };
  BulkResult result = source.is_stream() ? rows_of_stream(at, *plan) : extract_rows(sources_.text(at), at, *plan, types(), {}, release);
  if (interrupted()) return Doubt{kInterrupted};
  if (result.damage) return damaged_data(*result.damage);
  if (!result.rows) return false;
  std::vector<bool> wanted;
  for (const BulkColumn& column : plan->columns) wanted.push_back(column.wanted);
  return take_bulk(target, wanted, std::move(*result.rows));
}

bool Replay::take_bulk(const Target& target, const std::vector<bool>& wanted, BulkRows rows) {
  const RelationId id = target.relation;
  const std::uint64_t count = rows.size();
  if (!bulk_rows_pass(catalog()[id], target.columns, rows)) return false;
  BulkPart part;
  part.rows = std::make_unique<BulkRows>(std::move(rows));
  part.columns = target.columns;
  part.kept = wanted;
  part.statement = statement_;
  part.transaction = transaction_;
  // Unique keys in force: against the keys that are there, and among themselves.
  const RowStore::Mark before = store().mark();
  store().add_bulk(id, std::move(part));
  const Relation& relation = catalog()[id];
  for (const UniqueKey& key : relation.unique_keys) {
    if (!key.valid) continue;
    if (!store().build_bulk_set(id, unique_shape(catalog(), relation, key), types(), threads_)) continue;
    store().rollback_to(before, types());
    return false;  // a duplicate: the row-by-row path says which and why
  }
  for (const ForeignKeyId key_id : catalog().foreign_keys_of(id)) {
    const ForeignKey& key = catalog().foreign_key(key_id);
    if (!key.checks_rows || !key.enforced) continue;
    if (settings_.replica_role() || !key.check_enabled) {
      bypass(key);
      continue;
    }
    static_cast<void>(orphans_among(key, id, true));
  }
  database_->rows_offered[static_cast<std::uint32_t>(id)] += count;
  // The server looks row by row: the key that the first row breaks is the one it names; of one row's keys the older.
  std::stable_sort(violations_.begin(), violations_.end(), [](const ViolationGroup& a, const ViolationGroup& b) {
    return a.kept.front().place.offset < b.kept.front().place.offset;
  });
  bulk_arrives(id, violations_.empty());
  if (violations_.empty()) database_->rows_loaded[static_cast<std::uint32_t>(id)] += count;
  return true;
}

}  // namespace pgfk
