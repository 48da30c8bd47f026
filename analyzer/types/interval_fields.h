// The modifiers of interval: which fields it keeps, and how many digits of a second. Source: timestamp.h, INTERVAL_TYPMOD; datetime.h, INTERVAL_MASK.
#pragma once

#include <cstdint>
#include <string>

#include "analyzer/types/value.h"

namespace pgfk {

inline constexpr std::int32_t kMonthField = 1 << 1, kYearField = 1 << 2, kDayField = 1 << 3, kHourField = 1 << 10,
                              kMinuteField = 1 << 11, kSecondField = 1 << 12;
inline constexpr std::int32_t kFullIntervalRange = 0x7fff, kFullIntervalPrecision = 0xffff;

inline std::int32_t interval_range(std::int32_t typmod) { return typmod < 0 ? kFullIntervalRange : (typmod >> 16) & 0x7fff; }
inline std::int32_t interval_precision(std::int32_t typmod) { return typmod < 0 ? kFullIntervalPrecision : typmod & 0xffff; }

/// " day to second(3)", "(6)", or nothing.
std::string interval_typmod_text(std::int32_t typmod);
/// Drops the fields below the range's last one and rounds the seconds.
void fit_interval(Interval& interval, std::int32_t typmod);

}  // namespace pgfk
