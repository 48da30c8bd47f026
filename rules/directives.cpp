#include "rules/directives.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "parsers/sql/directives.h"
#include "rules/diagnosis.h"
#include "rules/selection.h"
#include "rules/unused_ignore.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

/// An ignore comment, made ready: which causes of which constraint it accepts.
struct Ignore {
  Selection codes;                 // accepts what it does not tell
  std::string constraint;          // empty: any

  bool accepts(const Finding& finding) const {
    if (!constraint.empty() && (!finding.constraint || finding.constraint->name != constraint)) return false;
    return !codes.tells(cause_of(finding));
  }
};

/// The words are codes, the last one may be a constraint. Says why not in `problem`.
Ignore ignore_of(const Directive& directive, std::string& problem) {
  Ignore out;
  for (std::size_t at = 0; at < directive.words.size(); ++at) {
    const bool last = at + 1 == directive.words.size();
    const std::string& word = directive.words[at];
    if (!(last && directive.last_is_quoted) && out.codes.ignore(word)) continue;
    if (last && at > 0) {
      out.constraint = word;
    } else {
      problem = fmt::format("names no cause: \"{}\"", word);
    }
  }
  return out;
}

class Directives {
 public:
  Directives(const Sources& sources, std::span<const SourceId> others, Analysis& analysis, Diagnostics& diagnostics)
      : analysis_(analysis), diagnostics_(diagnostics) {
    for (std::size_t at = 0; at < sources.size(); ++at) {
      const SourceId id = static_cast<SourceId>(at);
      if (std::ranges::find(others, id) != others.end()) continue;
      for (Directive& directive : read_directives(sources[id], id)) take(std::move(directive));
    }
  }

  void apply() {
    if (directives_.empty()) return;
    assume();
    for (Finding& finding : analysis_.findings) {
      if (!finding.assumed) suppress(finding);
    }
    if (!analysis_.stopped && !analysis_.interrupted) tell_unused();
  }

 private:
  using StatementPlace = std::pair<SourceId, std::uint64_t>;
  static constexpr std::uint64_t kWholeFile = UINT64_MAX;

  void take(Directive directive) {
    Ignore ignore;
    if (directive.problem.empty() && directive.kind != DirectiveKind::assume) ignore = ignore_of(directive, directive.problem);
    if (!directive.problem.empty()) {
      diagnostics_.report({DiagnosticLevel::warning, fmt::format("comment \"{}\" {}", directive.text, directive.problem), "", directive.span});
      return;
    }
    by_place_[{directive.span.source, directive.kind == DirectiveKind::ignore_file ? kWholeFile : directive.statement}].push_back(directives_.size());
    directives_.push_back(std::move(directive));
    ignores_.push_back(std::move(ignore));
    used_.push_back(false);
  }

  std::span<const std::size_t> directives_at(SourceId source, std::uint64_t place) const {
    const auto found = by_place_.find(StatementPlace(source, place));
    return found == by_place_.end() ? std::span<const std::size_t>() : std::span<const std::size_t>(found->second);
  }

  void suppress(Finding& finding) {
    const Span& statement = finding.statement.span;
    for (const std::uint64_t place : {statement.offset, kWholeFile}) {
      for (const std::size_t at : directives_at(statement.source, place)) {
        if (directives_[at].kind == DirectiveKind::assume || !ignores_[at].accepts(finding)) continue;
        used_[at] = true;
        if (!finding.suppressed) finding.suppressed = Suppression{SuppressedBy::comment, directives_[at].reason};
      }
    }
  }

  // --- pgfk:assume

  static bool is_table(const DirectiveName& written, std::string_view schema, std::string_view table) {
    return written.name == table && (written.schema.empty() || written.schema == schema);
  }
  /// `name` as its statement has it: perhaps with a schema and in quotes.
  static bool is_written_table(const DirectiveName& written, std::string_view name) {
    std::string last(name.substr(std::min(name.rfind('.') + 1, name.size())));
    std::erase(last, '"');
    return written.name == last;
  }

