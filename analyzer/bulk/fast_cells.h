// Readers of the plain spellings of common types, eight bytes at a time.
//
// Each says yes only to texts that the server's input function certainly accepts, and then gives the value it would have; all else is
// read_value's. All read up to 16 bytes behind the text's begin or its end (cells.h, kPadding).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "analyzer/bulk/mix.h"

namespace pgfk {

inline constexpr std::uint64_t kHighBits = 0x8080808080808080u;
inline constexpr std::uint64_t kZeros = 0x3030303030303030u;  // eight characters 0

/// Whether each byte of `word` is below 0x80 and at most 0x7F minus the byte of `slack`: slack 0x76 takes 0 to 9, 0x7F only 0.
inline bool within(std::uint64_t word, std::uint64_t slack) {
  return (((word + slack) | word) & kHighBits) == 0;
}

/// Eight digit values, the first in the lowest byte, as a number.
inline std::uint32_t join_digits(std::uint64_t digits) {
  digits = digits * 10 + (digits >> 8);
  const std::uint64_t low = (digits & 0x000000FF000000FFu) * 0x000F424000000064u;
  const std::uint64_t high = (digits >> 16 & 0x000000FF000000FFu) * 0x0000271000000001u;
  return static_cast<std::uint32_t>((low + high) >> 32);
}

/// 1 to 16 digits.
inline bool read_digits(const char* at, std::size_t length, std::uint64_t& out) {
  constexpr std::uint64_t kDigit = 0x7676767676767676u;
  if (length - 1 < 8) {
    const std::uint64_t word = (load64(at) ^ kZeros) << (64 - 8 * length);
    out = join_digits(word);
    return within(word, kDigit);
  }
  if (length - 1 >= 16) return false;
  const std::uint64_t high = (load64(at) ^ kZeros) << (128 - 8 * length);
  const std::uint64_t low = load64(at + length - 8) ^ kZeros;
  out = std::uint64_t{join_digits(high)} * 100000000u + join_digits(low);
  return within(high, kDigit) && within(low, kDigit);
}

/// [-] and 1 to 16 digits, or up to 19 that fit.
inline bool read_integer(const char* at, std::size_t length, std::int64_t& out) {
  const bool negative = length > 1 && *at == '-';
  at += negative;
  length -= negative;
  std::uint64_t number = 0;
  if (length <= 16) {
    if (!read_digits(at, length, number)) return false;
  } else {
    if (length > 19) return false;
    std::uint64_t head = 0, tail = 0;
    if (!read_digits(at, length - 16, head) || !read_digits(at + length - 16, 16, tail)) return false;
    // 19 digits are less than 10^19, which 64 bits hold.
    number = head * 10000000000000000u + tail;
    if (number > static_cast<std::uint64_t>(INT64_MAX)) return false;
  }
  const std::int64_t value = static_cast<std::int64_t>(number);
  out = negative ? -value : value;
  return true;
}

/// Digits with at most `scale` of them behind a point and at most `whole` before it, as numeric(whole + scale, scale) takes them unrounded.
inline bool is_plain_decimal(const char* at, std::size_t length, std::size_t whole, std::size_t scale) {
  const std::size_t sign = length > 0 && *at == '-' ? 1 : 0;
  at += sign;
  length -= sign;
  std::size_t digits = 0;
  while (digits < length && static_cast<unsigned char>(at[digits] - '0') <= 9) ++digits;
  if (digits == 0 || digits > whole) return false;
  if (digits == length) return true;
  if (at[digits] != '.') return false;
  std::size_t behind = digits + 1;
  while (behind < length && static_cast<unsigned char>(at[behind] - '0') <= 9) ++behind;
  const std::size_t fraction = behind - digits - 1;
  return behind == length && fraction > 0 && fraction <= scale;
}

/// Eight hexadecimal digits; in memory, `out` is the four bytes in the order of the text.
inline bool read_hex(std::uint64_t word, std::uint32_t& out) {
  constexpr std::uint64_t kOnes = 0x0101010101010101u;
  if ((word & kHighBits) != 0) return false;
  const std::uint64_t letter = word >> 6 & kOnes;  // 0x40 to 0x7F
  const std::uint64_t low = word & 0x0F * kOnes;
  const std::uint64_t kind = word & 0x70 * kOnes;  // 3 for digits; 4 or 6 for letters
  // Letters: 1 to 6 in the low half, digits 0 to 9; so a letter's low half less one and 4 on top is held to 9, too.
  const std::uint64_t digit_kind = (kind ^ 0x30 * kOnes) & ~(letter * 0xFF);
  const std::uint64_t letter_kind = ((kind & 0x5F * kOnes) ^ 0x40 * kOnes) & (letter * 0xFF);
  const std::uint64_t zero_letter = (low | (letter ^ kOnes) * 0xFF);  // 0 only where a letter's low half is 0
  const bool bad_zero = ((zero_letter - kOnes) & ~zero_letter & kHighBits) != 0;
  if ((digit_kind | letter_kind) != 0 || bad_zero || !within(low + letter * 3, 0x7676767676767676u)) return false;
  std::uint64_t nibbles = low + letter * 9;
  nibbles = (nibbles << 4 | nibbles >> 8) & 0x00FF00FF00FF00FFu;
  nibbles = (nibbles | nibbles >> 8) & 0x0000FFFF0000FFFFu;
  nibbles = (nibbles | nibbles >> 16) & 0x00000000FFFFFFFFu;
  out = static_cast<std::uint32_t>(nibbles);
  return true;
}

/// 8-4-4-4-12 in hexadecimal digits of either case; 16 bytes, most significant first.
inline bool read_uuid(const char* at, std::size_t length, std::uint8_t* out) {
  if (length != 36 || at[8] != '-' || at[13] != '-' || at[18] != '-' || at[23] != '-') return false;
  const auto pair = [&](std::size_t first, std::size_t second) {
    return (load64(at + first) & 0xFFFFFFFFu) | load64(at + second) << 32;
  };
  std::uint32_t words[4];
  if (!read_hex(load64(at), words[0]) || !read_hex(pair(9, 14), words[1]) || !read_hex(pair(19, 24), words[2]) ||
      !read_hex(load64(at + 28), words[3])) {
    return false;
  }
  std::memcpy(out, words, 16);
  return true;
}

/// Days from 2000-01-01 of a date in the Gregorian calendar.
inline std::int64_t days_of(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2;
  const std::int64_t era = year / 400, of_era = year - era * 400;  // years are positive here
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 730425;
}

struct PlainDate {
  std::uint32_t year, month, day;
};

inline bool is_day(const PlainDate& date) {
  constexpr std::array<std::uint8_t, 13> kDays = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (date.month - 1 >= 12 || date.day - 1 >= 31 || date.year == 0) return false;
  if (date.day <= kDays[date.month]) return true;
  return date.month == 2 && date.day == 29 && date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
}

inline std::uint32_t byte_of(std::uint64_t word, unsigned index) { return static_cast<std::uint32_t>(word >> 8 * index & 0xFF); }

/// yyyy-mm-dd: the first eight characters in `head`, XORed with "0000-00-", the day apart.
inline bool split_date(std::uint64_t head, std::uint32_t day, PlainDate& out) {
  out.year = byte_of(head, 0) * 1000 + byte_of(head, 1) * 100 + byte_of(head, 2) * 10 + byte_of(head, 3);
  out.month = byte_of(head, 5) * 10 + byte_of(head, 6);
  out.day = day;
  return is_day(out);
}

inline constexpr std::uint64_t kDateShape = 0x2D30302D30303030u;  // "0000-00-"
inline constexpr std::uint64_t kDateSlack = 0x7F76767F76767676u;

/// yyyy-mm-dd, days since 2000-01-01.
inline bool read_date(const char* at, std::size_t length, std::int64_t& out) {
  if (length != 10) return false;
  const std::uint64_t head = load64(at) ^ kDateShape;
  const std::uint32_t tens = static_cast<unsigned char>(at[8] - '0'), ones = static_cast<unsigned char>(at[9] - '0');
  PlainDate date;
  if (!within(head, kDateSlack) || tens > 3 || ones > 9 || !split_date(head, tens * 10 + ones, date)) return false;
  out = days_of(date.year, date.month, date.day);
  return true;
}

/// yyyy-mm-dd hh:mm:ss[.f] with at most `precision` digits behind the point, then (zone) +hh or +hh:mm; microseconds since
/// 2000-01-01 00:00, in UTC where there is a zone.
template <bool kZone>
inline bool read_timestamp(const char* at, std::size_t length, std::size_t precision, std::int64_t& out) {
  constexpr std::uint64_t kTimeShape = 0x30303A3030203030u;  // "00 00:00"
  constexpr std::uint64_t kTimeSlack = 0x767A7F76767F7676u;  // minutes: at most 5 and any
  if (length < (kZone ? 22 : 19)) return false;
  const std::uint64_t head = load64(at) ^ kDateShape;
  const std::uint64_t middle = load64(at + 8) ^ kTimeShape;
  const std::uint64_t seconds = (load64(at + 16) & 0xFFFFFF) ^ 0x30303A;  // ":00"
  if (!within(head, kDateSlack) || !within(middle, kTimeSlack) || !within(seconds, 0x767A7F)) return false;
  PlainDate date;
  const std::uint32_t hour = byte_of(middle, 3) * 10 + byte_of(middle, 4);
  if (hour > 23 || !split_date(head, byte_of(middle, 0) * 10 + byte_of(middle, 1), date)) return false;

  std::size_t end = length;
  std::int64_t west = 0;  // minutes
  if constexpr (kZone) {
    std::uint32_t zone_minutes = 0;
    if (at[length - 3] == ':') {
      const std::uint32_t tens = static_cast<unsigned char>(at[length - 2] - '0');
      const std::uint32_t ones = static_cast<unsigned char>(at[length - 1] - '0');
      if (length < 25 || tens > 5 || ones > 9) return false;
      zone_minutes = tens * 10 + ones;
      end -= 3;
    }
    end -= 3;
    const std::uint32_t tens = static_cast<unsigned char>(at[end + 1] - '0');
    const std::uint32_t ones = static_cast<unsigned char>(at[end + 2] - '0');
    if ((at[end] != '+' && at[end] != '-') || tens > 1 || ones > 9) return false;
    const std::uint32_t zone_hours = tens * 10 + ones;
    if (zone_hours > 14) return false;
    west = (at[end] == '-' ? 1 : -1) * static_cast<std::int64_t>(zone_hours * 60 + zone_minutes);
  }
  std::uint32_t fraction = 0;
  if (end != 19) {
    const std::size_t digits = end - 20;
    if (end < 21 || at[19] != '.' || digits > precision) return false;
    // Left-aligned to six digits: what lies behind them becomes 0.
    const std::uint64_t word = (load64(at + 20) ^ kZeros) & (~std::uint64_t{0} >> (64 - 8 * digits));
    if (!within(word, 0x7676767676767676u)) return false;
    fraction = join_digits(word) / 100;
  }
  const std::int64_t minute = byte_of(middle, 6) * 10 + byte_of(middle, 7);
  const std::int64_t second = byte_of(seconds, 1) * 10 + byte_of(seconds, 2);
  const std::int64_t minutes = (days_of(date.year, date.month, date.day) * 24 + hour) * 60 + minute + west;
  out = (minutes * 60 + second) * 1000000 + fraction;
  return true;
}

}  // namespace pgfk
