#include "parsers/sql/text_limits.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "parsers/sql/keyword_table.h"
#include "parsers/sql/tokens.h"

namespace pgfk {

namespace {

// Below this no chain of two-byte links can pass kMaximumNesting.
constexpr std::size_t kTooShortToNest = 2 * kMaximumNesting;
// The grammar's own stack: it answers "memory exhausted" itself, as the server does, and makes no
// tree.
constexpr std::size_t kGrammarStack = 10'000;
// What one token and one byte can become in JSON; a byte below 0x20 in a string becomes six.
constexpr std::size_t kJsonPerToken = 160;
constexpr std::size_t kJsonPerByte = 6;
constexpr std::size_t kLargestJson = 1'000'000'000;

SyntaxError refuse(std::string message) {
  SyntaxError error;
  error.message = std::move(message);
  error.ours = true;
  return error;
}

// --- UTF-8 ---

bool is_continuation(std::string_view text, std::size_t place) {
  return place < text.size() && (static_cast<unsigned char>(text[place]) & 0xC0) == 0x80;
}

/// The length of the character at `place`, 0 where it is none. Source: wchar.c, pg_utf8_islegal.
std::size_t utf8_length(std::string_view text, std::size_t place) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char lead = byte(place);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  if (!is_continuation(text, place + 1)) return 0;
  if (lead < 0xE0) return 2;
  const unsigned char second = byte(place + 1);
  if (!is_continuation(text, place + 2)) return 0;
  if (lead < 0xF0) {
    const bool overlong = lead == 0xE0 && second < 0xA0;
    const bool surrogate = lead == 0xED && second > 0x9F;
    return overlong || surrogate ? 0 : 3;
  }
  if (!is_continuation(text, place + 3)) return 0;
  const bool overlong = lead == 0xF0 && second < 0x90;
  const bool too_high = lead == 0xF4 && second > 0x8F;
  return overlong || too_high ? 0 : 4;
}

/// How many bytes the lead byte announces. Source: wchar.c, pg_utf_mblen.
std::size_t announced_length(unsigned char lead) {
  if ((lead & 0xE0) == 0xC0) return 2;
  if ((lead & 0xF0) == 0xE0) return 3;
  if ((lead & 0xF8) == 0xF0) return 4;
  return 1;
}

std::optional<SyntaxError> check_encoding(std::string_view text) {
  for (std::size_t place = 0; place < text.size();) {
    std::uint64_t word = 0;
    if (place + sizeof word <= text.size()) {
      std::memcpy(&word, text.data() + place, sizeof word);
      if ((word & 0x8080808080808080U) == 0) {
        place += sizeof word;
        continue;
      }
    }
    const std::size_t length = utf8_length(text, place);
    if (length != 0) {
      place += length;
      continue;
    }
    SyntaxError error;
    error.sqlstate = "22021";
    error.message = "invalid byte sequence for encoding \"UTF8\":";
    const std::size_t shown =
        std::min(announced_length(static_cast<unsigned char>(text[place])), text.size() - place);
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (const char c : text.substr(place, shown)) {
      const unsigned char byte = static_cast<unsigned char>(c);
      error.message += " 0x";
      error.message += kDigits[byte >> 4];
      error.message += kDigits[byte & 0xF];
    }
    return error;
  }
  return std::nullopt;
}

// --- nesting ---

enum class LinkKind { operation, join, set_operation, separator };

constexpr KeywordTable<LinkKind, 13> kLinkWords({{
    {"and", LinkKind::separator},  // chains of AND and OR become flat lists
    {"at", LinkKind::operation},
    {"case", LinkKind::operation},
    {"collate", LinkKind::operation},
    {"except", LinkKind::set_operation},
    {"intersect", LinkKind::set_operation},
    {"is", LinkKind::operation},
    {"isnull", LinkKind::operation},
    {"join", LinkKind::join},
    {"not", LinkKind::operation},
    {"notnull", LinkKind::operation},
    {"or", LinkKind::separator},
    {"union", LinkKind::set_operation},
}});
static_assert(kLinkWords.sorted());

constexpr std::size_t kLongestLinkWord = 9;

const LinkKind* link_word(std::string_view word) {
  if (word.size() > kLongestLinkWord) return nullptr;
  std::array<char, kLongestLinkWord> lower{};
  std::transform(word.begin(), word.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return kLinkWords.find(std::string_view(lower.data(), word.size()));
}

/// How deep the tree can be at most below one open parenthesis: the links of each kind in the list
/// at hand, and what closed parentheses held.
struct Level {
  std::size_t operations = 0;
  std::size_t joins = 0;
  std::size_t set_operations = 0;
  std::size_t inner = 0;
  std::size_t deepest = 0;

  void note() { deepest = std::max(deepest, operations + joins + set_operations + inner); }
};

struct Measure {
  std::size_t tokens = 0;
  std::size_t nesting = 0;
  std::size_t parentheses = 0;
};

void count_link(LinkKind kind, Level& level) {
  switch (kind) {
    case LinkKind::operation:
      ++level.operations;
      break;
    case LinkKind::join:
      ++level.joins;
      level.operations = 0;
      break;
    case LinkKind::set_operation:
      ++level.set_operations;
      level.joins = 0;
      level.operations = 0;
      level.inner = 0;
      break;
    case LinkKind::separator:
      level.operations = 0;
      level.inner = 0;
      break;
  }
  level.note();
}

Measure measure(std::string_view text) {
  Measure result;
  std::vector<Level> levels(1);
  Tokenizer tokenizer(text);
  for (Token token = tokenizer.next(); token.kind != TokenKind::end; token = tokenizer.next()) {
    ++result.tokens;
    Level& level = levels.back();
    if (token.kind == TokenKind::op || token.is("::")) {
      count_link(LinkKind::operation, level);
    } else if (token.kind == TokenKind::word) {
      if (const LinkKind* kind = link_word(token.text)) count_link(*kind, level);
    } else if (token.is("(") || token.is("[")) {
      levels.emplace_back();
      result.parentheses = std::max(result.parentheses, levels.size() - 1);
    } else if ((token.is(")") || token.is("]")) && levels.size() > 1) {
      const std::size_t depth = level.deepest + 1;
      levels.pop_back();
      levels.back().inner = std::max(levels.back().inner, depth);
      levels.back().note();
    } else if (token.is(",")) {
      level.joins = 0;
      level.operations = 0;
      level.inner = 0;
    } else if (token.is(";")) {
      level = Level{0, 0, 0, 0, level.deepest};
    }
    result.nesting = std::max(result.nesting, levels.back().deepest);
  }
  return result;
}

}  // namespace

std::optional<SyntaxError> check_text(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    // psql and libpq would end the text there.
    return refuse("the statement holds a NUL byte");
  }
  if (text.size() > kMaximumText) return refuse("the statement is longer than 256 MB");
  if (std::optional<SyntaxError> error = check_encoding(text)) return error;
  if (text.size() < kTooShortToNest) return std::nullopt;

