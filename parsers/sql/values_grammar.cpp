#include "parsers/sql/values_grammar.h"

namespace pgfk::values_grammar {
namespace {

/// `lower` as a whole word, behind blanks.
const char* read_word(const char* at, const char* end, std::string_view lower) {
  at = skip_space(at, end);
  const char* const behind = end_of_name(at, end);
  const std::string_view word(at, static_cast<std::size_t>(behind - at));
  return is_word(word, lower) ? behind : nullptr;
}

/// A name, quoted or not, behind blanks. U&"name" is none: the statement is an ordinary one then.
const char* read_name(const char* at, const char* end) {
  at = skip_space(at, end);
  if (at == end) return nullptr;
  if (is_one_of(*at, kWordStart)) return end_of_name(at, end);
  if (*at != '"') return nullptr;
  do {
    const void* quote = std::memchr(at + 1, '"', static_cast<std::size_t>(end - at - 1));
    if (quote == nullptr) return nullptr;
    at = static_cast<const char*>(quote) + 1;
  } while (at < end && *at == '"');
  return at;
}

/// name { separator name }
const char* read_names(const char* at, const char* end, char separator) {
  for (;;) {
    at = read_name(at, end);
    if (at == nullptr) return nullptr;
    const char* const behind = skip_space(at, end);
    if (behind == end || *behind != separator) return at;
    at = behind + 1;
  }
}

}  // namespace

const char* read_header(const char* at, const char* end) {
  at = read_word(at, end, "insert");
  if (at != nullptr) at = read_word(at, end, "into");
  if (at != nullptr) at = read_names(at, end, '.');
  if (at == nullptr) return nullptr;
  at = skip_space(at, end);
  if (at < end && *at == '(') {
    at = read_names(at + 1, end, ',');
    if (at == nullptr) return nullptr;
    at = skip_space(at, end);
    if (at == end || *at != ')') return nullptr;
    ++at;
  }
  if (const char* overriding = read_word(at, end, "overriding")) {
    at = read_word(overriding, end, "system");
    if (at == nullptr) at = read_word(overriding, end, "user");
    if (at != nullptr) at = read_word(at, end, "value");
    if (at == nullptr) return nullptr;
  }
  return read_word(at, end, "values");
}

const char* read_tail(const char* at, const char* end, bool& on_conflict_do_nothing) {
  on_conflict_do_nothing = false;
  at = skip_space(at, end);
  if (at < end && *at != ';') {
    for (const std::string_view word : {"on", "conflict", "do", "nothing"}) {
      at = read_word(at, end, word);
      if (at == nullptr) return nullptr;
    }
    on_conflict_do_nothing = true;
    at = skip_space(at, end);
  }
  return at < end && *at == ';' ? at + 1 : nullptr;
}

const char* skip_blank(const char* at, const char* end) {
  for (;;) {
    at = skip_space(at, end);
    if (end - at < 2 || at[0] != '-' || at[1] != '-') return at;
    while (at < end && *at != '\n' && *at != '\r') ++at;
  }
}

}  // namespace pgfk::values_grammar
