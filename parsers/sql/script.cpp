#include "parsers/sql/script.h"

#include <algorithm>
#include <utility>

#include "parsers/input/line_index.h"
#include "parsers/sql/binary_input.h"
#include "parsers/sql/characters.h"
#include "parsers/sql/insert_run.h"
#include "parsers/sql/script_state.h"
#include "parsers/sql/values_grammar.h"

namespace pgfk {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

const char* what_is_open(LexMode mode) {
  switch (mode) {
    case LexMode::initial:
      break;
    case LexMode::quote:
    case LexMode::escape_quote:
      return "quoted string";
    case LexMode::double_quote:
      return "quoted name";
    case LexMode::dollar_quote:
      return "dollar-quoted string";
    case LexMode::comment:
      return "comment";
  }
  return nullptr;
}

}  // namespace

std::uint64_t LineCursor::line_of(std::uint64_t offset) {
  if (offset < offset_) return source_->place_of(offset).line;
  const NewlineCount count = count_newlines(source_->text().substr(offset_, offset - offset_));
  line_ += count.newlines;
  has_nul_ = has_nul_ || count.has_nul;
  offset_ = offset;
  return line_;
}

void LineCursor::jump(std::uint64_t offset, std::uint64_t line) {
  offset_ = offset;
  line_ = line;
}

ScriptReader::State::State(Sources& all, ScriptOptions with, Diagnostics& to)
    : sources(all), options(std::move(with)), diagnostics(to), variables(options.psql_version) {}

void ScriptReader::State::report(DiagnosticLevel level, std::string message, std::string hint,
                                 std::optional<Span> span) {
  diagnostics.report(Diagnostic{level, std::move(message), std::move(hint), span});
}

/// The line psql counts where it stands at `offset`: behind a COPY on the same line, it has read the data already.
std::uint64_t ScriptReader::State::psql_line(Frame& frame, std::size_t offset) {
  return frame.hole ? frame.hole->psql_line : frame.lines.line_of(offset);
}

void ScriptReader::State::begin_file(SourceId id) {
  const Source& source = sources[id];
  if (const std::optional<BinaryInput> binary = binary_input(source.text())) {
    report(DiagnosticLevel::error, "\"" + source.path() + "\" is no SQL script but " + binary->what,
           binary->hint, Span{id, 0, 0});
    return;
  }
  auto frame = std::make_unique<Frame>(id, source);
  if (frame->text.substr(0, kByteOrderMark.size()) == kByteOrderMark) frame->at = kByteOrderMark.size();
  frame->lexer.set_standard_conforming_strings(conforming);
  frame->lexer.stop_at_line_ends(single_line);
  frames.push_back(std::move(frame));
}

/// Reads up to the next stop of the lexer. Most stops give an item, some none.
void ScriptReader::State::step() {
  Frame& frame = *frames.back();
  if (frame.quit) return end_file();

  if (!frame.expansions.empty()) {
    Expansion& expansion = frame.expansions.back();
    const std::size_t start = expansion.at;
    const LexStop stop = frame.lexer.scan(expansion.text, expansion.at);
    if (frame.lexer.has_token()) note_first_token(frame, frame.at);
    const bool one = stop == LexStop::semicolon || stop == LexStop::backslash;
    const bool two = stop == LexStop::separator || stop == LexStop::colon;
    const std::size_t left_out = one ? 1 : (two ? 2 : 0);
    append(frame, std::string_view(expansion.text).substr(start, expansion.at - start - left_out));
    return stop_at(frame, stop);
  }

  if (!frame.lexer.has_text() && frame.lexer.mode() == LexMode::initial && try_insert_run(frame)) return;
  const std::size_t limit = frame.hole ? frame.hole->line_end : frame.text.size();
  const LexStop stop = frame.lexer.scan(frame.text.substr(0, limit), frame.at);
  if (frame.lexer.has_token()) note_first_token(frame, frame.lexer.first_token());
  stop_at(frame, stop);
}

void ScriptReader::State::stop_at(Frame& frame, LexStop stop) {
  const bool expanding = !frame.expansions.empty();
  std::size_t& at = expanding ? frame.expansions.back().at : frame.at;
  switch (stop) {
    case LexStop::semicolon:
      return send(frame, expanding ? frame.at : at - 1, expanding ? frame.at : at - 1, ScriptItem{});
    case LexStop::line_end:
      // COPY data begins behind the line, so stay on it.
      if (!expanding) --at;
      return send(frame, frame.at, frame.at, ScriptItem{});
    case LexStop::backslash: {
      const std::string_view text = expanding ? frame.expansions.back().text : frame.text;
      return run_command(frame, text, at, at - 1);
    }
    case LexStop::separator:
      if (!expanding) collect(frame, at - 2);
      append(frame, ";");
      return end_part(frame, frame.at);
    case LexStop::colon:
      if (!expanding) collect(frame, at - 2);
      append(frame, ":");
      if (!expanding) frame.query.from = at;
      return;
    case LexStop::variable: {
      // The value is read as if it stood in the script; it may open a quote, or end the query.
      const std::string_view text = expanding ? frame.expansions.back().text : frame.text;
      if (!expand(frame, text, at)) {
        const std::size_t end = variable_use_at(text, at)->end;
        frame.lexer.set_has_token(true, frame.lexer.has_token() ? frame.lexer.first_token() : at);
        if (!expanding) note_first_token(frame, at);
        if (expanding) append(frame, text.substr(at, end - at));
        at = end;
      }
      return;
    }
    case LexStop::end:
      break;
  }
  if (expanding) {
    frame.expansions.pop_back();
    if (frame.expansions.empty()) frame.query.from = frame.at;
    return;
  }
  if (!frame.hole) return end_file();
  // The line with a COPY is used up: go on behind the data.
  if (frame.active()) collect(frame, frame.at);
  frame.at = frame.hole->resume;
  frame.query.from = frame.at;
  if (frame.at == frame.text.size()) return end_file();  // with the line the data left psql on
  frame.lines.jump(frame.at, frame.hole->resume_line);
  frame.hole.reset();
}

