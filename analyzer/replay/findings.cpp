// From what happened to findings: the server's texts, the rows, and the evidence of why a referenced row is not there.
#include <algorithm>
#include <cctype>
#include <string>

#include "analyzer/order/order.h"
#include "analyzer/replay/replay.h"

namespace pgfk {

namespace {

/// The token at the start of `text`: a quoted string, a number or a word; at least one byte.
std::size_t token_length(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() == '\'' || text.front() == '"') {
    for (std::size_t at = 1; at < text.size(); ++at) {
      if (text[at] != text.front()) continue;
      if (at + 1 < text.size() && text[at + 1] == text.front()) {
        ++at;
        continue;
      }
      return at + 1;
    }
    return text.size();
  }
  std::size_t at = text.front() == '-' || text.front() == '+' ? 1 : 0;
  while (at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) || text[at] == '_' || text[at] == '.' ||
                              (static_cast<unsigned char>(text[at]) & 0x80) != 0)) {
    ++at;
  }
  return std::max<std::size_t>(at, 1);
}

bool defines_foreign_key(const Statement& statement) {
  if (const CreateTable* create = std::get_if<CreateTable>(&statement.body)) {
    for (const TableElement& element : create->elements) {
      if (const ConstraintDef* constraint = std::get_if<ConstraintDef>(&element)) {
        if (constraint->kind == ConstraintKind::foreign_key) return true;
      } else if (const ColumnDef* column = std::get_if<ColumnDef>(&element)) {
        for (const ConstraintDef& inline_one : column->constraints) {
          if (inline_one.kind == ConstraintKind::foreign_key) return true;
        }
      }
    }
  }
  if (const AlterTable* alter = std::get_if<AlterTable>(&statement.body)) {
    for (const AlterTableCommand& command : alter->commands) {
      if (command.constraint && command.constraint->kind == ConstraintKind::foreign_key) return true;
    }
  }
  return false;
}

bool brings_rows(const Statement* statement) {
  return statement && (std::holds_alternative<Insert>(statement->body) || std::holds_alternative<Copy>(statement->body) ||
                       std::holds_alternative<Update>(statement->body) || std::holds_alternative<Merge>(statement->body));
}

constexpr std::size_t kLongestName = 63;  // of an identifier, in bytes; the server cuts longer ones

/// The words of a text that is not read as SQL, in lower case, to find the tables it may touch. A name in quotes is as many words as it has.
std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  std::string word;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '_' || static_cast<unsigned char>(c) >= 0x80) {
      if (word.size() < kLongestName) word.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    } else {
      if (!word.empty()) words.insert(word);
      word.clear();
    }
  }
  if (!word.empty()) words.insert(word);
  return words;
}

void functions_of(const Select& select, std::set<std::string>& names);

void functions_in(const Expr& expr, std::set<std::string>& names) {
  if (expr.kind == ExprKind::function && !expr.names.empty()) names.insert(expr.names.back());
  if (expr.select) functions_of(*expr.select, names);
  for (const ExprPtr& arg : expr.args) {
    if (arg) functions_in(*arg, names);
  }
}

void functions_in(const FromItem& item, std::set<std::string>& names) {
  if (item.function) functions_in(*item.function, names);
  if (item.select) functions_of(*item.select, names);
  if (item.on) functions_in(*item.on, names);
  if (item.left) functions_in(*item.left, names);
  if (item.right) functions_in(*item.right, names);
}

/// Functions that a query calls, WITH parts aside.
void functions_of(const Select& select, std::set<std::string>& names) {
  for (const pgfk::Target& target : select.targets) {
    if (target.expr) functions_in(*target.expr, names);
  }
  for (const std::vector<ExprPtr>& row : select.values) {
    for (const ExprPtr& value : row) {
      if (value) functions_in(*value, names);
    }
  }
  for (const FromItem& item : select.from) functions_in(item, names);
  if (select.where) functions_in(*select.where, names);
  if (select.having) functions_in(*select.having, names);
  if (select.left) functions_of(*select.left, names);
  if (select.right) functions_of(*select.right, names);
}

