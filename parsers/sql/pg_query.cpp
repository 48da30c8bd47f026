#include "parsers/sql/pg_query.h"

#include <pthread.h>

#include <memory>
#include <string>
#include <utility>

#include <pg_query.h>

#include "parsers/sql/text_edits.h"
#include "parsers/sql/text_limits.h"
#include "parsers/sql/translate.h"
#include "parsers/sql/tree_json.h"

namespace pgfk {

namespace {

// Up to here a text cannot nest deeply enough to matter, and is parsed on the stack of whoever asks.
constexpr std::size_t kSmallText = std::size_t{8} << 10;
// Room for grammar, tree and translation: a level takes at least two bytes of text, and no more than check_text lets pass.
constexpr std::size_t kLargeStack = std::size_t{64} << 20;

struct FreeParseResult {
  void operator()(PgQueryParseResult* result) const { pg_query_free_parse_result(*result); }
};

/// Runs `work(argument)` on a stack of kLargeStack. False where the system gave no thread.
bool run_on_large_stack(void* (*work)(void*), void* argument) {
  // std::thread has no say in its stack's size. Memory is taken as it is touched.
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_t thread{};
  const bool started = pthread_attr_setstacksize(&attributes, kLargeStack) == 0 &&
                       pthread_create(&thread, &attributes, work, argument) == 0;
  pthread_attr_destroy(&attributes);
  if (started) pthread_join(thread, nullptr);
  return started;
}

/// The grammar counts characters from 1, 0 where it does not know.
int byte_position(std::string_view text, int cursor) {
  if (cursor <= 0) return -1;
  std::size_t place = 0;
  for (int character = 1; character < cursor && place < text.size(); ++character) {
    ++place;
    while (place < text.size() && (static_cast<unsigned char>(text[place]) & 0xC0) == 0x80) ++place;
  }
  return static_cast<int>(place);
}

SyntaxError grammar_error(const PgQueryError& error, std::string_view text, const TextEdits& edits) {
  SyntaxError syntax;
  syntax.message = error.message ? error.message : "";
  syntax.sqlstate = sqlstate_of(syntax.message);
  syntax.position = edits.original(byte_position(text, error.cursorpos));
  return syntax;
}

SyntaxError our_error(std::string message) {
  SyntaxError error;
  error.message = std::move(message);
  error.ours = true;
  return error;
}

ParsedSql parse_checked(std::string_view text, const ParseSettings& settings) {
  ParsedSql parsed;
  TextEdits edits;
  static_cast<void>(settings);
  const std::string grammar_text(text);
  PgQueryParseResult result = pg_query_parse(grammar_text.c_str());
  const std::unique_ptr<PgQueryParseResult, FreeParseResult> owner(&result);
  if (result.error) {
    parsed.error = grammar_error(*result.error, grammar_text, edits);
    return parsed;
  }
  thread_local TreeJson json;
  const Node root = json.parse(result.parse_tree);
  if (!root) {
    parsed.error = our_error("the parse tree of the statement cannot be held in memory");
    return parsed;
  }
  const TranslateContext context{grammar_text, edits, {}};
  parsed.statements = translate_statements(context, root);
  return parsed;
}

struct ParseJob {
  std::string_view text;
  const ParseSettings& settings;
  ParsedSql parsed;
};

void* run_parse_job(void* job) {
  ParseJob* parse = static_cast<ParseJob*>(job);
  parse->parsed = parse_checked(parse->text, parse->settings);
  return nullptr;
}

}  // namespace

int grammar_version() { return PG_VERSION_NUM / 10000; }

ParsedSql parse_sql(std::string_view text, const ParseSettings& settings) {
  ParsedSql parsed;
  parsed.error = check_text(text);
  if (parsed.error) return parsed;
  ParseJob job{text, settings, {}};
  if (text.size() <= kSmallText) {
    run_parse_job(&job);
  } else if (!run_on_large_stack(&run_parse_job, &job)) {
    job.parsed.error = our_error("no thread could be started to parse a long statement");
  }
  return std::move(job.parsed);
}

}  // namespace pgfk
