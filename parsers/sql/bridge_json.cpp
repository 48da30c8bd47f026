// The SQL/JSON of 16 and 17 and its like: read, not evaluated.
#include <string>

#include "parsers/sql/bridge_rules.h"

namespace pgfk {

namespace {

/// The first token between the parentheses that only a clause of SQL/JSON has; size() if there is
/// none.
std::size_t find_clause(const BridgeTokens& tokens, std::size_t open, std::size_t close) {
  for (std::size_t place = open + 1; place < close; ++place) {
    if (tokens.depth(place) != tokens.depth(open) + 1) continue;
    if (tokens[place].is(":")) return place;
    if (tokens.any_word(place, {"returning", "columns", "passing", "format", "absent", "error",
                                "keep", "omit"})) {
      return place;
    }
    if (tokens.words(place, {"null", "on"}) || tokens.words(place, {"with", "unique"}) ||
        tokens.words(place, {"without", "unique"}) ||
        tokens.any_word(place, {"wrapper", "value"})) {
      const bool is_column =
          tokens[place - 1].is("(") || tokens[place - 1].is(",") || tokens[place - 1].is(".");
      if (!is_column) return place;
    }
  }
  return tokens.size();
}

}  // namespace

/// JSON_OBJECT('a': 1), JSON_VALUE(j, '$.a' RETURNING integer), JSON_TABLE(.. COLUMNS (..)):
/// emptied, value unknown.
void bridge_json_calls(const BridgeTokens& tokens, BridgeSink& sink) {
  for (std::size_t place = 0; place + 1 < tokens.size(); ++place) {
    if (tokens[place].kind != TokenKind::word || !tokens[place + 1].is("(")) continue;
    const std::string function = lower_ascii(tokens[place].text);
    const int since = function.starts_with("json") ? keyword_since(function) : 0;
    if (since == 0) continue;
    const std::size_t close = tokens.partner(place + 1);
    if (close == tokens.size()) continue;
    const std::size_t clause = find_clause(tokens, place + 1, close);
    if (clause == tokens.size() || !sink.wants(since, tokens[clause])) continue;
    if (tokens.word(place, "json"))
      sink.insert(tokens[place].end(), "_");  // JSON alone is no function's name
    sink.blank(tokens[place + 1].end(), tokens[close].offset);
    sink.opaque(tokens[place]);
    place = close;
  }
}

/// x IS [NOT] JSON [VALUE | ARRAY | OBJECT | SCALAR] [WITH | WITHOUT UNIQUE [KEYS]]: a test of
/// NULL, its outcome unknown.
void bridge_is_json(const BridgeTokens& tokens, BridgeSink& sink) {
  for (std::size_t place = 0; place < tokens.size(); ++place) {
    if (!tokens.word(place, "is")) continue;
    const std::size_t json = place + (tokens.word(place + 1, "not") ? 2 : 1);
    if (!tokens.word(json, "json") || !sink.wants(16, tokens[json])) continue;
    std::size_t last = json;
    if (tokens.any_word(last + 1, {"value", "array", "object", "scalar"})) ++last;
    if (tokens.any_word(last + 1, {"with", "without"}) && tokens.word(last + 2, "unique")) {
      last += tokens.word(last + 3, "keys") ? 3 : 2;
    }
    sink.replace(tokens[json], tokens[last], "NULL");
    sink.opaque(tokens[place]);
  }
}

/// XMLSERIALIZE(CONTENT x AS text [NO] INDENT).
void bridge_xml_indent(const BridgeTokens& tokens, BridgeSink& sink) {
  for (std::size_t place = 0; place + 1 < tokens.size(); ++place) {
    if (!tokens.word(place, "xmlserialize") || !tokens[place + 1].is("(")) continue;
    const std::size_t close = tokens.partner(place + 1);
    if (close == tokens.size() || !tokens.word(close - 1, "indent")) continue;
    const std::size_t first = tokens.word(close - 2, "no") ? close - 2 : close - 1;
    if (sink.wants(16, tokens[first])) sink.blank(tokens[first], tokens[close - 1]);
  }
}

}  // namespace pgfk