/// Names of the tables that a statement of a BEGIN ATOMIC body writes, and of the functions it calls.
void words_of(const Statement& statement, std::set<std::string>& words) {
  if (const Insert* insert = std::get_if<Insert>(&statement.body)) {
    words.insert(insert->table.name);
    if (insert->source) functions_of(*insert->source, words);
  } else if (const Update* update = std::get_if<Update>(&statement.body)) {
    words.insert(update->table.name);
  } else if (const Delete* remove = std::get_if<Delete>(&statement.body)) {
    words.insert(remove->table.name);
  } else if (const Merge* merge = std::get_if<Merge>(&statement.body)) {
    words.insert(merge->table.name);
  } else if (const Select* select = std::get_if<Select>(&statement.body)) {
    functions_of(*select, words);
  }
}

}  // namespace

DoubtId Replay::doubt(std::string reason, int, std::optional<std::size_t> finding) {
  if (!doubts_.empty() && doubts_.back().reason == reason) return static_cast<DoubtId>(doubts_.size());
  doubts_.push_back({std::move(reason), finding});
  return static_cast<DoubtId>(doubts_.size());
}

Span Replay::span_in_statement(int location, int length) const {
  if (location < 0 || !text_is_source_ || !item_) return current_.span;
  const std::uint64_t at = std::min<std::uint64_t>(static_cast<std::uint64_t>(location), text_.size());
  const std::uint64_t size = length > 1 ? static_cast<std::uint64_t>(length) : token_length(text_.substr(at));
  return Span{item_->span.source, text_offset_ + at, size};
}

std::size_t Replay::add_finding(Finding finding) {
  finding.statement = current_;
  result_.findings.push_back(std::move(finding));
  return result_.findings.size() - 1;
}

ConstraintName Replay::constraint_name(const ForeignKey& key) const {
  ConstraintName name;
  name.name = key.name;
  const auto fill = [&](RelationId id, const std::vector<ColumnIndex>& columns, std::string& schema, std::string& table, std::vector<std::string>& out) {
    if (!catalog().exists(id)) return;
    const Relation& relation = catalog()[id];
    schema = relation.schema;
    table = relation.name;
    for (const ColumnIndex column : columns) {
      if (column < relation.columns.size()) out.push_back(relation.columns[column].name);
    }
  };
  fill(key.referencing, key.referencing_columns, name.schema, name.table, name.columns);
  fill(key.referenced, key.referenced_columns, name.referenced_schema, name.referenced_table, name.referenced_columns);
  return name;
}

void Replay::record_syntax_error(const SyntaxError& error, const ScriptItem& item) {
  statement_ = std::max(statement_, newest_command_) + 1;
  ++result_.statements.total;
  current_ = FindingStatement();
  current_.index = statement_ - nested_commands_;
  current_.span = item.span;
  current_.psql_line = item.data ? item.terminator_line : item.psql_line;
  std::size_t end = 0;
  while (end < text_.size() && std::isalpha(static_cast<unsigned char>(text_[end]))) ++end;
  current_.kind = std::string(text_.substr(0, std::min<std::size_t>(end, 20)));
  for (char& c : current_.kind) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  statement_rows_.clear();
  if (error.ours) {
    ++result_.statements.undecided;
    record_doubt(Doubt{error.message, error.position}, nullptr);
    return;
  }
  ++result_.statements.fail;
  ServerError refused{error.sqlstate, error.message};
  refused.location = error.position;
  // The table that the statement would have written is told by its words: INSERT INTO name.
  const auto word_after = [&](std::string_view lead) -> std::string {
    std::string low(text_.substr(0, std::min<std::size_t>(text_.size(), 400)));
    for (char& c : low) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const std::size_t at = low.find(lead);
    if (at == std::string::npos) return "";
    std::size_t from = low.find_first_not_of(" \t\r\n\"", at + lead.size());
    if (from == std::string::npos) return "";
    std::string name;
    for (; from < low.size() && (std::isalnum(static_cast<unsigned char>(low[from])) || low[from] == '_' || low[from] == '.' || low[from] == '"'); ++from) {
      if (low[from] == '.') {
        name.clear();
      } else if (low[from] != '"') {
        name.push_back(low[from]);
      }
    }
    return name;
  };
  current_.table = word_after("insert into");
  if (current_.table.empty()) current_.table = word_after("create table");
  record_failure(refused, nullptr);
}

