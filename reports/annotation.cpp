#include "reports/annotation.h"

#include <algorithm>

#include "parsers/copy/utf8.h"

namespace pgfk {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

void add_line(std::string_view label, std::string_view text, std::string& body) {
  if (text.empty()) return;
  if (!body.empty()) body += '\n';
  if (!label.empty()) body.append(label).append(": ");
  body += text;
}

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7F) || byte == '\n' || byte == '\t';
}

}  // namespace

Annotation annotation_of(const Report& report, const Context& context, std::size_t finding) {
  Annotation out;
  out.finding = &context.finding(finding);
  out.diagnosis = diagnose(context, finding);
  out.span = out.diagnosis.excerpts.front().labels.front().span;
  const Source& source = report.sources[out.span.source];
  out.path = path_of(source);
  out.in_archive = source.origin().has_value();
  out.start = out.in_archive ? Place{1, 1} : source.place_of(out.span.offset);
  out.end = out.in_archive ? Place{1, 1} : source.place_of(out.span.offset + out.span.length);
  return out;
}

bool is_annotated(const Report& report, const Finding& finding) {
  return finding.is_told() && (!report.options.quiet || cause_of(finding).severity == Severity::error);
}

std::string annotation_body(const Diagnosis& diagnosis) {
  std::string body;
  add_line("", diagnosis.excerpts.front().labels.front().text, body);
  for (const Note& note : diagnosis.notes) add_line(note.label, note.text, body);
  for (const std::string& line : diagnosis.then) add_line("then", line, body);
  for (const Remedy& remedy : diagnosis.remedies) {
    add_line(remedy.kind == "hint" ? "" : "help", remedy.title + (remedy.sql.empty() ? "" : ":\n" + remedy.sql), body);
  }
  return body;
}

std::string path_of(const Source& source) {
  std::string_view path = source.origin() ? std::string_view(source.origin()->path) : std::string_view(source.path());
  while (path.size() > 2 && path.starts_with("./")) path.remove_prefix(std::min(path.find_first_not_of('/', 2), path.size()));
  return std::string(path);
}

std::optional<std::uint64_t> column_in_characters(const Source& source, std::uint64_t offset) {
  constexpr std::uint64_t kLongest = 1u << 20;  // bytes; a dump in one line is no line that anybody looks at
  const std::uint64_t before = source.place_of(offset).column - 1;
  if (before > kLongest || before > offset) return std::nullopt;
  const std::string_view text = source.text().substr(static_cast<std::size_t>(offset - before), static_cast<std::size_t>(before));
  return 1 + static_cast<std::uint64_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string plain_text(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const std::size_t good = valid_utf8_prefix(bytes);
    for (const char c : bytes.substr(0, good)) {
      if (is_plain(c)) text += c; else text += kReplacement;
    }
    if (good == bytes.size()) break;
    text += kReplacement;
    bytes.remove_prefix(good + 1);
  }
  return text;
}

}  // namespace pgfk
