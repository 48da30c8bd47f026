// Parts of dates and times that casts and other families use, too.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "analyzer/types/outcome.h"
#include "analyzer/types/settings.h"
#include "analyzer/types/type.h"

namespace pgfk {

// The infinities of Value.
inline constexpr std::int64_t kTimestampLate = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kTimestampEarly = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t kDateLate = std::numeric_limits<std::int32_t>::max();
inline constexpr std::int64_t kDateEarly = std::numeric_limits<std::int32_t>::min();
// From 4714-11-24 BC to 294276-12-31; dates to 5874897-12-31.
inline constexpr std::int64_t kFirstTimestamp = -211813488000000000, kTimestampEnd = 9223371331200000000;
inline constexpr std::int64_t kFirstDate = -2451545, kDateEnd = 2145031949;

inline bool is_infinite_timestamp(std::int64_t t) { return t == kTimestampLate || t == kTimestampEarly; }
inline bool is_infinite_date(std::int64_t d) { return d == kDateLate || d == kDateEarly; }

/// Seconds west of UTC in the session's zone for a local timestamp, or for an instant; a Doubt where the zone's rules are not at hand.
Outcome<std::int32_t> session_offset_of_local(const ValueSettings& settings, std::int64_t local_timestamp);
Outcome<std::int32_t> session_offset_at(const ValueSettings& settings, std::int64_t instant);

// Output under DateStyle; the infinities are words.
void write_date(const ValueSettings& settings, std::int64_t date, std::string& out);
void write_timestamp(const ValueSettings& settings, std::int64_t timestamp, bool with_zone, std::string& out);
void write_time(std::int64_t time, std::string& out);
/// +02, +05:30, -00:01:15
void write_offset(std::int32_t west, std::string& out);
/// ss[.ffffff] without zeros at the end; `pad` for two digits before the point.
void write_seconds(std::int64_t second, std::int64_t fraction, bool pad, std::string& out);

}  // namespace pgfk
