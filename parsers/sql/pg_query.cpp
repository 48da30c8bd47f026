#include "parsers/sql/pg_query.h"

#include <memory>
#include <string>
#include <utility>

#include <pg_query.h>
#include <pthread.h>

#include "parsers/sql/bridge.h"
#include "parsers/sql/fingerprint.h"
#include "parsers/sql/text_limits.h"
#include "parsers/sql/translate.h"
#include "parsers/sql/tree_json.h"

namespace pgfk {

namespace {

// Up to here a text cannot nest deeply enough to matter, and is parsed on the stack of whoever
// asks.
constexpr std::size_t kSmallText = std::size_t{8} << 10;
// Room for grammar, tree and translation: a level takes at least two bytes of text, and no more
// than check_text lets pass.
constexpr std::size_t kLargeStack = std::size_t{64} << 20;

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

SyntaxError grammar_error(const PgQueryError& error, std::string_view text,
                          const TextEdits& edits) {
  SyntaxError syntax;
  syntax.message = error.message ? error.message : "";
  // Later minor versions of 15 say what 17 says.
  constexpr std::string_view kOldWords = "ALTER CONSTRAINT statement constraints";
  if (syntax.message.starts_with(kOldWords))
    syntax.message.replace(0, kOldWords.size(), "FOREIGN KEY constraints");
  syntax.sqlstate = sqlstate_of(syntax.message);
  const int position = byte_position(text, error.cursorpos);
  const std::size_t behind = static_cast<std::size_t>(position + 1);
  const bool in_escape_string =
      behind < text.size() && (text[behind] == 'u' || text[behind] == 'U');
  // The same words, 42601, are said of U&'\..'.
  if (syntax.message == "invalid Unicode escape" && in_escape_string) syntax.sqlstate = "22025";
  syntax.position = edits.original(position);
  return syntax;
}

SyntaxError our_error(std::string message) {
  SyntaxError error;
  error.message = std::move(message);
  error.ours = true;
  return error;
}

/// One run of the grammar over the rewritten text.
class GrammarRun {
 public:
  GrammarRun(std::string_view text, Bridge& bridge)
      : text_(bridge.edits.empty() ? std::string(text) : bridge.edits.apply(text)),
        result_(pg_query_parse(text_.c_str())) {
    if (result_.error) error_ = grammar_error(*result_.error, text_, bridge.edits);
  }
  ~GrammarRun() { pg_query_free_parse_result(result_); }
  GrammarRun(const GrammarRun&) = delete;
  GrammarRun& operator=(const GrammarRun&) = delete;

  const std::string& text() const { return text_; }
  const std::optional<SyntaxError>& error() const { return error_; }
  std::string_view json() const { return result_.parse_tree ? result_.parse_tree : ""; }

 private:
  std::string text_;
  PgQueryParseResult result_;
  std::optional<SyntaxError> error_;
};

// Each missing alias and each later keyword costs a run of the grammar.
constexpr int kMostRetries = 100;

/// What is in the way of reading the whole text, first the grammar's and then the target's
/// objections.
std::optional<SyntaxError> first_of(const std::optional<SyntaxError>& grammar,
                                    const std::optional<SyntaxError>& target) {
  if (!grammar || !target) return grammar ? grammar : target;
  return grammar->position >= 0 && grammar->position <= target->position ? grammar : target;
}

ParsedSql parse_checked(std::string_view text, const ParseSettings& settings) {
  ParsedSql parsed;
  Bridge bridge;
  if (!settings.standard_conforming_strings) escape_plain_literals(text, bridge.edits);
  auto run = std::make_unique<GrammarRun>(text, bridge);
  const bool older_target = settings.target_version < grammar_version();
  if (run->error() || older_target) {
    bridge_text(text, settings, bridge);
    if (bridge.changed) run = std::make_unique<GrammarRun>(text, bridge);
    for (int retry = 0; retry < kMostRetries && run->error(); ++retry) {
      if (!add_missing_alias(text, *run->error(), settings, bridge) &&
          !quote_later_keyword(text, *run->error(), settings, bridge)) {
        break;
      }
      run = std::make_unique<GrammarRun>(text, bridge);
    }
  }
  parsed.error = first_of(run->error(), bridge.refused);
  if (parsed.error) return parsed;

  thread_local TreeJson json;
  const TreeNode root = json.parse(run->json());
  if (!root) {
    parsed.error = our_error("the parse tree of the statement cannot be held in memory");
    return parsed;
  }
  const TranslateContext context{run->text(), bridge, settings.target_version, parsed.error};
  std::vector<Statement> statements = translate_statements(context, root);
  if (parsed.error) return parsed;
  apply_notes(bridge, statements);
  settle_alter_constraints(text, settings, statements);
  parsed.statements = std::move(statements);
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

struct FingerprintJob {
  const std::string& text;
  std::string fingerprint;
};

void* run_fingerprint_job(void* job) {
  FingerprintJob* wanted = static_cast<FingerprintJob*>(job);
  const PgQueryFingerprintResult result = pg_query_fingerprint(wanted->text.c_str());
  if (!result.error && result.fingerprint_str) wanted->fingerprint = result.fingerprint_str;
  pg_query_free_fingerprint_result(result);
  return nullptr;
}

}  // namespace

std::string fingerprint_sql(std::string_view text) {
  if (check_text(text)) return "";
  const std::string whole(text);
  FingerprintJob job{whole, ""};
  if (whole.size() <= kSmallText) {
    run_fingerprint_job(&job);
  } else {
    run_on_large_stack(&run_fingerprint_job, &job);
  }
  return std::move(job.fingerprint);
}

int grammar_version() {
  return PG_VERSION_NUM / 10000;
}

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
