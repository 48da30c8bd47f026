// Statements of 16 to 18 that touch neither rows nor keys.
#include "parsers/sql/bridge_rules.h"

namespace pgfk {

/// GRANT a TO b WITH INHERIT FALSE, SET FALSE [GRANTED BY c]: what matters is ADMIN.
void bridge_grant_role(const BridgeTokens& tokens, BridgeSink& sink) {
  if (!tokens.word(0, "grant") || tokens.find_outside("on") < tokens.size()) return;
  const std::size_t with = tokens.find_outside("with", tokens.find_outside("to"));
  if (with == tokens.size() || !tokens.any_word(with + 1, {"admin", "inherit", "set"})) return;
  const std::size_t granted = tokens.find_outside("granted", with);
  if (granted == with + 3 && tokens.words(with + 1, {"admin", "option"})) return;
  bool admin = false;
  for (std::size_t place = with + 1; place < granted; ++place) {
    if (tokens.word(place, "admin") && !tokens.word(place + 1, "false")) admin = true;
  }
  // Older servers read WITH ADMIN OPTION and nothing else.
  const std::size_t stumble = !tokens.word(with + 1, "admin")   ? with + 1
                              : tokens.word(with + 2, "option") ? with + 3
                                                                : with + 2;
  if (!sink.wants(16, tokens[stumble])) return;
  sink.replace(tokens[with], tokens[granted - 1], admin ? "WITH ADMIN OPTION" : "");
}

/// REVOKE INHERIT | SET OPTION FOR a FROM b.
void bridge_revoke_role_option(const BridgeTokens& tokens, BridgeSink& sink) {
  if (!tokens.word(0, "revoke") || !tokens.any_word(1, {"inherit", "set"}) ||
      !tokens.word(2, "option"))
    return;
  if (sink.wants(16, tokens[2])) sink.replace(tokens[1], tokens[1], "ADMIN");
}

/// ALTER DEFAULT PRIVILEGES .. ON LARGE OBJECTS.
void bridge_large_object_defaults(const BridgeTokens& tokens, BridgeSink& sink) {
  if (!tokens.words(0, {"alter", "default", "privileges"})) return;
  const std::size_t on = tokens.find_outside("on");
  if (!tokens.words(on, {"on", "large", "objects"}) || !sink.wants(18, tokens[on + 1])) return;
  sink.replace(tokens[on + 1], tokens[on + 2], "TABLES");
}

/// CREATE STATISTICS [(kinds)] ON a, b FROM t.
void bridge_unnamed_statistics(const BridgeTokens& tokens, BridgeSink& sink) {
  if (!tokens.words(0, {"create", "statistics"})) return;
  if (!tokens[2].is("(") && !tokens.word(2, "on")) return;
  if (sink.wants(16, tokens[2])) sink.insert(tokens[1].end(), " unnamed ");
}

/// VACUUM, ANALYZE [(options)] ONLY t, ONLY u.
void bridge_vacuum_only(const BridgeTokens& tokens, BridgeSink& sink) {
  if (!tokens.any_word(0, {"vacuum", "analyze", "analyse"})) return;
  for (std::size_t place = 1; place < tokens.size(); ++place) {
    if (tokens.depth(place) == 0 && tokens.word(place, "only") && sink.wants(18, tokens[place])) {
      sink.blank(tokens[place], tokens[place]);
    }
  }
}

/// REINDEX DATABASE and REINDEX SYSTEM without a name.
void bridge_reindex_unnamed(const BridgeTokens& tokens, BridgeSink& sink) {
  if (!tokens.word(0, "reindex")) return;
  const std::size_t last = tokens.size() - 1;
  const bool concurrently = tokens.word(last, "concurrently");
  const std::size_t kind = concurrently ? last - 1 : last;
  if (!tokens.any_word(kind, {"database", "system"}) || !sink.wants(16, tokens[tokens.size()]))
    return;
  sink.insert(tokens[last].end(), " unnamed");
}

/// ALTER OPERATOR .. SET (MERGES, HASHES, COMMUTATOR = .., NEGATOR = ..).
void bridge_alter_operator(const BridgeTokens& tokens, BridgeSink& sink) {
  if (!tokens.words(0, {"alter", "operator"})) return;
  const std::size_t set = tokens.find_outside("set");
  const std::size_t open = set + 1;
  if (!tokens[open].is("(") || tokens.partner(open) == tokens.size()) return;
  const std::size_t close = tokens.partner(open);
  for (std::size_t place = open + 1; place < close; ++place) {
    const bool bare = tokens.any_word(place, {"merges", "hashes"}) && !tokens[place + 1].is("=");
    if (!bare || !sink.wants(17, tokens[place + 1])) continue;
    sink.replace(tokens[open + 1], tokens[close - 1], "RESTRICT = NONE");
    return;
  }
}

}  // namespace pgfk
