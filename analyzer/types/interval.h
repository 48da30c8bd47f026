// Reading and printing intervals; the type's functions are in interval.cpp. Source: datetime.c, DecodeInterval, DecodeISO8601Interval, EncodeInterval.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/types/datetime_decode.h"
#include "analyzer/types/value.h"

namespace pgfk {

/// The infinities that 17 brought.
inline constexpr Interval kIntervalLate = {INT32_MAX, INT32_MAX, INT64_MAX}, kIntervalEarly = {INT32_MIN, INT32_MIN, INT64_MIN};
inline bool same_fields(const Interval& a, const Interval& b) {
  return a.months == b.months && a.days == b.days && a.microseconds == b.microseconds;
}
inline bool is_infinite(const Interval& i) { return same_fields(i, kIntervalLate) || same_fields(i, kIntervalEarly); }

/// Fields as they add up while reading: years are still apart from months.
struct IntervalSum {
  std::int64_t years = 0, months = 0, days = 0, microseconds = 0;

  // Each false where the server's fields would overflow.
  bool add_years(std::int64_t value, int scale);
  bool add_months(std::int64_t value);
  bool add_days(std::int64_t value, int scale);
  bool add_microseconds(std::int64_t value, double fraction, std::int64_t scale);
  bool add_fraction_of_years(double fraction, int scale);
  bool add_fraction_of_days(double fraction, int scale);
  bool add_fraction_of_time(double fraction, std::int64_t scale);
  bool negate();
};

enum class IntervalWord { none, late, early };
/// The classic spellings ("1 day 2:00 ago", "1-2 3 4:05:06").
DateTimeTrouble decode_interval(std::string_view text, std::int32_t range, const ValueSettings& settings, IntervalSum& sum, IntervalWord& word);
/// P1Y2M3DT4H5M6S and P0001-02-03T04:05:06.
DateTimeTrouble decode_iso_interval(std::string_view text, IntervalSum& sum);

void write_interval(const ValueSettings& settings, const Interval& interval, std::string& out);

}  // namespace pgfk
