// bytea: hex or escape spelling of bytes. Source: varlena.c, byteain, byteaout; encode.c; fk-semantics 8.13.
#include "analyzer/types/family.h"

namespace pgfk {
namespace {

bool is_octal(char c) { return c >= '0' && c <= '7'; }

/// The characters the message quotes: one, of however many bytes.
std::string first_character(std::string_view text) { return std::string(text.substr(0, utf8_prefix(text, 1))); }

Outcome<Value> read_hex(TypeId type, std::string_view digits) {
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t at = 0; at < digits.size();) {
    const char c = digits[at];
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      ++at;
      continue;
    }
    const int high = hex_digit(c);
    if (high < 0) return ServerError{"22023", "invalid hexadecimal digit: \"" + first_character(digits.substr(at)) + "\""};
    if (++at >= digits.size()) return ServerError{"22023", "invalid hexadecimal data: odd number of digits"};
    const int low = hex_digit(digits[at]);
    if (low < 0) return ServerError{"22023", "invalid hexadecimal digit: \"" + first_character(digits.substr(at)) + "\""};
    bytes += static_cast<char>(high << 4 | low);
    ++at;
  }
  return Value::of(type, std::move(bytes));
}

Outcome<Value> read_bytea(const TypeContext&, TypeId type, std::int32_t, std::string_view text) {
  if (text.size() >= 2 && text[0] == '\\' && text[1] == 'x') return read_hex(type, text.substr(2));
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      bytes += text[at];
    } else if (at + 3 < text.size() && text[at + 1] >= '0' && text[at + 1] <= '3' && is_octal(text[at + 2]) && is_octal(text[at + 3])) {
      bytes += static_cast<char>((text[at + 1] - '0') << 6 | (text[at + 2] - '0') << 3 | (text[at + 3] - '0'));
      at += 3;
    } else if (at + 1 < text.size() && text[at + 1] == '\\') {
      bytes += '\\';
      ++at;
    } else {
      return ServerError{"22P02", "invalid input syntax for type bytea"};
    }
  }
  return Value::of(type, std::move(bytes));
}

void write_escaped(std::string_view bytes, std::string& out) {
  for (const char c : bytes) {
    const unsigned byte = static_cast<unsigned char>(c);
    if (c == '\\') {
      out += "\\\\";
    } else if (byte < 0x20 || byte > 0x7e) {
      out += '\\';
      for (const unsigned shift : {6u, 3u, 0u}) out += static_cast<char>('0' + ((byte >> shift) & 7u));
    } else {
      out += c;
    }
  }
}

void write_bytea(const TypeContext& context, const Value& value, std::string& out) {
  if (context.settings.bytea_escape) return write_escaped(value.text(), out);
  constexpr char kDigits[] = "0123456789abcdef";
  out += "\\x";
  for (const char c : value.text()) {
    const unsigned byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

}  // namespace

const TypeOps kByteaOps = {read_bytea, write_bytea, string_key, string_compare};

}  // namespace pgfk
