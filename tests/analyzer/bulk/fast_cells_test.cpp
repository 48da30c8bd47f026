#include "analyzer/bulk/fast_cells.h"

#include <array>
#include <cstring>
#include <string>

#include "tests/analyzer/bulk/bulk_support.h"
#include "tests/support/catch.h"

namespace pgfk::bulk_test {
namespace {

/// What a fast path says of a text: its value, or "no".
std::string fast(TypeId type, const std::string& text) {
  std::array<char, 160> padded{};
  std::memcpy(padded.data(), text.data(), text.size());
  // What lies behind the text must not matter.
  std::memset(padded.data() + text.size(), '7', 64);
  const char* at = padded.data();
  std::int64_t number = 0;
  bool good = false;
  switch (type) {
    case TypeId::int8: good = read_integer(at, text.size(), number); break;
    case TypeId::date: good = read_date(at, text.size(), number); break;
    case TypeId::timestamp: good = read_timestamp<false>(at, text.size(), 6, number); break;
    case TypeId::timestamptz: good = read_timestamp<true>(at, text.size(), 6, number); break;
    case TypeId::uuid: {
      std::uint8_t bytes[16];
      if (!read_uuid(at, text.size(), bytes)) return "no";
      std::string hex;
      for (const std::uint8_t byte : bytes) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
      }
      return hex.insert(20, "-").insert(16, "-").insert(12, "-").insert(8, "-");
    }
    default: return "no such path";
  }
  return good ? write_value(context(), Value::of(type, number)) : "no";
}

std::string slow(TypeId type, const std::string& text) {
  const Outcome<Value> value = read_value(context(), type, -1, text);
  return value.ok() ? write_value(context(), *value) : "no";
}

}  // namespace

