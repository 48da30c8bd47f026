// GitLab's code quality report: an array, one object per finding. https://docs.gitlab.com/ci/testing/code_quality/
#include <map>
#include <string>

#include <fmt/format.h>

#include "reports/annotation.h"
#include "reports/formats.h"
#include "reports/json_text.h"
#include "rules/fingerprint.h"

namespace pgfk {
namespace {

const char* severity_word(const Finding& finding, Severity severity) {
  switch (severity) {
    case Severity::error: return finding.caused_by.empty() ? "critical" : "major";
    case Severity::warning: return "minor";
    case Severity::note: return "info";
  }
  return "";
}

}  // namespace

void render_gitlab(const Report& report, std::ostream& out) {
  const Context context(report.analysis, report.sources, report.analyze);
  std::map<std::string, std::uint64_t> met;  // GitLab takes two of one fingerprint for one
  out << '[';
  const char* separator = "\n";
  for (std::size_t index = 0; index < report.analysis.findings.size(); ++index) {
    if (!is_annotated(report, context.finding(index))) continue;
    const Annotation annotation = annotation_of(report, context, index);
    const Cause& cause = *annotation.diagnosis.cause;
    std::string print = fingerprint(*annotation.finding, report.options.redaction != Redaction::none);
    if (const std::uint64_t time = ++met[print]; time > 1) print += fmt::format("-{}", time);
    JsonText json(BrokenBytes::replaced);
    json.begin_object().member("description", fmt::format("{}: {}", cause.code, annotation.diagnosis.headline));
    json.member("check_name", cause.name).member("fingerprint", print).member("severity", severity_word(*annotation.finding, cause.severity));
    json.key("location").begin_object().member("path", annotation.path);
    json.key("lines").begin_object().member("begin", annotation.start.line).member("end", annotation.end.line);
    json.end_object().end_object().end_object();
    out << separator << json.text();
    separator = ",\n";
  }
  out << "]\n";
}

}  // namespace pgfk
