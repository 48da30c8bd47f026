// What rules of the bridge are made of: the tokens of one statement, and a sink for what they find.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/sql/bridge.h"
#include "parsers/sql/tokens.h"

namespace pgfk {

/// One statement's tokens, with the depth of parentheses of each and where its partner stands.
class BridgeTokens {
 public:
  /// Tokens [first, last) of `all`, whose last one is kind `end`.
  BridgeTokens(std::string_view text, const std::vector<Token>& all, std::size_t first,
               std::size_t last);

  std::size_t size() const { return tokens_.size(); }
  /// Past the end: a token of kind `end`, at the place behind the last one.
  const Token& operator[](std::size_t place) const {
    return place < tokens_.size() ? tokens_[place] : end_;
  }
  /// An opening parenthesis and its closing one have the depth of what is around them.
  std::size_t depth(std::size_t place) const { return place < depths_.size() ? depths_[place] : 0; }
  /// Of a parenthesis: its partner; size() where it has none.
  std::size_t partner(std::size_t place) const {
    return place < partners_.size() ? partners_[place] : size();
  }

  bool word(std::size_t place, std::string_view lower) const {
    return (*this)[place].is_word(lower);
  }
  bool words(std::size_t place, std::initializer_list<std::string_view> lower) const;
  bool any_word(std::size_t place, std::initializer_list<std::string_view> lower) const;
  bool name(std::size_t place) const;
  /// A word of the statement outside of parentheses, from `from` on; size() if it is not there.
  std::size_t find_outside(std::string_view lower, std::size_t from = 0) const;
  /// How many commas stand outside of parentheses before `place`: the command's number in an ALTER
  /// TABLE.
  std::size_t commas_before(std::size_t place) const;

  bool is_create_table() const { return create_table_; }
  bool is_alter_table() const { return alter_table_; }
  /// Depth at which columns and constraints stand: 1 in CREATE TABLE, 0 in ALTER TABLE.
  bool at_element_depth(std::size_t place) const {
    return (create_table_ && depth(place) == 1) || (alter_table_ && depth(place) == 0);
  }

  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
  std::vector<Token> tokens_;
  std::vector<std::size_t> depths_;
  std::vector<std::size_t> partners_;
  Token end_;
  bool create_table_ = false;
  bool alter_table_ = false;
};

/// Where rules put what they find.
class BridgeSink {
 public:
  BridgeSink(Bridge& bridge, std::string_view text, int target, int grammar)
      : bridge_(bridge), text_(text), target_(target), grammar_(grammar) {}

  /// True where a construct brought by `since` is to be rewritten. Where the target is older and
  /// the grammar is not, the construct is refused, at `token`.
  bool wants(int since, const Token& token) { return wants(since, token, {}); }
  /// The same with a message of its own instead of `syntax error at or near "token"`.
  bool wants(int since, const Token& token, std::string_view message);

  int grammar() const { return grammar_; }

  /// From the first token's begin to the last one's end.
  void blank(const Token& first, const Token& last);
  void blank(std::size_t begin, std::size_t end);
  void replace(const Token& first, const Token& last, std::string_view replacement);
  void insert(std::size_t offset, std::string_view insertion);
  void note(NoteKind kind, std::size_t offset, std::size_t ordinal = 0, std::string_view text = {},
            std::string_view other_text = {});
  void opaque(const Token& token) { bridge_.opaque.push_back(static_cast<int>(token.offset)); }
  void local_zone(const Token& token) {
    bridge_.local_zones.push_back(static_cast<int>(token.offset));
  }
  /// Parses `list` behind the text; its number.
  std::size_t append(std::string_view list);

 private:
  Bridge& bridge_;
  std::string_view text_;
  int target_;
  int grammar_;
};

using BridgeRule = void (*)(const BridgeTokens& tokens, BridgeSink& sink);

// bridge_constraints.cpp
void bridge_enforced(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_without_overlaps(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_period(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_not_null_no_inherit(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_table_not_null(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_alter_inherit(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_domain_not_null(const BridgeTokens& tokens, BridgeSink& sink);
// bridge_columns.cpp
void bridge_virtual(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_identity_persistence(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_storage(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_set_expression(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_set_to_default(const BridgeTokens& tokens, BridgeSink& sink);
// bridge_queries.cpp
void bridge_numbers(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_vertical_tabs(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_merge_returning(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_merge_clauses(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_returning_aliases(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_at_local(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_copy_force_null(const BridgeTokens& tokens, BridgeSink& sink);
// bridge_json.cpp
void bridge_json_calls(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_is_json(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_xml_indent(const BridgeTokens& tokens, BridgeSink& sink);
// bridge_utility.cpp
void bridge_grant_role(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_revoke_role_option(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_large_object_defaults(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_unnamed_statistics(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_vacuum_only(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_reindex_unnamed(const BridgeTokens& tokens, BridgeSink& sink);
void bridge_alter_operator(const BridgeTokens& tokens, BridgeSink& sink);

}  // namespace pgfk
