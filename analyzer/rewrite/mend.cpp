#include "analyzer/rewrite/mend.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "analyzer/loaded.h"
#include "analyzer/rewrite/data_statements.h"
#include "analyzer/rewrite/edited_source.h"
#include "analyzer/rewrite/orphan_rows.h"
#include "analyzer/rewrite/script_text.h"
#include "analyzer/rewrite/stubs.h"
#include "parsers/copy/utf8.h"

namespace pgfk {
namespace {

constexpr unsigned kMostRounds = 64;

/// A row that refers to nothing, in the scripts as they are loaded in this round.
struct Orphan {
  const Finding* finding = nullptr;
  const FindingRow* row = nullptr;
};

bool is_orphanage(const Finding& finding) {
  if (!finding.constraint || finding.parent_side) return false;
  if (finding.bypassed) return true;
  if (finding.verdict != Verdict::fails || finding.sqlstate != "23503") return false;
  switch (finding.reason) {
    case Reason::never_in_input:
    case Reason::table_not_loaded:
    case Reason::removed:
    case Reason::match_full_mixed:
      return true;
    default:
      return false;
  }
}

class Mender {
 public:
  Mender(Sources& sources, const AnalyzeOptions& options, OrphanRemedy remedy) : sources_(sources), options_(options), remedy_(remedy) {
    for (const SourceId id : options.inputs) out_.scripts[id];
  }

  Mending mend() {
    out_.before = load_once(sources_, options_);
    const std::vector<SourceId> inputs = options_.inputs;
    current_ = inputs;
    bool more = remedy_ != OrphanRemedy::fail;
    for (unsigned round = 0; more && round < kMostRounds; ++round) {
      more = run_round() && load_edited();
    }
    if (!out_.errors.empty()) return std::move(out_);
    AnalyzeOptions again = options_;
    again.inputs = current_;
    out_.after = load_once(sources_, again);
    // People know the scripts as given, not what they became on the way.
    for (Finding& finding : out_.after.findings) {
      Span& span = finding.statement.span;
      if (const auto place = given_place(span.source, span.offset)) span = {place->first, place->second, span.length};
    }
    tell_what_is_left();
    return std::move(out_);
  }

 private:
  /// One load, and the edits that it asks for. False where it asks for none.
  bool run_round() {
    AnalyzeOptions all = options_;
    all.inputs = current_;
    all.max_rows = 0;
    all.keep_going = true;
    all.one_session = options_.one_session || options_.single_transaction;
    all.single_transaction = all.exit_on_error = false;
    LoadedDatabase database(sources_, std::move(all));
    unmended_.clear();
    if (remedy_ == OrphanRemedy::stub) {
      make_stubs(database);
    } else {
      edit_rows(database);
    }
    // Only now: until here places were told by the edits of the rounds before.
    for (auto& [given, edit] : pending_) out_.scripts[given].edits.replace(edit.offset, edit.length, std::move(edit.text));
    return !std::exchange(pending_, {}).empty();
  }

  bool load_edited() {
    for (std::size_t at = 0; at < current_.size(); ++at) {
      const SourceId id = options_.inputs[at];
      Result<SourceId> edited = edited_source(sources_, id, out_.scripts[id].edits, options_.temporary_directory);
      if (!edited) {
        out_.errors.push_back(edited.error());
        return false;
      }
      current_[at] = *edited;
    }
    return true;
  }

  /// The script as given that a source of this round is, with an offset in it; nothing for other files and for what was written by us.
  std::optional<std::pair<SourceId, std::uint64_t>> given_place(SourceId source, std::uint64_t offset) const {
    const auto at = std::ranges::find(current_, source);
    if (at == current_.end()) return std::nullopt;
    const SourceId given = options_.inputs[static_cast<std::size_t>(at - current_.begin())];
    bool inserted = false;
    const std::uint64_t place = out_.scripts.at(given).edits.original_of(offset, &inserted);
    if (inserted) return std::nullopt;
    return std::pair(given, place);
  }

