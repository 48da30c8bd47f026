// Keys and constraints of 16 to 18.
#include "parsers/sql/bridge_rules.h"

namespace pgfk {

namespace {

/// Whether a constraint, or the head of ALTER CONSTRAINT, may end right before `place`.
bool ends_constraint(const BridgeTokens& tokens, std::size_t place) {
  if (place == 0) return false;
  const std::size_t before = place - 1;
  if (tokens[before].is(")")) return true;
  if (tokens.any_word(before, {"deferrable", "immediate", "deferred", "valid", "inherit", "action",
                               "cascade", "restrict", "null", "default", "full", "simple"})) {
    return true;
  }
  if (!tokens.name(before)) return false;
  // The table behind REFERENCES, with or without its schema; the name in ALTER CONSTRAINT.
  std::size_t head = before;
  while (head >= 2 && tokens[head - 1].is(".") && tokens.name(head - 2)) head -= 2;
  if (head >= 1 && tokens.word(head - 1, "references")) return true;
  return head >= 2 && tokens.words(head - 2, {"alter", "constraint"});
}

/// The ALTER CONSTRAINT that `place` belongs to: the place of ALTER, or size().
std::size_t alter_constraint_before(const BridgeTokens& tokens, std::size_t place) {
  for (std::size_t before = place; before-- > 0;) {
    if (tokens.depth(before) == 0 && tokens[before].is(",")) break;
    if (tokens.depth(before) == 0 && tokens.words(before, {"alter", "constraint"})) return before;
  }
  return tokens.size();
}

}  // namespace

/// [NOT] ENFORCED behind a constraint, or in ALTER CONSTRAINT.
void bridge_enforced(const BridgeTokens& tokens, BridgeSink& sink) {
  for (std::size_t place = 1; place < tokens.size(); ++place) {
    if (!tokens.word(place, "enforced") || !tokens.at_element_depth(place)) continue;
    const bool negated = tokens.word(place - 1, "not");
    const std::size_t first = negated ? place - 1 : place;
    if (!ends_constraint(tokens, first)) continue;
    if (!sink.wants(18, tokens[place])) continue;
    sink.blank(tokens[first], tokens[place]);
    const std::size_t alter =
        tokens.is_alter_table() ? alter_constraint_before(tokens, first) : tokens.size();
    if (alter < tokens.size()) {
      sink.note(negated ? NoteKind::alter_not_enforced : NoteKind::alter_enforced, tokens[0].offset,
                tokens.commas_before(alter));
    } else {
      sink.note(negated ? NoteKind::not_enforced : NoteKind::enforced, tokens[first].offset);
    }
  }
}

void bridge_without_overlaps(const BridgeTokens& tokens, BridgeSink& sink) {
  for (std::size_t place = 0; place < tokens.size(); ++place) {
    if (!tokens.words(place, {"without", "overlaps"}) || !tokens[place + 2].is(")")) continue;
    if (!sink.wants(18, tokens[place])) continue;
    sink.blank(tokens[place], tokens[place + 1]);
    sink.note(NoteKind::without_overlaps, tokens[place].offset);
  }
}

/// FOREIGN KEY (id, PERIOD during) REFERENCES p (id, PERIOD during).
void bridge_period(const BridgeTokens& tokens, BridgeSink& sink) {
  for (std::size_t open = 0; open < tokens.size(); ++open) {
    if (!tokens[open].is("(") || open == 0) continue;
    std::size_t head = open - 1;
    const bool referencing = open >= 2 && tokens.words(open - 2, {"foreign", "key"});
    while (head >= 2 && tokens[head - 1].is(".")) head -= 2;
    const bool referenced = head >= 1 && tokens.name(head) && tokens.word(head - 1, "references");
    if (!referencing && !referenced) continue;
    for (std::size_t place = open + 1; place < tokens.partner(open) && place < tokens.size();
         ++place) {
      const bool begins_column = tokens[place - 1].is("(") || tokens[place - 1].is(",");
      if (!begins_column || !tokens.word(place, "period") || !tokens.name(place + 1)) continue;
      if (!sink.wants(18, tokens[place + 1])) continue;
      sink.blank(tokens[place], tokens[place]);
      sink.note(referencing ? NoteKind::period : NoteKind::referenced_period, tokens[place].offset);
    }
  }
}

/// x integer NOT NULL NO INHERIT.
void bridge_not_null_no_inherit(const BridgeTokens& tokens, BridgeSink& sink) {
  for (std::size_t place = 0; place < tokens.size(); ++place) {
    if (!tokens.words(place, {"not", "null", "no", "inherit"}) || !tokens.at_element_depth(place))
      continue;
    if (!sink.wants(18, tokens[place + 2])) continue;
    sink.blank(tokens[place + 2], tokens[place + 3]);
    sink.note(NoteKind::no_inherit, tokens[place].offset);
  }
}

/// CREATE TABLE t (.., [CONSTRAINT n] NOT NULL y [NO INHERIT]) and ALTER TABLE t ADD [CONSTRAINT n]
/// NOT NULL y.
void bridge_table_not_null(const BridgeTokens& tokens, BridgeSink& sink) {
  for (std::size_t place = 1; place < tokens.size(); ++place) {
    if (!tokens.words(place, {"not", "null"}) || !tokens.name(place + 2) ||
        !tokens.at_element_depth(place))
      continue;
    std::size_t first = place;
    if (place >= 2 && tokens.word(place - 2, "constraint") && tokens.name(place - 1))
      first = place - 2;
    if (first == 0) continue;
    const bool begins_element = tokens.is_alter_table()
                                    ? tokens.word(first - 1, "add")
                                    : tokens[first - 1].is("(") || tokens[first - 1].is(",");
    if (!begins_element || !sink.wants(18, tokens[place])) continue;
    const std::string column(tokens[place + 2].text);
    sink.replace(tokens[place], tokens[place + 2], "CHECK (" + column + " IS NOT NULL)");
    sink.note(NoteKind::table_not_null, tokens[place].offset);
  }
}

/// ALTER CONSTRAINT k [NO] INHERIT, for NOT NULL constraints.
void bridge_alter_inherit(const BridgeTokens& tokens, BridgeSink& sink) {
  if (!tokens.is_alter_table()) return;
  for (std::size_t place = 0; place < tokens.size(); ++place) {
    if (!tokens.word(place, "inherit") || tokens.depth(place) != 0) continue;
    const std::size_t alter = alter_constraint_before(tokens, place);
    if (alter == tokens.size()) continue;
    const bool negated = tokens.word(place - 1, "no");
    const std::string_view message =
        negated ? "FOREIGN KEY constraints cannot be marked NO INHERIT" : "";
    if (!sink.wants(18, tokens[place], message)) continue;
    sink.blank(tokens[negated ? place - 1 : place], tokens[place]);
    sink.note(NoteKind::alter_inheritability, tokens[0].offset, tokens.commas_before(alter),
              negated ? "no" : "");
  }
}

/// ALTER DOMAIN d ADD [CONSTRAINT n] NOT NULL.
void bridge_domain_not_null(const BridgeTokens& tokens, BridgeSink& sink) {
  if (!tokens.words(0, {"alter", "domain"})) return;
  const std::size_t add = tokens.find_outside("add");
  const bool named = tokens.word(add + 1, "constraint");
  const std::size_t place = add + (named ? 3 : 1);
  if (add == tokens.size() || !tokens.words(place, {"not", "null"}) ||
      !sink.wants(17, tokens[place]))
    return;
  sink.replace(tokens[add], tokens[place - 1], "SET");
  sink.note(NoteKind::domain_not_null_name, tokens[0].offset, 0,
            named ? folded_name(tokens[add + 2]) : std::string());
}

}  // namespace pgfk
