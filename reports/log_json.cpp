// JSON of `pgfk log`, docs/json.md: additive changes only. Events are written as they are found, so that a log of any size costs no memory.
#include <array>
#include <cstdint>
#include <string>

#include "analyzer/failures/pattern.h"
#include "reports/json_text.h"
#include "reports/log_report.h"
#include "rules/log_advice.h"

namespace pgfk {
namespace {

constexpr std::uint64_t kSchemaVersion = 1;

template <typename Value>
void optional_member(JsonText& out, std::string_view name, const std::optional<Value>& value) {
  if (value) out.member(name, *value);
}

void text_member(JsonText& out, std::string_view name, const std::string& text) {
  if (!text.empty()) out.member(name, text);
}

void write_place(const LogEvent& event, const Sources& sources, JsonText& out) {
  out.key("loc").begin_object().member("path", sources[event.place.source].path()).member("line", event.line);
  out.member("column", std::uint64_t{1}).member("end_line", event.line + event.newlines).member("end_column", event.end_column);
  out.member("byte", event.place.offset).member("length", event.place.length).end_object();
}

void write_later(std::string_view name, const LaterInsert& insert, const Sources& sources, JsonText& out) {
  out.key(name).begin_object();
  if (insert.time) out.member("time", insert.time->text);
  optional_member(out, "pid", insert.pid);
  optional_member(out, "same_session", insert.same_session);
  out.member("columns_assumed", insert.columns_assumed);
  out.key("loc").begin_object().member("path", sources[insert.place.source].path()).member("line", insert.line).member("column", std::uint64_t{1});
  out.member("byte", insert.place.offset).member("length", insert.place.length).end_object().end_object();
}

void write_event(const Failure& failure, const Sources& sources, JsonText& out) {
  const LogEvent& event = failure.event;
  out.begin_object();
  if (event.time) {
    out.member("time", event.time->text);
    if (event.time->zone_assumed) out.member("zone_assumed", true);
    if (event.time->year_assumed) out.member("year_assumed", true);
  }
  optional_member(out, "pid", event.pid);
  optional_member(out, "session_id", event.session_id);
  optional_member(out, "database", event.database);
  optional_member(out, "user", event.user);
  optional_member(out, "application_name", event.application_name);
  optional_member(out, "client", event.client);
  optional_member(out, "backend_type", event.backend_type);
  optional_member(out, "virtual_transaction", event.virtual_transaction);
  optional_member(out, "transaction_id", event.transaction_id);
  optional_member(out, "query_id", event.query_id);
  optional_member(out, "sqlstate", event.sqlstate);
  if (event.kind) out.member("kind", violation_kind_name(*event.kind));
  if (event.side) out.member("direction", violation_side_name(*event.side));
  optional_member(out, "schema", event.schema);
  optional_member(out, "table", event.table);
  optional_member(out, "constraint", event.constraint);
  optional_member(out, "ref_table", event.referenced_table);
  optional_member(out, "referencing_table", event.referencing_table);
  if (!event.key_columns.empty()) out.member("key_columns", event.key_columns);
  if (!event.key_values.empty()) out.member("key_values", event.key_values);
  if (event.key_shown == KeyShown::ambiguous) {
    out.member("key_ambiguous", true);
    optional_member(out, "key_text", event.key_values_text);
  }
  text_member(out, "message", event.message);
  optional_member(out, "detail", event.detail);
  optional_member(out, "hint", event.hint);
  optional_member(out, "context", event.context);
  optional_member(out, "statement", event.statement);
  if (event.statement_cut) out.member("statement_cut", true);
  text_member(out, "fingerprint", failure.fingerprint);
  optional_member(out, "location", event.location);
  if (event.guessed) out.member("guessed", true);
  if (failure.in_dump) {
    out.member("in_dump", dump_state_name(failure.in_dump->state));
    text_member(out, "in_dump_doubt", failure.in_dump->why);
  }
  if (failure.later) write_later("later_insert", *failure.later, sources, out);
  write_place(event, sources, out);
  out.end_object();
}

void write_distinct(JsonText& out, const DistinctCount& count, const std::string& name) {
  out.member(name, count.count()).member(name + "_exact", count.exact());
}

/// At most kShown of them; what is not listed is counted.
void write_tally(JsonText& out, std::string_view name, const Tally& tally, bool keys) {
  constexpr std::size_t kShown = 100;
  if (tally.total() == 0) return;
  const std::vector<Tally::Entry> entries = tally.entries();
  std::uint64_t others = tally.others();
  out.key(name).begin_array();
  for (std::size_t at = 0; at < entries.size(); ++at) {
    const Tally::Entry& entry = entries[at];
    if (at >= kShown) {
      others += entry.count;
      continue;
    }
    out.begin_object();
    if (keys) {
      out.member("key", parts_of(entry.text));
    } else {
      out.member("name", entry.text);
    }
    out.member("count", entry.count);
    if (entry.at_least) out.member("at_least", true);
    out.end_object();
  }
  out.end_array();
  if (others > 0) out.member(std::string(name) + "_others", others);
}

void write_kinds(JsonText& out, const FailureGroup& group) {
  out.key("kinds").begin_object();
  for (std::size_t at = 0; at < group.by_kind.size(); ++at) {
    if (group.by_kind[at] == 0) continue;
    const bool shown = at + 1 < group.by_kind.size();
    out.member(shown ? violation_kind_name(static_cast<ViolationKind>(at)) : std::string_view("not_shown"), group.by_kind[at]);
  }
  out.end_object();
}

void write_dump(JsonText& out, const FailureGroup& group) {
  out.key("in_dump").begin_object();
  for (std::size_t at = 0; at < kDumpStates; ++at) {
    if (group.dump_failures[at] == 0) continue;
    out.key(dump_state_name(static_cast<DumpState>(at))).begin_object().member("failures", group.dump_failures[at]);
    write_distinct(out, group.dump_keys[at], "keys");
    out.end_object();
  }
  out.end_object();
  text_member(out, "in_dump_doubt", group.dump_doubt);
}

void write_later(JsonText& out, const FailureGroup::Later& later, const Sources& sources) {
  constexpr double kSecond = 1e6;
  out.key("later_inserts").begin_object().member("failures", later.failures);
  write_distinct(out, later.keys, "keys");
  out.member("other_session", later.other_session).member("columns_assumed", later.columns_assumed);
  if (later.least_delay) {
    out.member("least_seconds", static_cast<double>(*later.least_delay) / kSecond).member("most_seconds", static_cast<double>(*later.most_delay) / kSecond);
  }
  write_later("first", *later.first, sources, out);
  out.end_object();
}

void write_samples(JsonText& out, const FailureGroup& group, const Sources& sources) {
  out.key("samples").begin_array();
  for (const FailureSample& sample : group.samples) write_event({sample.event, sample.fingerprint, sample.shape, std::nullopt, std::nullopt}, sources, out);
  out.end_array();
}

class JsonWriter : public LogWriter {
 public:
  JsonWriter(const LogReport& report, std::ostream& out, bool lines) : report_(report), out_(out), lines_(lines) {
    if (!lines_) out_ << "{\"schema_version\": " << kSchemaVersion << ",\n\"log\": {\"events\": [";
  }

