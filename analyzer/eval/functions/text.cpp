// Functions on text, by characters of UTF-8. Source: varlena.c, oracle_compat.c.
#include <algorithm>
#include <string>
#include <vector>

#include "analyzer/eval/casts.h"
#include "analyzer/eval/functions/hashes.h"
#include "analyzer/eval/functions/utf8_text.h"
#include "analyzer/eval/implementations.h"

namespace pgfk {

namespace {

Value text(std::string value) { return Value::of(TypeId::text, std::move(value)); }
Value number(std::size_t value) { return Value::of(TypeId::int4, static_cast<std::int64_t>(value)); }

/// The longest text the server can hold is 1 GB; ours stop far below it.
constexpr std::size_t kLongestText = std::size_t{64} << 20;
Doubt too_long() { return {"a text of more than 64 MB is not built"}; }

// --- case; beyond ASCII it is the locale's matter ---

Outcome<Value> fold(Arguments a, char first, char last, int shift) {
  std::string result = a[0].text();
  if (!is_ascii(result)) return Doubt{"the case of letters beyond ASCII depends on the server's locale"};
  for (char& c : result) {
    if (c >= first && c <= last) c = static_cast<char>(c + shift);
  }
  return text(std::move(result));
}
Outcome<Value> lower(const CallContext&, Arguments a) { return fold(a, 'A', 'Z', 'a' - 'A'); }
Outcome<Value> upper(const CallContext&, Arguments a) { return fold(a, 'a', 'z', 'A' - 'a'); }
Outcome<Value> initcap(const CallContext& context, Arguments a) {
  Outcome<Value> folded = lower(context, a);
  if (!folded) return folded;
  std::string result = folded->text();
  bool within = false;
  for (char& c : result) {
    const bool letter = c >= 'a' && c <= 'z';
    if (letter && !within) c = static_cast<char>(c - 'a' + 'A');
    within = letter || (c >= '0' && c <= '9');
  }
  return text(std::move(result));
}

// --- lengths ---

Outcome<Value> character_length(const CallContext&, Arguments a) { return number(count_characters(a[0].text())); }
std::string_view without_padding(std::string_view value) {
  while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
  return value;
}
Outcome<Value> padded_length(const CallContext&, Arguments a) { return number(count_characters(without_padding(a[0].text()))); }
Outcome<Value> octets(const CallContext&, Arguments a) { return number(a[0].text().size()); }
Outcome<Value> bits(const CallContext&, Arguments a) { return number(a[0].text().size() * 8); }

// --- trimming and padding ---

Outcome<Value> trim(Arguments a, bool left, bool right) {
  const std::vector<std::string_view> characters = split_characters(a[0].text());
  const std::vector<std::string_view> set = split_characters(a.size() > 1 ? std::string_view(a[1].text()) : std::string_view(" "));
  const auto trimmed = [&](std::string_view c) { return std::find(set.begin(), set.end(), c) != set.end(); };
  std::size_t first = 0, last = characters.size();
  while (left && first < last && trimmed(characters[first])) ++first;
  while (right && last > first && trimmed(characters[last - 1])) --last;
  return text(join_characters(characters, first, last));
}
Outcome<Value> btrim(const CallContext&, Arguments a) { return trim(a, true, true); }
Outcome<Value> ltrim(const CallContext&, Arguments a) { return trim(a, true, false); }
Outcome<Value> rtrim(const CallContext&, Arguments a) { return trim(a, false, true); }

Outcome<Value> pad(Arguments a, bool left) {
  const std::vector<std::string_view> characters = split_characters(a[0].text());
  const std::vector<std::string_view> fill = split_characters(a.size() > 2 ? std::string_view(a[2].text()) : std::string_view(" "));
  const std::int64_t wanted = std::max<std::int64_t>(a[1].integer(), 0);
  if (static_cast<std::size_t>(wanted) > kLongestText) return too_long();
  const std::size_t length = static_cast<std::size_t>(wanted);
  const std::size_t kept = std::min(length, characters.size());
  std::string padding;
  for (std::size_t at = 0; !fill.empty() && kept + at < length; ++at) padding += fill[at % fill.size()];
  const std::string body = join_characters(characters, 0, kept);
  return text(left ? padding + body : body + padding);
}
Outcome<Value> lpad(const CallContext&, Arguments a) { return pad(a, true); }
Outcome<Value> rpad(const CallContext&, Arguments a) { return pad(a, false); }

// --- parts ---

/// `count` characters, or all but the last -count.
std::size_t cut(std::size_t length, std::int64_t count) {
  if (count >= 0) return std::min(length, static_cast<std::size_t>(count));
  const std::uint64_t off = 0 - static_cast<std::uint64_t>(count);
  return off >= length ? 0 : length - static_cast<std::size_t>(off);
}
Outcome<Value> left(const CallContext&, Arguments a) {
  const std::vector<std::string_view> characters = split_characters(a[0].text());
  return text(join_characters(characters, 0, cut(characters.size(), a[1].integer())));
}
Outcome<Value> right(const CallContext&, Arguments a) {
  const std::vector<std::string_view> characters = split_characters(a[0].text());
  return text(join_characters(characters, characters.size() - cut(characters.size(), a[1].integer()), characters.size()));
}
Outcome<Value> substring(const CallContext&, Arguments a) {
  const std::vector<std::string_view> characters = split_characters(a[0].text());
  const std::int64_t start = a[1].integer();
  const std::int64_t size = static_cast<std::int64_t>(characters.size());
  if (a.size() > 2 && a[2].integer() < 0) return ServerError{"22011", "negative substring length not allowed"};
  const std::int64_t end = a.size() > 2 ? std::min(start + a[2].integer(), size + 1) : size + 1;
  const std::int64_t first = std::max<std::int64_t>(start, 1);
  if (first >= end) return text({});
  return text(join_characters(characters, static_cast<std::size_t>(first - 1), static_cast<std::size_t>(end - 1)));
}
Outcome<Value> overlay(const CallContext&, Arguments a) {
  const std::vector<std::string_view> characters = split_characters(a[0].text());
  const std::int64_t start = a[2].integer();
  const std::int64_t length = a.size() > 3 ? a[3].integer() : static_cast<std::int64_t>(count_characters(a[1].text()));
  if (start <= 0) return ServerError{"22011", "negative substring length not allowed"};
  const std::size_t size = characters.size();
  const std::size_t head = std::min(size, static_cast<std::size_t>(start - 1));
  const std::size_t tail = std::min(size, static_cast<std::size_t>(std::max<std::int64_t>(start + length - 1, 0)));
  return text(join_characters(characters, 0, head) + a[1].text() + join_characters(characters, tail, size));
}

std::vector<std::string> split_at(const std::string& value, const std::string& separator) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t found = value.find(separator); found != std::string::npos; found = value.find(separator, from)) {
    parts.push_back(value.substr(from, found - from));
    from = found + separator.size();
  }
  parts.push_back(value.substr(from));
  return parts;
}
Outcome<Value> split_part(const CallContext&, Arguments a) {
  const std::int64_t wanted = a[2].integer();
  if (wanted == 0) return ServerError{"22023", "field position must not be zero"};
  if (a[0].text().empty()) return text({});
  const std::vector<std::string> parts =
      a[1].text().empty() ? std::vector<std::string>{a[0].text()} : split_at(a[0].text(), a[1].text());
  const std::int64_t count = static_cast<std::int64_t>(parts.size());
  const std::int64_t at = wanted > 0 ? wanted - 1 : count + wanted;
  return text(at < 0 || at >= count ? std::string() : parts[static_cast<std::size_t>(at)]);
}
Outcome<Value> position(const CallContext&, Arguments a) {
  const std::size_t found = a[0].text().find(a[1].text());
  return number(found == std::string::npos ? 0 : count_characters(std::string_view(a[0].text()).substr(0, found)) + 1);
}
Outcome<Value> starts_with(const CallContext&, Arguments a) { return Value::boolean(a[0].text().starts_with(a[1].text())); }