  void leave(const Finding& finding, Span at, std::string why) {
    const auto place = given_place(at.source, at.offset);
    unmended_[{finding.constraint ? finding.constraint->name : "", why}] =
        Unmended{place ? place->first : at.source, place ? place->second : at.offset, finding.constraint ? finding.constraint->name : std::string(), why};
  }

  // --- rows that are made

  void make_stubs(LoadedDatabase& database) {
    StubMaker stubs(database);
    for (const Finding& finding : database.analysis().findings) {
      if (!is_orphanage(finding)) continue;
      if (finding.reason == Reason::match_full_mixed) {
        leave(finding, finding.statement.span, "of a MATCH FULL key some columns are NULL: no row answers to that");
        continue;
      }
      const Span before = finding.bypassed && !finding.rows.empty() ? finding.rows.front().row : finding.statement.span;
      const auto place = given_place(before.source, before.offset);
      if (!place) {
        leave(finding, before, "the statement is in no file that is written");
        continue;
      }
      const std::string_view text = sources_[place->first].text();
      const ConstraintName& key = *finding.constraint;
      std::string lines;
      const std::string newline = newline_of(text);
      for (const FindingRow& row : finding.rows) {
        const Result<std::vector<std::string>> made =
            stubs.make(key.referenced_schema, key.referenced_table, key.referenced_columns, row.key, is_other_encoding(place->first));
        if (!made) {
          leave(finding, finding.statement.span, made.error().message);
          continue;
        }
        if (made->empty()) continue;
        lines += fmt::format("-- pgfk: placeholder for a missing row of {}, which {} refers to{}", key.referenced_table, key.name, newline);
        for (const std::string& statement : *made) lines += statement + ";" + newline;
        out_.stubs += made->size();
      }
      if (lines.empty()) continue;
      std::uint64_t at = comments_above(text, static_cast<std::size_t>(place->second));
      if (finding.bypassed) at = statement_start(place->first, place->second).value_or(at);
      pending_.emplace_back(place->first, ScriptEdit{at, 0, std::move(lines)});
    }
  }

  /// The statement that holds the row, with the comments above it.
  std::optional<std::uint64_t> statement_start(SourceId script, std::uint64_t row) {
    std::optional<std::uint64_t> start;
    const std::vector<std::uint64_t> offsets = {row};
    visit_data_statements(sources_, script, options_.pg_version > 0 ? options_.pg_version : kNewestVersion, offsets,
                          [&](const DataStatement& statement, std::span<const std::uint64_t>) {
                            start = comments_above(sources_[script].text(), static_cast<std::size_t>(statement.first));
                          });
    return start;
  }

  bool is_other_encoding(SourceId script) {
    const auto [known, fresh] = other_encoding_.emplace(script, false);
    if (fresh) known->second = invalid_utf8(sources_[script].text()).has_value();
    return known->second;
  }

  // --- rows that go, or lose their keys

  void edit_rows(const LoadedDatabase& database) {
    std::map<SourceId, std::map<std::uint64_t, std::vector<Orphan>>> orphans;  // by source of this round and offset
    for (const Finding& finding : database.analysis().findings) {
      if (!is_orphanage(finding)) continue;
      if (finding.statement.kind == "UPDATE" || finding.statement.kind == "MERGE") {
        leave(finding, finding.statement.span, "the key is set by " + finding.statement.kind);
        continue;
      }
      for (const FindingRow& row : finding.rows) {
        if (given_place(row.row.source, row.row.offset)) {
          orphans[row.row.source][row.row.offset].push_back({&finding, &row});
        } else {
          leave(finding, row.row, "the row is in no file that is written");
        }
      }
    }
    for (const auto& entry : orphans) {
      const SourceId source = entry.first;  // no bindings: clang 14 lets no lambda take them along
      const std::map<std::uint64_t, std::vector<Orphan>>& rows = entry.second;
      std::vector<std::uint64_t> offsets;
      for (const auto& [offset, at] : rows) offsets.push_back(offset);
      visit_data_statements(sources_, source, database.analysis().target_version, offsets,
                            [&](const DataStatement& statement, std::span<const std::uint64_t> here) {
                              std::vector<Orphan> found;
                              for (const std::uint64_t offset : here) found.insert(found.end(), rows.at(offset).begin(), rows.at(offset).end());
                              edit_statement(database, source, statement, found);
                            });
    }
  }

