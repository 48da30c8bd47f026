// The default format: each root cause at length, as drawn in docs/pgfk.1; what follows from it folded under it.
//
// Stays readable for any number of findings: --max-rows bodies per cause and constraint, kBodies in all, the rest in sums.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "reports/excerpt.h"
#include "reports/formats.h"
#include "reports/text.h"
#include "reports/totals.h"
#include "rules/diagnosis.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

constexpr std::size_t kBodies = 200;
constexpr std::size_t kIndent = 12;  // of the facts below an excerpt

/// Findings that are told the same way: one cause, one constraint (or one SQLSTATE).
struct Group {
  std::uint64_t told = 0, left_out = 0, rows_left_out = 0;
  Span first{}, last{};  // of the statements left out
};
using GroupKey = std::tuple<std::string_view, std::string, std::string>;

class FullReport {
 public:
  FullReport(const Report& report, std::ostream& out)
      : report_(report), context_(report.analysis, report.sources, report.analyze), paint_(report.options.color), out_(out) {}

  void write() {
    const Totals totals = totals_of(context_);
    const bool clean = totals.roots + totals.consequences == 0;
    const bool quiet = report_.options.quiet;
    if (!quiet && ((clean && totals.undecided + totals.depend_on_undecided == 0) || report_.options.verbose)) write_inputs();
    for (std::size_t index = 0; index < context_.analysis().findings.size(); ++index) write_finding(index);
    write_left_out();
    if (!quiet) write_harmless_cycles();
    if (report_.options.statistics) write_statistics(totals);
    if (!quiet || !clean) out_ << verdict_line(report_, totals) << '\n';
  }

 private:
  void write_inputs() {
    for (const InputInfo& input : report_.inputs) {
      out_ << printable(input.path) << ": "
           << input.format << (input.archive_version.empty() ? input.dump ? " dump" : " script" : " archive " + input.archive_version)
           << (input.compression.empty() ? "" : ", " + input.compression) << ", " << human_bytes(input.bytes);
      if (!input.server_version.empty()) out_ << ", dumped from " << printable(input.server_version);
      if (!input.pg_dump_version.empty()) out_ << " by pg_dump " << printable(input.pg_dump_version);
      if (!input.complete) out_ << ", its end is missing";
      out_ << '\n';
    }
    const Analysis& analysis = report_.analysis;
    out_ << fmt::format("  {}, {}, {}, {}, {}\n\n", counted(static_cast<std::uint64_t>(std::ranges::count(analysis.tables, false, &TableSummary::left_out)), "table"),
                        counted(analysis.constraints.size(), "foreign key"), counted(analysis.data_statements, "data statement"),
                        counted(analysis.rows, "row"), counted(analysis.references, "reference"));
  }

  bool is_told(std::size_t index, const Cause& cause) const {
    if (!context_.finding(index).is_told()) return false;
    if (report_.options.quiet) return cause.severity == Severity::error && context_.heads(index);
    return report_.options.verbose || context_.heads(index);
  }

  void write_finding(std::size_t index) {
    const Finding& finding = context_.finding(index);
    const Cause& cause = cause_of(finding);
    if (!is_told(index, cause)) return;
    Group& group = groups_[{cause.code, finding.constraint ? finding.constraint->table : finding.sqlstate,
                            finding.constraint ? finding.constraint->name : std::string()}];
    // A failure that touches no foreign key is no news for this program; it is counted.
    const bool beside_the_point = std::string_view(cause.code) == "FK030" && !finding.matters && context_.consequences(index).empty();
    const bool unlimited = report_.options.max_rows == 0;
    const bool full = !unlimited && (group.told >= report_.options.max_rows || bodies_ >= kBodies);
    if (full || (beside_the_point && !report_.options.verbose)) {
      if (group.left_out == 0) group.first = finding.statement.span;
      group.last = finding.statement.span;
      ++group.left_out;
      group.rows_left_out += finding.rows_total;
      return;
    }
    ++group.told;
    ++bodies_;
    write_body(diagnose(context_, index));
  }

  std::string headline(const Cause& cause, std::string_view text) const {
    const std::string head = fmt::format("{}[{}]", severity_name(cause.severity), cause.code);
    const std::vector<std::string> lines = wrapped(head + ": " + printable(text), report_.options.width);
    const std::string_view rest = std::string_view(lines.front()).substr(head.size());
    std::string out;
    switch (cause.severity) {
      case Severity::error: out = paint_.error(head); break;
      case Severity::warning: out = paint_.warning(head); break;
      case Severity::note: out = paint_.note(head); break;
    }
    out += paint_.strong(rest);
    for (std::size_t at = 1; at < lines.size(); ++at) out += "\n  " + paint_.strong(lines[at]);
    return out;
  }

