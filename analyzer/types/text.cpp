// text, varchar, char(n), name, "char", and texts of types that are only kept. Source: varchar.c, varlena.c, name.c, char.c; fk-semantics 8.6, 8.7.
#include "analyzer/types/collation.h"
#include "analyzer/types/family.h"

namespace pgfk {
namespace {

constexpr std::int32_t kLengthHeader = 4;  // a typmod of varchar(n) and char(n) is n + 4
constexpr std::size_t kNameBytes = 63;

std::string_view without_trailing_blanks(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

ServerError too_long(const char* type, std::size_t length) {
  return {"22001", std::string("value too long for type ") + type + "(" + std::to_string(length) + ")"};
}

/// Cuts to `length` characters. An assignment may lose blanks only; false if it would lose more.
bool cut_to(std::string& text, std::size_t length, bool explicit_cast) {
  const std::size_t end = utf8_prefix(text, length);
  if (end == text.size()) return true;
  if (!explicit_cast && text.find_first_not_of(' ', end) != std::string::npos) return false;
  text.resize(end);
  return true;
}

Outcome<Value> read_text(const TypeContext&, TypeId type, std::int32_t, std::string_view text) {
  return Value::of(type, std::string(text));
}

Outcome<Value> coerce_varchar(const TypeContext&, Value value, std::int32_t typmod, bool explicit_cast) {
  if (typmod < kLengthHeader) return value;
  const std::size_t length = static_cast<std::size_t>(typmod - kLengthHeader);
  if (value.text().size() <= length) return value;
  std::string text = value.text();
  if (!cut_to(text, length, explicit_cast)) return too_long("character varying", length);
  return Value::of(value.type(), std::move(text));
}

Outcome<Value> read_varchar(const TypeContext& context, TypeId type, std::int32_t typmod, std::string_view text) {
  return coerce_varchar(context, Value::of(type, std::string(text)), typmod, false);
}

Outcome<Value> coerce_bpchar(const TypeContext&, Value value, std::int32_t typmod, bool explicit_cast) {
  if (typmod < kLengthHeader) return value;
  const std::size_t length = static_cast<std::size_t>(typmod - kLengthHeader);
  std::string text = value.text();
  if (!cut_to(text, length, explicit_cast)) return too_long("character", length);
  const std::size_t characters = utf8_length(text);
  if (characters < length) text.append(length - characters, ' ');
  return Value::of(value.type(), std::move(text));
}

Outcome<Value> read_bpchar(const TypeContext& context, TypeId type, std::int32_t typmod, std::string_view text) {
  return coerce_bpchar(context, Value::of(type, std::string(text)), typmod, false);
}

void bpchar_key(const TypeContext&, const Value& value, std::string& out) {
  append_bytes_key(without_trailing_blanks(value.text()), out);
}
int bpchar_compare(const TypeContext&, const Value& a, const Value& b) {
  return without_trailing_blanks(a.text()).compare(without_trailing_blanks(b.text()));
}

Outcome<Value> read_name(const TypeContext&, TypeId type, std::int32_t, std::string_view text) {
  return Value::of(type, std::string(utf8_cut(text, kNameBytes)));
}

// "char" keeps one byte; \ooo is a byte from 16 on.
Outcome<Value> read_char(const TypeContext& context, TypeId type, std::int32_t, std::string_view text) {
  const auto octal = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '7'; };
  if (context.settings.server_version >= 16 && text.size() == 4 && text[0] == '\\' && octal(1) && octal(2) && octal(3)) {
    const int byte = ((text[1] - '0') << 6 | (text[2] - '0') << 3 | (text[3] - '0')) & 0xff;
    return Value::of(type, std::int64_t{byte});
  }
  const unsigned char byte = text.empty() ? 0 : static_cast<unsigned char>(text[0]);
  return Value::of(type, std::int64_t{byte});
}

void write_char(const TypeContext& context, const Value& value, std::string& out) {
  const unsigned byte = static_cast<unsigned>(value.integer()) & 0xffu;
  if (byte == 0) return;
  if (byte < 0x80 || context.settings.server_version < 16) {
    out += static_cast<char>(byte);
    return;
  }
  out += '\\';
  for (const unsigned shift : {6u, 3u, 0u}) out += static_cast<char>('0' + ((byte >> shift) & 7u));
}

void citext_key(const TypeContext&, const Value& value, std::string& out) {
  append_bytes_key(fold_citext(value.text()), out);
}
int citext_compare(const TypeContext&, const Value& a, const Value& b) {
  return fold_citext(a.text()).compare(fold_citext(b.text()));
}

}  // namespace

const TypeOps kTextOps = {read_text, string_write, string_key, string_compare};
const TypeOps kVarcharOps = {read_varchar, string_write, string_key, string_compare, coerce_varchar};
const TypeOps kBpcharOps = {read_bpchar, string_write, bpchar_key, bpchar_compare, coerce_bpchar};
const TypeOps kNameOps = {read_name, string_write, string_key, string_compare};
const TypeOps kCharOps = {read_char, write_char, integer_key, integer_compare};
const TypeOps kOpaqueOps = {read_text, string_write, string_key, string_compare};
const TypeOps kCitextOps = {read_text, string_write, citext_key, citext_compare};

}  // namespace pgfk
