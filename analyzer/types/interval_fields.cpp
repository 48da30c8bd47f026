#include "analyzer/types/interval_fields.h"

#include "analyzer/types/calendar.h"

namespace pgfk {
namespace {

struct RangeName {
  std::int32_t range;
  const char* text;
};
constexpr RangeName kRangeNames[] = {
    {kYearField, " year"},
    {kMonthField, " month"},
    {kDayField, " day"},
    {kHourField, " hour"},
    {kMinuteField, " minute"},
    {kSecondField, " second"},
    {kYearField | kMonthField, " year to month"},
    {kDayField | kHourField, " day to hour"},
    {kDayField | kHourField | kMinuteField, " day to minute"},
    {kDayField | kHourField | kMinuteField | kSecondField, " day to second"},
    {kHourField | kMinuteField, " hour to minute"},
    {kHourField | kMinuteField | kSecondField, " hour to second"},
    {kMinuteField | kSecondField, " minute to second"},
};

}  // namespace

std::string interval_typmod_text(std::int32_t typmod) {
  if (typmod < 0) return {};
  std::string text;
  for (const RangeName& name : kRangeNames) {
    if (name.range == interval_range(typmod)) text = name.text;
  }
  const std::int32_t precision = interval_precision(typmod);
  if (precision != kFullIntervalPrecision) text += "(" + std::to_string(precision) + ")";
  return text;
}

void fit_interval(Interval& interval, std::int32_t typmod) {
  if (typmod < 0) return;
  const std::int32_t range = interval_range(typmod);
  const auto keep_whole = [&](std::int64_t unit) { interval.microseconds = interval.microseconds / unit * unit; };
  if (range != kFullIntervalRange) {
    if ((range & (kDayField | kHourField | kMinuteField | kSecondField)) == 0) {
      if ((range & kMonthField) == 0) interval.months = interval.months / 12 * 12;
      interval.days = 0;
      interval.microseconds = 0;
    } else if ((range & (kHourField | kMinuteField | kSecondField)) == 0) {
      interval.microseconds = 0;
    } else if ((range & (kMinuteField | kSecondField)) == 0) {
      keep_whole(kHour);
    } else if ((range & kSecondField) == 0) {
      keep_whole(kMinute);
    }
  }
  const std::int32_t precision = interval_precision(typmod);
  if (precision <= 6) interval.microseconds = round_microseconds(interval.microseconds, precision);
}

}  // namespace pgfk
