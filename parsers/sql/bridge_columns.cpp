// What a column of 15 to 18 may have.
#include <string>

#include "parsers/sql/bridge_rules.h"

namespace pgfk {

/// GENERATED ALWAYS AS (expression) [VIRTUAL]: the word is optional, and the default.
void bridge_virtual(const BridgeTokens& tokens, BridgeSink& sink) {
  for (std::size_t place = 0; place < tokens.size(); ++place) {
    if (!tokens.words(place, {"generated", "always", "as"}) || !tokens[place + 3].is("(")) continue;
    if (!tokens.at_element_depth(place)) continue;
    const std::size_t close = tokens.partner(place + 3);
    if (close == tokens.size() || tokens.word(close + 1, "stored")) continue;
    if (!sink.wants(18, tokens[close + 1])) continue;
    if (tokens.word(close + 1, "virtual")) {
      sink.replace(tokens[close + 1], tokens[close + 1], "STORED");
    } else {
      sink.insert(tokens[close].end(), " STORED ");
    }
    sink.note(NoteKind::virtual_column, tokens[place].offset);
  }
}

/// GENERATED .. AS IDENTITY (SEQUENCE NAME s UNLOGGED ..): new in the minor versions of November
/// 2024, of all majors.
void bridge_identity_persistence(const BridgeTokens& tokens, BridgeSink& sink) {
  constexpr int kGrammarSince = 17;
  if (sink.grammar() >= kGrammarSince) return;
  for (std::size_t open = 1; open < tokens.size(); ++open) {
    if (!tokens[open].is("(") || !tokens.word(open - 1, "identity")) continue;
    for (std::size_t place = open + 1; place < tokens.partner(open) && place < tokens.size();
         ++place) {
      const bool is_name =
          tokens.word(place - 1, "name") || tokens[place - 1].is(".") || tokens[place + 1].is(".");
      if (tokens.any_word(place, {"logged", "unlogged"}) && !is_name)
        sink.blank(tokens[place], tokens[place]);
    }
  }
}

/// a text STORAGE EXTERNAL.
void bridge_storage(const BridgeTokens& tokens, BridgeSink& sink) {
  for (std::size_t place = 2; place < tokens.size(); ++place) {
    if (!tokens.word(place, "storage") || !tokens.at_element_depth(place)) continue;
    if (!tokens.any_word(place + 1, {"plain", "external", "extended", "main", "default"})) continue;
    // A column or a type may be called storage.
    const bool is_name = tokens[place - 1].is("(") || tokens[place - 1].is(",") ||
                         tokens[place - 2].is("(") || tokens[place - 2].is(",") ||
                         tokens.word(place - 1, "set") || tokens.word(place - 1, "column");
    if (is_name || !sink.wants(16, tokens[place])) continue;
    sink.blank(tokens[place], tokens[place + 1]);
  }
}

/// ALTER COLUMN v SET EXPRESSION AS (..).
void bridge_set_expression(const BridgeTokens& tokens, BridgeSink& sink) {
  if (!tokens.is_alter_table()) return;
  for (std::size_t place = 0; place < tokens.size(); ++place) {
    if (tokens.depth(place) != 0 || !tokens.words(place, {"set", "expression", "as"})) continue;
    if (!sink.wants(17, tokens[place + 1])) continue;
    sink.replace(tokens[place + 1], tokens[place + 2], "DEFAULT");
    sink.note(NoteKind::set_expression, tokens[0].offset, tokens.commas_before(place));
  }
}

/// ALTER TABLE .. SET STORAGE | STATISTICS | ACCESS METHOD DEFAULT: any other value does as well.
void bridge_set_to_default(const BridgeTokens& tokens, BridgeSink& sink) {
  if (!tokens.word(0, "alter")) return;
  for (std::size_t place = 0; place < tokens.size(); ++place) {
    if (tokens.depth(place) != 0 || !tokens.word(place, "set")) continue;
    if (tokens.words(place + 1, {"storage", "default"}) && sink.wants(16, tokens[place + 2])) {
      sink.replace(tokens[place + 2], tokens[place + 2], "PLAIN");
    }
    if (tokens.words(place + 1, {"statistics", "default"}) && sink.wants(17, tokens[place + 2])) {
      sink.replace(tokens[place + 2], tokens[place + 2], "-1");
    }
    if (tokens.words(place + 1, {"access", "method", "default"}) &&
        sink.wants(17, tokens[place + 3])) {
      sink.replace(tokens[place + 3], tokens[place + 3], "heap");
    }
  }
}

}  // namespace pgfk
