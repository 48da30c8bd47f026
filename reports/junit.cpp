// JUnit's XML, as CI systems read it: a suite per file, a test case per finding; a file without any has one case that passes.
//
// Failures are <failure>, undecided findings <skipped>, notes and warnings cases that pass and say something, what cannot be read <error>.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "reports/annotation.h"
#include "reports/formats.h"

namespace pgfk {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : plain_text(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      case '\t': out += "&#9;"; break;
      default: out += c;
    }
  }
  return out;
}

struct Suite {
  std::vector<std::size_t> findings;
  std::uint64_t failures = 0, skipped = 0;
};

class JunitReport {
 public:
  JunitReport(const Report& report, std::ostream& out)
      : report_(report), context_(report.analysis, report.sources, report.analyze), out_(out) {}

  void write() {
    collect();
    const std::vector<Diagnostic>& trouble = report_.analysis.diagnostics.kept();
    std::uint64_t errors = 0, tests = 0, failures = 0, skipped = 0;
    for (const Diagnostic& diagnostic : trouble) errors += diagnostic.level == DiagnosticLevel::error;
    for (const auto& [path, suite] : suites_) {
      tests += std::max<std::size_t>(suite.findings.size(), 1);
      failures += suite.failures;
      skipped += suite.skipped;
    }
    out_ << fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"pgfk\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n",
                        tests + errors, failures, errors, skipped, report_.invocation.seconds);
    for (const auto& [path, suite] : suites_) write_suite(path, suite);
    if (errors > 0) write_errors(trouble, errors);
    out_ << "</testsuites>\n";
  }

 private:
  // By file, in the order of their names: findings of a file that others include come in pieces.
  void collect() {
    for (const InputInfo& input : report_.inputs) suites_[input.path];
    for (std::size_t index = 0; index < context_.analysis().findings.size(); ++index) {
      const Finding& finding = context_.finding(index);
      if (!is_annotated(report_, finding)) continue;
      const Source& source = report_.sources[finding.statement.span.source];
      Suite& suite = suites_[source.origin() ? source.origin()->path : source.path()];
      suite.findings.push_back(index);
      suite.failures += finding.verdict == Verdict::fails;
      suite.skipped += finding.verdict == Verdict::undecided;
    }
  }

  void write_suite(const std::string& path, const Suite& suite) {
    const std::string name = escaped(path);
    out_ << fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n", name,
                        std::max<std::size_t>(suite.findings.size(), 1), suite.failures, suite.skipped);
    if (suite.findings.empty()) out_ << fmt::format("    <testcase name=\"loads\" classname=\"{}\"/>\n", name);
    std::map<std::string, std::uint64_t> met;  // two cases of one name are one to some readers
    for (const std::size_t index : suite.findings) write_case(index, name, met);
    out_ << "  </testsuite>\n";
  }

  void write_case(std::size_t index, const std::string& suite, std::map<std::string, std::uint64_t>& met) {
    const Annotation annotation = annotation_of(report_, context_, index);
    const Cause& cause = *annotation.diagnosis.cause;
    std::string name = fmt::format("{} {}", cause.code, annotation.diagnosis.headline);
    if (const std::uint64_t time = ++met[name]; time > 1) name += fmt::format(" ({})", time);
    const std::string message = escaped(annotation.diagnosis.headline);
    const std::string text = escaped(fmt::format("{}:{}:{}: {}[{}]\n{}", annotation.path, annotation.start.line, annotation.start.column,
                                                 severity_name(cause.severity), cause.code, annotation_body(annotation.diagnosis)));
    out_ << fmt::format("    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" line=\"{}\">\n", escaped(name), suite, escaped(annotation.path),
                        annotation.start.line);
    switch (annotation.finding->verdict) {
      case Verdict::fails: out_ << fmt::format("      <failure message=\"{}\" type=\"{}\">{}</failure>\n", message, cause.code, text); break;
      case Verdict::undecided: out_ << fmt::format("      <skipped message=\"{}\"/>\n", message); break;
      case Verdict::info: out_ << fmt::format("      <system-out>{}</system-out>\n", text); break;
    }
    out_ << "    </testcase>\n";
  }

  void write_errors(const std::vector<Diagnostic>& diagnostics, std::uint64_t errors) {
    out_ << fmt::format("  <testsuite name=\"input\" tests=\"{0}\" failures=\"0\" errors=\"{0}\" skipped=\"0\">\n", errors);
    for (const Diagnostic& diagnostic : diagnostics) {
      if (diagnostic.level != DiagnosticLevel::error) continue;
      const std::string message = escaped(diagnostic.message);
      out_ << fmt::format("    <testcase name=\"{0}\" classname=\"input\">\n      <error message=\"{0}\">{1}</error>\n    </testcase>\n", message,
                          escaped(diagnostic.hint));
    }
    out_ << "  </testsuite>\n";
  }

  const Report& report_;
  const Context context_;
  std::ostream& out_;
  std::map<std::string, Suite> suites_;
};

}  // namespace

void render_junit(const Report& report, std::ostream& out) { JunitReport(report, out).write(); }

}  // namespace pgfk