  void write(const Failure& failure) override {
    text_.clear();
    write_event(failure, report_.sources, text_);
    if (!lines_) out_ << (first_ ? "\n" : ",\n");
    first_ = false;
    out_ << text_.text();
    if (lines_) out_ << '\n';
  }

  void finish() override {
    if (lines_) return;
    out_ << "],\n\"groups\": [";
    const char* separator = "\n";
    for (const FailureGroup* group : report_.groups.by_count()) {
      text_.clear();
      write_group(*group, false);
      out_ << separator << text_.text();
      separator = ",\n";
    }
    if (report_.groups.folded()) {
      text_.clear();
      write_group(*report_.groups.folded(), true);
      out_ << separator << text_.text();
    }
    text_.clear();
    write_log_members();
    out_ << "],\n" << text_.text() << "},\n";
    text_.clear();
    write_rest();
    out_ << text_.text() << "}\n";
  }

 private:
  void write_group(const FailureGroup& group, bool folded) {
    const FailurePattern pattern = pattern_of(group, report_.groups.distinct(Dimension::application).count());
    text_.begin_object().member("count", group.count);
    if (folded) {
      text_.member("folded", true);
      write_distinct(text_, report_.groups.folded_groups(), "folded_groups");
    } else {
      write_identity(group);
    }
    write_kinds(text_, group);
    write_distinct(text_, group.keys, "keys_total");
    if (group.without_key > 0) text_.member("without_key", group.without_key);
    if (group.first) text_.member("first", group.first->text).member("last", group.last->text);
    if (pattern.peak) text_.key("peak").begin_object().member("hour", pattern.peak->hour).member("count", pattern.peak->count).end_object();
    text_.member("pattern", key_pattern_name(pattern.keys)).member("burst", pattern.burst);
    text_member(text_, "one_application", pattern.one_application);
    const LogAdvice advice = advise(group, pattern, !report_.dump.empty());
    text_member(text_, "likely", advice.likely);
    text_member(text_, "help", advice.help);
    if (!report_.dump.empty()) write_dump(text_, group);
    if (group.later.failures > 0) write_later(text_, group.later, report_.sources);
    write_tally(text_, "databases", group.tally(Dimension::database), false);
    write_tally(text_, "users", group.tally(Dimension::user), false);
    write_tally(text_, "applications", group.tally(Dimension::application), false);
    write_tally(text_, "fingerprints", group.tally(Dimension::statement), false);
    write_tally(text_, "keys", group.tally(Dimension::key), true);
    write_tally(text_, "hours", group.tally(Dimension::hour), false);
    write_samples(text_, group, report_.sources);
    text_.end_object();
  }

