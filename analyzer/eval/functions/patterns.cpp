// LIKE, ILIKE and regular expressions. Source: like.c, regexp.c.
//
// Regular expressions go to RE2 only where both engines mean the same by the pattern; other patterns are a Doubt.
#include <re2/re2.h>

#include <memory>

#include "analyzer/eval/functions/utf8_text.h"
#include "analyzer/eval/implementations.h"

namespace pgfk {

namespace {

Value text(std::string value) { return Value::of(TypeId::text, std::move(value)); }

// --- LIKE ---

enum class Match { yes, no, bad_escape };

/// Greedy with one place to go back to: after a %, later ones make earlier ones final.
Match match_like(const std::vector<std::string_view>& value, const std::vector<std::string_view>& pattern) {
  std::size_t at = 0, in = 0;
  std::size_t star = std::string_view::npos, resume = 0;
  while (true) {
    if (in < pattern.size() && pattern[in] == "%") {
      star = in++;
      resume = at;
      continue;
    }
    if (at == value.size()) return in == pattern.size() ? Match::yes : Match::no;
    if (in < pattern.size()) {
      const bool escaped = pattern[in] == "\\";
      if (escaped && in + 1 == pattern.size()) return Match::bad_escape;
      if ((!escaped && pattern[in] == "_") || pattern[in + (escaped ? 1 : 0)] == value[at]) {
        in += escaped ? 2 : 1;
        ++at;
        continue;
      }
    }
    if (star == std::string_view::npos) return Match::no;
    in = star + 1;
    at = ++resume;
  }
}

Outcome<Value> like_text(const std::string& value, const std::string& pattern, bool negated) {
  switch (match_like(split_characters(value), split_characters(pattern))) {
    case Match::yes: return Value::boolean(!negated);
    case Match::no: return Value::boolean(negated);
    case Match::bad_escape: break;
  }
  return ServerError{"22025", "LIKE pattern must not end with escape character"};
}

std::string lower_ascii(std::string value) {
  for (char& c : value) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return value;
}

template <bool negated>
Outcome<Value> like(const CallContext&, Arguments a) {
  return like_text(a[0].text(), a[1].text(), negated);
}

template <bool negated>
Outcome<Value> ilike(const CallContext&, Arguments a) {
  if (!is_ascii(a[0].text()) || !is_ascii(a[1].text())) return Doubt{"the case of letters beyond ASCII depends on the server's locale"};
  return like_text(lower_ascii(a[0].text()), lower_ascii(a[1].text()), negated);
}

/// LIKE .. ESCAPE e: the pattern with e written as a backslash.
Outcome<Value> like_escape(const CallContext&, Arguments a) {
  const std::vector<std::string_view> escape = split_characters(a[1].text());
  if (escape.size() > 1) return ServerError{"22019", "invalid escape string"};
  std::string result;
  bool escaped = false;
  for (const std::string_view c : split_characters(a[0].text())) {
    if (!escape.empty() && c == escape[0] && !escaped) {
      result += '\\';
      escaped = true;
      continue;
    }
    if (c == "\\" && (escape.empty() || escape[0] != "\\")) result += '\\';
    result += c;
    escaped = false;
  }
  return text(std::move(result));
}

/// The regular expression of a SIMILAR TO pattern, anchored at both ends.
Outcome<Value> similar_to(const CallContext&, Arguments a) {
  if (a.size() > 1 && a[1].text() != "\\") return Doubt{"SIMILAR TO with an ESCAPE of its own is not evaluated offline"};
  std::string result = "^(?:";
  bool bracket = false;
  const std::string& pattern = a[0].text();
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c == '"') return Doubt{"SIMILAR TO with double quotes is not evaluated offline"};
    if (c == '\\') {
      result += c;
      if (++at < pattern.size()) result += pattern[at];
    } else if (bracket) {
      bracket = c != ']';
      result += c;
    } else if (c == '%' || c == '_') {
      result += c == '%' ? ".*" : ".";
    } else if (c == '(') {
      result += "(?:";
    } else {
      if (c == '.' || c == '^' || c == '$') result += '\\';
      bracket = c == '[';
      result += c;
    }
  }
  return text(result + ")$");
}

// --- regular expressions ---

