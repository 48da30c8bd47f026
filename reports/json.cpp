// The JSON contract, docs/json.md: additive changes only. The one file that includes nlohmann-json.
//
// One line per table, constraint and finding, written as it is made; jsonl are the findings' lines alone. Text that is no UTF-8 gets replacement characters.
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "reports/formats.h"
#include "reports/totals.h"
#include "rules/diagnosis.h"
#include "rules/fingerprint.h"

namespace pgfk {
namespace {

using nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;

std::string text_of(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json or_null(const std::string& text) { return text.empty() ? ordered_json(nullptr) : ordered_json(text); }

const char* match_name(MatchType match) {
  switch (match) {
    case MatchType::simple: return "simple";
    case MatchType::full: return "full";
    case MatchType::partial: return "partial";
  }
  return "";
}

const char* key_verdict_name(KeyVerdict verdict) {
  switch (verdict) {
    case KeyVerdict::holds: return "holds";
    case KeyVerdict::fails: return "fails";
    case KeyVerdict::undecided: return "undecided";
    case KeyVerdict::unchecked: return "unchecked";
  }
  return "";
}

const char* verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::fails: return "fails";
    case Verdict::undecided: return "undecided";
    case Verdict::info: return "info";
  }
  return "";
}

class JsonReport {
 public:
  JsonReport(const Report& report, std::ostream& out)
      : report_(report), analysis_(report.analysis), context_(report.analysis, report.sources, report.analyze), out_(out) {
    for (std::size_t index = 0; index < analysis_.findings.size(); ++index) {
      places_.push_back(told_.size());
      if (!analysis_.findings[index].left_out) told_.push_back(index);
    }
    for (const TableSummary& table : analysis_.tables) {
      if (!table.left_out) tables_.push_back(&table);
    }
    for (const CycleSummary& cycle : analysis_.cycles) {
      if (!cycle.left_out) cycles_.push_back(&cycle);
    }
  }

  void write() {
    out_ << "{\"schema_version\": " << kSchemaVersion;
    member("tool", tool());
    member("invocation", invocation());
    list("inputs", report_.inputs, [&](const InputInfo& input) { return input_json(input); });
    member("restore", restore());
    member("summary", summary());
    list("tables", tables_, [](const TableSummary* table) {
      return ordered_json{{"schema", table->schema}, {"table", table->table},
                          {"rows_after", table->rows_after ? ordered_json(*table->rows_after) : ordered_json(nullptr)}};
    });
    list("constraints", analysis_.constraints, [&](const ConstraintSummary& key) { return constraint(key); });
    list("findings", told_, [&](std::size_t index) { return finding_json(index); });
    list("cycles", cycles_, [&](const CycleSummary* cycle) { return cycle_json(*cycle); });
    member("load_order", {{"tables", analysis_.load_order.tables}, {"files", analysis_.load_order.files}});
    list("diagnostics", analysis_.diagnostics.kept(), [&](const Diagnostic& diagnostic) { return diagnostic_json(diagnostic); });
    out_ << "}\n";
  }

  void write_lines() {
    for (const std::size_t index : told_) out_ << text_of(finding_json(index)) << '\n';
  }

 private:
  void member(const char* name, const ordered_json& value) { out_ << ",\n\"" << name << "\": " << text_of(value); }

  template <typename Items, typename ToJson>
  void list(const char* name, const Items& items, ToJson to_json) {
    out_ << ",\n\"" << name << "\": [";
    const char* separator = "\n";
    for (const auto& item : items) {
      out_ << separator << text_of(to_json(item));
      separator = ",\n";
    }
    out_ << "]";
  }

  ordered_json tool() const {
    return {{"name", "pgfk"}, {"version", report_.invocation.version}, {"grammar", std::to_string(report_.invocation.grammar)}};
  }

  ordered_json invocation() const {
    return {{"args", report_.invocation.args}, {"seconds", report_.invocation.seconds},
            {"peak_rss", report_.invocation.peak_rss}, {"exit_code", report_.invocation.exit_code}};
  }

