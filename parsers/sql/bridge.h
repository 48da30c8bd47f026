// Statements newer than the linked grammar: rewritten over tokens into what it can read, the rest
// kept beside the tree.
//
// A rule (bridge_rules.h) knows the version that brought its construct. A target older than that
// refuses it, at the place and with the words of such a server; a grammar as new as that reads it
// itself; only in between is there something to rewrite. Blanking keeps positions; insertions are
// undone by TextEdits. What a rewrite loses is a note, keyed by the place in the caller's text, and
// put back into the translated statements by apply_notes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/sql/pg_query.h"
#include "parsers/sql/text_edits.h"
#include "parsers/sql/tree.h"

namespace pgfk {

enum class NoteKind {
  enforced,  // of the constraint before `offset`
  not_enforced,
  without_overlaps,
  period,  // in the referencing list
  referenced_period,
  virtual_column,
  no_inherit,
  table_not_null,  // the CHECK that stands for NOT NULL of one column
  set_expression,  // the `ordinal`th command of an ALTER TABLE
  alter_enforced,
  alter_not_enforced,
  alter_inheritability,
  domain_not_null_name,   // `text` the constraint's name
  not_matched_by_source,  // the `ordinal`th clause of the MERGE before `offset`
  merge_returning,        // the list is the `ordinal`th statement that was appended
  returning_aliases       // WITH (OLD AS text, NEW AS other_text)
};

struct BridgeNote {
  NoteKind kind = NoteKind::enforced;
  std::size_t offset = 0;
  std::size_t ordinal = 0;
  std::string text;
  std::string other_text;
};

struct Bridge {
  TextEdits edits;
  std::vector<BridgeNote> notes;
  std::vector<int> opaque;            // places of calls and tests whose value is unknown
  std::vector<int> local_zones;       // places of AT LOCAL
  std::vector<std::string> appended;  // lists of RETURNING, parsed as SELECTs behind the text
  bool named_subqueries = false;      // add_missing_alias has named some
  std::optional<SyntaxError>
      refused;           // what the target takes amiss first of all that the grammar takes
  bool changed = false;  // there is something to rewrite
};

/// Looks for all constructs the table in bridge.cpp knows, adding to `bridge`.
void bridge_text(std::string_view text, const ParseSettings& settings, Bridge& bridge);

/// Prefixes plain literals that hold backslashes with E, for standard_conforming_strings = off.
void escape_plain_literals(std::string_view text, TextEdits& edits);

/// The version from which a sub-select in FROM needs no alias.
inline constexpr int kAliasOptionalSince = 16;

/// What older ones say of a sub-select in FROM whose first expression stands at `location`.
SyntaxError missing_alias_error(std::string_view text, int location);

/// For the error "subquery in FROM must have an alias" at its place: names it. False where that is
/// not the error.
bool add_missing_alias(std::string_view text, const SyntaxError& error,
                       const ParseSettings& settings, Bridge& bridge);

/// For an error at a word that was no keyword yet in the target: quotes it. False where that is not
/// the error.
bool quote_later_keyword(std::string_view text, const SyntaxError& error,
                         const ParseSettings& settings, Bridge& bridge);

/// The major version from which `name` cannot be a bare name, of a column (system_user) or of a
/// function being defined (json_object and the like); 0 if it still can.
int keyword_since(std::string_view name);

/// Puts the notes back. Statements appended for RETURNING are taken off the end.
void apply_notes(const Bridge& bridge, std::vector<Statement>& statements);

/// 18 takes ALTER CONSTRAINT without a word on deferrability as no word on it; the trees up to 17
/// cannot tell, the text can.
void settle_alter_constraints(std::string_view text, const ParseSettings& settings,
                              std::vector<Statement>& statements);

}  // namespace pgfk