  static bool settles(const Directive& assumption, const Finding& finding) {
    if (assumption.kind != DirectiveKind::assume || finding.verdict != Verdict::undecided) return false;
    if (!finding.constraint) return is_written_table(assumption.referencing, finding.statement.table);
    return covers(assumption, *finding.constraint);
  }
  static bool covers(const Directive& assumption, const ConstraintName& key) {
    return is_table(assumption.referencing, key.schema, key.table) && is_table(assumption.referenced, key.referenced_schema, key.referenced_table) &&
           assumption.columns == key.columns;
  }

  // What an assumption settles, and what was undecided for nothing else.
  void assume() {
    std::set<std::size_t> statements;  // that are settled
    for (Finding& finding : analysis_.findings) {
      for (const std::size_t at : directives_at(finding.statement.span.source, finding.statement.span.offset)) {
        if (!settles(directives_[at], finding)) continue;
        used_[at] = true;
        finding.assumed = true;
      }
      const auto is_assumed = [&](std::size_t cause) { return cause < analysis_.findings.size() && analysis_.findings[cause].assumed; };
      if (finding.verdict == Verdict::undecided && !finding.caused_by.empty() && std::ranges::all_of(finding.caused_by, is_assumed)) {
        finding.assumed = true;
      }
      if (finding.assumed) {
        finding.verdict = Verdict::info;
        statements.insert(finding.statement.index);
      }
    }
    if (statements.empty()) return;
    for (const Finding& finding : analysis_.findings) {
      if (finding.verdict == Verdict::undecided) statements.erase(finding.statement.index);
    }
    count_decided(statements);
    settle_constraints();
  }

  void count_decided(std::set<std::size_t> statements) {
    for (const Finding& finding : analysis_.findings) {
      if (!finding.assumed || statements.erase(finding.statement.index) == 0) continue;
      Analysis::Statements& counts = analysis_.statements;
      if (counts.undecided > 0) {
        --counts.undecided;
        ++counts.ok;
      }
      if (is_data_statement(finding.statement.kind) && analysis_.data_decided < analysis_.data_statements) ++analysis_.data_decided;
    }
  }

  void settle_constraints() {
    using Path = std::tuple<std::string_view, std::string_view, std::string_view>;
    const auto path_of = [](const ConstraintName& name) { return Path(name.schema, name.table, name.name); };
    std::set<Path> assumed, open;
    for (const Finding& finding : analysis_.findings) {
      if (!finding.constraint) continue;
      if (finding.assumed) assumed.insert(path_of(*finding.constraint));
      if (finding.verdict == Verdict::undecided) open.insert(path_of(*finding.constraint));
    }
    const auto is_covered = [&](const ConstraintName& key) {
      return std::ranges::any_of(directives_, [&](const Directive& directive) {
        return directive.kind == DirectiveKind::assume && covers(directive, key);
      });
    };
    for (ConstraintSummary& key : analysis_.constraints) {
      if (key.verdict != KeyVerdict::undecided || open.contains(path_of(key.name))) continue;
      if (assumed.contains(path_of(key.name)) || is_covered(key.name)) key.verdict = KeyVerdict::holds;
    }
  }

  void tell_unused() {
    for (std::size_t at = 0; at < directives_.size(); ++at) {
      if (used_[at]) continue;
      const Directive& directive = directives_[at];
      analysis_.findings.push_back(unused_ignore("comment", directive.span, directive.text));
    }
  }

  Analysis& analysis_;
  Diagnostics& diagnostics_;
  std::vector<Directive> directives_;
  std::vector<Ignore> ignores_;    // of each, empty for an assumption
  std::vector<bool> used_;
  std::map<StatementPlace, std::vector<std::size_t>> by_place_;
};

}  // namespace

void apply_directives(const Sources& sources, std::span<const SourceId> others, Analysis& analysis, Diagnostics& diagnostics) {
  Directives(sources, others, analysis, diagnostics).apply();
}

}  // namespace pgfk