  ordered_json input_json(const InputInfo& input) const {
    return {{"path", input.path}, {"kind", input.dump ? "dump" : "script"}, {"format", input.format},
            {"compression", or_null(input.compression)}, {"bytes", input.bytes},
            {"server_version", or_null(input.server_version)}, {"pg_dump_version", or_null(input.pg_dump_version)},
            {"complete", input.complete}};
  }

  ordered_json restore() const {
    const AnalyzeOptions& options = report_.analyze;
    return {{"data_only", options.data_only}, {"single_transaction", options.single_transaction},
            {"exit_on_error", options.exit_on_error}, {"disable_triggers", options.disable_triggers}, {"jobs", 1},
            {"target_version", analysis_.target_version}};
  }

  ordered_json summary() const {
    const Totals totals = totals_of(context_);
    const Analysis::Statements& statements = analysis_.statements;
    return {{"tables", tables_.size()}, {"foreign_keys", analysis_.constraints.size()}, {"rows", analysis_.rows},
            {"references", analysis_.references}, {"findings_by_code", totals.by_code}, {"findings_left_out", totals.left_out},
            {"findings_suppressed", totals.suppressed},
            {"statements", {{"total", statements.total}, {"ok", statements.ok}, {"fail", statements.fail},
                            {"undecided", statements.undecided}, {"skipped", statements.skipped}}},
            {"data_statements", {{"total", analysis_.data_statements}, {"decided", analysis_.data_decided}}}};
  }

  /// Lines and columns from 1, columns in bytes; the end is the place behind the last byte.
  ordered_json place(Span span) const {
    const Source& source = report_.sources[span.source];
    const Place start = source.place_of(span.offset), end = source.place_of(span.offset + span.length);
    ordered_json out = {{"path", source.origin() ? source.origin()->path : source.path()}, {"line", start.line}, {"column", start.column},
                        {"end_line", end.line}, {"end_column", end.column}, {"byte", span.offset}, {"length", span.length}};
    if (source.origin() && source.origin()->dump_id > 0) out["toc_id"] = source.origin()->dump_id;
    return out;
  }

  ordered_json constraint(const ConstraintSummary& key) const {
    return {{"schema", key.name.schema}, {"table", key.name.table}, {"name", key.name.name},
            {"name_origin", key.name_generated ? "generated" : "given"}, {"columns", key.name.columns},
            {"ref_schema", key.name.referenced_schema}, {"ref_table", key.name.referenced_table},
            {"ref_columns", key.name.referenced_columns}, {"match", match_name(key.match)},
            {"on_delete", action_words(key.on_delete)}, {"on_update", action_words(key.on_update)},
            {"deferrable", key.deferrable}, {"initially_deferred", key.initially_deferred}, {"validated", key.validated},
            {"enforced", key.enforced}, {"declared_at", place(key.declared_at)}, {"verdict", key_verdict_name(key.verdict)},
            {"rows_checked", key.rows_checked}, {"rows_failing", key.rows_failing}, {"keys_missing", key.keys_missing},
            {"exists_after_load", key.exists_after_load}};
  }

  static ordered_json name_json(const ConstraintName& name) {
    return {{"schema", name.schema}, {"table", name.table}, {"name", name.name}};
  }

  ordered_json row_json(const FindingRow& row) const {
    ordered_json out = {{"loc", place(row.cell ? *row.cell : row.row)}, {"row_number", row.number}, {"key", row.key}};
    if (row.arrives_at) out["arrives_at"] = place(*row.arrives_at);
    return out;
  }

  /// Indexes into the findings written.
  std::vector<std::size_t> causes_of(const Finding& finding) const {
    std::vector<std::size_t> causes;
    for (const std::size_t index : finding.caused_by) {
      if (!analysis_.findings[index].left_out) causes.push_back(places_[index]);
    }
    return causes;
  }