  void write_identity(const FailureGroup& group) {
    const std::vector<Dimension>& by = report_.groups.options().by;
    for (std::size_t at = 0; at < by.size(); ++at) {
      const std::optional<std::string>& value = group.values[at];
      if (by[at] == Dimension::constraint) {
        text_member(text_, "constraint", group.constraint);
        text_member(text_, "table", group.referencing_table);
        text_member(text_, "ref_table", group.referenced_table);
        if (!group.key_columns.empty()) text_.member("key_columns", group.key_columns);
      } else if (value && by[at] == Dimension::key) {
        text_.member("key", parts_of(*value));
      } else if (value) {
        text_.member(dimension_name(by[at]), *value);
      }
    }
  }

  void write_log_members() {
    const std::optional<LogTime>*first = nullptr, *last = nullptr;
    for (const LogInput& input : report_.inputs) {
      if (input.first && (!first || input.first->microseconds < (*first)->microseconds)) first = &input.first;
      if (input.last && (!last || input.last->microseconds > (*last)->microseconds)) last = &input.last;
    }
    const auto member = [&](std::string_view name, const std::string& value) { text_.key(name).value(std::string_view(value)); };
    text_.key("window").begin_object();
    if (first) member("first", (*first)->text);
    if (last) member("last", (*last)->text);
    text_.end_object();
    if (!report_.inputs.empty()) {
      const LogFormat& format = report_.inputs.front().format;
      member("format", format.format);
      if (format.prefix) member("prefix", *format.prefix);
    }
    text_.member("failures", report_.groups.total());
    for (const auto& [dimension, name] : kTotals) write_distinct(text_, report_.groups.distinct(dimension), name);
    text_.key("grouped_by").begin_array();
    for (const Dimension dimension : report_.groups.options().by) text_.value(dimension_name(dimension));
    text_.end_array();
    if (!report_.dump.empty()) member("dump", report_.dump);
  }

  void write_rest() {
    const Invocation& invocation = report_.invocation;
    text_.key("tool").begin_object().member("name", "pgfk").member("version", invocation.version);
    text_.member("grammar", std::to_string(invocation.grammar)).end_object();
    text_.key("invocation").begin_object().member("args", invocation.args).member("seconds", invocation.seconds);
    text_.member("peak_rss", invocation.peak_rss).member("exit_code", static_cast<std::int64_t>(invocation.exit_code)).end_object();
    text_.key("inputs").begin_array();
    for (const LogInput& input : report_.inputs) write_input(input);
    text_.end_array().key("diagnostics").begin_array();
    for (const Diagnostic& diagnostic : report_.diagnostics.kept()) write_diagnostic(diagnostic);
    text_.end_array();
  }

  void write_input(const LogInput& input) {
    text_.begin_object().member("path", input.path).member("kind", "log").member("format", input.format.format);
    text_member(text_, "wrapper", input.format.wrapper);
    optional_member(text_, "prefix", input.format.prefix);
    if (input.format.prefix) text_.member("prefix_given", input.format.prefix_given);
    text_member(text_, "language", input.format.language);
    text_.member("bytes", input.bytes).member("lines", input.lines).member("events", input.events);
    if (input.first) text_.member("first", input.first->text);
    if (input.last) text_.member("last", input.last->text);
    text_.end_object();
  }

  void write_diagnostic(const Diagnostic& diagnostic) {
    text_.begin_object().member("level", diagnostic.level == DiagnosticLevel::error ? "error" : "warning").member("message", diagnostic.message);
    text_.key("hint");
    diagnostic.hint.empty() ? text_.null() : text_.value(std::string_view(diagnostic.hint));
    if (diagnostic.span) {
      const Place place = report_.sources.place_of(*diagnostic.span);
      text_.key("loc").begin_object().member("path", report_.sources[diagnostic.span->source].path()).member("line", place.line);
      text_.member("column", place.column).member("byte", diagnostic.span->offset).member("length", diagnostic.span->length).end_object();
    }
    text_.end_object();
  }

  static constexpr std::array<std::pair<Dimension, const char*>, 3> kTotals = {
      {{Dimension::constraint, "constraints"}, {Dimension::database, "databases"}, {Dimension::key, "keys"}}};

  const LogReport& report_;
  std::ostream& out_;
  bool lines_;
  bool first_ = true;
  JsonText text_;
};

}  // namespace

std::unique_ptr<LogWriter> log_json(const LogReport& report, std::ostream& out) { return std::make_unique<JsonWriter>(report, out, false); }

std::unique_ptr<LogWriter> log_jsonl(const LogReport& report, std::ostream& out) { return std::make_unique<JsonWriter>(report, out, true); }

}  // namespace pgfk
