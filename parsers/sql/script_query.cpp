#include <algorithm>
#include <utility>

#include "parsers/sql/characters.h"
#include "parsers/sql/script_state.h"

namespace pgfk {
namespace {

// A variable's value may name others, and twice each: without a limit, thirty short lines would keep us busy for years.
constexpr std::uint64_t kMaxExpansions = 100000;  // variables put into one query

bool is_being_read(const Frame& frame, std::string_view name) {
  for (const Expansion& expansion : frame.expansions) {
    if (expansion.name == name) return true;
  }
  return false;
}

std::string trimmed(std::string text) {
  while (!text.empty() && is_space(text.back())) text.pop_back();
  std::size_t start = 0;
  while (start < text.size() && is_space(text[start])) ++start;
  if (start > 0) text.erase(0, start);
  return text;
}

}  // namespace

void ScriptReader::State::note_first_token(Frame& frame, std::size_t offset) {
  if (frame.query.started || !frame.active()) return;
  frame.query.started = true;
  frame.query.first = frame.query.from = frame.query.part = offset;
}

/// Adds `text` to what is sent in place of the file's bytes.
void ScriptReader::State::append(Frame& frame, std::string_view text) {
  Query& query = frame.query;
  if (!frame.active() || !query.started || query.too_long) return;
  query.copied = true;
  query.too_long = query.text.size() + text.size() > options.max_statement_bytes;
  if (!query.too_long) query.text += text;
}

/// Copies the file's bytes up to `up_to`, before something else than what follows there is taken.
void ScriptReader::State::collect(Frame& frame, std::size_t up_to) {
  Query& query = frame.query;
  if (!frame.active() || !query.started) return;
  if (query.line == 0) query.line = frame.lines.line_of(query.first);
  append(frame, frame.text.substr(query.from, up_to - query.from));
  query.from = up_to;
}

/// Puts the variable used at text[at] in its place: true where that was done and `at` stands behind its name.
bool ScriptReader::State::expand(Frame& frame, std::string_view text, std::size_t& at) {
  if (!frame.active()) return false;
  const VariableUse use = *variable_use_at(text, at);
  std::optional<std::string> value = variable_text(use, variables);
  if (!value) return false;
  const bool plain = use.form == VariableUse::Form::plain;
  if (plain && is_being_read(frame, use.name)) return false;
  if (++frame.expanded > kMaxExpansions) {
    if (frame.expanded == kMaxExpansions + 1)
      report(DiagnosticLevel::error, "too many variables in one statement",
             "The rest of them were left as they stand.", Span{frame.source, frame.at, 0});
    return false;
  }
  const bool expanding = !frame.expansions.empty();
  if (!expanding) {
    note_first_token(frame, at);
    collect(frame, at);
  }
  frame.lexer.set_has_token(true, frame.query.first);
  std::string name(use.name);
  at = use.end;  // `text` may not be used below: a new expansion moves the others
  if (plain) {
    append(frame, "");  // even an empty value makes the query another text than the file's
    frame.expansions.push_back(Expansion{std::move(name), std::move(*value), 0});
  } else {
    append(frame, *value);
    if (!expanding) frame.query.from = at;
  }
  return true;
}

void ScriptReader::State::end_part(Frame& frame, std::size_t at) {
  Query& query = frame.query;
  if (!frame.active() || !query.started) return;
  constexpr std::size_t kSeparator = 2;  // "\;"
  if (at > query.part + kSeparator)
    query.parts.push_back(Span{frame.source, query.part, at - query.part - kSeparator});
  while (at < frame.text.size() && is_space(frame.text[at])) ++at;
  query.part = at;
  query.from = frame.at;
}

void ScriptReader::State::clear_query(Frame& frame) {
  frame.query = Query{};
  frame.expanded = 0;
  frame.lexer.begin_query();
}

/// Makes the item what \bind_named asked for: the query's text does not matter then.
void ScriptReader::State::take_binding(ScriptItem& item) {
  item.kind = ItemKind::meta;
  item.meta = MetaKind::bind_named;
  item.words = std::exchange(bound_name, {});
}

/// Sends the query at hand, whose text ends at `end`; `terminator` is where psql stands when it does so.
void ScriptReader::State::send(Frame& frame, std::size_t end, std::size_t terminator, ScriptItem item) {
  Query& query = frame.query;
  const std::size_t copies = frame.lexer.copies_from_stdin();
  if (!frame.active()) return frame.lexer.begin_query();
  if (!query.started) {
    frame.previous = SentQuery{};
    if (item.kind == ItemKind::sql && bound_name.empty()) return clear_query(frame);
  }
  if (query.started) {
    while (end > query.first && is_space(frame.text[end - 1])) --end;
    item.span = Span{frame.source, query.first, end - query.first};
    item.line = query.line != 0 ? query.line : frame.lines.line_of(query.first);
    if (query.copied && frame.expansions.empty() && query.from < end)
      append(frame, frame.text.substr(query.from, end - query.from));
    item.substituted = query.copied;
    item.text = trimmed(std::move(query.text));
    if (!query.parts.empty()) {
      item.parts = std::move(query.parts);
      if (query.part < end) item.parts.push_back(Span{frame.source, query.part, end - query.part});
      if (item.parts.size() == 1) item.parts.clear();
    }
  } else {
    item.span = Span{frame.source, terminator, 0};
    item.line = frame.lines.line_of(terminator);
  }
  item.psql_line = item.terminator_line = psql_line(frame, terminator);
  const bool too_long =
      query.too_long || (!item.substituted && item.span.length > options.max_statement_bytes);
  clear_query(frame);
  if (too_long) {
    report(DiagnosticLevel::error, "statement is longer than a server takes",
           "It was left out. A quote or a parenthesis that is not closed makes a statement of all that follows.",
           item.span);
    return;
  }
  frame.previous = SentQuery{true, item.span, item.line, item.substituted, item.text, copies};
  find_data(frame, item, copies);
  bound = false;
  if (!bound_name.empty()) take_binding(item);
  check_nul(frame, frame.lines.has_nul());
  ready.push_back(std::move(item));
}

/// Sends once more what was sent last, as \g without a query does.
void ScriptReader::State::send_again(Frame& frame, std::size_t terminator, ScriptItem item) {
  const bool named = !bound_name.empty();
  if (!frame.previous.sent && !named) return;
  item.psql_line = item.terminator_line = psql_line(frame, terminator);
  if (named) {
    item.span = Span{frame.source, terminator, 0};
    item.line = item.terminator_line;
    take_binding(item);
  } else {
    item.span = frame.previous.span;
    item.line = frame.previous.line != 0 ? frame.previous.line : frame.lines.line_of(item.span.offset);
    item.substituted = frame.previous.substituted;
    item.text = frame.previous.text;
    find_data(frame, item, frame.previous.copies);
  }
  bound = false;
  ready.push_back(std::move(item));
}

}  // namespace pgfk
