#include "parsers/sql/directives.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include "parsers/sql/characters.h"

namespace pgfk {
namespace {

constexpr std::string_view kMark = "pgfk:";
constexpr std::uint64_t kLargestDump = 16u << 20;
constexpr std::size_t kLongest = 4096;  // bytes of a directive; what is longer is none

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::size_t find_mark(std::string_view text, std::size_t from) {
  if (from >= text.size()) return text.size();  // an empty text may have no place at all
  // A search by std::string_view would stop at each p.
  const void* found = memmem(text.data() + from, text.size() - from, kMark.data(), kMark.size());
  return found == nullptr ? text.size() : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

/// Behind blanks and comments.
std::size_t next_statement(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const std::string_view rest = text.substr(at);
    if (is_space(rest.front())) {
      ++at;
    } else if (rest.starts_with("--")) {
      at = std::min(text.find('\n', at), text.size());
    } else if (rest.starts_with("/*")) {
      std::size_t depth = 0;
      do {
        const std::string_view here = text.substr(at);
        const bool opens = here.starts_with("/*"), closes = here.starts_with("*/");
        depth = opens ? depth + 1 : closes ? depth - 1 : depth;
        at += opens || closes ? 2 : 1;
      } while (depth > 0 && at < text.size());
    } else {
      break;
    }
  }
  return at;
}

struct Token {
  std::string text;     // folded unless quoted; of a sign the sign
  bool quoted = false, sign = false;
};

/// Takes tokens off the front of a directive, up to the reason.
class Tokens {
 public:
  explicit Tokens(std::string_view rest) : rest_(rest) {}

  std::optional<Token> next() {
    rest_ = trimmed(rest_);
    if (rest_.empty() || rest_.starts_with("--")) return std::nullopt;
    if (std::string_view(",().").find(rest_.front()) != std::string_view::npos) {
      Token sign{std::string(1, rest_.front()), false, true};
      rest_.remove_prefix(1);
      return sign;
    }
    return rest_.front() == '"' ? quoted() : word();
  }
  bool take_sign(char sign) {
    rest_ = trimmed(rest_);
    if (rest_.empty() || rest_.front() != sign) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take_word(std::string_view word) {
    const std::optional<Token> token = next();
    return token && !token->quoted && !token->sign && token->text == word;
  }
  /// Of the words so far; what is left is the reason with its dashes.
  std::string_view rest() const { return rest_; }

 private:
  Token quoted() {
    Token token{{}, true, false};
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"' && !rest_.starts_with('"')) break;
      if (c == '"') rest_.remove_prefix(1);
      token.text += c;
    }
    return token;
  }
  Token word() {
    Token token;
    while (!rest_.empty() && !is_space(rest_.front()) && std::string_view(",().\"").find(rest_.front()) == std::string_view::npos) {
      token.text += to_lower(rest_.front());
      rest_.remove_prefix(1);
    }
    return token;
  }

  std::string_view rest_;
};

std::optional<DirectiveName> read_name(Tokens& tokens) {
  const std::optional<Token> first = tokens.next();
  if (!first || first->sign) return std::nullopt;
  if (!tokens.take_sign('.')) return DirectiveName{{}, first->text};
  const std::optional<Token> second = tokens.next();
  if (!second || second->sign) return std::nullopt;
  return DirectiveName{first->text, second->text};
}

void read_ignore(Tokens& tokens, Directive& out) {
  while (const std::optional<Token> token = tokens.next()) {
    if (token->sign && token->text == ",") continue;
    if (token->sign) {
      out.problem = "takes codes and a constraint";
      return;
    }
    out.words.push_back(token->text);
    out.last_is_quoted = token->quoted;
  }
  if (out.words.empty()) out.problem = "names no code";
}

// rows child(column, ...) from parent
bool read_assumption(Tokens& tokens, Directive& out) {
  if (!tokens.take_word("rows")) return false;
  const std::optional<DirectiveName> referencing = read_name(tokens);
  if (!referencing || !tokens.take_sign('(')) return false;
  do {
    const std::optional<Token> column = tokens.next();
    if (!column || column->sign) return false;
    out.columns.push_back(column->text);
  } while (tokens.take_sign(','));
  if (!tokens.take_sign(')') || !tokens.take_word("from")) return false;
  const std::optional<DirectiveName> referenced = read_name(tokens);
  if (!referenced || tokens.next()) return false;
  out.referencing = *referencing;
  out.referenced = *referenced;
  return true;
}

void read_words(std::string_view text, Directive& out) {
  const std::size_t end = std::min(text.find_first_of(" \t\r"), text.size());
  const std::string_view name = text.substr(kMark.size(), end - kMark.size());
  Tokens tokens(text.substr(end));
  if (name == "ignore" || name == "ignore-file") {
    out.kind = name == "ignore" ? DirectiveKind::ignore : DirectiveKind::ignore_file;
    read_ignore(tokens, out);
  } else if (name == "assume") {
    out.kind = DirectiveKind::assume;
    if (!read_assumption(tokens, out)) out.problem = "is written: pgfk:assume rows table(column, ...) from table";
  } else {
    out.problem = "is no directive; there are pgfk:ignore, pgfk:ignore-file and pgfk:assume";
  }
  const std::string_view rest = tokens.rest();
  out.text = std::string(trimmed(text.substr(0, text.size() - rest.size())));
  if (rest.starts_with("--")) out.reason = std::string(trimmed(rest.substr(2)));
}

bool is_large_dump(std::string_view text) {
  constexpr std::size_t kHeader = 200;
  return text.size() > kLargestDump && text.substr(0, kHeader).find("PostgreSQL database") != std::string_view::npos;
}

}  // namespace

std::vector<Directive> read_directives(const Source& source, SourceId id) {
  std::vector<Directive> found;
  if (source.is_stream() || source.origin()) return found;
  const std::string_view text = source.text();
  if (is_large_dump(text)) return found;
  for (std::size_t at = 0; (at = find_mark(text, at)) < text.size();) {
    const std::size_t mark = at;
    const std::size_t before = text.substr(0, mark).rfind('\n');
    const std::size_t line = before == std::string_view::npos ? 0 : before + 1;
    const std::size_t end = std::min(text.find('\n', mark), text.size());
    at = end;
    if (end - line > kLongest) continue;
    const std::string_view prefix = trimmed(text.substr(line, mark - line));
    if (!prefix.ends_with("--")) continue;
    const std::string_view statement = trimmed(prefix.substr(0, prefix.size() - 2));
    if (!statement.empty() && !statement.ends_with(';')) continue;
    Directive directive;
    const std::size_t start = text.rfind("--", mark);
    directive.span = {id, start, trimmed(text.substr(start, end - start)).size()};
    directive.statement = next_statement(text, end);
    read_words(trimmed(text.substr(mark, end - mark)), directive);
    if (directive.problem.empty() && !statement.empty()) directive.problem = "stands behind a statement; it is for the next one, and needs a line of its own";
    if (directive.problem.empty() && directive.kind == DirectiveKind::ignore_file && next_statement(text, 0) < start) {
      directive.problem = "has to stand above the first statement";
    }
    found.push_back(std::move(directive));
  }
  return found;
}

}  // namespace pgfk
