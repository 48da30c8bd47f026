// Dates and times as text. Source: datetime.c, EncodeDateOnly, EncodeDateTime, EncodeTimeOnly.
#include <cstdlib>

#include "analyzer/types/calendar.h"
#include "analyzer/types/datetime.h"
#include "analyzer/types/time_zone.h"

namespace pgfk {
namespace {

constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::size_t kAbbreviationLength = 10;

void pad(std::int64_t number, std::size_t width, std::string& out) {
  const std::string digits = std::to_string(number);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

void write_year(int year, std::string& out) { pad(year > 0 ? year : 1 - year, 4, out); }
void write_era(int year, std::string& out) {
  if (year <= 0) out += " BC";
}

/// 02/01 or 01/02 with the delimiter, in DateStyle's order.
void write_month_and_day(const ValueSettings& settings, const Civil& civil, char delimiter, std::string& out) {
  const bool day_first = settings.date_order == DateOrder::dmy;
  pad(day_first ? civil.day : civil.month, 2, out);
  out += delimiter;
  pad(day_first ? civil.month : civil.day, 2, out);
}

void write_ymd(const Civil& civil, std::string& out) {
  write_year(civil.year, out);
  out += '-';
  pad(civil.month, 2, out);
  out += '-';
  pad(civil.day, 2, out);
}

void write_german(const Civil& civil, std::string& out) {
  pad(civil.day, 2, out);
  out += '.';
  pad(civil.month, 2, out);
  out += '.';
  write_year(civil.year, out);
}

void write_clock(const Civil& civil, std::string& out) {
  pad(civil.hour, 2, out);
  out += ':';
  pad(civil.minute, 2, out);
  out += ':';
  write_seconds(civil.second, civil.fraction, true, out);
}

/// " CET" or "+01"; styles other than ISO prefer the abbreviation.
void write_zone(const ZoneAt* zone, std::string& out) {
  if (zone == nullptr) return;
  if (zone->abbreviation.empty()) {
    write_offset(zone->west, out);
  } else {
    out.append(1, ' ').append(zone->abbreviation, 0, kAbbreviationLength);
  }
}

void write_moment(const ValueSettings& settings, const Civil& civil, const ZoneAt* zone, std::string& out) {
  switch (settings.date_style) {
    case DateStyle::iso:
      write_ymd(civil, out);
      out += ' ';
      write_clock(civil, out);
      if (zone != nullptr) write_offset(zone->west, out);
      break;
    case DateStyle::sql:
      write_month_and_day(settings, civil, '/', out);
      out += '/';
      write_year(civil.year, out);
      out += ' ';
      write_clock(civil, out);
      write_zone(zone, out);
      break;
    case DateStyle::german:
      write_german(civil, out);
      out += ' ';
      write_clock(civil, out);
      write_zone(zone, out);
      break;
    case DateStyle::postgres: {
      const int weekday = (julian_day(civil.year, civil.month, civil.day) + 1) % 7;
      out.append(kDays[weekday < 0 ? weekday + 7 : weekday]).append(1, ' ');
      if (settings.date_order == DateOrder::dmy) {
        pad(civil.day, 2, out);
        out.append(1, ' ').append(kMonths[civil.month - 1]);
      } else {
        out.append(kMonths[civil.month - 1]).append(1, ' ');
        pad(civil.day, 2, out);
      }
      out += ' ';
      write_clock(civil, out);
      out += ' ';
      write_year(civil.year, out);
      if (zone != nullptr && zone->abbreviation.empty()) out += ' ';
      write_zone(zone, out);
      break;
    }
  }
  write_era(civil.year, out);
}

}  // namespace

void write_seconds(std::int64_t second, std::int64_t fraction, bool padded, std::string& out) {
  pad(std::abs(second), padded ? 2 : 1, out);
  if (fraction == 0) return;
  out += '.';
  pad(std::abs(fraction), 6, out);
  while (out.back() == '0') out.pop_back();
}

void write_offset(std::int32_t west, std::string& out) {
  const std::int32_t seconds = std::abs(west);
  out += west <= 0 ? '+' : '-';
  pad(seconds / 3600, 2, out);
  if (seconds % 3600 == 0) return;
  out += ':';
  pad(seconds / 60 % 60, 2, out);
  if (seconds % 60 == 0) return;
  out += ':';
  pad(seconds % 60, 2, out);
}

void write_date(const ValueSettings& settings, std::int64_t date, std::string& out) {
  if (is_infinite_date(date)) {
    out += date == kDateLate ? "infinity" : "-infinity";
    return;
  }
  Civil civil;
  from_julian_day(static_cast<int>(date) + kEpochJulian, civil.year, civil.month, civil.day);
  switch (settings.date_style) {
    case DateStyle::iso: write_ymd(civil, out); break;
    case DateStyle::german: write_german(civil, out); break;
    case DateStyle::sql:
    case DateStyle::postgres: {
      const char delimiter = settings.date_style == DateStyle::sql ? '/' : '-';
      write_month_and_day(settings, civil, delimiter, out);
      out += delimiter;
      write_year(civil.year, out);
      break;
    }
  }
  write_era(civil.year, out);
}

void write_timestamp(const ValueSettings& settings, std::int64_t timestamp, bool with_zone, std::string& out) {
  if (is_infinite_timestamp(timestamp)) {
    out += timestamp == kTimestampLate ? "infinity" : "-infinity";
    return;
  }
  if (!with_zone) return write_moment(settings, civil_of(timestamp), nullptr, out);
  const Zone* session = find_session_zone(settings.time_zone);
  const ZoneAt zone = session == nullptr ? ZoneAt{0, "UTC"} : zone_at(*session, timestamp);
  write_moment(settings, civil_of(timestamp - zone.west * kSecond), &zone, out);
}

void write_time(std::int64_t time, std::string& out) {
  Civil civil;
  set_time(civil, time);
  write_clock(civil, out);
}

Outcome<std::int32_t> session_offset_of_local(const ValueSettings& settings, std::int64_t local_timestamp) {
  const Zone* zone = find_session_zone(settings.time_zone);
  if (zone == nullptr) return Doubt{"the rules of time zone \"" + settings.time_zone + "\" are not known"};
  return offset_of_local(*zone, civil_of(local_timestamp));
}

Outcome<std::int32_t> session_offset_at(const ValueSettings& settings, std::int64_t instant) {
  const Zone* zone = find_session_zone(settings.time_zone);
  if (zone == nullptr) return Doubt{"the rules of time zone \"" + settings.time_zone + "\" are not known"};
  return zone_at(*zone, instant).west;
}

}  // namespace pgfk
