#include "parsers/log/insert_scan.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include <hwy/highway.h>

namespace pgfk {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kWord = 4;             // bytes of "into"
constexpr std::size_t kLongestName = 200;    // bytes behind it that are looked at: three quoted names, escaped
constexpr int kMostParts = 3;                // database.schema.table

bool in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
}
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Behind blanks and quotes, as they are or as JSON ("\n", "\"") and syslog ("#012") write them.
std::string_view behind_blanks(std::string_view text) {
  for (;;) {
    constexpr std::size_t kSyslogEscape = 4;
    if (text.empty()) return text;
    if (text.front() == ' ' || text.front() == '\t' || text.front() == '\n' || text.front() == '\r' || text.front() == '"') {
      text.remove_prefix(1);
    } else if (text.front() == '\\') {
      text.remove_prefix(std::min<std::size_t>(2, text.size()));
    } else if (text.front() == '#' && text.size() >= kSyslogEscape) {
      text.remove_prefix(kSyslogEscape);
    } else {
      return text;
    }
  }
}

bool names_a_table(std::string_view text, const InsertFilter& filter) {
  std::string name;
  for (int part = 0; part < kMostParts; ++part) {
    const std::string_view before = text;
    text = behind_blanks(text);
    const bool quoted = text.size() < before.size() && before[before.size() - text.size() - 1] == '"';
    const auto end = std::ranges::find_if_not(text, in_name);
    // A name that begins with what only quotes allow, or a comment in front of it.
    if (end == text.begin()) return quoted || text.starts_with('/') || text.starts_with('-');
    name.assign(text.begin(), end);
    std::ranges::transform(name, name.begin(), lower);
    if (filter.may_be_table(name)) return true;
    text.remove_prefix(name.size());
    while (!text.empty() && (text.front() == '"' || text.front() == '\\' || text.front() == ' ')) text.remove_prefix(1);
    if (!text.starts_with('.')) return false;
    text.remove_prefix(1);
  }
  return false;
}

}  // namespace

std::vector<std::size_t> find_into(std::string_view text, std::size_t from, std::size_t to, const InsertFilter& filter) {
  std::vector<std::size_t> found;
  to = std::min(to, text.size());
  const auto take = [&](std::size_t at) {
    // What stands before may be the end of an escape, "\\nINTO".
    const bool ends = at + kWord < text.size() && !in_name(text[at + kWord]);
    if (ends && names_a_table(text.substr(at + kWord, kLongestName), filter)) found.push_back(at);
  };
  const hn::CappedTag<std::uint8_t, 64> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto small = hn::Set(d, std::uint8_t{0x20});
  const auto letters = [&](std::size_t at, char letter) {
    return hn::Eq(hn::Or(hn::LoadU(d, bytes + at), small), hn::Set(d, static_cast<std::uint8_t>(letter)));
  };
  std::size_t at = from;
  for (; at + lanes <= to && at + lanes + kWord <= text.size(); at += lanes) {
    const auto here = hn::And(hn::And(letters(at, 'i'), letters(at + 1, 'n')), hn::And(letters(at + 2, 't'), letters(at + 3, 'o')));
    if (HWY_LIKELY(hn::AllFalse(d, here))) continue;
    std::uint64_t bits = 0;
    hn::StoreMaskBits(d, here, reinterpret_cast<std::uint8_t*>(&bits));
    for (; bits != 0; bits &= bits - 1) take(at + static_cast<std::size_t>(std::countr_zero(bits)));
  }
  for (; at < to && at + kWord <= text.size(); ++at) {
    if (lower(text[at]) == 'i' && lower(text[at + 1]) == 'n' && lower(text[at + 2]) == 't' && lower(text[at + 3]) == 'o') take(at);
  }
  return found;
}

}  // namespace pgfk