/// Whether PostgreSQL's advanced regular expressions and RE2 agree on the pattern: no look-around, no back references, no embedded
/// options or directors, no escapes of one side only, no repeated quantifiers; greedy ones alone, as to which text is matched.
bool both_agree(std::string_view pattern, bool only_whether) {
  static constexpr std::string_view kEscapes = "dDwWsS.\\/-+*?()[]{}^$|@\"'";
  if (pattern.starts_with("***")) return false;
  for (std::size_t at = pattern.find("(?"); at != std::string_view::npos; at = pattern.find("(?", at + 1)) {
    if (pattern.substr(at, 3) != "(?:") return false;
  }
  bool bracket = false;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c == '\\') {
      if (at + 1 >= pattern.size() || pattern[at + 1] == ' ') return false;
      if (kEscapes.find(pattern[at + 1]) == std::string_view::npos) return false;
      ++at;
    } else if (bracket) {
      if (c == '[') {
        if (at + 1 < pattern.size() && (pattern[at + 1] == '.' || pattern[at + 1] == '=')) return false;
        if (at + 1 < pattern.size() && pattern[at + 1] == ':') {
          const std::size_t end = pattern.find(":]", at);
          if (end == std::string_view::npos || pattern.substr(at, end - at).starts_with("[:<") || pattern.substr(at, end - at).starts_with("[:>")) return false;
          at = end + 1;
        } else {
          return false;
        }
      } else if (c == ']') {
        bracket = false;
      }
    } else if (c == '[') {
      bracket = true;
      if (at + 1 < pattern.size() && pattern[at + 1] == '^') ++at;
      if (at + 1 < pattern.size() && pattern[at + 1] == ']') ++at;
    } else if ((c == '*' || c == '+' || c == '?' || c == '}') && at + 1 < pattern.size()) {
      const char next = pattern[at + 1];
      if (next == '*' || next == '+' || (next == '?' && !only_whether)) return false;
    } else if (c == '|' && !only_whether) {
      return false;  // leftmost-longest against leftmost-first
    }
  }
  return !bracket;
}

std::unique_ptr<RE2> compile(const std::string& pattern, bool ignore_case, bool only_whether) {
  if (!both_agree(pattern, only_whether)) return nullptr;
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!ignore_case);
  options.set_dot_nl(true);
  auto compiled = std::make_unique<RE2>(pattern, options);
  return compiled->ok() ? std::move(compiled) : nullptr;
}

Doubt not_understood(const std::string& pattern) { return {"the regular expression \"" + pattern + "\" is not evaluated offline"}; }

Outcome<Value> matches(Arguments a, bool ignore_case, bool negated) {
  if (ignore_case && (!is_ascii(a[0].text()) || !is_ascii(a[1].text()))) return Doubt{"the case of letters beyond ASCII depends on the server's locale"};
  const std::unique_ptr<RE2> compiled = compile(a[1].text(), ignore_case, true);
  if (!compiled) return not_understood(a[1].text());
  return Value::boolean(RE2::PartialMatch(a[0].text(), *compiled) != negated);
}
template <bool ignore_case, bool negated>
Outcome<Value> regex(const CallContext&, Arguments a) {
  return matches(a, ignore_case, negated);
}

/// substring(s from p): the first group if there is one, else the whole match.
Outcome<Value> regex_substring(const CallContext&, Arguments a) {
  const std::unique_ptr<RE2> compiled = compile(a[1].text(), false, false);
  if (!compiled) return not_understood(a[1].text());
  re2::StringPiece groups[2];
  const int count = compiled->NumberOfCapturingGroups() > 0 ? 2 : 1;
  if (!compiled->Match(a[0].text(), 0, a[0].text().size(), RE2::UNANCHORED, groups, count)) return Value::null(TypeId::text);
  const re2::StringPiece& found = groups[count - 1];
  return found.data() == nullptr ? Value::null(TypeId::text) : text(std::string(found.data(), found.size()));
}

Outcome<Value> regex_replace(const CallContext&, Arguments a) {
  const std::string flags = a.size() > 3 ? a[3].text() : std::string();
  if (flags.find_first_not_of("gi") != std::string::npos) return Doubt{"flags of regexp_replace are not evaluated offline"};
  const std::unique_ptr<RE2> compiled = compile(a[1].text(), flags.find('i') != std::string::npos, false);
  if (!compiled || a[2].text().find("\\&") != std::string::npos) return not_understood(a[1].text());
  if (RE2::PartialMatch("", *compiled)) return not_understood(a[1].text());  // empty matches are counted differently
  std::string result = a[0].text();
  if (flags.find('g') != std::string::npos) RE2::GlobalReplace(&result, *compiled, a[2].text());
  else RE2::Replace(&result, *compiled, a[2].text());
  return text(std::move(result));
}

constexpr ImplementationEntry kPatterns[] = {
    {"textlike", like<false>}, {"textnlike", like<true>}, {"namelike", like<false>}, {"namenlike", like<true>},
    {"texticlike", ilike<false>}, {"texticnlike", ilike<true>}, {"nameiclike", ilike<false>}, {"nameicnlike", ilike<true>},
    {"like_escape", like_escape}, {"similar_to_escape_1", similar_to}, {"similar_to_escape_2", similar_to},
    {"textregexeq", regex<false, false>}, {"textregexne", regex<false, true>}, {"texticregexeq", regex<true, false>},
    {"texticregexne", regex<true, true>}, {"nameregexeq", regex<false, false>}, {"nameregexne", regex<false, true>},
    {"textregexsubstr", regex_substring}, {"textregexreplace_noopt", regex_replace}, {"textregexreplace", regex_replace},
};

}  // namespace

std::span<const ImplementationEntry> pattern_functions() { return kPatterns; }

}  // namespace pgfk
