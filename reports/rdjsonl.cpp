// Reviewdog's diagnostics, one a line. https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
// Its columns are bytes, as ours are.
#include <string>

#include "reports/annotation.h"
#include "reports/formats.h"
#include "reports/json_text.h"

namespace pgfk {
namespace {

const char* severity_word(Severity severity) {
  switch (severity) {
    case Severity::error: return "ERROR";
    case Severity::warning: return "WARNING";
    case Severity::note: return "INFO";
  }
  return "";
}

void write_position(JsonText& json, const char* name, Place place) {
  json.key(name).begin_object().member("line", place.line).member("column", place.column).end_object();
}

void write_location(JsonText& json, const Annotation& annotation) {
  json.key("location").begin_object().member("path", annotation.path);
  if (!annotation.in_archive) {
    json.key("range").begin_object();
    write_position(json, "start", annotation.start);
    write_position(json, "end", annotation.end);
    json.end_object();
  }
  json.end_object();
}

}  // namespace

void render_rdjsonl(const Report& report, std::ostream& out) {
  const Context context(report.analysis, report.sources, report.analyze);
  for (std::size_t index = 0; index < report.analysis.findings.size(); ++index) {
    if (!is_annotated(report, context.finding(index))) continue;
    const Annotation annotation = annotation_of(report, context, index);
    JsonText json(BrokenBytes::replaced);
    json.begin_object().member("message", annotation.diagnosis.headline + "\n" + annotation_body(annotation.diagnosis));
    write_location(json, annotation);
    json.member("severity", severity_word(annotation.diagnosis.cause->severity));
    json.key("source").begin_object().member("name", "pgfk").end_object();
    json.key("code").begin_object().member("value", annotation.diagnosis.cause->code).end_object().end_object();
    out << json.text() << '\n';
  }
}

}  // namespace pgfk
