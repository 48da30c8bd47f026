// SARIF 2.1.0, for code scanning: one run, one result per finding, every cause as a rule.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os.html
//
// Undecided findings are notes: viewers hide the kind "open", which would be the word for them. What is suppressed is in, and says so.
#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "reports/annotation.h"
#include "reports/formats.h"
#include "reports/json_text.h"
#include "rules/fingerprint.h"
#include "rules/pages.h"

namespace pgfk {
namespace {

constexpr std::size_t kMostResults = 25'000;  // GitHub refuses a run with more
constexpr std::size_t kMostRelated = 10;      // and shows no more places of one

// RFC 3986: what may stand in a path as it is; a colon would end a scheme.
std::string as_uri(std::string_view path) {
  std::string uri;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain) uri += c; else uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return path.starts_with('/') ? "file://" + uri : uri;
}

const char* level_of(Severity severity) { return severity_name(severity); }  // SARIF has the same three words

class SarifReport {
 public:
  SarifReport(const Report& report, std::ostream& out)
      : report_(report), context_(report.analysis, report.sources, report.analyze), out_(out) {}

  void write() {
    out_ << "{\"$schema\": \"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json\",\n"
            "\"version\": \"2.1.0\", \"runs\": [{\n\"tool\": ";
    put(tool());
    out_ << ",\n\"columnKind\": \"unicodeCodePoints\",\n\"results\": [";
    std::size_t written = 0;
    for (std::size_t index = 0; index < context_.analysis().findings.size(); ++index) {
      const Finding& finding = context_.finding(index);
      if (finding.left_out || (!finding.suppressed && !is_annotated(report_, finding))) continue;
      if (written == kMostResults) {
        ++left_over_;
        continue;
      }
      out_ << (written++ == 0 ? "\n" : ",\n");
      put(result(index));
    }
    out_ << "],\n\"invocations\": [";
    put(invocation());
    out_ << "]}]}\n";
  }

 private:
  void put(const JsonText& json) { out_ << json.text(); }

  static void message(JsonText& json, std::string_view name, std::string_view text) {
    json.key(name).begin_object().member("text", text).end_object();
  }

  JsonText tool() const {
    JsonText json(BrokenBytes::replaced);
    json.begin_object().key("driver").begin_object();
    json.member("name", "pgfk").member("version", report_.invocation.version).key("rules").begin_array();
    for (const Cause& cause : all_causes()) {
      json.begin_object().member("id", cause.code).member("name", cause.name);
      const auto page = std::ranges::find(pages(), std::string_view(cause.code), &Page::code);
      if (page != pages().end()) {
        message(json, "shortDescription", sentence_of(*page));
        json.key("help").begin_object().member("text", page->text).member("markdown", page->text).end_object();
      }
      json.key("defaultConfiguration").begin_object().member("level", level_of(cause.severity)).end_object().end_object();
    }
    json.end_array().end_object().end_object();
    return json;
  }

  void artifact(JsonText& json, const std::string& path) const {
    json.key("artifactLocation").begin_object().member("uri", as_uri(path));
    if (!path.starts_with('/')) json.member("uriBaseId", "%SRCROOT%");
    json.end_object();
  }

  void location(JsonText& json, Span span, std::string_view text) const {
    const Source& source = report_.sources[span.source];
    json.begin_object().key("physicalLocation").begin_object();
    artifact(json, path_of(source));
    if (!source.origin()) {
      const Place start = source.place_of(span.offset), end = source.place_of(span.offset + span.length);
      const auto start_column = column_in_characters(source, span.offset), end_column = column_in_characters(source, span.offset + span.length);
      json.key("region").begin_object().member("startLine", start.line);
      if (start_column) json.member("startColumn", *start_column);
      json.member("endLine", end.line);
      if (start_column && end_column) json.member("endColumn", *end_column);
      json.member("byteOffset", span.offset).member("byteLength", span.length).end_object();
    }
    json.end_object();
    if (source.origin()) {
      json.key("logicalLocations").begin_array().begin_object().member("fullyQualifiedName", source.path()).member("kind", "resource");
      json.end_object().end_array();
    }
    if (!text.empty()) message(json, "message", text);
    json.end_object();
  }

  JsonText result(std::size_t index) const {
    const Annotation annotation = annotation_of(report_, context_, index);
    const Finding& finding = *annotation.finding;
    const Diagnosis& diagnosis = annotation.diagnosis;
    JsonText json(BrokenBytes::replaced);
    json.begin_object().member("ruleId", diagnosis.cause->code).member("ruleIndex", rule_index(*diagnosis.cause));
    json.member("level", level_of(diagnosis.cause->severity));
    message(json, "message", diagnosis.headline + "\n" + annotation_body(diagnosis));
    json.key("locations").begin_array();
    location(json, annotation.span, "");
    json.end_array().key("relatedLocations").begin_array();
    std::size_t related = 0;
    for (const Excerpt& excerpt : diagnosis.excerpts) {
      for (const Label& label : excerpt.labels) {
        if (&label == &diagnosis.excerpts.front().labels.front() || ++related > kMostRelated) continue;
        location(json, label.span, label.text);
      }
    }
    json.end_array().key("partialFingerprints").begin_object();
    json.member("pgfk/v1", fingerprint(finding, report_.options.redaction != Redaction::none)).end_object();
    if (finding.suppressed) {
      json.key("suppressions").begin_array().begin_object();
      json.member("kind", finding.suppressed->by == SuppressedBy::comment ? "inSource" : "external");
      if (!finding.suppressed->reason.empty()) json.member("justification", finding.suppressed->reason);
      json.end_object().end_array();
    }
    json.key("properties").begin_object().member("undecided", finding.verdict == Verdict::undecided);
    if (!finding.sqlstate.empty()) json.member("sqlstate", finding.sqlstate);
    if (finding.constraint) json.member("constraint", finding.constraint->name);
    json.end_object().end_object();
    return json;
  }

  static std::uint64_t rule_index(const Cause& cause) {
    const auto found = std::ranges::find(all_causes(), std::string_view(cause.code), &Cause::code);
    return static_cast<std::uint64_t>(found - all_causes().begin());
  }

  JsonText invocation() const {
    constexpr int kFirstTrouble = 2;  // exit status: an input that cannot be used, or an interrupt
    const int status = report_.invocation.exit_code;
    JsonText json(BrokenBytes::replaced);
    json.begin_object().member("executionSuccessful", status < kFirstTrouble || status == 3).member("exitCode", static_cast<std::int64_t>(status));
    json.member("arguments", report_.invocation.args).key("toolExecutionNotifications").begin_array();
    for (const Diagnostic& diagnostic : report_.analysis.diagnostics.kept()) {
      json.begin_object().member("level", diagnostic.level == DiagnosticLevel::error ? "error" : "warning");
      message(json, "message", diagnostic.message + (diagnostic.hint.empty() ? "" : "\n" + diagnostic.hint));
      if (diagnostic.span) {
        json.key("locations").begin_array();
        location(json, *diagnostic.span, "");
        json.end_array();
      }
      json.end_object();
    }
    if (left_over_ > 0) {
      json.begin_object().member("level", "warning");
      message(json, "message", fmt::format("{} more findings are left out; --ignore and --baseline choose", left_over_));
      json.end_object();
    }
    json.end_array().end_object();
    return json;
  }

  const Report& report_;
  const Context context_;
  std::ostream& out_;
  std::size_t left_over_ = 0;
};

}  // namespace

void render_sarif(const Report& report, std::ostream& out) { SarifReport(report, out).write(); }

}  // namespace pgfk
