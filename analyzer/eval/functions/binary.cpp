// bytea: encode, decode, digests; and names made of them (uuid v3 and v5). Source: encode.c, uuid-ossp.c, pgcrypto.
#include <algorithm>

#include "analyzer/eval/functions/hashes.h"
#include "analyzer/eval/implementations.h"

namespace pgfk {

namespace {

std::string lower(std::string name) {
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return name;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string to_base64(const std::string& bytes) {
  constexpr std::size_t kLine = 76;
  std::string result;
  std::size_t in_line = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t byte = 0; byte < 3; ++byte) {
      group = group << 8 | (byte < count ? static_cast<unsigned char>(bytes[at + byte]) : 0U);
    }
    for (std::size_t digit = 0; digit < 4; ++digit) result += digit <= count ? kBase64[group >> (18 - 6 * digit) & 63] : '=';
    in_line += 4;
    if (in_line >= kLine) {
      result += '\n';
      in_line = 0;
    }
  }
  return result;
}

Outcome<Value> encode(const CallContext&, Arguments a) {
  const std::string format = lower(a[1].text());
  if (format == "hex") return Value::of(TypeId::text, hex_of(a[0].text()));
  if (format == "base64") return Value::of(TypeId::text, to_base64(a[0].text()));
  if (format == "escape") return Doubt{"encode(.., 'escape') is not evaluated offline"};
  return ServerError{"22023", "unrecognized encoding: \"" + a[1].text() + "\""};
}

Outcome<Value> decode(const CallContext&, Arguments a) {
  const std::string format = lower(a[1].text());
  std::string digits;
  for (const char c : a[0].text()) {
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r') digits += c;
  }
  std::string bytes;
  if (format == "hex") {
    if (digits.size() % 2 != 0) return ServerError{"22023", "invalid hexadecimal data: odd number of digits"};
    for (std::size_t at = 0; at < digits.size(); at += 2) {
      for (const char c : {digits[at], digits[at + 1]}) {
        if (hex_digit(c) < 0) return ServerError{"22023", std::string("invalid hexadecimal digit: \"") + c + "\""};
      }
      bytes += static_cast<char>(hex_digit(digits[at]) * 16 + hex_digit(digits[at + 1]));
    }
    return Value::of(TypeId::bytea, std::move(bytes));
  }
  if (format != "base64") return Doubt{"decode(.., '" + format + "') is not evaluated offline"};
  while (!digits.empty() && digits.back() == '=') digits.pop_back();
  std::uint32_t group = 0;
  int held = 0;
  for (const char c : digits) {
    const std::size_t digit = kBase64.find(c);
    if (digit == std::string_view::npos) return ServerError{"22023", std::string("invalid symbol \"") + c + "\" found while decoding base64 sequence"};
    group = group << 6 | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes += static_cast<char>(group >> held & 0xff);
    }
  }
  return Value::of(TypeId::bytea, std::move(bytes));
}

Outcome<Value> digest(const CallContext&, Arguments a) {
  const std::string method = lower(a[1].text());
  if (method == "md5") return Value::of(TypeId::bytea, md5_of(a[0].text()));
  if (method == "sha1") return Value::of(TypeId::bytea, sha1_of(a[0].text()));
  return Doubt{"digest(.., '" + method + "') is not evaluated offline"};
}

/// RFC 4122: the digest of name space and name with version and variant put in.
Outcome<Value> named_uuid(Arguments a, char version, std::string (*hash)(std::string_view)) {
  std::string name_space;
  std::string digits;
  for (const char c : a[0].text()) {
    if (c != '-') digits += c;
  }
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2) {
    name_space += static_cast<char>(hex_digit(digits[at]) * 16 + hex_digit(digits[at + 1]));
  }
  std::string bytes = hash(name_space + a[1].text()).substr(0, 16);
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0f) | (version << 4));
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3f) | 0x80);
  std::string hex = hex_of(bytes);
  for (const std::size_t hyphen : {20U, 16U, 12U, 8U}) hex.insert(hyphen, "-");
  return Value::of(TypeId::uuid, std::move(hex));
}
Outcome<Value> uuid_v3(const CallContext&, Arguments a) { return named_uuid(a, 3, md5_of); }
Outcome<Value> uuid_v5(const CallContext&, Arguments a) { return named_uuid(a, 5, sha1_of); }

constexpr ImplementationEntry kBinary[] = {
    {"binary_encode", encode}, {"binary_decode", decode}, {"digest", digest}, {"uuid_generate_v3", uuid_v3}, {"uuid_generate_v5", uuid_v5},
};

}  // namespace

std::span<const ImplementationEntry> binary_functions() { return kBinary; }

}  // namespace pgfk