TEST_CASE("the fast paths take the plain spellings", "[bulk]") {
  struct Case {
    TypeId type;
    const char* text;
    const char* value;
  };
  const auto c = GENERATE(values<Case>({
      {TypeId::int8, "0", "0"},
      {TypeId::int8, "-1", "-1"},
      {TypeId::int8, "12345678", "12345678"},
      {TypeId::int8, "123456789", "123456789"},
      {TypeId::int8, "1234567890123456", "1234567890123456"},
      {TypeId::int8, "12345678901234567", "12345678901234567"},
      {TypeId::int8, "9223372036854775807", "9223372036854775807"},
      {TypeId::int8, "-9223372036854775807", "-9223372036854775807"},
      {TypeId::int8, "9223372036854775808", "no"},
      {TypeId::int8, "9999999999999999999", "no"},
      {TypeId::int8, "10000000000000000000", "no"},
      {TypeId::int8, "", "no"},
      {TypeId::int8, "-", "no"},
      {TypeId::int8, "--1", "no"},
      {TypeId::int8, "1.0", "no"},
      {TypeId::int8, "1 ", "no"},
      {TypeId::date, "2000-01-01", "2000-01-01"},
      {TypeId::date, "2024-02-29", "2024-02-29"},
      {TypeId::date, "2023-02-29", "no"},
      {TypeId::date, "1900-02-29", "no"},
      {TypeId::date, "0001-01-01", "0001-01-01"},
      {TypeId::date, "0000-01-01", "no"},
      {TypeId::date, "9999-12-31", "9999-12-31"},
      {TypeId::date, "2024-04-31", "no"},
      {TypeId::date, "2024-13-01", "no"},
      {TypeId::date, "2024-00-01", "no"},
      {TypeId::date, "2024-01-00", "no"},
      {TypeId::timestamp, "2024-02-29 23:59:59", "2024-02-29 23:59:59"},
      {TypeId::timestamp, "2024-02-29 23:59:59.5", "2024-02-29 23:59:59.5"},
      {TypeId::timestamp, "1969-12-31 23:59:59.000001", "1969-12-31 23:59:59.000001"},
      {TypeId::timestamp, "2024-02-29 24:00:00", "no"},
      {TypeId::timestamp, "2024-02-29 23:60:00", "no"},
      {TypeId::timestamp, "2024-02-29 23:00:60", "no"},
      {TypeId::timestamp, "2024-02-29 23:00:00.", "no"},
      {TypeId::timestamp, "2024-02-29 23:00:00.1234567", "no"},
      {TypeId::timestamptz, "2024-02-29 23:59:59+00", "2024-02-29 23:59:59+00"},
      {TypeId::timestamptz, "2024-03-01 00:30:00.25+01", "2024-02-29 23:30:00.25+00"},
      {TypeId::timestamptz, "2024-02-29 23:00:00-05:30", "2024-03-01 04:30:00+00"},
      {TypeId::timestamptz, "2024-02-29 23:00:00+15", "no"},
      {TypeId::timestamptz, "2024-02-29 23:00:00", "no"},
      {TypeId::uuid, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
      {TypeId::uuid, "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380AFf", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380aff"},
      {TypeId::uuid, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g", "no"},
      {TypeId::uuid, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1@", "no"},
      {TypeId::uuid, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1`", "no"},
      {TypeId::uuid, "a0eebc999-c0b-4ef8-bb6d-6bb9bd380a11", "no"},
  }));
  CAPTURE(c.text);
  CHECK(fast(c.type, c.text) == c.value);
}

TEST_CASE("what a fast path takes, read_value takes for the same value", "[bulk]") {
  const auto [type, seed] = GENERATE(table<TypeId, const char*>({{TypeId::int8, "-92233720368547"},
                                                                 {TypeId::date, "2024-02-29"},
                                                                 {TypeId::timestamp, "2024-02-29 23:59:59.123456"},
                                                                 {TypeId::timestamptz, "2024-02-29 23:59:59.123456+14:59"},
                                                                 {TypeId::uuid, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}}));
  Random random(static_cast<std::uint64_t>(type));
  constexpr std::string_view kBytes = "0123456789:;/.-+ abfgAFG`@\x80\xB0\0";
  std::size_t taken = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = seed;
    if (below(random, 4) == 0) text.resize(below(random, text.size() + 1));
    if (below(random, 4) == 0) text.erase(below(random, text.size() + 1), 1 + below(random, 3));
    for (std::uint64_t change = below(random, 4); change > 0 && !text.empty(); --change) {
      const bool digit = below(random, 3) != 0;
      text[below(random, text.size())] = kBytes[below(random, digit ? 10 : kBytes.size())];
    }
    const std::string found = fast(type, text);
    if (found == "no") continue;
    ++taken;
    CAPTURE(text);
    REQUIRE(found == slow(type, text));
  }
  CHECK(taken > 500);
}

TEST_CASE("a hexadecimal digit is one of twenty-two bytes", "[bulk]") {
  const std::string digits = "0123456789abcdefABCDEF";
  for (unsigned place = 0; place < 8; ++place) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      std::string text = "00000000";
      text[place] = static_cast<char>(byte);
      std::uint32_t out = 0;
      CAPTURE(place, byte);
      REQUIRE(read_hex(load64(text.data()), out) == (digits.find(static_cast<char>(byte)) != std::string::npos));
    }
  }
}

TEST_CASE("a plain decimal fits its precision and scale unrounded", "[bulk]") {
  struct Case {
    const char* text;
    bool plain;
  };
  const auto c = GENERATE(values<Case>({{"1", true}, {"-1", true}, {"123.45", true}, {"123.4", true}, {"1234", false}, {"0123", false}, {"1.234", false},
                                        {".5", false}, {"5.", false}, {"", false}, {"-", false}, {"1e1", false}, {"1.2.3", false}, {" 1", false},
                                        {"+1", false}, {"--1", false}, {"NaN", false}}));
  CAPTURE(c.text);
  CHECK(is_plain_decimal(c.text, std::strlen(c.text), 3, 2) == c.plain);
}

}  // namespace pgfk::bulk_test
