#include "analyzer/types/calendar.h"

namespace pgfk {

int julian_day(int year, int month, int day) {
  if (month > 2) {
    month += 1;
    year += 4800;
  } else {
    month += 13;
    year += 4799;
  }
  const std::int64_t wide = year, century = year / 100;  // the sum fits an int, its parts need not
  return static_cast<int>(wide * 365 - 32167 + wide / 4 - century + century / 4 + 7834 * month / 256 + day);
}

void from_julian_day(int julian, int& year, int& month, int& day) {
  std::uint32_t days = static_cast<std::uint32_t>(julian) + 32044;
  std::uint32_t quad = days / 146097;
  const std::uint32_t extra = (days - quad * 146097) * 4 + 3;
  days += 60 + quad * 3 + extra / 146097;
  quad = days / 1461;
  days -= quad * 1461;
  std::uint32_t within = days * 4 / 1461;
  days = (within != 0 ? (days + 305) % 365 : (days + 306) % 366) + 123;
  within += quad * 4;
  year = static_cast<int>(within) - 4800;
  quad = days * 2141 / 65536;
  day = static_cast<int>(days - 7834 * quad / 256);
  month = static_cast<int>((quad + 10) % 12 + 1);
}

bool is_valid_julian(int year, int month, int day) {
  constexpr int kFirstYear = -4713, kFirstMonth = 11, kFirstDay = 24;
  constexpr int kLastYear = 5874898, kLastMonth = 6;
  const bool from = year > kFirstYear || (year == kFirstYear && (month > kFirstMonth || (month == kFirstMonth && day >= kFirstDay)));
  return from && (year < kLastYear || (year == kLastYear && month < kLastMonth));
}

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[month - 1] + (leap && month == 2 ? 1 : 0);
}

void set_time(Civil& civil, std::int64_t time) {
  civil.hour = static_cast<int>(time / kHour);
  time %= kHour;
  civil.minute = static_cast<int>(time / kMinute);
  time %= kMinute;
  civil.second = static_cast<int>(time / kSecond);
  civil.fraction = time % kSecond;
}

Civil civil_of(std::int64_t timestamp) {
  std::int64_t days = timestamp / kDay;
  std::int64_t time = timestamp % kDay;
  if (time < 0) {
    time += kDay;
    --days;
  }
  Civil civil;
  from_julian_day(static_cast<int>(days) + kEpochJulian, civil.year, civil.month, civil.day);
  set_time(civil, time);
  return civil;
}

std::int64_t round_microseconds(std::int64_t time, int precision) {
  if (precision >= 6 || precision < 0) return time;
  std::int64_t unit = kSecond;
  for (int digit = 0; digit < precision; ++digit) unit /= 10;
  const std::int64_t half = unit / 2;
  if (time > INT64_MAX - half || time < INT64_MIN + half) return time;  // infinities, and no room to round
  return time >= 0 ? (time + half) / unit * unit : -((-time + half) / unit * unit);
}

}  // namespace pgfk
