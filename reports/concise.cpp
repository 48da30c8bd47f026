// One line per finding, as compilers write it: file:line:column: error[FK001]: what happened
#include <fmt/format.h>

#include "reports/formats.h"
#include "reports/text.h"
#include "reports/totals.h"
#include "rules/diagnosis.h"

namespace pgfk {

void render_concise(const Report& report, std::ostream& out) {
  const Context context(report.analysis, report.sources, report.analyze);
  const Paint paint(report.options.color);
  for (std::size_t index = 0; index < report.analysis.findings.size(); ++index) {
    const Cause& cause = cause_of(context.finding(index));
    if (!context.finding(index).is_told() || (report.options.quiet && cause.severity != Severity::error)) continue;
    const Diagnosis diagnosis = diagnose(context, index);
    const Span span = diagnosis.excerpts.front().labels.front().span;
    const Place place = report.sources.place_of(span);
    const std::string head = fmt::format("{}[{}]", severity_name(cause.severity), cause.code);
    out << fmt::format("{}:{}:{}: {}: {}\n", printable(report.sources[span.source].path()), place.line, place.column,
                       cause.severity == Severity::error ? paint.error(head) : paint.note(head), printable(diagnosis.headline));
  }
  const Totals totals = totals_of(context);
  if (!report.options.quiet || totals.roots + totals.consequences > 0) out << verdict_line(report, totals) << '\n';
}

}  // namespace pgfk