void Replay::record_failure(const ServerError& error, const Statement* statement) {
  if (item_ && item_->data && copies_started_ == 0) {
    current_.psql_line = item_->terminator_line;  // refused before the data: psql names the semicolon
  }
  if (!recording_) {
    result_.diagnostics.report({DiagnosticLevel::warning, "a statement loaded before fails: " + error.message, "", current_.span});
    return;
  }
  Finding finding;
  finding.sqlstate = error.sqlstate;
  finding.message = error.message;
  finding.detail = error.detail;
  finding.matters = brings_rows(statement) || !current_.table.empty() || !statement_rows_.empty();
  if (error.location >= 0) finding.at = span_in_statement(error.location);
  if (statement && defines_foreign_key(*statement) && error.sqlstate != "42P07" && error.sqlstate.starts_with("42")) finding.constraint_impossible = true;
  if (!error.constraint.empty()) {
    ConstraintName name;
    name.schema = error.schema;
    name.table = error.table;
    name.name = error.constraint;
    finding.constraint = std::move(name);
  }
  // What it follows from: the failure that aborted the block, or an object whose definition failed.
  if (error.sqlstate == "25P02" && block_failure_) finding.caused_by.push_back(*block_failure_);
  if (error.sqlstate == "42P01" || error.sqlstate == "42704" || error.sqlstate == "42830") {
    const auto failed = database_->failed_writes.find(current_.table);
    if (failed != database_->failed_writes.end() && !failed->second.empty()) finding.caused_by.push_back(failed->second.front());
  }
  if (event_doubt_ && !finding.sqlstate.empty()) {
    finding.verdict = Verdict::undecided;
    finding.doubt = "the statement fails, but with which error is not known: " + event_doubt_->reason;
    finding.sqlstate.clear();
  }
  if (const DoubtId why = doubt_of_being_reached(); why != DoubtId::none) {
    finding.verdict = Verdict::undecided;
    finding.doubt = "an earlier statement may have failed and ended it: " + doubts_[static_cast<std::size_t>(why) - 1].reason;
    finding.evidence.push_back("else it fails: " + finding.sqlstate + " " + finding.message);
    finding.sqlstate.clear();
  }
  const std::size_t index = add_finding(std::move(finding));
  if (block_ == BlockState::aborted && error.sqlstate != "25P02") block_failure_ = index;
  if (!current_.table.empty()) database_->failed_writes[current_.table].push_back(index);
  for (const LostRow& row : statement_rows_) note_lost_row(row.relation, row.cells, index);
}

void Replay::record_doubt(const Doubt& reason, const Statement* statement) {
  std::optional<std::size_t> index;
  if (recording_) {
    Finding finding;
    finding.verdict = Verdict::undecided;
    finding.doubt = reason.reason;
    if (reason.location >= 0) finding.at = span_in_statement(reason.location);
    if (event_doubt_ && event_doubt_key_ != ForeignKeyId::none) {
      finding.constraint = constraint_name(catalog().foreign_key(event_doubt_key_));
      if (event_doubt_cause_) finding.caused_by.push_back(*event_doubt_cause_);
    }
    finding.reason = Reason::unknown_rows;
    index = add_finding(std::move(finding));
  }
  const DoubtId id = doubt(reason.reason, reason.location, index);
  for (const Hit& hit : statement_hits_) {
    const RowStore::Table* table = store().find(hit.relation);
    if (table && hit.row < table->rows.size() && table->rows[hit.row].live) store().set_doubt(hit.relation, hit.row, id);
  }
  if (!statement) {
    spread_doubt(words_of(text_), id);
  } else if (!event_doubt_) {
    spread_doubt(*statement, id);
  }
  if (block_ == BlockState::open) block_doubt_ = id;
  if (error_stop_ && session_doubt_ == DoubtId::none) session_doubt_ = id;
}

void Replay::open_rows(RelationId relation, bool rows_may_go, DoubtId id) {
  for (const RelationId leaf : scanned(relation, false)) {
    store().set_open(leaf, id);
    if (rows_may_go) store().set_shaken(leaf, id);
  }
}

