// Fields of dates and times: date_trunc, extract, age. Source: timestamp.c.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/types/outcome.h"
#include "analyzer/types/value.h"

namespace pgfk {

/// A timestamp (microseconds, no zone) cut down to a unit ("month", "week"); 22023 for an unknown one.
Outcome<std::int64_t> truncate_to(std::string_view unit, std::int64_t timestamp, TypeId type);
/// extract()'s answer as a numeric's text, of a date, timestamp, time or interval.
Outcome<std::string> field_of(std::string_view unit, const Value& value);
/// age(later, earlier): years, months and days by the calendar.
Interval age_between(std::int64_t later, std::int64_t earlier);

}  // namespace pgfk