  const Measure measured = measure(text);
  if (measured.tokens * kJsonPerToken + text.size() * kJsonPerByte > kLargestJson) {
    return refuse("the statement is too long for its parse tree");
  }
  if (measured.nesting > kMaximumNesting && measured.parentheses < kGrammarStack) {
    return refuse(
        "the statement nests more than 5000 operators, joins or sub-selects in one another");
  }
  return std::nullopt;
}

// --- SQLSTATEs ---

namespace {

struct MessageClass {
  std::string_view beginning;
  std::string_view sqlstate;
};

// Whatever is not here is 42601.
constexpr std::array<MessageClass, 27> kMessageClasses{{
    {"CREATE ASSERTION is not yet implemented", "0A000"},
    {"CREATE OR REPLACE CONSTRAINT TRIGGER is not supported", "0A000"},
    {"DROP ASSERTION is not yet implemented", "0A000"},
    {"MATCH PARTIAL not yet implemented", "0A000"},
    {"UNIQUE predicate is not yet implemented", "0A000"},
    {"WITH CHECK OPTION not supported on recursive views", "0A000"},
    {"dropping an enum value is not implemented", "0A000"},
    {"CREATE EXTENSION ... FROM is no longer supported", "0A000"},
    {"ROW variable naming in the REFERENCING clause is not supported", "0A000"},
    {"aggregates cannot have output arguments", "0A000"},
    {"current database cannot be changed", "0A000"},
    {"CHECK constraints cannot be marked", "0A000"},
    {"FOREIGN KEY constraints cannot be marked", "0A000"},
    {"PRIMARY KEY constraints cannot be marked", "0A000"},
    {"UNIQUE constraints cannot be marked", "0A000"},
    {"EXCLUDE constraints cannot be marked", "0A000"},
    {"precision for type float must be", "22023"},
    {"role name \"", "42939"},
    {"unrecognized partitioning strategy", "22023"},
    {"unsafe use of \\' in a string literal", "22P06"},
    {"unsafe use of string constant with Unicode escapes", "0A000"},
    {"invalid byte sequence for encoding", "22021"},
    {"CREATE SCHEMA IF NOT EXISTS cannot include schema elements", "0A000"},
    {"UNENCRYPTED PASSWORD is no longer supported", "0A000"},
    {"modulus for hash partition provided more than once", "42710"},
    {"remainder for hash partition provided more than once", "42710"},
    {"stack depth limit exceeded", "54001"},
}};

}  // namespace

std::string sqlstate_of(std::string_view message) {
  for (const MessageClass& entry : kMessageClasses) {
    if (message.starts_with(entry.beginning)) return std::string(entry.sqlstate);
  }
  return "42601";
}

}  // namespace pgfk
