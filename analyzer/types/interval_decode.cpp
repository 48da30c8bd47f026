#include <charconv>
#include <cmath>

#include "analyzer/types/datetime_fields.h"
#include "analyzer/types/family.h"
#include "analyzer/types/interval.h"
#include "analyzer/types/interval_fields.h"

namespace pgfk {
namespace {

using Trouble = DateTimeTrouble;

enum class Unit {
  none, microsecond, millisecond, second, minute, hour, day, week, month, quarter, year, decade, century, millennium, zone, ago,
  infinity, minus_infinity, ignored, other
};

struct UnitWord {
  const char* word;
  Unit unit;
};
constexpr std::size_t kWordLength = 10;
constexpr UnitWord kUnits[] = {
    {"ago", Unit::ago}, {"c", Unit::century}, {"cent", Unit::century}, {"centuries", Unit::century}, {"century", Unit::century},
    {"d", Unit::day}, {"day", Unit::day}, {"days", Unit::day}, {"dec", Unit::decade}, {"decade", Unit::decade},
    {"decades", Unit::decade}, {"decs", Unit::decade}, {"h", Unit::hour}, {"hour", Unit::hour}, {"hours", Unit::hour},
    {"hr", Unit::hour}, {"hrs", Unit::hour}, {"m", Unit::minute}, {"microsecon", Unit::microsecond}, {"mil", Unit::millennium},
    {"millennia", Unit::millennium}, {"millennium", Unit::millennium}, {"millisecon", Unit::millisecond}, {"mils", Unit::millennium},
    {"min", Unit::minute}, {"mins", Unit::minute}, {"minute", Unit::minute}, {"minutes", Unit::minute}, {"mon", Unit::month},
    {"mons", Unit::month}, {"month", Unit::month}, {"months", Unit::month}, {"ms", Unit::millisecond}, {"msec", Unit::millisecond},
    {"msecond", Unit::millisecond}, {"mseconds", Unit::millisecond}, {"msecs", Unit::millisecond}, {"qtr", Unit::quarter},
    {"quarter", Unit::quarter}, {"s", Unit::second}, {"sec", Unit::second}, {"second", Unit::second}, {"seconds", Unit::second},
    {"secs", Unit::second}, {"timezone", Unit::zone}, {"timezone_h", Unit::zone}, {"timezone_m", Unit::zone},
    {"us", Unit::microsecond}, {"usec", Unit::microsecond}, {"usecond", Unit::microsecond}, {"useconds", Unit::microsecond},
    {"usecs", Unit::microsecond}, {"w", Unit::week}, {"week", Unit::week}, {"weeks", Unit::week}, {"y", Unit::year},
    {"year", Unit::year}, {"years", Unit::year}, {"yr", Unit::year}, {"yrs", Unit::year},
};

Unit find_unit(std::string_view word, int version) {
  const std::string_view key = word.substr(0, kWordLength);
  for (const UnitWord& unit : kUnits) {
    if (key == unit.word) return unit.unit;
  }
  if (version >= 17) {
    if (key == "infinity" || key == "+infinity") return Unit::infinity;
    if (key == "-infinity") return Unit::minus_infinity;
    if (key == "at" || key == "on") return Unit::ignored;
  }
  return Unit::other;
}

/// The unit of a number without one, from the type's fields.
Unit unit_of_range(std::int32_t range) {
  switch (range) {
    case kYearField: return Unit::year;
    case kMonthField:
    case kYearField | kMonthField: return Unit::month;
    case kDayField: return Unit::day;
    case kHourField:
    case kDayField | kHourField: return Unit::hour;
    case kMinuteField:
    case kHourField | kMinuteField:
    case kDayField | kHourField | kMinuteField: return Unit::minute;
    default: return Unit::second;
  }
}

/// hh:mm[:ss[.fff]] or mm:ss.fff
Trouble decode_clock(std::string_view text, std::int32_t range, std::int64_t& microseconds) {
  std::int64_t hour = 0, minute = 0, second = 0, fraction = 0;
  LeadingInteger part = leading_int64(text);
  if (part.overflow) return Trouble::field_overflow;
  hour = part.value;
  if (part.rest.empty() || part.rest.front() != ':') return Trouble::bad_format;
  part = leading_int32(part.rest.substr(1));
  if (part.overflow) return Trouble::field_overflow;
  minute = part.value;
  const auto shift = [&] {
    second = minute;
    minute = hour;
    hour = 0;
  };
  if (part.rest.empty()) {
    if (range == (kMinuteField | kSecondField)) shift();
  } else if (part.rest.front() == '.') {
    if (!read_fraction_microseconds(part.rest, fraction)) return Trouble::bad_format;
    shift();
  } else if (part.rest.front() == ':') {
    part = leading_int32(part.rest.substr(1));
    if (part.overflow) return Trouble::field_overflow;
    second = part.value;
    if (!part.rest.empty() && !read_fraction_microseconds(part.rest, fraction)) return Trouble::bad_format;
  } else {
    return Trouble::bad_format;
  }
  if (hour < 0 || minute < 0 || minute > 59 || second < 0 || second > 60 || fraction < 0 || fraction > kSecond) {
    return Trouble::field_overflow;
  }
  if (__builtin_mul_overflow(hour, kHour, &microseconds) ||
      __builtin_add_overflow(microseconds, minute * kMinute + second * kSecond + fraction, &microseconds)) {
    return Trouble::field_overflow;
  }
  return Trouble::none;
}

// What a field has given: no field twice. A clock gives hour, minute and second.
constexpr std::uint32_t once(Unit unit) { return 1u << static_cast<unsigned>(unit); }
constexpr std::uint32_t kSeconds = once(Unit::second) | once(Unit::millisecond) | once(Unit::microsecond);
constexpr std::uint32_t kClock = once(Unit::hour) | once(Unit::minute) | kSeconds;

bool add_number(Unit unit, std::int64_t value, double fraction, IntervalSum& sum, std::uint32_t& given) {
  given = once(unit);
  switch (unit) {
    case Unit::microsecond: return sum.add_microseconds(value, fraction, 1);
    case Unit::millisecond: return sum.add_microseconds(value, fraction, 1000);
    case Unit::second:
      if (fraction != 0) given = kSeconds;
      return sum.add_microseconds(value, fraction, kSecond);
    case Unit::minute: return sum.add_microseconds(value, fraction, kMinute);
    case Unit::hour: return sum.add_microseconds(value, fraction, kHour);
    case Unit::day: return sum.add_days(value, 1) && sum.add_fraction_of_time(fraction, kDay);
    case Unit::week: return sum.add_days(value, 7) && sum.add_fraction_of_days(fraction, 7);
    case Unit::month: return sum.add_months(value) && sum.add_fraction_of_days(fraction, 30);
    case Unit::year: return sum.add_years(value, 1) && sum.add_fraction_of_years(fraction, 1);
    case Unit::decade: return sum.add_years(value, 10) && sum.add_fraction_of_years(fraction, 10);
    case Unit::century: return sum.add_years(value, 100) && sum.add_fraction_of_years(fraction, 100);
    case Unit::millennium: return sum.add_years(value, 1000) && sum.add_fraction_of_years(fraction, 1000);
    default: given = 0; return true;
  }
}

bool takes_numbers(Unit unit) {
  std::uint32_t given = 0;
  IntervalSum sum;
  return add_number(unit, 0, 0, sum, given) && given != 0;
}

/// Years-months ("1-2") or a number with a fraction. `unit` becomes month for the former.
Trouble read_number(std::string_view text, Unit& unit, std::int64_t& value, double& fraction) {
  const LeadingInteger whole = leading_int64(text);
  fraction = 0;
  value = whole.value;
  if (whole.overflow) return Trouble::field_overflow;
  if (whole.rest.empty()) return Trouble::none;
  const bool negative = text.front() == '-';
  if (whole.rest.front() == '-') {
    const LeadingInteger months = leading_int32(whole.rest.substr(1));
    if (months.overflow || months.value < 0 || months.value >= 12) return Trouble::field_overflow;
    if (!months.rest.empty()) return Trouble::bad_format;
    unit = Unit::month;
    if (__builtin_mul_overflow(value, std::int64_t{12}, &value) ||
        __builtin_add_overflow(value, negative ? -months.value : months.value, &value)) {
      return Trouble::field_overflow;
    }
    return Trouble::none;
  }
  if (!read_fraction(whole.rest, fraction)) return Trouble::bad_format;
  if (negative) fraction = -fraction;
  return Trouble::none;
}

}  // namespace

bool IntervalSum::add_years(std::int64_t value, int scale) {
  const std::int64_t add = value < INT32_MIN || value > INT32_MAX ? INT64_MAX / 2 : value * scale;
  years += add;
  return add >= INT32_MIN && add <= INT32_MAX && years >= INT32_MIN && years <= INT32_MAX;
}
bool IntervalSum::add_months(std::int64_t value) {
  if (value < INT32_MIN || value > INT32_MAX) return false;
  months += value;
  return months >= INT32_MIN && months <= INT32_MAX;
}
bool IntervalSum::add_days(std::int64_t value, int scale) {
  if (value < INT32_MIN || value > INT32_MAX) return false;
  const std::int64_t add = value * scale;
  days += add;
  return add >= INT32_MIN && add <= INT32_MAX && days >= INT32_MIN && days <= INT32_MAX;
}
bool IntervalSum::add_microseconds(std::int64_t value, double fraction, std::int64_t scale) {
  std::int64_t add = 0;
  if (__builtin_mul_overflow(value, scale, &add) || __builtin_add_overflow(microseconds, add, &microseconds)) return false;
  return add_fraction_of_time(fraction, scale);
}
bool IntervalSum::add_fraction_of_years(double fraction, int scale) {
  return add_months(static_cast<std::int64_t>(std::nearbyint(fraction * scale * 12)));
}
bool IntervalSum::add_fraction_of_days(double fraction, int scale) {
  if (fraction == 0) return true;
  fraction *= scale;
  const double whole = std::trunc(fraction);
  return add_days(static_cast<std::int64_t>(whole), 1) && add_fraction_of_time(fraction - whole, kDay);
}
bool IntervalSum::add_fraction_of_time(double fraction, std::int64_t scale) {
  if (fraction == 0) return true;
  fraction *= static_cast<double>(scale);
  std::int64_t add = static_cast<std::int64_t>(fraction);
  fraction -= static_cast<double>(add);
  if (fraction > 0.5) ++add;
  if (fraction < -0.5) --add;
  return !__builtin_add_overflow(microseconds, add, &microseconds);
}
bool IntervalSum::negate() {
  if (microseconds == INT64_MIN || days == INT32_MIN || months == INT32_MIN || years == INT32_MIN) return false;
  microseconds = -microseconds;
  days = -days;
  months = -months;
  years = -years;
  return true;
}

DateTimeTrouble decode_interval(std::string_view text, std::int32_t range, const ValueSettings& settings, IntervalSum& sum,
                                IntervalWord& word) {
  DateTimeText split;
  const int version = settings.server_version;
  if (!split_datetime(text, kIntervalWorkspace, version, split)) return Trouble::bad_format;
  // SQL's leading minus counts for all fields, unless another one has a sign of its own.
  bool all_negative = settings.interval_style == IntervalStyle::sql_standard && split.count > 0 && split.fields[0].text.front() == '-';
  for (std::size_t field = 1; field < split.count; ++field) {
    const char first = split.fields[field].text.front();
    if (first == '-' || first == '+') all_negative = false;
  }
  Unit unit = Unit::none;
  bool ago = false, unit_waits = false;
  std::uint32_t seen = 0;
  // From the right, so that a unit is met before its number.
  for (std::size_t index = split.count; index-- > 0;) {
    const std::string_view field = split.fields[index].text;
    std::uint32_t given = 0;
    switch (split.fields[index].kind) {
      case FieldKind::time: {
        std::int64_t clock = 0;
        const Trouble trouble = decode_clock(field, range, clock);
        if (trouble != Trouble::none) return trouble;
        given = kClock;
        sum.microseconds = all_negative ? -clock : clock;
        unit = Unit::day;
        unit_waits = false;
        break;
      }
      case FieldKind::zone: {
        std::int64_t clock = 0;
        if (field.find(':') != std::string_view::npos && decode_clock(field.substr(1), range, clock) == Trouble::none) {
          given = kClock;
          sum.microseconds = field.front() == '-' || all_negative ? -clock : clock;
          unit = Unit::day;
          unit_waits = false;
          break;
        }
        [[fallthrough]];
      }
      case FieldKind::date:
      case FieldKind::number: {
        if (unit == Unit::none) unit = unit_of_range(range);
        std::int64_t value = 0;
        double fraction = 0;
        const Trouble trouble = read_number(field, unit, value, fraction);
        if (trouble != Trouble::none) return trouble;
        if (all_negative) {
          value = value > 0 ? -value : value;
          fraction = fraction > 0 ? -fraction : fraction;
        }
        if (!takes_numbers(unit)) return Trouble::bad_format;
        if (!add_number(unit, value, fraction, sum, given)) return Trouble::field_overflow;
        if (unit == Unit::hour) unit = Unit::day;
        unit_waits = false;
        break;
      }
      case FieldKind::word:
      case FieldKind::special: {
        if (version >= 17 && unit_waits) return Trouble::bad_format;
        const Unit found = find_unit(field, version);
        switch (found) {
          case Unit::ignored: continue;
          case Unit::other: return Trouble::bad_format;
          case Unit::ago:
            if (version >= 17 && index + 1 != split.count) return Trouble::bad_format;
            ago = true;
            unit = Unit::other;  // a number before it needs a unit of its own
            break;
          case Unit::infinity:
          case Unit::minus_infinity:
            if (index + 1 != split.count) return Trouble::bad_format;
            word = found == Unit::infinity ? IntervalWord::late : IntervalWord::early;
            given = kClock | once(Unit::year) | once(Unit::month) | once(Unit::day);
            break;
          default:
            unit = found;
            unit_waits = true;
        }
        break;
      }
    }
    if ((given & seen) != 0) return Trouble::bad_format;
    seen |= given;
  }
  if (seen == 0 || (version >= 17 && unit_waits)) return Trouble::bad_format;
  return ago && !sum.negate() ? Trouble::field_overflow : Trouble::none;
}

namespace {

/// A number of an ISO interval: its whole and its fraction. Moves `rest` behind it.
Trouble take_iso_number(std::string_view& rest, std::int64_t& whole, double& fraction) {
  if (rest.empty() || !(is_digit(rest.front()) || rest.front() == '-' || rest.front() == '.')) return Trouble::bad_format;
  double number = 0;
  const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (read.ec != std::errc()) return Trouble::bad_format;
  rest.remove_prefix(static_cast<std::size_t>(read.ptr - rest.data()));
  if (std::isnan(number) || number < -1.0e15 || number > 1.0e15) return Trouble::field_overflow;
  const double truncated = std::trunc(number);
  whole = static_cast<std::int64_t>(truncated);
  fraction = number - truncated;
  return Trouble::none;
}

std::size_t digits_at(std::string_view text) {
  std::size_t count = 0;
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  while (count < text.size() && is_digit(text[count])) ++count;
  return count;
}

constexpr Trouble overflow_unless(bool fine) { return fine ? Trouble::none : Trouble::field_overflow; }

/// Y-M-D behind P, its first number taken already. Ends at T, or at the end (`rest` empty).
Trouble take_dashed_date(std::string_view& rest, char mark, std::int64_t years, double fraction, IntervalSum& sum) {
  if (!sum.add_years(years, 1) || !sum.add_fraction_of_years(fraction, 1)) return Trouble::field_overflow;
  if (mark != '-') return Trouble::none;
  std::int64_t value = 0;
  Trouble trouble = take_iso_number(rest, value, fraction);
  if (trouble != Trouble::none) return trouble;
  if (!sum.add_months(value) || !sum.add_fraction_of_days(fraction, 30)) return Trouble::field_overflow;
  if (rest.empty() || rest.front() == 'T') return Trouble::none;
  if (rest.front() != '-') return Trouble::bad_format;
  rest.remove_prefix(1);
  trouble = take_iso_number(rest, value, fraction);
  if (trouble != Trouble::none) return trouble;
  if (!sum.add_days(value, 1) || !sum.add_fraction_of_time(fraction, kDay)) return Trouble::field_overflow;
  return rest.empty() || rest.front() == 'T' ? Trouble::none : Trouble::bad_format;
}

/// h:m:s behind T, its first number taken already; always the last part.
Trouble take_coloned_time(std::string_view& rest, char mark, std::int64_t hours, double fraction, IntervalSum& sum) {
  if (!sum.add_microseconds(hours, fraction, kHour)) return Trouble::field_overflow;
  std::int64_t unit = kMinute;
  while (mark == ':') {
    std::int64_t value = 0;
    const Trouble trouble = take_iso_number(rest, value, fraction);
    if (trouble != Trouble::none) return trouble;
    if (!sum.add_microseconds(value, fraction, unit)) return Trouble::field_overflow;
    if (rest.empty()) return Trouble::none;
    mark = unit == kMinute ? rest.front() : '\0';
    if (mark != ':') return Trouble::bad_format;
    unit = kSecond;
    rest.remove_prefix(1);
  }
  return Trouble::none;
}

}  // namespace

DateTimeTrouble decode_iso_interval(std::string_view text, IntervalSum& sum) {
  if (text.size() < 2 || text.front() != 'P') return Trouble::bad_format;
  std::string_view rest = text.substr(1);
  bool date_part = true, have_field = false;
  while (!rest.empty()) {
    if (rest.front() == 'T') {
      date_part = false;
      have_field = false;
      rest.remove_prefix(1);
      continue;
    }
    const std::size_t width = digits_at(rest);
    std::int64_t value = 0;
    double fraction = 0;
    Trouble trouble = take_iso_number(rest, value, fraction);
    if (trouble != Trouble::none) return trouble;
    const char mark = rest.empty() ? '\0' : rest.front();
    if (date_part) {
      if ((mark == '\0' || mark == 'T') && width == 8 && !have_field) {  // yyyymmdd
        trouble = overflow_unless(sum.add_years(value / 10000, 1) && sum.add_months(value / 100 % 100) &&
                                  sum.add_days(value % 100, 1) && sum.add_fraction_of_time(fraction, kDay));
        if (trouble != Trouble::none) return trouble;
        continue;
      }
      if (mark == '\0' || mark == 'T' || mark == '-') {
        if (have_field) return Trouble::bad_format;
        if (mark == '-') rest.remove_prefix(1);
        trouble = take_dashed_date(rest, mark, value, fraction, sum);
        if (trouble != Trouble::none) return trouble;
        continue;
      }
      switch (mark) {
        case 'Y': trouble = overflow_unless(sum.add_years(value, 1) && sum.add_fraction_of_years(fraction, 1)); break;
        case 'M': trouble = overflow_unless(sum.add_months(value) && sum.add_fraction_of_days(fraction, 30)); break;
        case 'W': trouble = overflow_unless(sum.add_days(value, 7) && sum.add_fraction_of_days(fraction, 7)); break;
        case 'D': trouble = overflow_unless(sum.add_days(value, 1) && sum.add_fraction_of_time(fraction, kDay)); break;
        default: return Trouble::bad_format;
      }
    } else {
      if (mark == '\0' && width == 6 && !have_field) {  // hhmmss
        return overflow_unless(sum.add_microseconds(value / 10000, 0, kHour) && sum.add_microseconds(value / 100 % 100, 0, kMinute) &&
                               sum.add_microseconds(value % 100, 0, kSecond) && sum.add_fraction_of_time(fraction, 1));
      }
      if (mark == '\0' || mark == ':') {
        if (have_field) return Trouble::bad_format;
        if (mark == ':') rest.remove_prefix(1);
        return take_coloned_time(rest, mark, value, fraction, sum);
      }
      const std::int64_t unit = mark == 'H' ? kHour : mark == 'M' ? kMinute : mark == 'S' ? kSecond : 0;
      if (unit == 0) return Trouble::bad_format;
      trouble = overflow_unless(sum.add_microseconds(value, fraction, unit));
    }
    if (trouble != Trouble::none) return trouble;
    rest.remove_prefix(1);
    have_field = true;
  }
  return Trouble::none;
}

}  // namespace pgfk
