#include "analyzer/replay/partition_hash.h"

#include <string>
#include <string_view>

namespace pgfk {

namespace {

constexpr std::uint64_t kSeed = 0x7A5B22367996DCFDull;

std::uint32_t rotate(std::uint32_t x, int k) { return x << k | x >> (32 - k); }

/// Bob Jenkins' lookup3 state, as hashfn.c keeps it.
struct Lookup3 {
  std::uint32_t a, b, c;

  void mix() {
    a -= c; a ^= rotate(c, 4); c += b;
    b -= a; b ^= rotate(a, 6); a += c;
    c -= b; c ^= rotate(b, 8); b += a;
    a -= c; a ^= rotate(c, 16); c += b;
    b -= a; b ^= rotate(a, 19); a += c;
    c -= b; c ^= rotate(b, 4); b += a;
  }
  void finish() {
    c ^= b; c -= rotate(b, 14);
    a ^= c; a -= rotate(c, 11);
    b ^= a; b -= rotate(a, 25);
    c ^= b; c -= rotate(b, 16);
    a ^= c; a -= rotate(c, 4);
    b ^= a; b -= rotate(a, 14);
    c ^= b; c -= rotate(b, 24);
  }
  static Lookup3 start(std::uint32_t length) {
    const std::uint32_t x = 0x9e3779b9u + length + 3923095u;
    Lookup3 state{x, x, x};
    state.a += static_cast<std::uint32_t>(kSeed >> 32);
    state.b += static_cast<std::uint32_t>(kSeed);
    state.mix();
    return state;
  }
  std::uint64_t result() const { return static_cast<std::uint64_t>(b) << 32 | c; }
};

std::uint64_t hash_uint32(std::uint32_t k) {
  Lookup3 state = Lookup3::start(sizeof(std::uint32_t));
  state.a += k;
  state.finish();
  return state.result();
}

std::uint64_t hash_bytes(std::string_view text) {
  Lookup3 state = Lookup3::start(static_cast<std::uint32_t>(text.size()));
  const auto byte = [&](std::size_t at) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at])); };
  std::size_t at = 0;
  std::size_t left = text.size();
  const auto word = [&](std::size_t from) { return byte(from) | byte(from + 1) << 8 | byte(from + 2) << 16 | byte(from + 3) << 24; };
  while (left >= 12) {
    state.a += word(at);
    state.b += word(at + 4);
    state.c += word(at + 8);
    state.mix();
    at += 12;
    left -= 12;
  }
  // The last 11 bytes: the lowest byte of c is kept for the length.
  for (std::size_t tail = 0; tail < left; ++tail) {
    const std::uint32_t value = byte(at + tail);
    if (tail < 4) {
      state.a += value << (8 * tail);
    } else if (tail < 8) {
      state.b += value << (8 * (tail - 4));
    } else {
      state.c += value << (8 * (tail - 8) + 8);
    }
  }
  state.finish();
  return state.result();
}

/// Compatible with int4: the high half is folded in so that small values hash alike.
std::uint64_t hash_int8(std::int64_t number) {
  const std::uint32_t high = static_cast<std::uint32_t>(static_cast<std::uint64_t>(number) >> 32);
  return hash_uint32(static_cast<std::uint32_t>(number) ^ (number >= 0 ? high : ~high));
}

std::optional<std::uint64_t> hash_value(const Value& value) {
  switch (value.type()) {
    case TypeId::int2:
    case TypeId::int4:
    case TypeId::oid:
    case TypeId::date:
      return hash_uint32(static_cast<std::uint32_t>(value.integer()));
    case TypeId::int8:
      return hash_int8(value.integer());
    case TypeId::time:
    case TypeId::timestamp:
    case TypeId::timestamptz:
    case TypeId::money:
      return hash_int8(value.integer());
    case TypeId::bool_:
    case TypeId::char_:
      return hash_uint32(static_cast<std::uint32_t>(value.integer()));
    case TypeId::text:
    case TypeId::varchar:
    case TypeId::name:
    case TypeId::bytea:
      return hash_bytes(value.text());
    case TypeId::bpchar: {
      std::string_view text = value.text();
      while (text.ends_with(' ')) text.remove_suffix(1);
      return hash_bytes(text);
    }
    case TypeId::uuid: {
      std::string bytes;
      int high = -1;
      for (const char c : value.text()) {
        if (c == '-') continue;
        const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
        if (high < 0) {
          high = digit;
        } else {
          bytes.push_back(static_cast<char>(high << 4 | digit));
          high = -1;
        }
      }
      return hash_bytes(bytes);
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<std::uint64_t> partition_hash(const std::vector<Value>& key) {
  std::uint64_t row = 0;
  for (const Value& value : key) {
    if (value.is_null()) continue;
    if (!value.is_known()) return std::nullopt;
    const std::optional<std::uint64_t> hash = hash_value(value);
    if (!hash) return std::nullopt;
    row ^= *hash + 0x49a0f4dd15e5a8e3ull + (row << 54) + (row >> 7);
  }
  return row;
}

}  // namespace pgfk