  void edit_statement(const LoadedDatabase& database, SourceId source, const DataStatement& statement, const std::vector<Orphan>& orphans) {
    const std::string_view text = sources_[source].text();
    if (statement.command != "COPY" && (statement.command != "INSERT" || statement.lists.empty())) {
      leave(*orphans.front().finding, orphans.front().row->row, "its rows come from no list of values");
      return;
    }
    std::set<std::size_t> lists;
    std::vector<RowRange> rows;  // of the statement, rising, each once
    for (const Orphan& orphan : orphans) {
      RowRange row;
      if (statement.command == "COPY") {
        row = copy_line_at(statement, text, orphan.row->row.offset, orphan.row->row.length);
      } else {
        const std::size_t list = static_cast<std::size_t>(orphan.row->number) - 1;
        if (orphan.row->number == 0 || list >= statement.lists.size()) {
          leave(*orphan.finding, orphan.row->row, "where its row stands is not known");
          continue;
        }
        lists.insert(list);
        row = {statement.lists[list].first, statement.lists[list].second};
      }
      if (remedy_ == OrphanRemedy::null) {
        set_null(database, source, statement, row, orphan);
      } else if (rows.empty() || rows.back().from != row.from) {
        rows.push_back(row);
      }
    }
    if (remedy_ == OrphanRemedy::null || rows.empty()) return;
    if (statement.command == "INSERT") {
      rows.clear();
      for (const std::size_t list : lists) rows.push_back({statement.lists[list].first, statement.lists[list].second});
    }
    if (remedy_ == OrphanRemedy::quarantine) quarantine(source, statement, rows, *orphans.front().finding);
    out_.rows += rows.size();
    for (const RowRange& gone : statement.command == "COPY" ? rows : lists_out_of(statement, text, lists)) replace(source, gone.from, gone.to, "");
  }

  /// An edit of a source of this round.
  void replace(SourceId source, std::uint64_t from, std::uint64_t to, std::string text) {
    const SourceId given = options_.inputs[static_cast<std::size_t>(std::ranges::find(current_, source) - current_.begin())];
    const ScriptEdits& edits = out_.scripts.at(given).edits;
    const std::uint64_t begin = edits.original_of(from);
    pending_.emplace_back(given, ScriptEdit{begin, edits.original_of(to) - begin, std::move(text)});
  }

  void quarantine(SourceId source, const DataStatement& statement, const std::vector<RowRange>& rows, const Finding& finding) {
    const std::string_view text = sources_[source].text();
    const SourceId given = options_.inputs[static_cast<std::size_t>(std::ranges::find(current_, source) - current_.begin())];
    const std::string newline = newline_of(text);
    const ConstraintName& key = *finding.constraint;
    QuarantinedRows out;
    out.head = fmt::format("-- pgfk: rows of {} without the row of {} that {} asks for{}", key.table, key.referenced_table, key.name, newline);
    out.head += text.substr(static_cast<std::size_t>(statement.first), static_cast<std::size_t>(statement.head_end - statement.first));
    out.head += newline;
    if (statement.command == "COPY") {
      out.tail = "\\." + newline + newline;
    } else {
      const std::uint64_t tail = statement.lists.back().second;
      out.between = "," + newline;
      out.tail = std::string(text.substr(static_cast<std::size_t>(tail), static_cast<std::size_t>(statement.end - tail)));
      if (!out.tail.ends_with('\n')) out.tail += newline;
    }
    const ScriptEdits& edits = out_.scripts.at(given).edits;
    for (const RowRange& row : rows) out.rows.emplace_back(edits.original_of(row.from), edits.original_of(row.to));
    out_.scripts[given].quarantine.push_back(std::move(out));
  }