// --- building ---

Outcome<Value> concatenate(const CallContext& context, Arguments a) {
  if (a[0].text().size() + a[1].text().size() > kLongestText) return too_long();
  return Value::of(context.result, a[0].text() + a[1].text());
}
/// The other operand goes through its cast to text: booleans are true and false.
Outcome<Value> concatenate_any(const CallContext& context, Arguments a) {
  std::string result;
  for (const Value& side : a) {
    const Outcome<Value> cast = run_cast(context.catalog, context.host, side, TypeId::text, -1, CastContext::explicit_);
    if (!cast) return cast;
    result += cast->text();
  }
  return text(std::move(result));
}
/// Booleans are t and f here, unlike in a cast to text.
Outcome<Value> concat(const CallContext& context, Arguments a) {
  std::string result;
  for (const Value& value : a) {
    if (!value.is_null()) result += text_of(context.host, value);
  }
  return text(std::move(result));
}
Outcome<Value> concat_with(const CallContext& context, Arguments a) {
  if (a[0].is_null()) return Value::null(TypeId::text);
  std::string result;
  bool first = true;
  for (const Value& value : a.subspan(1)) {
    if (value.is_null()) continue;
    if (!first) result += a[0].text();
    result += text_of(context.host, value);
    first = false;
  }
  return text(std::move(result));
}
Outcome<Value> repeat(const CallContext&, Arguments a) {
  const std::int64_t count = std::max<std::int64_t>(a[1].integer(), 0);
  const std::string& piece = a[0].text();
  if (!piece.empty() && static_cast<std::uint64_t>(count) > kLongestText / piece.size()) return too_long();
  std::string result;
  result.reserve(piece.size() * static_cast<std::size_t>(count));
  for (std::int64_t done = 0; done < count && !piece.empty(); ++done) result += piece;
  return text(std::move(result));
}
Outcome<Value> reverse(const CallContext&, Arguments a) {
  std::vector<std::string_view> characters = split_characters(a[0].text());
  std::reverse(characters.begin(), characters.end());
  return text(join_characters(characters, 0, characters.size()));
}
Outcome<Value> replace(const CallContext&, Arguments a) {
  if (a[1].text().empty()) return text(a[0].text());
  std::string result;
  for (const std::string& part : split_at(a[0].text(), a[1].text())) {
    if (result.size() > kLongestText) return too_long();
    result += part;
    result += a[2].text();
  }
  result.resize(result.size() - a[2].text().size());
  return text(std::move(result));
}
Outcome<Value> translate(const CallContext&, Arguments a) {
  const std::vector<std::string_view> from = split_characters(a[1].text()), to = split_characters(a[2].text());
  std::string result;
  for (const std::string_view c : split_characters(a[0].text())) {
    const auto found = std::find(from.begin(), from.end(), c);
    const std::size_t at = static_cast<std::size_t>(found - from.begin());
    if (found == from.end()) result += c;
    else if (at < to.size()) result += to[at];
  }
  return text(std::move(result));
}
Outcome<Value> chr(const CallContext&, Arguments a) {
  const std::int64_t code = a[0].integer();
  if (code == 0) return ServerError{"54000", "null character not permitted"};
  if (code < 0) return ServerError{"54000", "character number must be positive"};
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
    return ServerError{"54000", "requested character too large for encoding: " + std::to_string(code)};
  }
  return text(encode_character(static_cast<std::uint32_t>(code)));
}
Outcome<Value> ascii(const CallContext&, Arguments a) {
  return Value::of(TypeId::int4, a[0].text().empty() ? 0 : static_cast<std::int64_t>(decode_character(a[0].text())));
}
Outcome<Value> md5(const CallContext&, Arguments a) { return text(hex_of(md5_of(a[0].text()))); }

