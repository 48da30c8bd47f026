// Queries and rows of 16 to 18.
#include <algorithm>
#include <string>

#include "parsers/sql/bridge_rules.h"
#include "parsers/sql/characters.h"
#include "parsers/sql/numbers.h"

namespace pgfk {

namespace {

/// Whether 16 takes the number: underscores stand between digits, a base has digits.
bool is_new_number(std::string_view number) {
  const bool based = number.size() > 2 && number[0] == '0' && !is_digit(number[1]) &&
                     number[1] != '_' && number[1] != '.' && number[1] != 'e' && number[1] != 'E';
  if (number.find('_') == std::string_view::npos && !based) return false;
  if (number.back() == '_' || number.find("__") != std::string_view::npos) return false;
  const std::string plain = plain_number(number);
  return std::all_of(plain.begin(), plain.end(), [](char c) {
    return is_digit(c) || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
  });
}

/// What servers before 16 complain of: the digits read so far and the letter behind them.
std::string junk_message(std::string_view number) {
  std::size_t digits = 0;
  while (digits < number.size() && is_digit(number[digits])) ++digits;
  return "trailing junk after numeric literal at or near \"" +
         std::string(number.substr(0, digits + 1)) + "\"";
}

/// The end of the list that `place` stands in: a closing parenthesis around it, or the statement's
/// end.
std::size_t group_end(const BridgeTokens& tokens, std::size_t place) {
  for (std::size_t end = place; end < tokens.size(); ++end) {
    if (tokens.depth(end) < tokens.depth(place) ||
        (tokens[end].is(")") && tokens.partner(end) < place))
      return end;
  }
  return tokens.size();
}

/// The names in WITH (OLD AS o, NEW AS n) that begins at `with`, and the place behind it; `with` if
/// there is none.
std::size_t read_returning_aliases(const BridgeTokens& tokens, std::size_t with,
                                   std::string& old_alias, std::string& new_alias) {
  if (!tokens.word(with, "with") || !tokens[with + 1].is("(")) return with;
  const std::size_t close = tokens.partner(with + 1);
  if (close == tokens.size()) return with;
  for (std::size_t place = with + 2; place + 2 < close + 1; ++place) {
    if (!tokens.word(place + 1, "as") || !tokens.name(place + 2)) continue;
    if (tokens.word(place, "old")) old_alias = folded_name(tokens[place + 2]);
    if (tokens.word(place, "new")) new_alias = folded_name(tokens[place + 2]);
  }
  return close + 1;
}

/// Calls `found(place of MERGE, place behind the statement)` for each.
template <typename Found>
void for_each_merge(const BridgeTokens& tokens, Found found) {
  for (std::size_t place = 0; place < tokens.size(); ++place) {
    if (tokens.words(place, {"merge", "into"})) found(place, group_end(tokens, place));
  }
}

}  // namespace

void bridge_numbers(const BridgeTokens& tokens, BridgeSink& sink) {
  for (std::size_t place = 0; place < tokens.size(); ++place) {
    const Token& token = tokens[place];
    if (token.kind != TokenKind::number || !is_new_number(token.text)) continue;
    if (sink.wants(16, token, junk_message(token.text)))
      sink.replace(token, token, plain_number(token.text));
  }
}

void bridge_vertical_tabs(const BridgeTokens& tokens, BridgeSink& sink) {
  if (tokens.text().find('\v') == std::string_view::npos) return;
  std::size_t begin = tokens[0].offset;
  for (std::size_t place = 0; place <= tokens.size(); ++place) {
    const std::string_view gap = tokens.text().substr(begin, tokens[place].offset - begin);
    for (std::size_t tab = gap.find('\v'); tab != std::string_view::npos;
         tab = gap.find('\v', tab + 1)) {
      Token blank;
      blank.kind = TokenKind::punctuation;
      blank.offset = begin + tab;
      blank.text = gap.substr(tab, 1);
      if (sink.wants(16, blank)) sink.blank(blank, blank);
    }
    begin = tokens[place].end();
  }
}

/// MERGE .. RETURNING list: the list is cut out, and parsed behind the text as SELECT list.
void bridge_merge_returning(const BridgeTokens& tokens, BridgeSink& sink) {
  for_each_merge(tokens, [&](std::size_t merge, std::size_t end) {
    std::size_t returning = merge;
    while (returning < end && !(tokens.depth(returning) == tokens.depth(merge) &&
                                tokens.word(returning, "returning"))) {
      ++returning;
    }
    if (returning >= end || !sink.wants(17, tokens[returning])) return;
    std::string old_alias;
    std::string new_alias;
    const std::size_t first = read_returning_aliases(tokens, returning + 1, old_alias, new_alias);
    if (first > returning + 1 && !sink.wants(18, tokens[returning + 1])) return;
    if (first >= end) return;
    const std::size_t begin = tokens[first].offset;
    const std::size_t stop = tokens[end - 1].end();
    const std::size_t ordinal = sink.append(tokens.text().substr(begin, stop - begin));
    sink.blank(tokens[returning].offset, stop);
    sink.note(NoteKind::merge_returning, tokens[returning].offset, ordinal);
    if (!old_alias.empty() || !new_alias.empty()) {
      sink.note(NoteKind::returning_aliases, tokens[returning].offset, 0, old_alias, new_alias);
    }
  });
}

/// WHEN NOT MATCHED BY SOURCE | TARGET.
void bridge_merge_clauses(const BridgeTokens& tokens, BridgeSink& sink) {
  for_each_merge(tokens, [&](std::size_t merge, std::size_t end) {
    std::size_t clause = 0;
    for (std::size_t place = merge; place < end; ++place) {
      if (tokens.depth(place) != tokens.depth(merge) || !tokens.word(place, "when")) continue;
      const bool negated = tokens.words(place + 1, {"not", "matched"});
      if (!negated && !tokens.word(place + 1, "matched")) continue;  // of a CASE
      const std::size_t ordinal = clause++;
      if (!negated || !tokens.word(place + 3, "by") || !sink.wants(17, tokens[place + 3])) continue;
      sink.blank(tokens[place + 3], tokens[place + 4]);
      if (!tokens.word(place + 4, "source")) continue;
      sink.blank(tokens[place + 1], tokens[place + 1]);
      sink.note(NoteKind::not_matched_by_source, tokens[place].offset, ordinal);
    }
  });
}

/// INSERT, UPDATE, DELETE .. RETURNING WITH (OLD AS o, NEW AS n) list.
void bridge_returning_aliases(const BridgeTokens& tokens, BridgeSink& sink) {
  for (std::size_t place = 0; place < tokens.size(); ++place) {
    if (!tokens.word(place, "returning")) continue;
    std::string old_alias;
    std::string new_alias;
    const std::size_t first = read_returning_aliases(tokens, place + 1, old_alias, new_alias);
    if (first == place + 1 || !sink.wants(18, tokens[place + 1])) continue;
    sink.blank(tokens[place + 1], tokens[first - 1]);
    sink.note(NoteKind::returning_aliases, tokens[place].offset, 0, old_alias, new_alias);
  }
}

/// x AT LOCAL.
void bridge_at_local(const BridgeTokens& tokens, BridgeSink& sink) {
  for (std::size_t place = 1; place < tokens.size(); ++place) {
    if (!tokens.words(place, {"at", "local"}) || !sink.wants(17, tokens[place + 1])) continue;
    sink.replace(tokens[place + 1], tokens[place + 1], "TIME ZONE ''");
    sink.local_zone(tokens[place]);
  }
}

/// COPY .. CSV FORCE [NOT] NULL *: a quoted star is a name to the grammar, and reads like the star
/// of WITH (..).
void bridge_copy_force_null(const BridgeTokens& tokens, BridgeSink& sink) {
  if (!tokens.word(0, "copy")) return;
  for (std::size_t place = 0; place < tokens.size(); ++place) {
    if (tokens.depth(place) != 0 || !tokens.word(place, "force")) continue;
    const std::size_t null = place + (tokens.word(place + 1, "not") ? 2 : 1);
    if (!tokens.word(null, "null") || !tokens[null + 1].is("*") ||
        !sink.wants(17, tokens[null + 1]))
      continue;
    sink.replace(tokens[null + 1], tokens[null + 1], "\"*\"");
  }
}

}  // namespace pgfk
