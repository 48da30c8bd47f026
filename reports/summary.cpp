// Counts only: by cause, and by constraint where something fails or is undecided.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "reports/formats.h"
#include "reports/text.h"
#include "reports/totals.h"
#include "rules/diagnosis.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

void write_causes(const Totals& totals, std::ostream& out) {
  out << "     count  code   cause\n";
  for (const Cause& cause : all_causes()) {
    const auto found = totals.by_code.find(cause.code);
    if (found != totals.by_code.end()) out << fmt::format("{:>10}  {}  {}\n", grouped(found->second), cause.code, cause.name);
  }
  out << '\n';
}

void write_constraints(const std::vector<const ConstraintSummary*>& constraints, std::ostream& out) {
  constexpr std::size_t kShown = 100;
  std::size_t width = 10;
  for (const ConstraintSummary* constraint : constraints) width = std::max(width, constraint->name.name.size());
  out << fmt::format("      rows      keys  {:<{}}  child -> parent\n", "constraint", width);
  for (std::size_t at = 0; at < std::min(kShown, constraints.size()); ++at) {
    const ConstraintSummary& constraint = *constraints[at];
    const std::string rows = constraint.verdict == KeyVerdict::undecided ? "?" : grouped(constraint.rows_failing);
    const std::string keys = constraint.verdict == KeyVerdict::undecided ? "?" : grouped(constraint.keys_missing);
    out << fmt::format("{:>10}{:>10}  {:<{}}  {} -> {}\n", rows, keys, printable(constraint.name.name), width,
                       printable(qualified_name(constraint.name.schema, constraint.name.table)),
                       printable(qualified_name(constraint.name.referenced_schema, constraint.name.referenced_table)));
  }
  if (constraints.size() > kShown) out << fmt::format("  and {} more\n", grouped(constraints.size() - kShown));
  out << '\n';
}

}  // namespace

void render_summary(const Report& report, std::ostream& out) {
  const Context context(report.analysis, report.sources, report.analyze);
  const Totals totals = totals_of(context);
  if (!totals.by_code.empty()) write_causes(totals, out);
  std::vector<const ConstraintSummary*> constraints;
  for (const ConstraintSummary& constraint : report.analysis.constraints) {
    if (context.is_left_out(constraint)) continue;
    if (constraint.verdict == KeyVerdict::fails || constraint.verdict == KeyVerdict::undecided) constraints.push_back(&constraint);
  }
  std::ranges::stable_sort(constraints, std::ranges::greater(), [](const ConstraintSummary* c) { return c->rows_failing; });
  if (!constraints.empty()) write_constraints(constraints, out);
  out << verdict_line(report, totals) << '\n';
}

}  // namespace pgfk
