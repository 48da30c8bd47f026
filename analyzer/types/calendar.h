// Days, clock times and microseconds, as PostgreSQL counts them: days and microseconds from 2000-01-01, proleptic Gregorian calendar,
// year 0 is 1 BC. Source: datetime.c, date2j, j2date.
#pragma once

#include <cstdint>

namespace pgfk {

inline constexpr std::int64_t kSecond = 1'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
inline constexpr int kEpochJulian = 2451545;      // 2000-01-01
inline constexpr int kUnixEpochJulian = 2440588;  // 1970-01-01
inline constexpr std::int64_t kUnixToPostgresSeconds = 946684800;

/// A date and a time of day in fields; no zone.
struct Civil {
  int year = 0, month = 0, day = 0;
  int hour = 0, minute = 0, second = 0;
  std::int64_t fraction = 0;  // microseconds
};

/// Julian day of a date, and back. Years from -4713 on.
int julian_day(int year, int month, int day);
void from_julian_day(int julian, int& year, int& month, int& day);
/// Whether julian_day can be asked (from 4714-11-24 BC on, and to a year whose days fit an int).
bool is_valid_julian(int year, int month, int day);
int days_in_month(int year, int month);

/// Microseconds of a time of day.
inline std::int64_t time_of_day(int hour, int minute, int second, std::int64_t fraction) {
  return ((static_cast<std::int64_t>(hour) * 60 + minute) * 60 + second) * kSecond + fraction;
}
/// Fields of a timestamp (microseconds from 2000-01-01).
Civil civil_of(std::int64_t timestamp);
/// The time of day of `time` (microseconds from midnight, may be 24:00) in fields; the date is left alone.
void set_time(Civil& civil, std::int64_t time);

/// Rounded half away from zero to `precision` digits of a second, 0 to 6.
std::int64_t round_microseconds(std::int64_t time, int precision);

}  // namespace pgfk
