// money, as lc_monetary C writes it. Source: cash.c, cash_in, cash_out; fk-semantics 8.14.
#include <string>

#include "analyzer/types/family.h"

namespace pgfk {
namespace {

constexpr int kFractionDigits = 2;

Outcome<Value> read_money(const TypeContext&, TypeId type, std::int32_t, std::string_view text) {
  std::string_view rest = text;
  const auto skip = [&](std::string_view set) {
    while (!rest.empty() && (is_space(rest.front()) || set.find(rest.front()) != std::string_view::npos)) rest.remove_prefix(1);
  };
  const auto take = [&](char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  };
  skip("");
  take('$');
  skip("");
  bool negative = false;
  if (take('-') || take('(')) {
    negative = true;
  } else {
    take('+');
  }
  skip("");
  take('$');
  skip("");
  // Digits run together below zero, where there is one more number.
  std::int64_t cents = 0;
  bool point = false;
  int decimals = 0;
  const auto out_of_range = [&] { return value_out_of_range(text, "money"); };
  while (!rest.empty()) {
    const char c = rest.front();
    if (is_digit(c) && decimals < kFractionDigits) {
      if (__builtin_mul_overflow(cents, std::int64_t{10}, &cents) || __builtin_sub_overflow(cents, std::int64_t{c - '0'}, &cents)) {
        return out_of_range();
      }
      if (point) ++decimals;
    } else if (c == '.' && !point) {
      point = true;
    } else if (c != ',') {
      break;
    }
    rest.remove_prefix(1);
  }
  if (!rest.empty() && is_digit(rest.front()) && rest.front() >= '5' && __builtin_sub_overflow(cents, std::int64_t{1}, &cents)) {
    return out_of_range();
  }
  for (; decimals < kFractionDigits; ++decimals) {
    if (__builtin_mul_overflow(cents, std::int64_t{10}, &cents)) return out_of_range();
  }
  while (!rest.empty() && is_digit(rest.front())) rest.remove_prefix(1);
  while (!rest.empty()) {
    if (rest.front() == '-') {
      negative = true;
    } else if (!is_space(rest.front()) && rest.front() != ')' && rest.front() != '+' && rest.front() != '$') {
      return invalid_input("money", text);
    }
    rest.remove_prefix(1);
  }
  if (!negative && cents == INT64_MIN) return out_of_range();
  return Value::of(type, negative ? cents : -cents);
}

void write_money(const TypeContext&, const Value& value, std::string& out) {
  const std::int64_t cents = value.integer();
  std::string digits = std::to_string(cents < 0 ? 0 - static_cast<std::uint64_t>(cents) : static_cast<std::uint64_t>(cents));
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  digits.insert(digits.size() - kFractionDigits, 1, '.');
  for (std::size_t comma = digits.size() - kFractionDigits - 1; comma > 3;) {
    comma -= 3;
    digits.insert(comma, 1, ',');
  }
  out.append(cents < 0 ? "-$" : "$").append(digits);
}

}  // namespace

const TypeOps kMoneyOps = {read_money, write_money, integer_key, integer_compare};

}  // namespace pgfk
