#include "rules/effect.h"

#include <string_view>

#include <fmt/format.h>

#include "rules/wording.h"

namespace pgfk {
namespace {

/// How the two programs go on after a failed statement.
std::string_view after_failure(const AnalyzeOptions& options, bool archive) {
  if (archive) return options.exit_on_error || options.single_transaction ? "pg_restore exits 1 and stops here" : "pg_restore goes on and exits 1";
  if (options.single_transaction && options.exit_on_error) return "psql exits 3, pg_restore exits 1";
  if (options.exit_on_error) return "psql exits 3 and stops here, pg_restore exits 1";
  return "psql exits 0, pg_restore exits 1";
}

/// What is not there afterwards.
std::string lost(const Finding& finding, const AnalyzeOptions& options) {
  const std::string& kind = finding.statement.kind;
  if (options.single_transaction) return "one transaction: nothing of the input is kept";
  if (kind == "COMMIT" || kind == "END") return "the whole transaction is rolled back";
  if (kind == "INSERT" || kind == "MERGE") return "no row of this statement is kept";
  if (kind == "COPY") return "no row of this COPY is kept";
  if (kind == "UPDATE" || kind == "DELETE") return "no row is changed";
  if (kind == "TRUNCATE") return "no table is emptied";
  if (kind.starts_with("ALTER") && finding.constraint && !finding.parent_side) {
    return finding.constraint_impossible ? "the constraint is missing afterwards"
                                         : "rows stay, the constraint is missing afterwards";
  }
  if (kind.starts_with("CREATE")) return "what it creates is missing afterwards";
  return "the statement has no effect";
}

}  // namespace

std::string effect_of(const Case& c) {
  const Finding& finding = c.finding;
  switch (finding.verdict) {
    case Verdict::fails: return fmt::format("{}; {}", after_failure(c.context.options(), toc_entry(finding, c.context.sources()) > 0), lost(finding, c.context.options()));
    case Verdict::undecided: return "not known: the statement may load, or fail with 23503";
    case Verdict::info:
      return finding.bypassed ? "nothing fails; the data breaks the constraint, and no later command says so"
                              : "nothing fails";
  }
  return {};
}

}  // namespace pgfk