void Replay::spread_doubt(std::set<std::string> words, DoubtId id) {
  std::set<const CreateFunction*> followed;
  for (bool grown = true; grown;) {
    grown = false;
    for (const Function& function : catalog().functions()) {
      if (!function.definition || !words.contains(function.name) || !followed.insert(function.definition).second) continue;
      words.merge(words_of(function.definition->body));
      for (const auto& inside : function.definition->sql_body) words_of(*inside, words);
      grown = true;
    }
  }
  // Text that is put together: the names in it stand somewhere in the code or in the call, or come from the server's catalogs.
  bool everything = false;
  if (words.contains("execute")) {
    words.merge(words_of(text_));
    for (const char* source : {"pg_class", "pg_tables", "information_schema", "pg_catalog", "regclass", "tg_table_name", "tg_relid", "tg_relname"}) {
      everything = everything || words.contains(source);
    }
  }
  for (const RelationId relation : catalog().relations()) {
    if (!everything && !std::ranges::includes(words, words_of(catalog()[relation].name))) continue;
    if (catalog()[relation].kind == RelationKind::sequence) {
      catalog().advance(relation).known = false;
    } else if (catalog()[relation].holds_rows() || catalog()[relation].partitioning) {
      open_rows(relation, true, id);
    }
  }
}

void Replay::spread_doubt(const Statement& statement, DoubtId id) {
  const auto open = [&](RelationId relation, bool rows_may_go) { open_rows(relation, rows_may_go, id); };
  const auto touch_sequences = [&](RelationId relation) {
    for (const Column& column : catalog()[relation].columns) {
      for (const RelationId sequence : {column.default_sequence, column.identity_sequence}) {
        if (sequence != RelationId::none && catalog().exists(sequence)) catalog().advance(sequence).known = false;
      }
    }
  };
  const auto touch_triggers = [&](RelationId relation) {
    for (const Trigger& trigger : catalog()[relation].triggers) {
      if (trigger.definition) spread_doubt({trigger.definition->function.name}, id);
    }
  };
  const auto touch = [&](const QualifiedName& name, bool rows_may_go, bool adds) {
    const RelationId relation = catalog().find(names_, name);
    if (relation == RelationId::none) return;
    const Relation& r = catalog()[relation];
    if (r.kind == RelationKind::view && r.view) {
      for (const FromItem& item : r.view->from) {
        if (item.kind == FromKind::table) spread_doubt(words_of(item.table.name), id);
      }
      return;
    }
    open(relation, rows_may_go);
    if (adds) touch_sequences(relation);
    touch_triggers(relation);
    for (const CreateRule* rule : r.rules) {
      for (const auto& action : rule->actions) spread_doubt(*action, id);
    }
    if (!rows_may_go) return;
    // Actions reach over to referencing tables.
    std::vector<RelationId> reached = {relation};
    for (std::size_t at = 0; at < reached.size(); ++at) {
      for (const ForeignKeyId key_id : catalog().foreign_keys_to(reached[at])) {
        const ForeignKey& key = catalog().foreign_key(key_id);
        const bool acts = key.on_delete > RefAction::restrict || key.on_update > RefAction::restrict;
        if (!acts || std::find(reached.begin(), reached.end(), key.referencing) != reached.end()) continue;
        open(key.referencing, true);
        reached.push_back(key.referencing);
      }
    }
  };
  const auto touch_with = [&](const With& with) {
    for (const CommonTable& table : with.tables) {
      if (table.statement) spread_doubt(*table.statement, id);
    }
  };
  /// What the functions of the input that a query calls may write.
  const auto touch_functions = [&](const Select& select) {
    std::set<std::string> names;
    functions_of(select, names);
    std::erase_if(names, [&](const std::string& name) {
      return std::none_of(catalog().functions().begin(), catalog().functions().end(), [&](const Function& f) { return f.name == name; });
    });
    if (!names.empty()) spread_doubt(names, id);
  };
  if (const auto* insert = std::get_if<Insert>(&statement.body)) {
    touch_with(insert->with);
    if (insert->source) touch_functions(*insert->source);
    touch(insert->table, insert->on_conflict.action == OnConflictAction::update, true);
  } else if (const auto* update = std::get_if<Update>(&statement.body)) {
    touch_with(update->with);
    touch(update->table, true, false);
  } else if (const auto* remove = std::get_if<Delete>(&statement.body)) {
    touch_with(remove->with);
    touch(remove->table, true, false);
  } else if (const auto* merge = std::get_if<Merge>(&statement.body)) {
    touch_with(merge->with);
    touch(merge->table, true, true);
  } else if (const auto* copy = std::get_if<Copy>(&statement.body)) {
    if (copy->from) touch(copy->table, false, true);
    if (copy->query) spread_doubt(*copy->query, id);
  } else if (const auto* block = std::get_if<DoBlock>(&statement.body)) {
    spread_doubt(words_of(block->body), id);
  } else if (const auto* call = std::get_if<Call>(&statement.body)) {
    std::set<std::string> names;
    if (call->function) functions_in(*call->function, names);
    spread_doubt(names, id);
  } else if (const auto* select = std::get_if<Select>(&statement.body)) {
    touch_with(select->with);
    touch_functions(*select);
  }
}