template <typename Unsigned>
Outcome<Value> to_hex(const CallContext&, Arguments a) {
  Unsigned rest = static_cast<Unsigned>(a[0].integer());
  std::string digits;
  do {
    digits += "0123456789abcdef"[rest % 16];
    rest = static_cast<Unsigned>(rest / 16);
  } while (rest != 0);
  std::reverse(digits.begin(), digits.end());
  return text(std::move(digits));
}

constexpr ImplementationEntry kText[] = {
    {"lower", lower}, {"upper", upper}, {"initcap", initcap}, {"textlen", character_length}, {"bpcharlen", padded_length},
    {"textoctetlen", octets}, {"byteaoctetlen", octets}, {"bpcharoctetlen", octets}, {"bitlength", octets}, {"bit_length", bits},
    {"btrim", btrim}, {"btrim1", btrim}, {"ltrim", ltrim}, {"ltrim1", ltrim}, {"rtrim", rtrim}, {"rtrim1", rtrim},
    {"lpad", lpad}, {"rpad", rpad}, {"text_left", left}, {"text_right", right}, {"text_substr", substring}, {"text_substr_no_len", substring},
    {"textoverlay", overlay}, {"textoverlay_no_len", overlay}, {"split_part", split_part}, {"textpos", position},
    {"text_starts_with", starts_with}, {"textcat", concatenate}, {"byteacat", concatenate}, {"bitcat", concatenate},
    {"textanycat", concatenate_any}, {"anytextcat", concatenate_any}, {"text_concat", concat}, {"text_concat_ws", concat_with},
    {"repeat", repeat}, {"text_reverse", reverse}, {"replace_text", replace}, {"translate", translate}, {"chr", chr}, {"ascii", ascii},
    {"md5_text", md5}, {"md5_bytea", md5}, {"to_hex32", to_hex<std::uint32_t>}, {"to_hex64", to_hex<std::uint64_t>},
};

}  // namespace

std::span<const ImplementationEntry> text_functions() { return kText; }

}  // namespace pgfk