  ordered_json finding_json(std::size_t index) const {
    const Finding& finding = analysis_.findings[index];
    const Diagnosis diagnosis = diagnose(context_, index);
    ordered_json rows = ordered_json::array();
    for (const FindingRow& row : finding.rows) rows.push_back(row_json(row));
    ordered_json remedies = ordered_json::array();
    for (const Remedy& remedy : diagnosis.remedies) {
      if (remedy.kind == "hint") continue;
      remedies.push_back({{"title", remedy.title}, {"kind", remedy.kind}, {"needs", needs_name(remedy.needs)}});
      if (!remedy.sql.empty()) remedies.back()["sql"] = remedy.sql;
    }
    ordered_json out = {
        {"code", diagnosis.cause->code}, {"name", diagnosis.cause->name}, {"severity", severity_name(diagnosis.cause->severity)},
        {"verdict", verdict_name(finding.verdict)}, {"sqlstate", or_null(finding.sqlstate)}, {"reported", finding.reported},
        {"statement", {{"kind", finding.statement.kind}, {"index", finding.statement.index},
                       {"loc", place(finding.statement.span)}, {"psql_line", finding.statement.psql_line}}},
        {"constraint", finding.constraint ? name_json(*finding.constraint) : ordered_json(nullptr)},
        {"root", finding.caused_by.empty()}, {"caused_by", causes_of(finding)},
        {"rows_total", finding.rows_total}, {"keys_total", finding.keys_total}, {"truncated", finding.truncated},
        {"rows", std::move(rows)}, {"server", {{"message", finding.message}, {"detail", finding.detail}}},
        {"headline", diagnosis.headline}, {"effect", diagnosis.effect}, {"remedies", std::move(remedies)},
        {"fingerprint", fingerprint(finding, report_.options.redaction != Redaction::none)}};
    const std::optional<Origin>& origin = report_.sources[finding.statement.span.source].origin();
    if (origin && origin->dump_id > 0) out["statement"]["toc_id"] = origin->dump_id;
    if (finding.suppressed) {
      out["suppressed"] = {{"by", finding.suppressed->by == SuppressedBy::comment ? "inline" : "baseline"},
                           {"reason", finding.suppressed->reason}};
    }
    if (finding.assumed) out["assumed"] = true;
    if (!finding.doubt.empty()) out["doubt"] = finding.doubt;
    if (!finding.evidence.empty()) out["evidence"] = finding.evidence;
    return out;
  }

  ordered_json cycle_json(const CycleSummary& cycle) const {
    ordered_json constraints = ordered_json::array();
    for (const ConstraintName& name : cycle.constraints) constraints.push_back(name_json(name));
    ordered_json remedies = ordered_json::array();
    if (!cycle.harmless && !cycle.why.empty()) {
      remedies.push_back({{"title", cycle.why}, {"kind", "cheapest"}, {"needs", needs_name(Needs::owner)}});
    }
    ordered_json out = {{"tables", cycle.tables}, {"constraints", std::move(constraints)}, {"rows_involved", cycle.rows_involved},
                        {"harmless", cycle.harmless}, {"remedies", std::move(remedies)}};
    if (!cycle.why.empty()) out["why"] = cycle.why;
    return out;
  }

  ordered_json diagnostic_json(const Diagnostic& diagnostic) const {
    ordered_json out = {{"level", diagnostic.level == DiagnosticLevel::error ? "error" : "warning"},
                        {"message", diagnostic.message}, {"hint", or_null(diagnostic.hint)}};
    if (diagnostic.span) out["loc"] = place(*diagnostic.span);
    return out;
  }

  const Report& report_;
  const Analysis& analysis_;
  const Context context_;
  std::ostream& out_;
  std::vector<std::size_t> told_;                // findings that are written
  std::vector<std::size_t> places_;              // of each finding among them
  std::vector<const TableSummary*> tables_;
  std::vector<const CycleSummary*> cycles_;
};

}  // namespace

void render_json(const Report& report, std::ostream& out) { JsonReport(report, out).write(); }

void render_jsonl(const Report& report, std::ostream& out) { JsonReport(report, out).write_lines(); }

}  // namespace pgfk
