// The small grammar of literal INSERTs: what the recogniser of runs and the reader of their values agree on.
//
//   run       = statement { blank statement }            all with the bytes of one header
//   statement = header row { "," row } [ ON CONFLICT DO NOTHING ] ";"
//   header    = INSERT INTO name [ "(" name {"," name} ")" ] [ OVERRIDING SYSTEM|USER VALUE ] VALUES
//   row       = "(" value { "," value } ")"
//   value     = NULL | DEFAULT | TRUE | FALSE | [+-] digits [. digits] [e digits] | 'text' | B'bits'
//
// Each function takes a place and the end, and gives the place behind what it read, nullptr where something else stands
// there. Comments end a row's grammar: such statements are ordinary ones.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "parsers/sql/characters.h"
#include "parsers/sql/script.h"

namespace pgfk::values_grammar {

inline const char* skip_space(const char* at, const char* end) {
  while (at < end && is_space(*at)) ++at;
  return at;
}

/// The next quote in [at, end), end where there is none. Most values are short: eight bytes at a time, then memchr.
inline const char* find_quote(const char* at, const char* end) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  constexpr int kShort = 8;  // words of eight bytes
  if constexpr (std::endian::native == std::endian::little) {
    for (int word = 0; word < kShort && end - at >= 8; ++word, at += 8) {
      std::uint64_t bytes;
      std::memcpy(&bytes, at, sizeof(bytes));
      bytes ^= kOnes * static_cast<std::uint8_t>('\'');
      const std::uint64_t zero = (bytes - kOnes) & ~bytes & kHighs;
      if (zero != 0) return at + std::countr_zero(zero) / 8;
    }
  }
  if (at == end) return end;
  const void* found = std::memchr(at, '\'', static_cast<std::size_t>(end - at));
  return found == nullptr ? end : static_cast<const char*>(found);
}

/// Behind the opening quote: sets the text up to the closing one.
inline const char* read_quoted(const char* at, const char* end, Cell& cell) {
  const char* const start = at;
  cell.escaped = false;
  for (;;) {
    at = find_quote(at, end);
    if (at == end) return nullptr;
    if (at + 1 == end || at[1] != '\'') break;
    cell.escaped = true;
    at += 2;
  }
  cell.text = std::string_view(start, static_cast<std::size_t>(at - start));
  return at + 1;
}

inline const char* read_digits(const char* at, const char* end) {
  while (at < end && *at >= '0' && *at <= '9') ++at;
  return at;
}

inline const char* read_number(const char* at, const char* end, Cell& cell) {
  const char* const start = at;
  if (*at == '-' || *at == '+') ++at;
  const char* digits = read_digits(at, end);
  std::ptrdiff_t length = digits - at;
  at = digits;
  if (at < end && *at == '.') {
    digits = read_digits(at + 1, end);
    length += digits - at - 1;
    at = digits;
  }
  if (length == 0) return nullptr;
  if (at < end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at < end && (*at == '-' || *at == '+')) ++at;
    digits = read_digits(at, end);
    if (digits == at) return nullptr;
    at = digits;
  }
  if (at < end && is_one_of(*at, kWordStart | kDollar)) return nullptr;  // 1x, 0x1F, 1_000
  cell.kind = CellKind::number;
  cell.escaped = false;
  cell.text = std::string_view(start, static_cast<std::size_t>(at - start));
  return at;
}

inline const char* end_of_name(const char* at, const char* end) {
  while (at < end && is_one_of(*at, kWordStart | kDigit | kDollar)) ++at;
  return at;
}

inline const char* read_keyword(const char* at, const char* end, Cell& cell) {
  const char* const behind = end_of_name(at, end);
  cell.text = std::string_view(at, static_cast<std::size_t>(behind - at));
  cell.escaped = false;
  if (is_word(cell.text, "null")) {
    cell.kind = CellKind::null;
  } else if (is_word(cell.text, "default")) {
    cell.kind = CellKind::default_;
  } else if (is_word(cell.text, "true") || is_word(cell.text, "false")) {
    cell.kind = CellKind::boolean;
  } else if (is_word(cell.text, "b") && behind < end && *behind == '\'') {
    cell.kind = CellKind::bit;
    return read_quoted(behind + 1, end, cell);
  } else {
    return nullptr;
  }
  return behind;
}

inline const char* read_value(const char* at, const char* end, Cell& cell) {
  if (at == end) return nullptr;
  if (*at == '\'') {
    cell.kind = CellKind::text;
    return read_quoted(at + 1, end, cell);
  }
  if (is_one_of(*at, kWordStart)) return read_keyword(at, end, cell);
  return read_number(at, end, cell);
}

/// A row, from its parenthesis on. `take` is called with each cell.
template <typename Take>
inline const char* read_row(const char* at, const char* end, Take&& take) {
  if (at == end || *at != '(') return nullptr;
  ++at;
  for (;;) {
    at = skip_space(at, end);
    Cell cell;
    at = read_value(at, end, cell);
    if (at == nullptr) return nullptr;
    take(cell);
    if (at < end && *at != ',' && *at != ')') at = skip_space(at, end);
    if (at == end) return nullptr;
    if (*at == ')') return at + 1;
    if (*at != ',') return nullptr;
    ++at;
  }
}

/// A header, up to and including VALUES.
const char* read_header(const char* at, const char* end);

/// What may stand between the last row and the semicolon, and the semicolon.
const char* read_tail(const char* at, const char* end, bool& on_conflict_do_nothing);

/// Blanks and "--" lines between two statements.
const char* skip_blank(const char* at, const char* end);

}  // namespace pgfk::values_grammar
