#include <algorithm>
#include <cstdlib>
#include <utility>

#include "parsers/sql/characters.h"
#include "parsers/sql/connect_words.h"
#include "parsers/sql/script_state.h"
#include "parsers/sql/slash_copy.h"

namespace pgfk {
namespace {

constexpr std::size_t kMaxIncludeDepth = 100;         // psql's own limit are the files it may hold open
constexpr std::uint64_t kMaxIncludes = 100000;        // in all: files that include two others each add up quickly
constexpr std::size_t kMaxVariableBytes = 16u << 20;  // "\set a :a:a" doubles a value each time

constexpr const char* kMissingArgument = "missing required argument";

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

bool sends_query(MetaAction action) {
  constexpr MetaAction kSending[] = {MetaAction::send, MetaAction::gset, MetaAction::gexec,
                                     MetaAction::gdesc, MetaAction::parse};
  return std::find(std::begin(kSending), std::end(kSending), action) != std::end(kSending);
}

bool takes_line(MetaAction action) {
  return action == MetaAction::ignore_line || action == MetaAction::shell || action == MetaAction::copy;
}

std::vector<std::string> all_words(SlashArguments& arguments) {
  std::vector<std::string> words;
  while (std::optional<std::string> word = arguments.next()) words.push_back(std::move(*word));
  return words;
}

std::string joined(const std::vector<std::string>& words, std::size_t first, std::string_view between) {
  std::string text;
  for (std::size_t word = first; word < words.size(); ++word) {
    if (word > first) text += between;
    text += words[word];
  }
  return text;
}

}  // namespace

/// One command being run.
struct ScriptReader::State::Call {
  Frame& frame;
  SlashArguments& arguments;
  std::string name;
  MetaAction action = MetaAction::ignore;
  Span span;              // from the backslash to the line's end
  std::uint64_t line = 0;
  bool failed = false;
};

void ScriptReader::State::meta(Call& call, MetaKind kind, std::vector<std::string> words) {
  ScriptItem item;
  item.kind = ItemKind::meta;
  item.meta = kind;
  item.words = std::move(words);
  item.span = call.span;
  item.line = item.psql_line = item.terminator_line = call.line;
  ready.push_back(std::move(item));
}

void ScriptReader::State::complain(Call& call, std::string complaint) {
  call.failed = true;
  meta(call, MetaKind::unknown, {call.name, std::move(complaint)});
}

void ScriptReader::State::tell_variable(const std::string& name, Span span, std::uint64_t line) {
  const std::optional<MetaKind> kind = Variables::meta_kind(name);
  if (!kind) return;
  ScriptItem item;
  item.kind = ItemKind::meta;
  item.meta = *kind;
  item.words = {*variables.find(name)};
  item.span = span;
  item.line = item.psql_line = item.terminator_line = line;
  ready.push_back(std::move(item));
}

/// The command whose backslash is text[backslash]; `at` goes behind it and its arguments.
void ScriptReader::State::run_command(Frame& frame, std::string_view text, std::size_t& at,
                                      std::size_t backslash) {
  const bool expanding = !frame.expansions.empty();
  const std::string_view line = text.substr(0, std::min(text.find('\n', at), text.size()));
  std::size_t name_end = at;
  while (name_end < line.size() && !is_space(line[name_end]) && line[name_end] != '\\') ++name_end;

  const std::size_t place = expanding ? frame.at : backslash;
  SlashArguments arguments(line, name_end, frame.active() ? &variables : nullptr);
  Call call{frame,
            arguments,
            std::string(line.substr(at, name_end - at)),
            MetaAction::ignore,
            Span{frame.source, place, expanding ? 0 : line.size() - place},
            psql_line(frame, place)};
  const MetaCommand* command = find_meta_command(call.name, options.psql_version);
  const bool sends = command != nullptr && sends_query(command->action) && !restrict_key;
  if (!expanding && !sends) {
    collect(frame, place);
    // psql takes the line break back where the command is alone on its line.
    std::string& collected = frame.query.text;
    if (frame.active() && place > 0 && text[place - 1] == '\n' && !collected.empty() && collected.back() == '\n')
      collected.pop_back();
  }

  if (restrict_key && call.name != "unrestrict") {
    call.failed = true;
    meta(call, MetaKind::restricted, {call.name});
  } else if (command == nullptr) {
    complain(call, "invalid command \\" + call.name);
  } else if (frame.active() || is_branching(command->action)) {
    call.action = command->action;
    dispatch(call);
  } else if (takes_line(command->action)) {
    arguments.drop_line();
  }
  if (arguments.had_backquotes())
    report(DiagnosticLevel::warning, "what a command in backquotes prints cannot be known",
           "An empty text was taken in its place.", call.span);
  if (call.failed) {
    arguments.drop_line();
  } else {
    arguments.finish();
  }
  at = arguments.at();
  if (frame.active() && !expanding) frame.query.from = frame.at;
}

void ScriptReader::State::dispatch(Call& call) {
  SlashArguments& arguments = call.arguments;
  const auto with_words = [&](MetaKind kind, std::size_t least) {
    std::vector<std::string> words = all_words(arguments);
    if (words.size() < least) return complain(call, kMissingArgument);
    meta(call, kind, std::move(words));
  };
  ScriptItem item;
  switch (call.action) {
    case MetaAction::ignore:
      return;
    case MetaAction::ignore_line:
      return arguments.drop_line();
    case MetaAction::shell:
      return meta(call, MetaKind::shell, {arguments.rest_of_line()});
    case MetaAction::send: {
      const std::optional<std::string> argument = arguments.next_file_or_pipe();
      item.crosstab_or_output = argument || call.name != "g";
      return send_query(call, std::move(item));
    }
    case MetaAction::gset:
      item.meta = MetaKind::gset;
      if (std::optional<std::string> prefix = arguments.next()) item.words = {std::move(*prefix)};
      break;
    case MetaAction::gexec:
      item.meta = MetaKind::gexec;
      break;
    case MetaAction::gdesc:
      item.meta = MetaKind::gdesc;
      break;
    case MetaAction::parse: {
      std::optional<std::string> name = arguments.next();
      if (!name) return complain(call, kMissingArgument);
      item.meta = MetaKind::parse;
      item.words = {std::move(*name)};
      break;
    }
    case MetaAction::set: {
      const std::vector<std::string> words = all_words(arguments);
      if (!words.empty()) set_variable(call, words[0], joined(words, 1, ""));
      return;
    }
    case MetaAction::unset: {
      const std::optional<std::string> name = arguments.next();
      if (!name) return complain(call, kMissingArgument);
      if (variables.unset(*name) == Variables::Change::steers) tell_variable(*name, call.span, call.line);
      return;
    }
    case MetaAction::prompt:
      report(DiagnosticLevel::warning, "the variable that \\" + call.name + " sets cannot be known",
             "Give it with -v NAME=VALUE.", call.span);
      return;
    case MetaAction::begin_if:
    case MetaAction::else_if:
    case MetaAction::otherwise:
    case MetaAction::end_if:
      return branch(call);
    case MetaAction::include:
    case MetaAction::include_relative:
      return include(call);
    case MetaAction::change_directory: {
      const std::optional<std::string> folder = arguments.next(true);
      options.base_directory = resolve(folder.value_or("~"));
      return;
    }
    case MetaAction::connect:
      return connect(call);
    case MetaAction::copy:
      return copy(call);
    case MetaAction::encoding: {
      std::optional<std::string> name = arguments.next();
      if (name) meta(call, MetaKind::encoding, {std::move(*name)});
      return;
    }
    case MetaAction::quit:
      call.frame.quit = true;
      return arguments.drop_line();
    case MetaAction::reset:
      clear_query(call.frame);
      return call.frame.lexer.reset();
    case MetaAction::bind:
      bound = true;
      bound_name.clear();
      return with_words(MetaKind::bind, 0);
    case MetaAction::bind_named: {
      std::vector<std::string> words = all_words(arguments);
      if (words.empty()) return complain(call, kMissingArgument);
      bound_name = std::move(words);
      return;
    }
    case MetaAction::close_prepared:
      return with_words(MetaKind::close_prepared, 1);
    case MetaAction::pipeline: {
      std::vector<std::string> words = all_words(arguments);
      words.insert(words.begin(), call.name);
      return meta(call, MetaKind::pipeline, std::move(words));
    }
    case MetaAction::restrict_:
    case MetaAction::unrestrict:
      return restrict_commands(call);
  }
  item.kind = ItemKind::meta;
  send_query(call, std::move(item));
}

void ScriptReader::State::send_query(Call& call, ScriptItem item) {
  Frame& frame = call.frame;
  const std::size_t place = call.span.offset;
  if (frame.query.started) {
    send(frame, place, place, std::move(item));
  } else if (frame.lexer.has_text()) {  // only a comment, which psql would send
    frame.previous = SentQuery{};
  } else {
    send_again(frame, place, std::move(item));
  }
  // psql forgets open parentheses when it is made to send.
  frame.lexer.reset();
}

void ScriptReader::State::set_variable(Call& call, const std::string& name, const std::string& value) {
  if (value.size() > kMaxVariableBytes) {
    report(DiagnosticLevel::error, "variable \"" + name + "\" grows too long", "It was left as it was.",
           call.span);
    return;
  }
  switch (variables.set(name, value)) {
    case Variables::Change::refused:
      return complain(call, "invalid variable name or value: \"" + name + "\"");
    case Variables::Change::steers:
      return tell_variable(name, call.span, call.line);
    case Variables::Change::stored:
      break;
  }
  if (name != "SINGLELINE") return;
  single_line = *variables.find(name) == "on";
  for (const std::unique_ptr<Frame>& frame : frames) frame->lexer.stop_at_line_ends(single_line);
}

/// Takes away what a branch that was not taken left in the lexer.
void ScriptReader::State::leave_untaken_branch(Frame& frame) {
  if (!frame.query.started) frame.lexer.begin_query();
  frame.lexer.set_has_token(frame.query.started, frame.query.first);
  frame.lexer.set_paren_depth(frame.branches.back().paren_depth);
}

void ScriptReader::State::branch(Call& call) {
  using BranchState = Branch::State;
  Frame& frame = call.frame;
  std::vector<Branch>& branches = frame.branches;
  const auto condition = [&] {
    const std::string text = joined(all_words(call.arguments), 0, " ");
    const std::optional<bool> value = read_psql_boolean(text);
    if (!value)
      report(DiagnosticLevel::warning,
             "unrecognized value \"" + text + "\" for \"\\" + call.name + " expression\": Boolean expected",
             "psql takes it for false.", call.span);
    return value.value_or(false) && !call.arguments.had_backquotes();
  };
  if (call.action == MetaAction::begin_if) {
    const bool active = frame.active();
    branches.push_back(Branch{active ? BranchState::taken : BranchState::ignored, frame.lexer.paren_depth()});
    if (active && !condition()) branches.back().state = BranchState::not_yet;
    return;
  }
  if (branches.empty()) return complain(call, "\\" + call.name + ": no matching \\if");
  BranchState& state = branches.back().state;
  if (call.action == MetaAction::end_if) {
    if (!branches.back().active()) leave_untaken_branch(frame);
    branches.pop_back();
    return;
  }
  if (state == BranchState::else_taken || state == BranchState::else_ignored)
    return complain(call, "\\" + call.name + ": cannot occur after \\else");
  if (state == BranchState::taken) {
    branches.back().paren_depth = frame.lexer.paren_depth();
  } else {
    leave_untaken_branch(frame);
  }
  if (call.action == MetaAction::otherwise) {
    state = state == BranchState::not_yet ? BranchState::else_taken : BranchState::else_ignored;
  } else if (state == BranchState::not_yet) {
    // The arguments were set up for a branch not taken, in which nothing is replaced.
    call.arguments = SlashArguments(call.arguments.line(), call.arguments.at(), &variables);
    if (condition()) state = BranchState::taken;
  } else {
    state = BranchState::ignored;
  }
}

std::string ScriptReader::State::resolve(const std::string& path) const {
  if (path.empty() || path[0] == '/') return path;
  if (path == "~" || path.substr(0, 2) == "~/") {
    const char* home = std::getenv("HOME");
    if (home != nullptr) return home + path.substr(1);
  }
  return options.base_directory.empty() ? path : options.base_directory + "/" + path;
}

Result<SourceId> ScriptReader::State::open_file(const std::string& path) {
  const auto known = opened.find(path);
  if (known != opened.end()) return known->second;
  if (path == "-") return Error{"standard input is the script's own", "", "", std::nullopt};
  Result<std::unique_ptr<Source>> source = Source::open(path);
  if (!source) return std::move(source).error();
  const SourceId id = sources.add(std::move(source).value());
  opened.emplace(path, id);
  return id;
}

void ScriptReader::State::include(Call& call) {
  const std::optional<std::string> name = call.arguments.next(true);
  if (!name) return complain(call, kMissingArgument);
  const std::string beside = folder_of(call.frame.path);
  const bool relative = call.action == MetaAction::include_relative && (*name)[0] != '/' && !beside.empty();
  const std::string path = relative ? beside + *name : resolve(*name);
  const auto fail = [&](std::string message, std::string hint) {
    report(DiagnosticLevel::warning, message, std::move(hint), call.span);
    call.failed = true;
    meta(call, MetaKind::include_failed, {*name, std::move(message)});
    ready.back().file = path;
  };
  if (frames.size() >= kMaxIncludeDepth || ++includes > kMaxIncludes)
    return fail("too many included files", "\"" + path + "\" was left out.");
  const Result<SourceId> id = open_file(path);
  if (!id) {
    const bool elsewhere = !relative && Source::open(beside + *name).ok();
    return fail(id.error().message, elsewhere ? "It stands beside the script: load from that folder, or use \\ir."
                                              : "");
  }
  for (const std::unique_ptr<Frame>& frame : frames) {
    if (frame->source == *id) return fail("file \"" + path + "\" includes itself", "It was left out.");
  }
  begin_file(*id);
}

void ScriptReader::State::connect(Call& call) {
  std::vector<std::string> words;
  while (std::optional<std::string> word = call.arguments.next_name(false)) {
    words.push_back(word->empty() ? "-" : std::move(*word));
  }
  words = connect_words(std::move(words));
  if (!words.empty() && words[0] != "-") variables.set("DBNAME", words[0]);
  if (words.size() > 1 && words[1] != "-") variables.set("USER", words[1]);
  meta(call, MetaKind::connect, std::move(words));
}

void ScriptReader::State::copy(Call& call) {
  using Client = SlashCopy::Client;
  std::optional<SlashCopy> parsed = parse_slash_copy(call.arguments.rest_of_line());
  if (!parsed) return complain(call, "\\copy: parse error");
  static constexpr const char* kClients[] = {"stdin", "terminal", "file", "program"};
  meta(call, MetaKind::copy, {kClients[static_cast<std::size_t>(parsed->client)]});
  ScriptItem& item = ready.back();
  item.substituted = true;
  item.text = std::move(parsed->sql);
  if (parsed->client == Client::file) item.file = resolve(parsed->name);
  if (!parsed->from) return;
  if (parsed->client == Client::in_line) return find_data(call.frame, item, 1);
  if (parsed->client == Client::file) {
    const Result<SourceId> id = open_file(item.file);
    if (id) {
      item.data = read_data_file(*id);
    } else {
      report(DiagnosticLevel::warning, id.error().message, "Its rows are not known.", call.span);
    }
    return;
  }
  report(DiagnosticLevel::warning, "the rows that \\copy reads from a program or terminal cannot be known", "",
         call.span);
}

void ScriptReader::State::restrict_commands(Call& call) {
  std::optional<std::string> key = call.arguments.next(true);
  if (!key) return complain(call, kMissingArgument);
  if (call.action == MetaAction::restrict_) {
    restrict_key = std::move(key);
  } else if (!restrict_key) {
    complain(call, "\\unrestrict: not currently in restricted mode");
  } else if (*restrict_key != *key) {
    complain(call, "\\unrestrict: wrong key");
  } else {
    restrict_key.reset();
  }
}

}  // namespace pgfk
