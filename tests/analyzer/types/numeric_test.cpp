// Arithmetic on numerics, with the scales that PostgreSQL 15 gave.
#include <string>

#include "analyzer/types/numeric.h"
#include "tests/support/catch.h"

namespace {

using namespace pgfk;

std::string text_of(const Outcome<std::string>& result) {
  return result.ok() ? *result : result.refused() ? result.error().sqlstate + " " + result.error().message : "doubt";
}

}  // namespace

TEST_CASE("numeric operators give the server's digits and scale", "[types]") {
  struct Case {
    const char* left;
    char operation;
    const char* right;
    const char* result;
  };
  const auto c = GENERATE(values<Case>({
      {"1.0", '/', "3", "0.33333333333333333333"},
      {"18", '/', "7", "2.5714285714285714"},
      {"10", '/', "4", "2.5000000000000000"},
      {"1", '/', "3000", "0.00033333333333333333"},
      {"12345678901234567890", '/', "7", "1763668414462081127"},
      {"0.001", '/', "7", "0.00014285714285714286"},
      {"100", '/', "0.0001", "1000000.000000000000"},
      {"-7", '/', "2", "-3.5000000000000000"},
      {"99999999", '/', "0.3", "333333330.00000000"},
      {"1", '/', "0.00", "22012 division by zero"},
      {"NaN", '/', "0", "NaN"},
      {"1", '/', "Infinity", "0"},
      {"2.5", '*', "4.05", "10.125"},
      {"1.10", '+', "2.2", "3.30"},
      {"0.1", '-', "0.10", "0.00"},
      {"Infinity", '-', "Infinity", "NaN"},
      {"5.5", '%', "2", "1.5"},
      {"-5.5", '%', "2", "-1.5"},
      {"5", '%', "0", "22012 division by zero"},
      {"2.0", '^', "10.0", "1024.0000000000000000"},
      {"2.0", '^', "0.0", "1.0000000000000000"},
      {"10.0", '^', "-3.0", "0.0010000000000000"},
      {"1.5", '^', "3.0", "3.3750000000000000"},
      {"0.1", '^', "5.0", "0.0000100000000000"},
      {"3.0", '^', "-2.0", "0.1111111111111111"},
      {"99.9", '^', "4.0", "99600599.6001000000000000"},
      {"0.1", '^', "500.0", "0.0000000000000000"},
      {"1.0000001", '^', "1000.0", "1.0001000049951662"},
      {"0", '^', "-1", "2201F zero raised to a negative power is undefined"},
      {"2", '^', "0.5", "doubt"},
  }));
  CAPTURE(c.left, c.operation, c.right);
  const auto apply = c.operation == '/'   ? &numeric_divide
                     : c.operation == '*' ? &numeric_multiply
                     : c.operation == '+' ? &numeric_add
                     : c.operation == '-' ? &numeric_subtract
                     : c.operation == '%' ? &numeric_modulo
                                          : nullptr;
  CHECK(text_of(apply == nullptr ? numeric_power(c.left, c.right) : apply(c.left, c.right)) == c.result);
}

TEST_CASE("numeric rounding goes half away from zero", "[types]") {
  CHECK(numeric_round("2.345", 2) == "2.35");
  CHECK(numeric_round("-2.5", 0) == "-3");
  CHECK(numeric_round("1234.5", -2) == "1200");
  CHECK(numeric_round("-0.4", 0) == "0");
  CHECK(numeric_round("99.99", 1) == "100.0");
  CHECK(numeric_trunc("2.349", 2) == "2.34");
  CHECK(numeric_trunc("-1234.5", -2) == "-1200");
  CHECK(numeric_ceil("1.2") == "2");
  CHECK(numeric_ceil("-1.2") == "-1");
  CHECK(numeric_ceil("-0.5") == "0");
  CHECK(numeric_floor("-1.2") == "-2");
  CHECK(numeric_abs("-1.50") == "1.50");
  CHECK(numeric_sign("-3.2") == "-1");
  CHECK(numeric_negate("0.0") == "0.0");
  CHECK(numeric_to_int64("9223372036854775807.4") == INT64_MAX);
  CHECK_FALSE(numeric_to_int64("9223372036854775807.5").has_value());
  CHECK(numeric_from_double(0.1) == "0.1");
  CHECK(numeric_from_double(1e20) == "100000000000000000000");
}
