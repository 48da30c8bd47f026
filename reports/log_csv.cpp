// One failure a record, RFC 4180 with LF: for COPY ... FROM ... CSV HEADER and for spreadsheets. Empty unquoted: the log does not show it.
#include <array>
#include <string>

#include "reports/log_report.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

using Field = std::optional<std::string>;

Field joined_list(const std::vector<std::string>& texts) {
  return texts.empty() ? Field() : Field(joined(texts, ", "));
}

Field text_or_none(const std::string& text) { return text.empty() ? Field() : Field(text); }

/// "app.log:88141"
std::string place_words(const LaterInsert& insert, const Sources& sources) {
  return sources[insert.place.source].path() + ":" + std::to_string(insert.line);
}

struct Column {
  const char* name;
  Field (*of)(const Failure& failure, const Sources& sources);
};

constexpr std::array kColumns = {
    Column{"time", [](const Failure& f, const Sources&) { return f.event.time ? Field(f.event.time->text) : Field(); }},
    Column{"pid", [](const Failure& f, const Sources&) { return f.event.pid ? Field(std::to_string(*f.event.pid)) : Field(); }},
    Column{"session_id", [](const Failure& f, const Sources&) { return f.event.session_id; }},
    Column{"database", [](const Failure& f, const Sources&) { return f.event.database; }},
    Column{"user", [](const Failure& f, const Sources&) { return f.event.user; }},
    Column{"application_name", [](const Failure& f, const Sources&) { return f.event.application_name; }},
    Column{"sqlstate", [](const Failure& f, const Sources&) { return f.event.sqlstate; }},
    Column{"kind", [](const Failure& f, const Sources&) { return f.event.kind ? Field(violation_kind_name(*f.event.kind)) : Field(); }},
    Column{"direction", [](const Failure& f, const Sources&) { return f.event.side ? Field(violation_side_name(*f.event.side)) : Field(); }},
    Column{"schema", [](const Failure& f, const Sources&) { return f.event.schema; }},
    Column{"table", [](const Failure& f, const Sources&) { return f.event.table; }},
    Column{"constraint", [](const Failure& f, const Sources&) { return f.event.constraint; }},
    Column{"ref_table", [](const Failure& f, const Sources&) { return f.event.referenced_table; }},
    Column{"key_columns", [](const Failure& f, const Sources&) { return joined_list(f.event.key_columns); }},
    Column{"key_values", [](const Failure& f, const Sources&) {
      return f.event.key_shown == KeyShown::ambiguous ? f.event.key_values_text : joined_list(f.event.key_values);
    }},
    Column{"message", [](const Failure& f, const Sources&) { return text_or_none(f.event.message); }},
    Column{"detail", [](const Failure& f, const Sources&) { return f.event.detail; }},
    Column{"statement", [](const Failure& f, const Sources&) { return f.event.statement; }},
    Column{"fingerprint", [](const Failure& f, const Sources&) { return text_or_none(f.fingerprint); }},
    Column{"in_dump", [](const Failure& f, const Sources&) { return f.in_dump ? Field(dump_state_name(f.in_dump->state)) : Field(); }},
    Column{"path", [](const Failure& f, const Sources& sources) { return Field(sources[f.event.place.source].path()); }},
    Column{"line", [](const Failure& f, const Sources&) { return Field(std::to_string(f.event.line)); }},
    Column{"later_insert", [](const Failure& f, const Sources& sources) { return f.later ? Field(place_words(*f.later, sources)) : Field(); }},
    Column{"later_insert_time", [](const Failure& f, const Sources&) { return f.later && f.later->time ? Field(f.later->time->text) : Field(); }},
};

std::string quoted(const std::string& text) {
  // A quoted empty field is an empty text, an unquoted one is absent.
  if (!text.empty() && text.find_first_of("\",\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

class CsvWriter : public LogWriter {
 public:
  CsvWriter(const LogReport& report, std::ostream& out) : report_(report), out_(out) {
    for (const Column& column : kColumns) out_ << (&column == kColumns.data() ? "" : ",") << column.name;
    out_ << '\n';
  }

  void write(const Failure& failure) override {
    for (const Column& column : kColumns) {
      const Field field = column.of(failure, report_.sources);
      out_ << (&column == kColumns.data() ? "" : ",") << (field ? quoted(*field) : "");
    }
    out_ << '\n';
  }

 private:
  const LogReport& report_;
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<LogWriter> log_csv(const LogReport& report, std::ostream& out) { return std::make_unique<CsvWriter>(report, out); }

}  // namespace pgfk
