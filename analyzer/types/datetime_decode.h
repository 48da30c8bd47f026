// What the fields of a date, time or timestamp literal mean. Source: datetime.c, DecodeDateTime, DecodeTimeOnly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/types/calendar.h"
#include "analyzer/types/outcome.h"
#include "analyzer/types/settings.h"

namespace pgfk {

/// How a literal fails; each has its SQLSTATE and text (datetime_refusal).
enum class DateTimeTrouble {
  none, bad_format, field_overflow, interval_overflow, zone_overflow,
  unknown_zone,   // 22023, names the zone
  clock,          // now, today: only the server knows
  no_rules        // the rules of a zone are not at hand
};

struct DecodedTime {
  enum class Kind { moment, epoch, late, early } kind = Kind::moment;
  Civil civil;
  std::int32_t west = 0;       // seconds west of UTC, where one was asked for
  std::string bad_zone = {};   // of unknown_zone
};

enum class WantedTime { date, timestamp, timestamptz, time, timetz };

DateTimeTrouble decode_datetime(std::string_view text, WantedTime wanted, const ValueSettings& settings, DecodedTime& out);

/// `type` as the server's message names it ("timestamp", "timestamp with time zone"). Not for none.
template <typename T>
Outcome<T> datetime_refusal(DateTimeTrouble trouble, std::string_view text, std::string_view type, const DecodedTime& decoded) {
  const auto quoted = [&](std::string head) { return head.append(" \"").append(text).append("\""); };
  switch (trouble) {
    case DateTimeTrouble::field_overflow: return ServerError{"22008", quoted("date/time field value out of range:")};
    case DateTimeTrouble::interval_overflow: return ServerError{"22015", quoted("interval field value out of range:")};
    case DateTimeTrouble::zone_overflow: return ServerError{"22009", quoted("time zone displacement out of range:")};
    case DateTimeTrouble::unknown_zone: return ServerError{"22023", "time zone \"" + decoded.bad_zone + "\" not recognized"};
    case DateTimeTrouble::clock: return Doubt{quoted("the server's clock decides what is meant by")};
    case DateTimeTrouble::no_rules: return Doubt{"the rules of its time zone are not known"};
    case DateTimeTrouble::none:
    case DateTimeTrouble::bad_format: break;
  }
  return ServerError{"22007", quoted("invalid input syntax for type " + std::string(type) + ":")};
}

}  // namespace pgfk