void Replay::record_violations() {
  bool first = true;
  for (ViolationGroup& group : violations_) {
    Database::KeyTally& tally = database_->tallies[static_cast<std::uint32_t>(group.root)];
    tally.fails = true;
    tally.failing += group.rows;
    tally.missing += group.keys;
    if (!recording_) {
      result_.diagnostics.report({DiagnosticLevel::warning, "a statement loaded before fails: " + group.message, group.detail, current_.span});
      continue;
    }
    Finding finding;
    finding.sqlstate = group.sqlstate;
    finding.reported = first;
    finding.constraint = constraint_name(group.definition);
    if (!group.kept.empty() && !group.parent_side && catalog().exists(group.kept.front().relation)) {
      finding.constraint->schema = catalog()[group.kept.front().relation].schema;
      finding.constraint->table = catalog()[group.kept.front().relation].name;
    }
    finding.parent_side = group.parent_side;
    finding.message = group.message;
    finding.detail = group.detail;
    finding.rows_total = group.rows;
    finding.keys_total = group.keys;
    finding.declared_at = group.definition.declared_at;
    finding.matters = true;
    for (const Violation& violation : group.kept) {
      FindingRow row;
      row.row = violation.place;
      row.number = violation.number;
      for (const Value& value : violation.values) {
        row.key.push_back(value.is_null() ? "null" : value.is_unknown() ? "?" : write_value(types(), value));
      }
      row.cell = cell_of(violation, group.definition);
      finding.rows.push_back(std::move(row));
    }
    finding.truncated = finding.rows.size() < group.rows;
    if (const DoubtId why = doubt_of_being_reached(); why != DoubtId::none) {
      finding.verdict = Verdict::undecided;
      finding.doubt = "an earlier statement may have failed and ended it: " + doubts_[static_cast<std::size_t>(why) - 1].reason;
      finding.sqlstate.clear();
    }
    if (row_doubt_ != DoubtId::none && !group.parent_side) {
      finding.verdict = Verdict::undecided;
      finding.doubt = "the statement fails, but of what is not known: " + doubts_[static_cast<std::size_t>(row_doubt_) - 1].reason;
      finding.sqlstate.clear();
    } else if (doubt_came_first_ && event_doubt_) {
      finding.verdict = Verdict::undecided;
      finding.doubt = "the statement fails, but which key the server names is not known: " + event_doubt_->reason;
      finding.sqlstate.clear();
    }
    const std::size_t index = add_finding(std::move(finding));
    explain_absence(index, group);
    if (first) {
      if (block_ == BlockState::aborted) block_failure_ = index;
      if (!current_.table.empty()) database_->failed_writes[current_.table].push_back(index);
      for (const LostRow& row : statement_rows_) note_lost_row(row.relation, row.cells, index);
    }
    first = false;
  }
}