  void write_body(const Diagnosis& diagnosis) {
    out_ << headline(*diagnosis.cause, diagnosis.headline) << '\n';
    draw_excerpts(diagnosis.excerpts, report_.sources, report_.options, out_);
    for (const Note& note : diagnosis.notes) write_fact(note.label, note.text);
    for (const std::string& line : diagnosis.then) write_fact("then", line);
    write_remedies(diagnosis.remedies);
    out_ << '\n';
  }

  // "  = parent: text", its further lines below the text.
  void write_fact(std::string_view label, std::string_view text) {
    std::string start = fmt::format("  = {}:", label);
    start.resize(std::max(start.size() + 1, kIndent), ' ');
    const std::vector<std::string> lines = wrapped(text, text_width());
    for (std::size_t at = 0; at < lines.size(); ++at) {
      out_ << (at == 0 ? paint_.frame(start) : std::string(kIndent, ' ')) << printable(lines[at]) << '\n';
    }
  }

  std::size_t text_width() const { return report_.options.width > kIndent + 20 ? report_.options.width - kIndent : 20; }

  void write_remedies(const std::vector<Remedy>& remedies) {
    std::string text;
    for (const Remedy& remedy : remedies) {
      if (!text.empty()) text += remedy.kind == "hint" ? "\n" : "\nor ";
      text += remedy.title;
      if (remedy.sql.empty()) continue;
      const std::size_t line_end = remedy.sql.find('\n');
      const bool short_sql = std::ranges::count(remedy.sql, '\n') <= 1;
      if (short_sql && remedy.title.size() + 3 + std::min(line_end, remedy.sql.size()) <= text_width()) {
        text += ":  " + remedy.sql;
      } else {
        text += ":";
        text += "\n  ";
        for (const char c : remedy.sql) {
          text += c;
          if (c == '\n') text += "  ";
        }
      }
    }
    if (!text.empty()) write_fact("help", text);
  }

  void write_left_out() {
    for (const auto& [key, group] : groups_) {
      if (group.left_out == 0) continue;
      const auto& [code, table, constraint] = key;
      const bool more = group.told > 0;
      std::string text = fmt::format("{} ({}){}", counted(group.left_out, more ? "more statement" : "statement"),
                         constraint.empty() ? "SQLSTATE " + table : table + ", " + constraint,
                         group.rows_left_out == 0 ? std::string() : ", " + counted(group.rows_left_out, "row"));
      text += fmt::format(": {}", place(group.first));
      if (group.left_out > 1) text += fmt::format(" .. {}", place(group.last));
      text += more ? "; --max-rows=0 shows all" : "; --verbose shows them";
      for (const Cause& cause : all_causes()) {
        if (cause.code == code) out_ << headline(cause, text) << '\n';
      }
      any_left_out_ = true;
    }
    if (any_left_out_) out_ << '\n';
  }

  std::string place(Span span) const {
    return fmt::format("{}:{}", base_name(report_.sources[span.source].path()), report_.sources.place_of(span).line);
  }

  void write_harmless_cycles() {
    constexpr std::size_t kShown = 10;
    std::size_t shown = 0;
    for (const CycleSummary& cycle : report_.analysis.cycles) {
      if (!cycle.harmless || cycle.left_out || ++shown > kShown) continue;
      std::vector<std::string> names;
      for (const std::string& table : cycle.tables) names.push_back("\"" + table.substr(table.starts_with("public.") ? 7 : 0) + "\"");
      const std::string text = fmt::format("pg_dump's circular warning on {} is harmless{}{}", listed(names),
                                           cycle.why.empty() ? "" : ": ", cycle.why);
      for (const Cause& cause : all_causes()) {
        if (std::string_view(cause.code) == "FK050") out_ << headline(cause, text) << '\n';
      }
    }
    if (shown > kShown) out_ << fmt::format("  and {} more\n", shown - kShown);
  }

  void write_statistics(const Totals& totals) {
    for (const Cause& cause : all_causes()) {
      const auto found = totals.by_code.find(cause.code);
      if (found != totals.by_code.end()) out_ << fmt::format("{:>9}  {}  {}\n", grouped(found->second), cause.code, cause.name);
    }
    if (!totals.by_code.empty()) out_ << '\n';
  }

  const Report& report_;
  const Context context_;
  const Paint paint_;
  std::ostream& out_;
  std::map<GroupKey, Group> groups_;
  std::size_t bodies_ = 0;
  bool any_left_out_ = false;
};

}  // namespace

void render_full(const Report& report, std::ostream& out) { FullReport(report, out).write(); }

}  // namespace pgfk
