// Statements that differ in nothing but their literals are parsed once: seeds say the same INSERT thousands of times.
//
// The shape of a statement is its tokens with the plain literals left out. From its second sight on a shape's tree is kept, and for every
// further one the literals and the places in it are written anew. Only INSERT, UPDATE, DELETE and SELECT, none longer than kLongest bytes.
// Cost: one pass over the tokens. Threads: one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "parsers/sql/pg_query.h"

namespace pgfk {

/// A statement's tokens: where each begins, which are plain literals, and all that is not one as a text.
struct TokenShape {
  struct Literal {
    std::size_t token = 0;
    std::string_view text;
  };
  std::string shape;                 // empty: of no use
  std::vector<std::size_t> offsets;  // of the tokens
  std::vector<Literal> literals;
};

/// For standard_conforming_strings = on.
void read_shape(std::string_view text, TokenShape& shape);

class ParseTemplates {
 public:
  ParseTemplates();
  ~ParseTemplates();
  /// What parse_sql() says, for as long as the next call; null where the shape is not known well enough: ask parse_sql().
  const ParsedSql* find(std::string_view text, const ParseSettings& settings);

 private:
  struct Template;
  static std::unique_ptr<Template> make_template(std::string_view text, const ParseSettings& settings, const TokenShape& shape);

  TokenShape at_hand_;
  std::unordered_set<std::uint64_t> seen_once_;  // hashes
  std::unordered_map<std::string, std::unique_ptr<Template>> templates_;  // null: cannot be written anew
};

}  // namespace pgfk