std::optional<Span> Replay::cell_of(const Violation& violation, const ForeignKey& key) const {
  if (violation.parent_side) return std::nullopt;
  const std::vector<ColumnIndex> columns = same_columns(key.referencing, key.referencing_columns, violation.relation);
  if (columns.empty()) return std::nullopt;
  if (current_.kind == "INSERT" && violation.statement == statement_) {
    const auto row = cell_locations_.find(violation.number);
    if (row == cell_locations_.end()) return std::nullopt;
    for (const ColumnIndex column : columns) {
      if (column < row->second.size() && row->second[column] >= 0) return span_in_statement(row->second[column]);
    }
    return std::nullopt;
  }
  const WrittenForm* form = database_->written.find(violation.statement);
  if (!form || !catalog().exists(form->relation)) return std::nullopt;
  for (const ColumnIndex column : same_columns(key.referencing, key.referencing_columns, form->relation)) {
    const auto at = std::ranges::find(form->columns, column);
    if (at == form->columns.end()) continue;
    const std::size_t position = static_cast<std::size_t>(at - form->columns.begin());
    const std::optional<Piece> cell = form->copy ? field_of_line(sources_.text(violation.place), form->delimiter, position)
                                                 : value_of_list(list_at(violation.place), position);
    if (cell) return Span{violation.place.source, violation.place.offset + cell->first, cell->second};
  }
  return std::nullopt;
}

/// The text from the first value of a VALUES list on; empty where no list begins there.
std::string_view Replay::list_at(Span place) const {
  const std::string_view text = sources_[place.source].text();
  const std::size_t from = static_cast<std::size_t>(place.offset);
  const std::size_t before = text.substr(0, from).find_last_not_of(" \t\r\n");
  const bool begins = from < text.size() && (text[from] == '(' || (before != std::string_view::npos && text[before] == '('));
  return begins ? text.substr(from) : std::string_view();
}

void Replay::explain_absence(std::size_t index, const ViolationGroup& group) {
  Finding& finding = result_.findings[index];
  if (group.parent_side) {
    finding.reason = Reason::still_referenced;
    return;
  }
  if (group.mixed_nulls) {
    finding.reason = Reason::match_full_mixed;
    return;
  }
  const ForeignKey& key = group.definition;
  if (!catalog().exists(key.referenced)) return;
  const Relation& referenced = catalog()[key.referenced];
  finding.reason = Reason::never_in_input;
  std::uint64_t offered = 0;
  for (const RelationId leaf : leaves(key.referenced)) offered += database_->rows_offered[static_cast<std::uint32_t>(leaf)];
  const KeyShape shape = referenced_shape(key, key.referenced);
  for (std::size_t at = 0; at < group.kept.size(); ++at) {
    const Violation& violation = group.kept[at];
    std::vector<const Value*> pointers;
    for (const Value& value : violation.values) pointers.push_back(&value);
    std::string bytes;
    if (make_key(types(), shape, pointers, bytes) == KeyState::has_null) continue;
    if (const auto lost = database_->lost_keys[static_cast<std::uint32_t>(key.referenced)].find(shape); lost != database_->lost_keys[static_cast<std::uint32_t>(key.referenced)].end()) {
      if (const auto with = lost->second.find(bytes); with != lost->second.end() && with->second != index) {
        finding.reason = Reason::lost_with_statement;
        if (std::find(finding.caused_by.begin(), finding.caused_by.end(), with->second) == finding.caused_by.end()) {
          finding.caused_by.push_back(with->second);
        }
      }
    }
    if (finding.reason == Reason::never_in_input) {
      // It was there, and a statement took it away?
      for (const RelationId leaf : leaves(key.referenced)) {
        const RowNumber row = store().find_killed(leaf, referenced_shape(key, leaf), bytes, types());
        if (row == kNoRow) continue;
        finding.reason = Reason::removed;
        const auto removed = database_->removed_by.find({static_cast<std::uint32_t>(leaf), row});
        if (removed != database_->removed_by.end()) finding.removed_by = removed->second;
        break;
      }
    }
    database_->watches[static_cast<std::uint32_t>(key.referenced)][shape][bytes].push_back({index, at, violation.values});
  }
  if (finding.reason == Reason::never_in_input) {
    const auto failed = database_->failed_writes.find(referenced.name);
    if (failed != database_->failed_writes.end() && !failed->second.empty() && failed->second.front() != index) {
      finding.reason = Reason::lost_with_statement;
      finding.caused_by.push_back(failed->second.front());
    } else if (offered == 0) {
      finding.reason = Reason::table_not_loaded;
    }
  }
}

