#include "parsers/sql/bridge.h"

#include <algorithm>
#include <array>

#include "parsers/sql/bridge_rules.h"
#include "parsers/sql/keyword_table.h"
#include "parsers/sql/text_limits.h"

namespace pgfk {

namespace {

// Order matters for none: each rule looks at the tokens as they were given.
constexpr std::array<BridgeRule, 29> kRules{
    &bridge_enforced,
    &bridge_without_overlaps,
    &bridge_period,
    &bridge_not_null_no_inherit,
    &bridge_table_not_null,
    &bridge_alter_inherit,
    &bridge_domain_not_null,
    &bridge_virtual,
    &bridge_identity_persistence,
    &bridge_storage,
    &bridge_set_expression,
    &bridge_set_to_default,
    &bridge_numbers,
    &bridge_vertical_tabs,
    &bridge_merge_returning,
    &bridge_merge_clauses,
    &bridge_returning_aliases,
    &bridge_at_local,
    &bridge_copy_force_null,
    &bridge_json_calls,
    &bridge_is_json,
    &bridge_xml_indent,
    &bridge_grant_role,
    &bridge_revoke_role_option,
    &bridge_large_object_defaults,
    &bridge_unnamed_statistics,
    &bridge_vacuum_only,
    &bridge_reindex_unnamed,
    &bridge_alter_operator,
};

}  // namespace

// --- tokens of one statement ---

BridgeTokens::BridgeTokens(std::string_view text, const std::vector<Token>& all, std::size_t first,
                           std::size_t last)
    : text_(text),
      tokens_(all.begin() + static_cast<std::ptrdiff_t>(first),
              all.begin() + static_cast<std::ptrdiff_t>(last)) {
  end_.offset = last < all.size() ? all[last].offset : text.size();
  depths_.resize(size());
  partners_.assign(size(), size());
  std::vector<std::size_t> open;
  for (std::size_t place = 0; place < size(); ++place) {
    if (tokens_[place].is(")") && !open.empty()) {
      partners_[place] = open.back();
      partners_[open.back()] = place;
      open.pop_back();
    }
    depths_[place] = open.size();
    if (tokens_[place].is("(")) open.push_back(place);
  }
  alter_table_ = word(0, "alter") && (word(1, "table") || words(1, {"foreign", "table"}));
  create_table_ = word(0, "create") && find_outside("table") < size();
}

bool BridgeTokens::words(std::size_t place, std::initializer_list<std::string_view> lower) const {
  for (const std::string_view wanted : lower) {
    if (!word(place++, wanted)) return false;
  }
  return true;
}

bool BridgeTokens::any_word(std::size_t place,
                            std::initializer_list<std::string_view> lower) const {
  return std::any_of(lower.begin(), lower.end(),
                     [&](std::string_view wanted) { return word(place, wanted); });
}

bool BridgeTokens::name(std::size_t place) const {
  const TokenKind kind = (*this)[place].kind;
  return kind == TokenKind::word || kind == TokenKind::quoted_name;
}

std::size_t BridgeTokens::find_outside(std::string_view lower, std::size_t from) const {
  for (std::size_t place = from; place < size(); ++place) {
    if (depths_[place] == 0 && word(place, lower)) return place;
  }
  return size();
}

std::size_t BridgeTokens::commas_before(std::size_t place) const {
  std::size_t commas = 0;
  for (std::size_t before = 0; before < place && before < size(); ++before) {
    if (depths_[before] == 0 && tokens_[before].is(",")) ++commas;
  }
  return commas;
}

// --- sink ---

bool BridgeSink::wants(int since, const Token& token, std::string_view message) {
  if (target_ >= since) return grammar_ < since;
  if (grammar_ < since) return false;
  const int position = static_cast<int>(token.offset);
  if (bridge_.refused && bridge_.refused->position <= position) return false;
  SyntaxError error;
  error.position = position;
  if (!message.empty()) {
    error.message = message;
    error.sqlstate = sqlstate_of(message);
  } else if (token.kind == TokenKind::end && token.offset >= text_.size()) {
    error.message = "syntax error at end of input";
  } else {
    // At a statement's end inside the text stands its semicolon.
    const std::string_view near =
        token.kind == TokenKind::end ? text_.substr(token.offset, 1) : token.text;
    error.message = "syntax error at or near \"" + std::string(near) + "\"";
  }
  bridge_.refused = std::move(error);
  return false;
}

void BridgeSink::blank(const Token& first, const Token& last) {
  blank(first.offset, last.end());
}

void BridgeSink::blank(std::size_t begin, std::size_t end) {
  bridge_.edits.blank(begin, end - begin);
  bridge_.changed = true;
}

void BridgeSink::replace(const Token& first, const Token& last, std::string_view replacement) {
  std::string padded(replacement);
  const std::size_t length = last.end() - first.offset;
  if (padded.size() < length) padded.resize(length, ' ');  // so that no place behind it moves
  bridge_.edits.add(first.offset, length, padded);
  bridge_.changed = true;
}

void BridgeSink::insert(std::size_t offset, std::string_view insertion) {
  bridge_.edits.add(offset, 0, insertion);
  bridge_.changed = true;
}

void BridgeSink::note(NoteKind kind, std::size_t offset, std::size_t ordinal, std::string_view text,
                      std::string_view other_text) {
  bridge_.notes.push_back({kind, offset, ordinal, std::string(text), std::string(other_text)});
  bridge_.changed = true;
}

std::size_t BridgeSink::append(std::string_view list) {
  bridge_.appended.emplace_back(list);
  bridge_.changed = true;
  return bridge_.appended.size() - 1;
}

// --- the passes ---

void bridge_text(std::string_view text, const ParseSettings& settings, Bridge& bridge) {
  const std::vector<Token> tokens = tokenize(text, settings.standard_conforming_strings);
  BridgeSink sink(bridge, text, settings.target_version, grammar_version());
  std::size_t first = 0;
  std::size_t depth = 0;
  for (std::size_t place = 0; place < tokens.size(); ++place) {
    if (tokens[place].is("(")) ++depth;
    if (tokens[place].is(")") && depth > 0) --depth;
    const bool ends = tokens[place].kind == TokenKind::end || (depth == 0 && tokens[place].is(";"));
    if (!ends) continue;
    if (place > first) {
      const BridgeTokens statement(text, tokens, first, place);
      for (const BridgeRule rule : kRules) rule(statement, sink);
    }
    first = place + 1;
  }
  // A line break, lest the text ends in a comment.
  for (const std::string& list : bridge.appended)
    bridge.edits.add(text.size(), 0, "\n; SELECT " + list);
}

void escape_plain_literals(std::string_view text, TextEdits& edits) {
  Tokenizer tokenizer(text, false);
  for (Token token = tokenizer.next(); token.kind != TokenKind::end; token = tokenizer.next()) {
    if (token.kind != TokenKind::string || token.text.find('\\') == std::string_view::npos)
      continue;
    if (token.text.front() == '\'') edits.add(token.offset, 0, "E");
    if (token.text.front() == 'n' || token.text.front() == 'N') edits.add(token.offset, 1, "E");
  }
}

SyntaxError missing_alias_error(std::string_view text, int location) {
  struct Open {
    std::size_t offset;
    bool values;
    bool query;
  };
  SyntaxError error;
  std::vector<Open> open;
  Tokenizer tokenizer(text);
  for (Token token = tokenizer.next(); token.kind != TokenKind::end; token = tokenizer.next()) {
    if (static_cast<int>(token.offset) >= location) break;
    if (!open.empty() && !open.back().query && open.back().offset + 1 <= token.offset) {
      open.back().values = token.is_word("values");
      open.back().query = open.back().values || token.is_word("select") || token.is_word("with") ||
                          token.is_word("table");
    }
    if (token.is("(")) open.push_back({token.offset, false, false});
    if (token.is(")") && !open.empty()) open.pop_back();
  }
  while (!open.empty() && !open.back().query) open.pop_back();
  if (!open.empty()) error.position = static_cast<int>(open.back().offset);
  error.message = !open.empty() && open.back().values ? "VALUES in FROM must have an alias"
                                                      : "subquery in FROM must have an alias";
  return error;
}

bool add_missing_alias(std::string_view text, const SyntaxError& error,
                       const ParseSettings& settings, Bridge& bridge) {
  if (settings.target_version < kAliasOptionalSince || error.position < 0) return false;
  if (error.message != "subquery in FROM must have an alias" &&
      error.message != "VALUES in FROM must have an alias") {
    return false;
  }
  Tokenizer tokenizer(text, settings.standard_conforming_strings,
                      static_cast<std::size_t>(error.position));
  std::size_t depth = 0;
  for (Token token = tokenizer.next(); token.kind != TokenKind::end; token = tokenizer.next()) {
    if (token.is("(")) ++depth;
    if (!token.is(")") || depth == 0) continue;
    if (--depth > 0) continue;
    bridge.edits.add(token.end(), 0, " AS unnamed_subquery ");
    bridge.named_subqueries = true;
    return true;
  }
  return false;
}

namespace {

constexpr KeywordTable<int, 13> kLaterKeywords({{
    {"json", 17},
    {"json_array", 16},
    {"json_arrayagg", 16},
    {"json_exists", 17},
    {"json_object", 16},
    {"json_objectagg", 16},
    {"json_query", 17},
    {"json_scalar", 17},
    {"json_serialize", 17},
    {"json_table", 17},
    {"json_value", 17},
    {"merge_action", 17},
    {"system_user", 16},
}});
static_assert(kLaterKeywords.sorted());

}  // namespace

int keyword_since(std::string_view name) {
  return kLaterKeywords.find_or(name, 0);
}

bool quote_later_keyword(std::string_view text, const SyntaxError& error,
                         const ParseSettings& settings, Bridge& bridge) {
  if (error.position < 0) return false;
  // The error stands at the word, or at the parenthesis behind it where a function is defined.
  const std::size_t position = static_cast<std::size_t>(error.position);
  Tokenizer tokenizer(text, settings.standard_conforming_strings);
  Token before;
  Token token = tokenizer.next();
  while (token.kind != TokenKind::end && token.offset < position) {
    before = token;
    token = tokenizer.next();
  }
  const Token& word = token.is("(") ? before : token;
  if (word.kind != TokenKind::word) return false;
  const std::string name = folded_name(word);
  const int since = keyword_since(name);
  if (since == 0 || settings.target_version >= since || grammar_version() < since) return false;
  bridge.edits.add(word.offset, word.text.size(), "\"" + name + "\"");
  return true;
}

}  // namespace pgfk
