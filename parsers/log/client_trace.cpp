#include "parsers/log/client_trace.h"

#include <algorithm>
#include <array>

#include "parsers/log/skeleton.h"
#include "parsers/log/violation.h"

namespace pgfk {
namespace {

constexpr int kLinesBehind = 40;          // of a stack trace, between the message and the driver's fields
constexpr std::uint64_t kSameTrace = 120;  // lines between two mentions of one failure

struct Member {
  std::string_view before;
  std::string_view end;
  std::optional<std::string> LogEvent::* field;
};
// What psql (VERBOSITY verbose), pg_restore, SQLAlchemy, node-postgres and postgres.js write behind the message.
const std::array kMembers = {
    Member{"SCHEMA NAME:  ", "", &LogEvent::schema},
    Member{"CONTEXT:  ", "", &LogEvent::context},
    Member{"LOCATION:  ", "", &LogEvent::location},
    Member{"Command was: ", "", &LogEvent::statement},
    Member{"[SQL: ", "]", &LogEvent::statement},
    Member{"schema: '", "'", &LogEvent::schema},
    Member{"schema_name: '", "'", &LogEvent::schema},
    Member{"code: '", "'", &LogEvent::sqlstate},
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

/// A SQLSTATE right in front of the message ("23503: ") or behind it ("(SQLSTATE 23503)").
std::optional<std::string> state_beside(std::string_view line, const QuotedMessage& message) {
  for (const std::string_view state : {"23503", "23001"}) {
    const std::string with_colon = std::string(state) + ": ";
    if (line.substr(0, message.at).ends_with(with_colon) || line.substr(message.at + message.length).find("SQLSTATE " + std::string(state)) != std::string_view::npos) {
      return std::string(state);
    }
  }
  return std::nullopt;
}

/// "psql:seed.sql:2: ERROR:  23503", all there is with VERBOSITY sqlstate.
bool bare_state(std::string_view line, LogEvent& event) {
  const std::size_t error = line.find("ERROR:  ");
  if (error == std::string_view::npos) return false;
  const std::string_view state = trimmed(line.substr(error + 8));
  if (state != "23503" && state != "23001") return false;
  event.sqlstate = std::string(state);
  return true;
}

/// psql and pg_restore say each failure once; everything else may say it again.
bool says_it_once(std::string_view line) { return line.starts_with("psql:") || line.starts_with("ERROR:  ") || line.starts_with("pg_restore: "); }

void read_members(std::string_view line, LogEvent& event) {
  const std::string_view text = trimmed(line);
  for (const Member& member : kMembers) {
    if (!text.starts_with(member.before) || event.*member.field) continue;
    std::string_view value = text.substr(member.before.size());
    if (!member.end.empty()) value = value.substr(0, value.rfind(member.end));
    event.*member.field = std::string(value);
  }
}

}  // namespace

void ClientTraces::read(std::size_t hit, std::vector<AssembledEvent>& out) {
  Unit unit;
  if (hit < done_to_ || !units_.at(hit, unit)) return;
  done_to_ = unit.next;
  const std::string_view line = units_.text(unit);
  AssembledEvent found;
  LogEvent& event = found.event;
  found.begin = unit.begin;
  found.end = unit.next;
  if (const std::size_t time = LogTimes::length_of_timestamp(line)) event.time = times_.read(line.substr(0, time));
  const std::optional<QuotedMessage> message = find_message(line);
  if (!message) {
    if (bare_state(line, event)) out.push_back(std::move(found));
    return;
  }
  event.message = std::string(line.substr(message->at, message->length));
  event.sqlstate = state_beside(line, *message);
  event.guessed = !says_it_once(line);
  bool in_command = false;
  Unit next = unit;
  for (int behind = 0; behind < kLinesBehind && units_.next(next, next); ++behind) {
    const std::string_view text = units_.text(next);
    if (!event.detail) {
      if (const std::optional<QuotedMessage> detail = find_detail(text)) event.detail = std::string(text.substr(detail->at, detail->length));
    }
    if (const std::optional<QuotedMessage> another = find_message(text)) {
      // A stack trace says it again before the driver's fields; anything else is the next failure.
      if (says_it_once(text) || text.substr(another->at, another->length) != event.message || event.detail) break;
    } else if (says_it_once(text)) {
      break;
    }
    if (in_command && event.statement) {
      in_command = !trimmed(text).empty();
      if (in_command) *event.statement += "\n" + std::string(text);
      continue;
    }
    read_members(text, event);
    in_command = text.starts_with("Command was: ");
  }
  if (classify_violation(event)) out.push_back(std::move(found));
}

bool same_failure(const LogEvent& earlier, const LogEvent& later) {
  return later.guessed && earlier.message == later.message && later.line - earlier.line <= kSameTrace &&
         (!earlier.detail || !later.detail || *earlier.detail == *later.detail);
}

}  // namespace pgfk