void Replay::arrive(const KeyWatch& watch, Span place, bool stands, std::optional<std::size_t> failing) {
  Finding& finding = result_.findings[watch.finding];
  FindingRow& row = finding.rows[watch.row];
  if (!row.arrives_at) row.arrives_at = place;
  if (finding.reason == Reason::lost_with_statement || finding.reason == Reason::removed) return;
  const bool same_table = finding.constraint && finding.constraint->schema == finding.constraint->referenced_schema &&
                          finding.constraint->table == finding.constraint->referenced_table;
  finding.reason = same_table ? Reason::comes_later_same_table : Reason::comes_later;
  if (!stands && failing) arrivals_that_fail_.push_back({watch.finding, *failing});
}

void Replay::bulk_arrives(RelationId relation, bool stands) {
  for (RelationId at = relation; at != RelationId::none; at = catalog()[at].partition_of) {
    const auto found = database_->watches.find(static_cast<std::uint32_t>(at));
    if (found == database_->watches.end()) continue;
    for (auto& [shape, keys] : found->second) {
      KeyShape here = shape;
      here.columns = same_columns(at, shape.columns, relation);
      for (auto watched = keys.begin(); watched != keys.end();) {
        std::vector<Value> met;
        for (std::size_t part = 0; part < shape.meet.size(); ++part) {
          const Value& value = watched->second.front().values[part];
          Outcome<Value> cast = cast_value(types(), value, shape.meet[part], -1, CastContext::explicit_);
          met.push_back(cast.ok() ? *std::move(cast) : value);
        }
        if (store().find_bulk_key(relation, here, met, types(), threads_) != KeyFound::yes) {
          ++watched;
          continue;
        }
        for (const KeyWatch& watch : watched->second) arrive(watch, current_.span, stands, std::nullopt);
        watched = keys.erase(watched);
      }
    }
  }
}

void Replay::row_arrives(RelationId relation, const RowValues& cells, Span place, bool stands, std::optional<std::size_t> failing) {
  if (database_->watches.empty()) return;
  RelationId at = relation;
  const RowValues* seen = &cells;
  RowValues mapped;
  for (;;) {
    const auto found = database_->watches.find(static_cast<std::uint32_t>(at));
    if (found != database_->watches.end()) {
      for (auto& [shape, keys] : found->second) {
        std::vector<const Value*> values;
        for (const ColumnIndex column : shape.columns) {
          if (column < seen->size()) values.push_back(&(*seen)[column]);
        }
        std::string bytes;
        if (values.size() != shape.columns.size() || make_key(types(), shape, values, bytes) != KeyState::whole) continue;
        const auto watched = keys.find(bytes);
        if (watched == keys.end()) continue;
        for (const KeyWatch& watch : watched->second) arrive(watch, place, stands, failing);
        keys.erase(watched);
      }
    }
    if (catalog()[at].partition_of == RelationId::none) return;
    mapped = map_columns(catalog()[at], catalog()[catalog()[at].partition_of], *seen);
    seen = &mapped;
    at = catalog()[at].partition_of;
  }
}

void Replay::note_lost_row(RelationId relation, const RowValues& cells, std::size_t finding) {
  row_arrives(relation, cells, result_.findings[finding].statement.span, false, finding);
  RelationId at = relation;
  RowValues seen = cells;
  for (;;) {
    if (!catalog().exists(at)) return;
    for (const ForeignKeyId id : catalog().foreign_keys_to(at)) {
      const ForeignKey& key = catalog().foreign_key(id);
      const KeyShape shape = referenced_shape(key, at);
      std::vector<const Value*> values;
      for (const ColumnIndex column : shape.columns) {
        if (column < seen.size()) values.push_back(&seen[column]);
      }
      std::string bytes;
      if (values.size() != shape.columns.size() || make_key(types(), shape, values, bytes) != KeyState::whole) continue;
      database_->lost_keys[static_cast<std::uint32_t>(at)][shape].emplace(std::move(bytes), finding);
    }
    if (catalog()[at].partition_of == RelationId::none) return;
    seen = map_columns(catalog()[at], catalog()[catalog()[at].partition_of], seen);
    at = catalog()[at].partition_of;
  }
}

}  // namespace pgfk