/// Gives a run of literal INSERTs as one item, where one begins here.
bool ScriptReader::State::try_insert_run(Frame& frame) {
  if (!options.recognise_insert_runs || !frame.lexer.standard_conforming_strings() || frame.hole ||
      !frame.active() || bound || !bound_name.empty() || single_line ||
      frame.lexer.paren_depth() > 0)
    return false;
  const char* const base = frame.text.data();
  const char* const start = values_grammar::skip_blank(base + frame.at, base + frame.text.size());
  frame.at = static_cast<std::size_t>(start - base);
  if (frame.at < frame.no_run_before) return false;
  const std::uint64_t line = frame.lines.line_of(frame.at);
  const Source& source = sources[frame.source];
  // Lines are counted while the pages are at hand.
  InsertRunScan scan = scan_insert_run(frame.text, frame.at, [&](std::uint64_t offset, std::uint64_t length) {
    static_cast<void>(frame.lines.line_of(offset + length));
    source.release(offset, length);
  });
  if (!scan.worth_it) {
    frame.no_run_before = scan.looked_at;
    return false;
  }
  ScriptItem item;
  item.kind = ItemKind::insert_run;
  item.run = std::move(scan.run);
  item.run.span.source = frame.source;
  item.span = item.run.span;
  item.line = line;
  frame.at = scan.last_end;
  item.psql_line = item.terminator_line = frame.lines.line_of(scan.last_end - 1);
  frame.previous = SentQuery{};
  frame.previous.sent = true;
  frame.previous.span = Span{frame.source, scan.last_statement, scan.last_end - 1 - scan.last_statement};
  check_nul(frame, frame.lines.has_nul());
  ready.push_back(std::move(item));
  return true;
}

/// What psql does at the end of a file: an open query is sent as it stands, an open \if is complained of.
void ScriptReader::State::end_file() {
  Frame& frame = *frames.back();
  const std::size_t end = frame.text.size();
  const Span place{frame.source, frame.lexer.open_since(), 0};
  if (!frame.quit && frame.lexer.mode() != LexMode::initial && frame.active()) {
    report(DiagnosticLevel::warning,
           std::string("unterminated ") + what_is_open(frame.lexer.mode()) + " at end of \"" + frame.path + "\"",
           "All that follows its beginning was read as a part of it.", place);
  }
  const std::size_t stop = frame.quit ? frame.at : end;
  if (frame.query.started && frame.active()) {
    ScriptItem item;
    item.ended_by_file = true;
    // psql names the last line it read; a newline that ends the file begins none.
    const bool fresh_line = stop == end && end > 0 && frame.text[end - 1] == '\n' && !frame.hole;
    send(frame, stop, fresh_line ? stop - 1 : stop, std::move(item));
  }
  frame.lines.line_of(end);
  check_nul(frame, frame.lines.has_nul());
  if (!frame.quit && !frame.branches.empty()) {
    report(DiagnosticLevel::warning, "reached end of \"" + frame.path + "\" without finding closing \\endif",
           "What follows an \\if whose condition is false was left out.", Span{frame.source, end, 0});
  }
  if (frame.quit && frames.size() == 1) {
    ScriptItem item;
    item.kind = ItemKind::meta;
    item.meta = MetaKind::quit;
    item.span = Span{frame.source, frame.at, 0};
    item.line = item.psql_line = item.terminator_line = frame.lines.line_of(frame.at);
    ready.push_back(std::move(item));
  }
  frames.pop_back();
}

ScriptReader::ScriptReader(Sources& sources, SourceId input, ScriptOptions options,
                           Diagnostics& diagnostics)
    : state_(std::make_unique<State>(sources, std::move(options), diagnostics)) {
  for (const auto& [name, value] : state_->options.variables) {
    if (state_->variables.set(name, value) == Variables::Change::steers)
      state_->tell_variable(name, Span{input, 0, 0}, 0);
  }
  const std::string* single_line = state_->variables.find("SINGLELINE");
  state_->single_line = single_line != nullptr && *single_line == "on";
  state_->begin_file(input);
}

ScriptReader::~ScriptReader() = default;

bool ScriptReader::next(ScriptItem& out) {
  while (state_->ready.empty()) {
    if (state_->frames.empty()) return false;
    state_->step();
  }
  out = std::move(state_->ready.front());
  state_->ready.pop_front();
  return true;
}

void ScriptReader::spill_data(const ScriptItem& item, std::size_t first) { state_->spill(item, first); }

void ScriptReader::set_standard_conforming_strings(bool on) {
  state_->conforming = on;
  for (const std::unique_ptr<Frame>& frame : state_->frames)
    frame->lexer.set_standard_conforming_strings(on);
}

void ScriptReader::set_variable(const std::string& name, const std::string& value) {
  if (state_->variables.set(name, value) == Variables::Change::steers && !state_->frames.empty()) {
    Frame& frame = *state_->frames.back();
    state_->tell_variable(name, Span{frame.source, frame.at, 0}, state_->psql_line(frame, frame.at));
  }
}

void ScriptReader::unset_variable(const std::string& name) { state_->variables.unset(name); }

std::optional<std::string> ScriptReader::variable(const std::string& name) const {
  const std::string* value = state_->variables.find(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(*value);
}

}  // namespace pgfk
