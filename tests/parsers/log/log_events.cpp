// Prints the events of logs as JSON lines, in the form that docs/json.md gives them. For
// tests/parsers/log/corpus.py; `pgfk log -f jsonl` is for people.
//
//   log_events [-p PREFIX] [-z ZONE] [-y YEAR] [-j THREADS] FILE...
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "parsers/log/log_reader.h"
#include "parsers/log/log_text.h"

namespace pgfk {
namespace {

std::string quoted(const std::string& bytes) {
  std::string out = "\"";
  for (const char c : as_utf8(bytes)) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) out += (out.size() > 1 ? "," : "") + quoted(text);
  return out + "]";
}

void print(const LogEvent& event, const LogInput& input) {
  std::string out = "{\"path\":" + quoted(input.path) + ",\"line\":" + std::to_string(event.line) + ",\"byte\":" + std::to_string(event.place.offset);
  const auto text = [&out](const char* name, const std::optional<std::string>& value) {
    if (value) out += std::string(",\"") + name + "\":" + quoted(*value);
  };
  if (event.time) out += ",\"time\":" + quoted(event.time->text);
  if (event.pid) out += ",\"pid\":" + std::to_string(*event.pid);
  text("session_id", event.session_id);
  text("database", event.database);
  text("user", event.user);
  text("application_name", event.application_name);
  text("sqlstate", event.sqlstate);
  if (event.kind) out += ",\"kind\":" + quoted(std::string(violation_kind_name(*event.kind)));
  if (event.side) out += ",\"direction\":" + quoted(std::string(violation_side_name(*event.side)));
  text("schema", event.schema);
  text("table", event.table);
  text("constraint", event.constraint);
  text("fk_table", event.referencing_table);
  text("pk_table", event.referenced_table);
  if (event.key_shown == KeyShown::yes) out += ",\"key_columns\":" + list(event.key_columns) + ",\"key_values\":" + list(event.key_values);
  if (event.key_shown == KeyShown::ambiguous) out += ",\"ambiguous\":true";
  out += ",\"message\":" + quoted(event.message);
  text("detail", event.detail);
  text("hint", event.hint);
  text("context", event.context);
  text("statement", event.statement);
  if (event.statement_cut) out += ",\"statement_cut\":true";
  std::printf("%s}\n", out.c_str());
}

int run(int count, char** arguments) {
  LogOptions options;
  Sources sources;
  std::vector<SourceId> inputs;
  for (int at = 1; at < count; ++at) {
    const std::string argument = arguments[at];
    const bool option = argument.size() == 2 && argument[0] == '-' && at + 1 < count;
    if (option && argument == "-p") {
      options.prefix = arguments[++at];
    } else if (option && argument == "-z") {
      options.time_zone = arguments[++at];
    } else if (option && argument == "-y") {
      options.year = std::atoi(arguments[++at]);
    } else if (option && argument == "-j") {
      options.threads = static_cast<unsigned>(std::atoi(arguments[++at]));
    } else {
      Result<std::unique_ptr<Source>> source = Source::open(argument, {.codec = std::nullopt, .spool = {}});
      if (!source) {
        std::fprintf(stderr, "%s\n", source.error().message.c_str());
        return 2;
      }
      inputs.push_back(sources.add(std::move(*source)));
    }
  }
  Diagnostics diagnostics;
  Result<std::unique_ptr<LogReader>> reader = LogReader::open(sources, inputs, options, diagnostics);
  if (!reader) {
    std::fprintf(stderr, "%s\n", reader.error().message.c_str());
    return 2;
  }
  LogEvent event;
  while ((*reader)->next(event)) {
    for (const LogInput& input : (*reader)->inputs()) {
      if (input.source == event.place.source) print(event, input);
    }
  }
  for (const LogInput& input : (*reader)->inputs()) {
    std::fprintf(stderr, "%s: %s%s%s, prefix '%s', %llu lines, %llu events\n", input.path.c_str(), input.format.format.c_str(),
                 input.format.wrapper.empty() ? "" : " in ", input.format.wrapper.c_str(), input.format.prefix.value_or("-").c_str(),
                 static_cast<unsigned long long>(input.lines), static_cast<unsigned long long>(input.events));
  }
  for (const Diagnostic& diagnostic : diagnostics.kept()) std::fprintf(stderr, "%s\n", diagnostic.message.c_str());
  return 0;
}

}  // namespace
}  // namespace pgfk

int main(int count, char** arguments) { return pgfk::run(count, arguments); }
