#include "analyzer/eval/functions/date_fields.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

#include "analyzer/types/calendar.h"
#include "analyzer/types/type_io.h"

namespace pgfk {

namespace {

enum class Unit { microsecond, millisecond, second, minute, hour, day, week, month, quarter, year, decade, century, millennium, dow, isodow, doy, isoyear, epoch };

struct Spelling {
  std::string_view name;
  Unit unit;
};

constexpr Spelling kUnits[] = {
    {"microseconds", Unit::microsecond}, {"microsecond", Unit::microsecond}, {"us", Unit::microsecond}, {"milliseconds", Unit::millisecond},
    {"millisecond", Unit::millisecond},  {"ms", Unit::millisecond},         {"second", Unit::second},  {"seconds", Unit::second},
    {"sec", Unit::second},               {"minute", Unit::minute},          {"minutes", Unit::minute}, {"min", Unit::minute},
    {"hour", Unit::hour},                {"hours", Unit::hour},             {"day", Unit::day},        {"days", Unit::day},
    {"week", Unit::week},                {"weeks", Unit::week},             {"month", Unit::month},    {"months", Unit::month},
    {"mon", Unit::month},                {"quarter", Unit::quarter},        {"year", Unit::year},      {"years", Unit::year},
    {"decade", Unit::decade},            {"century", Unit::century},        {"millennium", Unit::millennium}, {"dow", Unit::dow},
    {"isodow", Unit::isodow},            {"doy", Unit::doy},                {"isoyear", Unit::isoyear}, {"epoch", Unit::epoch},
};

const Unit* find_unit(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const Spelling& spelling : kUnits) {
    if (spelling.name == folded) return &spelling.unit;
  }
  return nullptr;
}

ServerError unknown_unit(std::string_view unit, TypeId type, bool supported_elsewhere) {
  const std::string type_name = type == TypeId::timestamptz ? "timestamp with time zone" : type == TypeId::timestamp ? "timestamp without time zone"
                                : type == TypeId::date      ? "date" : type == TypeId::time ? "time without time zone" : "interval";
  if (supported_elsewhere) return {"0A000", "unit \"" + std::string(unit) + "\" not supported for type " + type_name};
  return {"22023", "unit \"" + std::string(unit) + "\" not recognized for type " + type_name};
}

std::int64_t floor_to(std::int64_t value, std::int64_t step) {
  const std::int64_t rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

std::int64_t midnight_of(int year, int month, int day) { return (std::int64_t{julian_day(year, month, day)} - kEpochJulian) * kDay; }

/// 0 is Sunday.
int day_of_week(std::int64_t timestamp) {
  const std::int64_t days = floor_to(timestamp, kDay) / kDay;
  return static_cast<int>(((days + 6) % 7 + 7) % 7);  // 2000-01-01 was a Saturday
}

std::int64_t monday_of(std::int64_t timestamp) { return floor_to(timestamp, kDay) - ((day_of_week(timestamp) + 6) % 7) * kDay; }

/// The year whose ISO weeks hold the day: that of its week's Thursday.
int iso_year(std::int64_t timestamp) { return civil_of(monday_of(timestamp) + 3 * kDay).year; }

int iso_week(std::int64_t timestamp) {
  const std::int64_t first = monday_of(midnight_of(iso_year(timestamp), 1, 4));
  return static_cast<int>((monday_of(timestamp) - first) / (7 * kDay)) + 1;
}

int year_shown(int year) { return year > 0 ? year : year - 1; }
int century(int year) { return year > 0 ? (year + 99) / 100 : -((99 - (year - 1)) / 100); }

std::string seconds_text(std::int64_t microseconds, int digits) {
  std::int64_t unit = 1;
  for (int at = 0; at < digits; ++at) unit *= 10;
  const bool negative = microseconds < 0;
  const std::uint64_t magnitude = negative ? 0 - static_cast<std::uint64_t>(microseconds) : static_cast<std::uint64_t>(microseconds);
  std::string fraction = std::to_string(magnitude % static_cast<std::uint64_t>(unit));
  fraction.insert(0, static_cast<std::size_t>(digits) - fraction.size(), '0');
  return (negative ? "-" : "") + std::to_string(magnitude / static_cast<std::uint64_t>(unit)) + (digits > 0 ? "." + fraction : "");
}

Outcome<std::string> field_of_timestamp(Unit unit, std::string_view name, std::int64_t timestamp, TypeId type) {
  const Civil civil = civil_of(timestamp);
  const std::int64_t seconds = civil.second * kSecond + civil.fraction;
  switch (unit) {
    case Unit::microsecond: return std::to_string(seconds);
    case Unit::millisecond: return seconds_text(seconds, 3);
    case Unit::second: return seconds_text(seconds, 6);
    case Unit::minute: return std::to_string(civil.minute);
    case Unit::hour: return std::to_string(civil.hour);
    case Unit::day: return std::to_string(civil.day);
    case Unit::week: return std::to_string(iso_week(timestamp));
    case Unit::month: return std::to_string(civil.month);
    case Unit::quarter: return std::to_string((civil.month - 1) / 3 + 1);
    case Unit::year: return std::to_string(year_shown(civil.year));
    case Unit::decade: return std::to_string(civil.year >= 0 ? civil.year / 10 : -((8 - (civil.year - 1)) / 10));
    case Unit::century: return std::to_string(century(civil.year));
    case Unit::millennium: return std::to_string(civil.year > 0 ? (civil.year + 999) / 1000 : -((999 - (civil.year - 1)) / 1000));
    case Unit::dow: return std::to_string(day_of_week(timestamp));
    case Unit::isodow: return std::to_string((day_of_week(timestamp) + 6) % 7 + 1);
    case Unit::doy: return std::to_string((floor_to(timestamp, kDay) - midnight_of(civil.year, 1, 1)) / kDay + 1);
    case Unit::isoyear: return std::to_string(year_shown(iso_year(timestamp)));
    case Unit::epoch:
      if (type == TypeId::date) return std::to_string(timestamp / kSecond + kUnixToPostgresSeconds);
      return seconds_text(timestamp + kUnixToPostgresSeconds * kSecond, 6);
  }
  return unknown_unit(name, type, true);
}

Outcome<std::string> field_of_clock(Unit unit, std::string_view name, std::int64_t time, TypeId type) {
  switch (unit) {
    case Unit::microsecond: return std::to_string(time % kMinute);
    case Unit::millisecond: return seconds_text(time % kMinute, 3);
    case Unit::second: return seconds_text(time % kMinute, 6);
    case Unit::minute: return std::to_string(time / kMinute % 60);
    case Unit::hour: return std::to_string(time / kHour);
    case Unit::epoch: return seconds_text(time, 6);
    default: return unknown_unit(name, type, true);
  }
}

Outcome<std::string> field_of_interval(Unit unit, std::string_view name, const Interval& interval) {
  switch (unit) {
    case Unit::day: return std::to_string(interval.days);
    case Unit::month: return std::to_string(interval.months % 12);
    case Unit::quarter: return std::to_string(interval.months % 12 / 3 + 1);
    case Unit::year: return std::to_string(interval.months / 12);
    case Unit::decade: return std::to_string(interval.months / 120);
    case Unit::century: return std::to_string(interval.months / 1200);
    case Unit::millennium: return std::to_string(interval.months / 12000);
    case Unit::epoch: {
      // Years of 365.25 days, months of 30.
      constexpr std::int64_t kYear = 31557600;
      const std::int64_t seconds = interval.months / 12 * kYear + interval.months % 12 * (30 * 86400LL) + interval.days * 86400LL;
      return seconds_text(seconds * kSecond + interval.microseconds, 6);
    }
    default: return field_of_clock(unit, name, interval.microseconds, TypeId::interval);
  }
}

}  // namespace

Outcome<std::int64_t> truncate_to(std::string_view name, std::int64_t timestamp, TypeId type) {
  const Unit* unit = find_unit(name);
  if (unit == nullptr) return unknown_unit(name, type, false);
  const Civil civil = civil_of(timestamp);
  switch (*unit) {
    case Unit::microsecond: return timestamp;
    case Unit::millisecond: return floor_to(timestamp, 1000);
    case Unit::second: return floor_to(timestamp, kSecond);
    case Unit::minute: return floor_to(timestamp, kMinute);
    case Unit::hour: return floor_to(timestamp, kHour);
    case Unit::day: return floor_to(timestamp, kDay);
    case Unit::week: return monday_of(timestamp);
    case Unit::month: return midnight_of(civil.year, civil.month, 1);
    case Unit::quarter: return midnight_of(civil.year, (civil.month - 1) / 3 * 3 + 1, 1);
    case Unit::year: return midnight_of(civil.year, 1, 1);
    case Unit::decade: return civil.year > 0 ? Outcome<std::int64_t>(midnight_of(civil.year / 10 * 10, 1, 1)) : Doubt{"decades before Christ"};
    case Unit::century: return civil.year > 0 ? Outcome<std::int64_t>(midnight_of((civil.year + 99) / 100 * 100 - 99, 1, 1)) : Doubt{"centuries before Christ"};
    case Unit::millennium:
      return civil.year > 0 ? Outcome<std::int64_t>(midnight_of((civil.year + 999) / 1000 * 1000 - 999, 1, 1)) : Doubt{"millennia before Christ"};
    case Unit::dow:
    case Unit::isodow:
    case Unit::doy:
    case Unit::isoyear:
    case Unit::epoch: break;
  }
  return unknown_unit(name, type, true);
}

Outcome<std::string> field_of(std::string_view name, const Value& value) {
  const TypeId type = value.type();
  const Unit* unit = find_unit(name);
  if (unit == nullptr) {
    if (name == "timezone" || name == "timezone_hour" || name == "timezone_minute" || name == "julian") return Doubt{"extract(" + std::string(name) + ") is not evaluated offline"};
    return unknown_unit(name, type, false);
  }
  if (type == TypeId::interval) return field_of_interval(*unit, name, value.interval());
  if (type == TypeId::time) return field_of_clock(*unit, name, value.integer(), type);
  const std::int64_t number = value.integer();
  const bool infinite = type == TypeId::date ? number == std::numeric_limits<std::int32_t>::max() || number == std::numeric_limits<std::int32_t>::min()
                                             : number == std::numeric_limits<std::int64_t>::max() || number == std::numeric_limits<std::int64_t>::min();
  if (infinite) return Doubt{"fields of an infinite time are not evaluated offline"};
  if (type == TypeId::date) {
    const bool clock = *unit == Unit::microsecond || *unit == Unit::millisecond || *unit == Unit::second || *unit == Unit::minute || *unit == Unit::hour;
    if (clock) return unknown_unit(name, type, true);
    return field_of_timestamp(*unit, name, number * kDay, type);
  }
  return field_of_timestamp(*unit, name, number, type);
}

Interval age_between(std::int64_t later, std::int64_t earlier) {
  const bool negative = later < earlier;
  const Civil end = civil_of(negative ? earlier : later), start = civil_of(negative ? later : earlier);
  int months = (end.year - start.year) * 12 + end.month - start.month;
  int days = end.day - start.day;
  std::int64_t clock = time_of_day(end.hour, end.minute, end.second, end.fraction) - time_of_day(start.hour, start.minute, start.second, start.fraction);
  if (clock < 0) {
    clock += kDay;
    --days;
  }
  if (days < 0) {
    // The month borrowed from is that of the earlier date.
    days += days_in_month(start.year, start.month);
    --months;
  }
  const int sign = negative ? -1 : 1;
  return {sign * months, sign * days, sign * clock};
}

}  // namespace pgfk
