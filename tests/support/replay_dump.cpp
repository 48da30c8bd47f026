#include "tests/support/replay_dump.h"

#include "parsers/input/source.h"

namespace pgfk::test {

namespace {

const char* words_of(Reason reason) {
  switch (reason) {
    case Reason::none: return "";
    case Reason::never_in_input: return "never in the input";
    case Reason::comes_later: return "comes later";
    case Reason::comes_later_in_cycle: return "comes later in a cycle";
    case Reason::comes_later_same_table: return "comes later in the same table";
    case Reason::lost_with_statement: return "lost";
    case Reason::removed: return "removed";
    case Reason::table_not_loaded: return "table not loaded";
    case Reason::match_full_mixed: return "mixed";
    case Reason::still_referenced: return "still referenced";
    case Reason::unknown_rows: return "unknown rows";
  }
  return "";
}

const char* words_of(KeyVerdict verdict) {
  switch (verdict) {
    case KeyVerdict::holds: return "holds";
    case KeyVerdict::fails: return "fails";
    case KeyVerdict::undecided: return "undecided";
    case KeyVerdict::unchecked: return "unchecked";
  }
  return "";
}

class Dump {
 public:
  Dump(const Sources& sources, const Analysis& analysis, const ReplayCase& show) : sources_(sources), analysis_(analysis), show_(show) {}

  std::string text() {
    for (const Finding& finding : analysis_.findings) {
      add_verdict(finding);
      if (show_.reasons) add_reason(finding);
      if (show_.rows) add_rows(finding);
      if (show_.cells) add_cells(finding);
      if (show_.texts) add_texts(finding);
      out_ += '\n';
    }
    if (show_.summaries) add_summaries();
    if (!out_.empty()) out_.pop_back();
    return std::move(out_);
  }

 private:
  std::string line(Span span) const {
    return (files_ > 1 ? sources_[span.source].path() + ":" : "") + std::to_string(sources_.place_of(span).line);
  }

  void add_keys(const Finding& finding) {
    for (const FindingRow& row : finding.rows) {
      out_ += " (";
      for (std::size_t at = 0; at < row.key.size(); ++at) out_ += (at > 0 ? ", " : "") + row.key[at];
      out_ += ')';
    }
    if (finding.truncated) out_ += " ...";
  }

  void add_verdict(const Finding& finding) {
    if (files_ > 1) out_ += sources_[finding.statement.span.source].path() + ":";
    out_ += finding.bypassed ? std::to_string(sources_.place_of(finding.statement.span).line) : std::to_string(finding.statement.psql_line);
    out_ += ": ";
    if (finding.verdict == Verdict::fails && !finding.reported) out_ += "also ";
    const bool of_rows = finding.bypassed || finding.sqlstate == "23503" || finding.sqlstate == "23001";
    if (finding.constraint && (of_rows || finding.verdict == Verdict::undecided)) {
      out_ += finding.constraint->name;
      add_keys(finding);
      out_ += ' ';
    }
    if (finding.verdict == Verdict::undecided) {
      out_ += "undecided: " + finding.doubt;
    } else if (finding.bypassed) {
      out_ += "bypassed";
    } else if (of_rows && finding.constraint && !finding.rows.empty()) {
      out_ += finding.reason == Reason::match_full_mixed ? "mixed" : finding.parent_side ? "referenced" : "absent";
    } else {
      out_ += finding.sqlstate + " " + finding.message;
    }
  }

  void add_reason(const Finding& finding) {
    const std::string words = words_of(finding.reason);
    if (!words.empty()) out_ += "; " + words;
    for (const FindingRow& row : finding.rows) {
      if (row.arrives_at) out_ += " at " + line(*row.arrives_at);
    }
    if (finding.removed_by) out_ += " by " + line(*finding.removed_by);
    for (const std::size_t cause : finding.caused_by) out_ += " with #" + std::to_string(cause);
  }

  void add_rows(const Finding& finding) {
    if (finding.rows_total == 0) return;
    out_ += "; " + std::to_string(finding.rows_total) + (finding.rows_total == 1 ? " row, " : " rows, ");
    out_ += std::to_string(finding.keys_total) + (finding.keys_total == 1 ? " key" : " keys");
    for (const FindingRow& row : finding.rows) out_ += "; row " + std::to_string(row.number) + " at " + line(row.row);
  }

  void add_cells(const Finding& finding) {
    for (const FindingRow& row : finding.rows) {
      if (!row.cell) continue;
      const Place place = sources_.place_of(*row.cell);
      out_ += "; " + std::to_string(place.line) + ":" + std::to_string(place.column) + " " + std::string(sources_.text(*row.cell));
    }
  }

  void add_texts(const Finding& finding) {
    out_ += "\n  " + finding.statement.kind + " " + finding.statement.table;
    out_ += " | " + finding.sqlstate + " " + finding.message;
    // Which of several duplicates an index is refused for depends on how the server sorts.
    if (!finding.message.starts_with("could not create unique index")) out_ += " | " + finding.detail;
    if (finding.at) out_ += " | at " + line(*finding.at) + " " + std::string(sources_.text(*finding.at));
    for (const std::string& fact : finding.evidence) out_ += " | " + fact;
    if (finding.matters) out_ += " | matters";
  }

  void add_summaries() {
    for (const TableSummary& table : analysis_.tables) {
      out_ += table.schema + "." + table.table + ": " + (table.rows_after ? std::to_string(*table.rows_after) : "unknown") + " rows\n";
    }
    for (const ConstraintSummary& key : analysis_.constraints) {
      out_ += key.name.table + "." + key.name.name + ": " + words_of(key.verdict) + ", " + std::to_string(key.rows_failing) + " failing, " +
              std::to_string(key.keys_missing) + " missing\n";
    }
    out_ += "statements: " + std::to_string(analysis_.statements.ok) + " ok, " + std::to_string(analysis_.statements.fail) + " fail, " +
            std::to_string(analysis_.statements.undecided) + " undecided, " + std::to_string(analysis_.statements.skipped) + " skipped\n";
    for (const Diagnostic& diagnostic : analysis_.diagnostics.kept()) out_ += "diagnostic: " + diagnostic.message + "\n";
  }

  const Sources& sources_;
  const Analysis& analysis_;
  const ReplayCase& show_;
  std::size_t files_ = sources_.size();
  std::string out_;
};

}  // namespace

std::string replay(const std::vector<std::string>& texts, const ReplayCase& how) {
  Sources sources;
  AnalyzeOptions options = how.options;
  if (options.pg_version == 0) options.pg_version = 15;
  for (std::size_t at = 0; at < texts.size(); ++at) {
    options.inputs.push_back(sources.add(Source::of_text(std::string(1, static_cast<char>('a' + at)), texts[at])));
  }
  for (const std::string& text : how.against) options.against.push_back(sources.add(Source::of_text("before", text)));
  const Analysis analysis = analyze(sources, options);
  return Dump(sources, analysis, how).text();
}

std::string replay(const std::string& text, const ReplayCase& how) { return replay(std::vector<std::string>{text}, how); }

}  // namespace pgfk::test
