#include <cstdlib>

#include "analyzer/types/calendar.h"
#include "analyzer/types/datetime.h"
#include "analyzer/types/interval.h"

namespace pgfk {
namespace {

struct Fields {
  std::int64_t year, month, day, hour, minute, second, fraction;
};

Fields fields_of(const Interval& interval) {
  const std::int64_t time = interval.microseconds;
  return {interval.months / 12, interval.months % 12,          interval.days,       time / kHour,
          time % kHour / kMinute, time % kMinute / kSecond, time % kSecond};
}

bool negative_clock(const Fields& f) { return f.hour < 0 || f.minute < 0 || f.second < 0 || f.fraction < 0; }
bool has_clock(const Fields& f) { return f.hour != 0 || f.minute != 0 || f.second != 0 || f.fraction != 0; }
std::string number(std::int64_t n) { return std::to_string(n); }
std::string magnitude(std::int64_t n) { return n < 0 ? std::to_string(n).substr(1) : std::to_string(n); }
std::string two_digits(std::int64_t n) {
  const std::string digits = magnitude(n);
  return digits.size() < 2 ? "0" + digits : digits;
}

/// 1 year 2 mons -3 days +04:05:06
void write_postgres(const Fields& f, std::string& out) {
  bool zero = true, before = false;
  const auto part = [&](std::int64_t value, const char* unit) {
    if (value == 0) return;
    if (!zero) out += ' ';
    if (before && value > 0) out += '+';
    out.append(number(value)).append(1, ' ').append(unit);
    if (value != 1) out += 's';
    before = value < 0;
    zero = false;
  };
  part(f.year, "year");
  part(f.month, "mon");
  part(f.day, "day");
  if (!zero && !has_clock(f)) return;
  if (!zero) out += ' ';
  if (negative_clock(f)) {
    out += '-';
  } else if (before) {
    out += '+';
  }
  out.append(two_digits(f.hour)).append(1, ':').append(two_digits(f.minute)).append(1, ':');
  write_seconds(f.second, f.fraction, true, out);
}

/// @ 1 year 2 mons ago
void write_verbose(const Fields& f, std::string& out) {
  bool zero = true, before = false;
  out += '@';
  const auto part = [&](std::int64_t value, const char* unit) {
    if (value == 0) return;
    if (zero) {
      before = value < 0;
      value = std::abs(value);
    } else if (before) {
      value = -value;
    }
    out.append(1, ' ').append(number(value)).append(1, ' ').append(unit);
    if (value != 1) out += 's';
    zero = false;
  };
  part(f.year, "year");
  part(f.month, "mon");
  part(f.day, "day");
  part(f.hour, "hour");
  part(f.minute, "min");
  if (f.second != 0 || f.fraction != 0) {
    out += ' ';
    if (f.second < 0 || f.fraction < 0) {
      if (zero) {
        before = true;
      } else if (!before) {
        out += '-';
      }
    } else if (before) {
      out += '-';
    }
    write_seconds(f.second, f.fraction, false, out);
    out += std::abs(f.second) != 1 || f.fraction != 0 ? " secs" : " sec";
    zero = false;
  }
  if (zero) out += " 0";
  if (before) out += " ago";
}

/// 1-2, 3 4:05:06, or +1-2 -3 +4:05:06 where SQL has no such value.
void write_sql(const Fields& f, std::string& out) {
  const bool negative = f.year < 0 || f.month < 0 || f.day < 0 || negative_clock(f);
  const bool positive = f.year > 0 || f.month > 0 || f.day > 0 || f.hour > 0 || f.minute > 0 || f.second > 0 || f.fraction > 0;
  const bool months = f.year != 0 || f.month != 0, day_time = f.day != 0 || has_clock(f);
  if (!negative && !positive) {
    out += '0';
    return;
  }
  const auto clock = [&] {
    out.append(magnitude(f.hour)).append(1, ':').append(two_digits(f.minute)).append(1, ':');
    write_seconds(f.second, f.fraction, true, out);
  };
  const auto year_month = [&] { out.append(magnitude(f.year)).append(1, '-').append(magnitude(f.month)); };
  if ((negative && positive) || (months && day_time)) {
    out += f.year < 0 || f.month < 0 ? '-' : '+';
    year_month();
    out.append(f.day < 0 ? " -" : " +").append(magnitude(f.day)).append(negative_clock(f) ? " -" : " +");
    clock();
    return;
  }
  if (negative) out += '-';
  if (months) return year_month();
  if (f.day != 0) out.append(magnitude(f.day)).append(1, ' ');
  clock();
}

/// P1Y2M-3DT4H5M6S
void write_iso(const Fields& f, std::string& out) {
  const auto part = [&](std::int64_t value, char unit) {
    if (value != 0) out.append(number(value)).append(1, unit);
  };
  out += 'P';
  part(f.year, 'Y');
  part(f.month, 'M');
  part(f.day, 'D');
  if (!has_clock(f) && out.size() > 1 && (f.year != 0 || f.month != 0 || f.day != 0)) return;
  out += 'T';
  part(f.hour, 'H');
  part(f.minute, 'M');
  if (f.second != 0 || f.fraction != 0 || !has_clock(f)) {
    if (f.second < 0 || f.fraction < 0) out += '-';
    write_seconds(f.second, f.fraction, false, out);
    out += 'S';
  }
}

}  // namespace

void write_interval(const ValueSettings& settings, const Interval& interval, std::string& out) {
  if (settings.server_version >= 17 && is_infinite(interval)) {
    out += same_fields(interval, kIntervalLate) ? "infinity" : "-infinity";
    return;
  }
  const Fields fields = fields_of(interval);
  switch (settings.interval_style) {
    case IntervalStyle::postgres: return write_postgres(fields, out);
    case IntervalStyle::postgres_verbose: return write_verbose(fields, out);
    case IntervalStyle::sql_standard: return write_sql(fields, out);
    case IntervalStyle::iso_8601: return write_iso(fields, out);
  }
}

}  // namespace pgfk
