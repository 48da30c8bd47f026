// Words that date and time literals may hold, and the kinds of fields they stand for. Source: datetime.c, datetktbl; datetime.h.
#pragma once

#include <cstdint>
#include <string_view>

namespace pgfk {

/// What a field is; as a bit (field_bit) also what a literal has said so far.
enum class DateField : std::uint8_t {
  reserved = 0, month, year, day, julian, zone, daylight_zone, dynamic_zone, ignored, am_pm, hour, minute, second, millisecond, microsecond,
  day_of_year, day_of_week, units, ad_bc, iso_time = 23, daylight_modifier = 28, unknown = 31
};
inline constexpr std::uint32_t field_bit(DateField field) { return 1u << static_cast<unsigned>(field); }
inline constexpr std::uint32_t kDateBits = field_bit(DateField::year) | field_bit(DateField::month) | field_bit(DateField::day);
inline constexpr std::uint32_t kSecondBits =
    field_bit(DateField::second) | field_bit(DateField::millisecond) | field_bit(DateField::microsecond);
inline constexpr std::uint32_t kTimeBits = field_bit(DateField::hour) | field_bit(DateField::minute) | kSecondBits;

/// Values of reserved words and of units.
enum DateWordValue : int {
  kWordNone = 0, kWordNow, kWordToday, kWordTomorrow, kWordYesterday, kWordZulu, kWordEpoch, kWordLate, kWordEarly,
  kUnitJulian, kUnitYear, kUnitMonth, kUnitDay, kUnitHour, kUnitMinute, kUnitSecond, kUnitTime, kUnitOther,
  kAm, kPm, kAd, kBc
};

struct DateWord {
  const char* word;
  DateField type;
  int value;
  int since = 0;        // major version that brought it
  int until = 1000;     // first major version without it
};
/// Ten letters decide, as in the server. Null for words that mean nothing.
const DateWord* find_date_word(std::string_view lower_case, int server_version);

}  // namespace pgfk
