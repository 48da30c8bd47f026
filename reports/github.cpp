// Workflow commands of GitHub Actions: findings as annotations of the changed files, and as lines of the log.
// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
//
// GitHub shows ten annotations of each level per step and drops the others without a word. So the last of the ten says how many more there are,
// and those are told as plain lines in a folded part of the log.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "reports/annotation.h"
#include "reports/formats.h"
#include "reports/text.h"
#include "reports/totals.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

constexpr std::size_t kMostOfLevel = 10;
constexpr std::size_t kMostTroubles = 3;  // of what cannot be read; standard error has all

const char* command_of(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "notice";
  }
  return "";
}

// Source: actions/toolkit, command.ts, escapeData and escapeProperty.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : plain_text(text)) {
    const bool special = c == '%' || c == '\n' || (property && (c == ':' || c == ','));
    if (special) out += fmt::format("%{:02X}", static_cast<unsigned>(c)); else out += c;
  }
  return out;
}

// A line that is no command, whatever it holds: those begin with "::", or hold "##[" anywhere.
std::string log_line(std::string_view text) {
  std::string line = "- " + printable(text);
  for (std::size_t at = 0; (at = line.find("##[", at)) != std::string::npos;) line.insert(at + 1, " ");
  return line;
}

class GithubReport {
 public:
  GithubReport(const Report& report, std::ostream& out)
      : report_(report), context_(report.analysis, report.sources, report.analyze), out_(out) {}

  void write() {
    std::map<Severity, std::size_t> counts, written;
    for (const Diagnostic& diagnostic : report_.analysis.diagnostics.kept()) {
      if (diagnostic.level != DiagnosticLevel::error || counts[Severity::error] == kMostTroubles) continue;
      ++counts[Severity::error];
      ++written[Severity::error];
      out_ << fmt::format("::error title=pgfk::{}\n", escaped(diagnostic.message, false));
    }
    for (const Finding& finding : context_.analysis().findings) {
      if (is_annotated(report_, finding)) ++counts[cause_of(finding).severity];
    }
    std::vector<std::size_t> rest;
    for (std::size_t index = 0; index < context_.analysis().findings.size(); ++index) {
      const Finding& finding = context_.finding(index);
      if (!is_annotated(report_, finding)) continue;
      const Severity severity = cause_of(finding).severity;
      const std::size_t annotated = counts[severity] > kMostOfLevel ? kMostOfLevel - 1 : kMostOfLevel;
      if (written[severity]++ < annotated) {
        write_annotation(index);
      } else {
        rest.push_back(index);
      }
    }
    for (const auto& [severity, count] : counts) {
      if (count <= kMostOfLevel) continue;
      out_ << fmt::format("::{} title=pgfk::{} more; the log of this step has them\n", command_of(severity), grouped(count - kMostOfLevel + 1));
    }
    if (!rest.empty()) write_rest(rest);
    out_ << log_line(verdict_line(report_, totals_of(context_))) << '\n';
  }

 private:
  void write_annotation(std::size_t index) {
    const Annotation annotation = annotation_of(report_, context_, index);
    const Cause& cause = *annotation.diagnosis.cause;
    out_ << fmt::format("::{} file={}", command_of(cause.severity), escaped(annotation.path, true));
    if (!annotation.in_archive) {
      out_ << fmt::format(",line={},endLine={}", annotation.start.line, annotation.end.line);
      if (annotation.start.line == annotation.end.line) {
        out_ << fmt::format(",col={},endColumn={}", annotation.start.column, annotation.end.column);
      }
    }
    out_ << fmt::format(",title={}::{}\n", escaped(fmt::format("{} {}", cause.code, cause.name), true),
                        escaped(annotation.diagnosis.headline + "\n" + annotation_body(annotation.diagnosis), false));
  }

  void write_rest(const std::vector<std::size_t>& rest) {
    out_ << fmt::format("::group::{}\n", counted(rest.size(), "more finding"));
    for (const std::size_t index : rest) {
      const Annotation annotation = annotation_of(report_, context_, index);
      out_ << log_line(fmt::format("{}:{}:{}: {}[{}]: {}", annotation.path, annotation.start.line, annotation.start.column,
                                   severity_name(annotation.diagnosis.cause->severity), annotation.diagnosis.cause->code,
                                   annotation.diagnosis.headline))
           << '\n';
    }
    out_ << "::endgroup::\n";
  }

  const Report& report_;
  const Context context_;
  std::ostream& out_;
};

}  // namespace

void render_github(const Report& report, std::ostream& out) { GithubReport(report, out).write(); }

}  // namespace pgfk
