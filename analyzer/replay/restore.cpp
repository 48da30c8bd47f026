// A restore of an archive: what pg_restore sends, in its order. archive-formats sections 7, 13; pg_backup_db.c.
#include <utility>

#include "analyzer/replay/replay.h"

namespace pgfk {

namespace {

constexpr std::string_view kTable = "TABLE";

}  // namespace

const RestoreProgram* Replay::archive_of(SourceId source) const {
  const auto found = options_.archives.find(source);
  return found == options_.archives.end() ? nullptr : found->second.get();
}

bool Replay::run_restore(SourceId source, const RestoreProgram& program) {
  Diagnostics none;
  ScriptReader reader(sources_, source, {}, none);  // for what items may ask of one; it reads nothing
  std::set<std::size_t> failed_tables;
  error_stop_ = error_stop_ || options_.single_transaction;  // of pg_restore it implies --exit-on-error
  for (std::size_t at = 0; at < program.items.size() && !session_over_; ++at) {
    const RestoreItem& item = program.items[at];
    if (item.kind == RestoreItemKind::copy && !rows_ahead_.tried) extract_ahead(std::span(program.items).subspan(at));
    if (item.needs_table && failed_tables.contains(*item.needs_table)) {
      ++result_.statements.skipped;
      continue;
    }
    if (interrupted()) {
      stop_early();
      break;
    }
    const std::uint64_t failures = result_.statements.fail;
    if (!run_restore_item(item, reader)) {
      session_over_ = true;
      if (recording_) result_.stopped = true;
      break;
    }
    if (result_.statements.fail > failures && item.entry && program.archive->entries()[*item.entry].kind == kTable) failed_tables.insert(*item.entry);
  }
  rows_ahead_ = {};
  return !session_over_;
}

/// Reads the rows of all COPYs that follow, as if nothing happened in between: what each would be given now. Where its turn finds another
/// state, its rows are read again.
void Replay::extract_ahead(std::span<const RestoreItem> items) {
  rows_ahead_.tried = true;
  std::vector<CopyStream> streams;
  for (const RestoreItem& item : items) {
    const Source& source = sources_[item.rows];
    if (item.kind != RestoreItemKind::copy || !is_large(source)) continue;
    const ParsedSql parsed = parse_sql(sources_.text(item.text), {true, names_.server_version});
    const Copy* copy = parsed.statements.size() == 1 ? std::get_if<Copy>(&parsed.statements.front().body) : nullptr;
    CopyOptions options;
    if (!copy || read_copy_options(*copy, names_.server_version, options)) continue;
    const Outcome<Target> target = resolve_target(copy->table, copy->columns, {}, true);
    if (!target.ok()) continue;
    if (std::optional<BulkPlan> plan = plan_of_copy(*target, options)) streams.push_back({&source, Span{item.rows, 0, kWholeSource}, *std::move(plan)});
  }
  std::vector<BulkResult> results = extract_streams(streams, types(), threads_);
  for (std::size_t at = 0; at < streams.size(); ++at) {
    rows_ahead_.rows.emplace(streams[at].at.source, RowsAhead::Entry{std::move(streams[at].plan), std::move(results[at])});
  }
}

BulkResult Replay::rows_of_stream(Span at, const BulkPlan& plan) {
  if (const auto ahead = rows_ahead_.rows.find(at.source); ahead != rows_ahead_.rows.end()) {
    RowsAhead::Entry entry = std::move(ahead->second);
    rows_ahead_.rows.erase(ahead);
    if (entry.plan == plan) return std::move(entry.result);
  }
  const CopyStream stream{&sources_[at.source], at, plan};
  return std::move(extract_streams(std::span(&stream, 1), types(), threads_).front());
}

/// False where pg_restore ends.
bool Replay::run_restore_item(const RestoreItem& item, ScriptReader& reader) {
  if (item.kind == RestoreItemKind::inserts) return run_restore_inserts(item.rows);
  ScriptItem one;
  one.kind = ItemKind::sql;
  one.span = item.text;
  one.line = one.psql_line = one.terminator_line = 1;
  if (item.kind == RestoreItemKind::copy) {
    CopyData data;
    data.span = Span{item.rows, 0, kWholeSource};
    one.data = data;
  }
  return run_item(one, reader);
}

bool Replay::run_restore_inserts(SourceId rows) {
  const Source& source = sources_[rows];
  static_cast<void>(source.text());
  if (const std::optional<Error> damage = source.damage()) {
    // The statements up to there are good: each is sent by itself.
    result_.diagnostics.report({DiagnosticLevel::error, damage->message, damage->hint, std::nullopt});
  }
  ScriptReader statements(sources_, rows, {}, result_.diagnostics);
  statements.set_standard_conforming_strings(settings_.standard_conforming_strings());
  for (ScriptItem item; !session_over_ && statements.next(item);) {
    if (!run_item(item, statements)) return false;
  }
  return true;
}

}  // namespace pgfk