  void set_null(const LoadedDatabase& database, SourceId source, const DataStatement& statement, const RowRange& row, const Orphan& orphan) {
    const ConstraintName& name = *orphan.finding->constraint;
    const Catalog& catalog = database.catalog();
    const RelationId id = catalog.find_in(name.schema, name.table);
    if (id == RelationId::none) return leave(*orphan.finding, orphan.row->row, "its table is gone");
    const Relation& relation = catalog[id];
    const ForeignKeyId key_id = catalog.foreign_key_named(id, name.name);
    const bool full = key_id != ForeignKeyId::none && catalog.foreign_key(key_id).match == MatchType::full;
    std::vector<ColumnIndex> nullable;
    for (const std::string& column : name.columns) {
      const ColumnIndex index = relation.column(column);
      if (index == kNoColumn) continue;
      const Column& at = relation.columns[index];
      bool takes = !at.not_null && at.generated == Generated::none;
      for (const Type* type = catalog.type(at.type); takes && type && type->kind == TypeKind::domain; type = catalog.type(type->base)) takes = !type->not_null;
      if (takes) nullable.push_back(index);
    }
    if (nullable.empty() || (full && nullable.size() < name.columns.size())) {
      return leave(*orphan.finding, orphan.row->row, fmt::format("{} may not be NULL", name.columns.size() == 1 ? "\"" + name.columns.front() + "\"" : "its columns"));
    }
    const std::string_view text = sources_[source].text();
    bool any = false;
    for (const ColumnIndex column : nullable) {
      const std::optional<std::size_t> position = position_of(relation, statement, column);
      const auto value = position ? value_in_row(statement, text, row.from, row.to, *position, database.analysis().target_version) : std::nullopt;
      if (!value) {
        if (full) return leave(*orphan.finding, orphan.row->row, "its value is not written in the row");
        continue;
      }
      replace(source, value->first, value->first + value->second, statement.command == "COPY" ? statement.copy_options.null_text : "NULL");
      any = true;
    }
    if (!any) return leave(*orphan.finding, orphan.row->row, "its value is not written in the row");
    ++out_.rows;
  }

  /// Which of the values of a row is the column's.
  static std::optional<std::size_t> position_of(const Relation& relation, const DataStatement& statement, ColumnIndex column) {
    if (!statement.columns.empty()) {
      const auto found = std::ranges::find(statement.columns, relation.columns[column].name);
      return found == statement.columns.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - statement.columns.begin()));
    }
    std::size_t position = 0;
    for (std::size_t at = 0; at < column; ++at) {
      const Column& other = relation.columns[at];
      // COPY without a list leaves generated columns out.
      if (!other.dropped && !(statement.command == "COPY" && other.generated != Generated::none)) ++position;
    }
    return position;
  }

  void tell_what_is_left() {
    for (const auto& [what, unmended] : unmended_) out_.unmended.push_back(unmended);
  }

  Sources& sources_;
  const AnalyzeOptions& options_;
  const OrphanRemedy remedy_;
  Mending out_;
  std::vector<SourceId> current_;  // the inputs as edited so far
  std::vector<std::pair<SourceId, ScriptEdit>> pending_;              // of this round, by the scripts as given
  std::map<std::pair<std::string, std::string>, Unmended> unmended_;  // of the last round, by constraint and reason
  std::map<SourceId, bool> other_encoding_;
};

}  // namespace

Mending mend_orphans(Sources& sources, const AnalyzeOptions& options, OrphanRemedy remedy) { return Mender(sources, options, remedy).mend(); }

bool write_quarantine(const QuarantinedRows& rows, std::string_view script, const TextSink& sink) {
  if (!sink(rows.head)) return false;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    const auto& [from, to] = rows.rows[row];
    if (row > 0 && !sink(rows.between)) return false;
    if (!sink(script.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)))) return false;
  }
  return sink(rows.tail);
}

}  // namespace pgfk
