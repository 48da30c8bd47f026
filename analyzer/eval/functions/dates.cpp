// Dates, times and intervals. Source: date.c, timestamp.c.
#include <algorithm>
#include <cmath>
#include <limits>

#include "analyzer/eval/functions/date_fields.h"
#include "analyzer/eval/implementations.h"
#include "analyzer/types/calendar.h"
#include "analyzer/types/numeric.h"

namespace pgfk {

namespace {

using Micros = std::int64_t;
constexpr Micros kInfinity = std::numeric_limits<Micros>::max(), kMinusInfinity = std::numeric_limits<Micros>::min();
constexpr std::int64_t kDateInfinity = std::numeric_limits<std::int32_t>::max(), kDateMinusInfinity = std::numeric_limits<std::int32_t>::min();
constexpr Micros kFirstTimestamp = -211813488000000000, kEndTimestamp = 9223371331200000000;
constexpr std::int64_t kFirstDate = -2451545, kEndDate = 2145031949;

bool is_infinite(Micros time) { return time == kInfinity || time == kMinusInfinity; }
ServerError timestamp_range() { return {"22008", "timestamp out of range"}; }
ServerError date_range() { return {"22008", "date out of range"}; }
ServerError interval_range() { return {"22008", "interval out of range"}; }

Outcome<Value> timestamp(TypeId type, Micros time) {
  if (!is_infinite(time) && (time < kFirstTimestamp || time >= kEndTimestamp)) return timestamp_range();
  return Value::of(type, time);
}
Outcome<Value> date(std::int64_t days) {
  if (days != kDateInfinity && days != kDateMinusInfinity && (days < kFirstDate || days >= kEndDate)) return date_range();
  return Value::of(TypeId::date, days);
}

/// As casts between the kinds do it, under the session's zone.
Outcome<Value> as_type(const CallContext& context, const Value& value, TypeId type) {
  return cast_value(context.types, value, type, -1, CastContext::explicit_);
}

// --- date arithmetic ---

Outcome<Value> date_plus(const CallContext&, Arguments a) {
  const Value& day = a[0].type() == TypeId::date ? a[0] : a[1];
  const Value& count = a[0].type() == TypeId::date ? a[1] : a[0];
  return day.integer() == kDateInfinity || day.integer() == kDateMinusInfinity ? Outcome<Value>(day) : date(day.integer() + count.integer());
}
Outcome<Value> date_minus(const CallContext&, Arguments a) {
  return a[0].integer() == kDateInfinity || a[0].integer() == kDateMinusInfinity ? Outcome<Value>(a[0]) : date(a[0].integer() - a[1].integer());
}
Outcome<Value> days_between(const CallContext&, Arguments a) {
  for (const Value& day : a) {
    if (day.integer() == kDateInfinity || day.integer() == kDateMinusInfinity) return ServerError{"22008", "cannot subtract infinite dates"};
  }
  return Value::of(TypeId::int4, a[0].integer() - a[1].integer());
}
Outcome<Value> date_and_time(const CallContext& context, Arguments a) {
  const Value& day = a[0].type() == TypeId::date ? a[0] : a[1];
  const Value& clock = a[0].type() == TypeId::date ? a[1] : a[0];
  const Outcome<Value> midnight = as_type(context, day, TypeId::timestamp);
  if (!midnight || is_infinite(midnight->integer())) return midnight;
  return timestamp(TypeId::timestamp, midnight->integer() + clock.integer());
}

// --- intervals ---

/// Months first (the day is cut to the month's last), then days, then the clock.
Outcome<Micros> shifted(Micros time, const Interval& by, bool clock_too) {
  if (is_infinite(time)) return time;
  if (by.months != 0) {
    Civil civil = civil_of(time);
    const std::int64_t months = std::int64_t{civil.year} * 12 + (civil.month - 1) + by.months;
    const std::int64_t year = months >= 0 ? months / 12 : -((-months + 11) / 12);
    const int month = static_cast<int>(months - year * 12) + 1;
    if (year < -4713 || year > 294276) return timestamp_range();
    const int day = std::min(civil.day, days_in_month(static_cast<int>(year), month));
    const std::int64_t days = std::int64_t{julian_day(static_cast<int>(year), month, day)} - kEpochJulian;
    Micros of_day = time % kDay;
    if (of_day < 0) of_day += kDay;
    time = days * kDay + of_day;
  }
  if (__builtin_add_overflow(time, Micros{by.days} * kDay, &time)) return timestamp_range();
  if (clock_too && __builtin_add_overflow(time, by.microseconds, &time)) return timestamp_range();
  return time;
}

Interval negative(const Interval& interval) { return {-interval.months, -interval.days, -interval.microseconds}; }

Outcome<Value> shift_timestamp(Micros time, const Interval& by) {
  const Outcome<Micros> moved = shifted(time, by, true);
  if (!moved) return moved.as<Value>();
  return timestamp(TypeId::timestamp, *moved);
}
/// Months and days go by the local clock, the rest by the world's.
Outcome<Value> shift_timestamptz(const CallContext& context, const Value& value, const Interval& by) {
  Value moved = value;
  if (is_infinite(value.integer())) return value;
  if (by.months != 0 || by.days != 0) {
    const Outcome<Value> local = as_type(context, value, TypeId::timestamp);
    if (!local) return local;
    const Outcome<Micros> there = shifted(local->integer(), by, false);
    if (!there) return there.as<Value>();
    const Outcome<Value> back = as_type(context, Value::of(TypeId::timestamp, *there), TypeId::timestamptz);
    if (!back) return back;
    moved = *back;
  }
  Micros time = moved.integer();
  if (__builtin_add_overflow(time, by.microseconds, &time)) return timestamp_range();
  return timestamp(TypeId::timestamptz, time);
}

template <bool minus>
Outcome<Value> timestamp_shift(const CallContext&, Arguments a) {
  const bool first = a[0].type() != TypeId::interval;
  const Interval& by = a[first ? 1 : 0].interval();
  return shift_timestamp(a[first ? 0 : 1].integer(), minus ? negative(by) : by);
}
template <bool minus>
Outcome<Value> timestamptz_shift(const CallContext& context, Arguments a) {
  const bool first = a[0].type() != TypeId::interval;
  const Interval& by = a[first ? 1 : 0].interval();
  return shift_timestamptz(context, a[first ? 0 : 1], minus ? negative(by) : by);
}
template <bool minus>
Outcome<Value> date_shift(const CallContext& context, Arguments a) {
  const bool first = a[0].type() != TypeId::interval;
  const Outcome<Value> midnight = as_type(context, a[first ? 0 : 1], TypeId::timestamp);
  if (!midnight) return midnight;
  const Interval& by = a[first ? 1 : 0].interval();
  return shift_timestamp(midnight->integer(), minus ? negative(by) : by);
}
template <bool minus>
Outcome<Value> time_shift(const CallContext&, Arguments a) {
  const bool first = a[0].type() != TypeId::interval;
  const Micros by = a[first ? 1 : 0].interval().microseconds % kDay;
  Micros time = (a[first ? 0 : 1].integer() + (minus ? -by : by)) % kDay;
  if (time < 0) time += kDay;
  return Value::of(TypeId::time, time);
}
Outcome<Value> times_between(const CallContext&, Arguments a) { return Value::of(TypeId::interval, Interval{0, 0, a[0].integer() - a[1].integer()}); }

/// The difference of two timestamps comes in days and hours.
Outcome<Value> timestamps_between(const CallContext&, Arguments a) {
  if (is_infinite(a[0].integer()) || is_infinite(a[1].integer())) return ServerError{"22008", "cannot subtract infinite timestamps"};
  Micros difference = 0;
  if (__builtin_sub_overflow(a[0].integer(), a[1].integer(), &difference)) return interval_range();
  return Value::of(TypeId::interval, Interval{0, static_cast<std::int32_t>(difference / kDay), difference % kDay});
}

Outcome<Value> interval_sum(const Interval& left, const Interval& right) {
  Interval sum;
  if (__builtin_add_overflow(left.months, right.months, &sum.months) || __builtin_add_overflow(left.days, right.days, &sum.days) ||
      __builtin_add_overflow(left.microseconds, right.microseconds, &sum.microseconds)) {
    return interval_range();
  }
  return Value::of(TypeId::interval, sum);
}
Outcome<Value> interval_plus(const CallContext&, Arguments a) { return interval_sum(a[0].interval(), a[1].interval()); }
Outcome<Value> interval_minus(const CallContext&, Arguments a) { return interval_sum(a[0].interval(), negative(a[1].interval())); }
Outcome<Value> interval_negate(const CallContext&, Arguments a) { return Value::of(TypeId::interval, negative(a[0].interval())); }

/// Fractions of months become days, those of days seconds, as interval_mul has it.
Outcome<Value> scaled(const Interval& interval, double factor) {
  const double months = interval.months * factor;
  const double days = interval.days * factor;
  constexpr double kLimit = 2147483647.0;
  if (std::isnan(months) || std::fabs(months) > kLimit || std::isnan(days) || std::fabs(days) > kLimit) return interval_range();
  Interval result;
  result.months = static_cast<std::int32_t>(months);
  result.days = static_cast<std::int32_t>(days);
  const auto clean = [](double number) { return std::rint(number * 1e6) / 1e6; };  // TSROUND
  double month_days = clean((months - result.months) * 30);
  double seconds = clean((days - result.days + month_days - static_cast<int>(month_days)) * 86400.0);
  if (std::fabs(seconds) >= 86400.0) {
    result.days += static_cast<std::int32_t>(seconds / 86400.0);
    seconds -= static_cast<int>(seconds / 86400.0) * 86400.0;
  }
  result.days += static_cast<std::int32_t>(month_days);
  const double microseconds = std::rint(static_cast<double>(interval.microseconds) * factor + seconds * 1e6);
  if (std::fabs(microseconds) > 9.2e18) return interval_range();
  result.microseconds = static_cast<Micros>(microseconds);
  return Value::of(TypeId::interval, result);
}
Outcome<Value> interval_times(const CallContext&, Arguments a) {
  return a[0].type() == TypeId::interval ? scaled(a[0].interval(), a[1].number()) : scaled(a[1].interval(), a[0].number());
}
Outcome<Value> interval_over(const CallContext&, Arguments a) {
  if (a[1].number() == 0) return ServerError{"22012", "division by zero"};
  return scaled(a[0].interval(), 1.0 / a[1].number());
}

// --- zones ---

/// Under another zone than the session's.
template <typename Ask>
Outcome<Value> in_zone(const CallContext& context, const std::string& zone, Ask ask) {
  ValueSettings settings = context.types.settings;
  settings.time_zone = zone;
  return ask(TypeContext{context.types.types, settings});
}
Outcome<Value> at_zone(const CallContext& context, Arguments a) {
  return in_zone(context, a[0].text(), [&](const TypeContext& there) { return cast_value(there, a[1], context.result, -1, CastContext::explicit_); });
}

// --- making ---

Outcome<Value> make_date(const CallContext&, Arguments a) {
  const std::int64_t year = a[0].integer(), month = a[1].integer(), day = a[2].integer();
  const bool valid = year != 0 && year > -4714 && year < 5874898 && month >= 1 && month <= 12 && day >= 1 &&
                     day <= days_in_month(static_cast<int>(year < 0 ? year + 1 : year), static_cast<int>(month));
  if (!valid) {
    return ServerError{"22008", "date field value out of range: " + std::to_string(year) + "-" + std::string(month < 10 && month >= 0 ? "0" : "") +
                                    std::to_string(month) + "-" + std::string(day < 10 && day >= 0 ? "0" : "") + std::to_string(day)};
  }
  return date(std::int64_t{julian_day(static_cast<int>(year < 0 ? year + 1 : year), static_cast<int>(month), static_cast<int>(day))} - kEpochJulian);
}

Outcome<Value> make_interval(const CallContext&, Arguments a) {
  const auto whole = [&](std::size_t at) { return at < a.size() && !a[at].is_null() ? a[at].integer() : std::int64_t{0}; };
  const double seconds = a.size() > 6 && !a[6].is_null() ? a[6].number() : 0.0;
  const std::int64_t months = whole(0) * 12 + whole(1), days = whole(2) * 7 + whole(3);
  constexpr std::int64_t kLimit = std::numeric_limits<std::int32_t>::max();
  if (std::abs(months) > kLimit || std::abs(days) > kLimit || !(std::fabs(seconds) < 9e12)) return interval_range();
  const Micros clock = whole(4) * kHour + whole(5) * kMinute + static_cast<Micros>(std::rint(seconds * 1e6));
  return Value::of(TypeId::interval, Interval{static_cast<std::int32_t>(months), static_cast<std::int32_t>(days), clock});
}

Outcome<Value> make_timestamp(const CallContext& context, Arguments a) {
  const Outcome<Value> day = make_date(context, a.subspan(0, 3));
  if (!day) return day;
  const double seconds = a[5].number();
  const std::int64_t hour = a[3].integer(), minute = a[4].integer();
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || !(seconds >= 0 && seconds < 60)) return Doubt{"make_timestamp with a clock time out of range"};
  const Outcome<Value> local = timestamp(TypeId::timestamp, day->integer() * kDay + hour * kHour + minute * kMinute + static_cast<Micros>(std::rint(seconds * 1e6)));
  if (!local || context.result == TypeId::timestamp) return local;
  return as_type(context, *local, TypeId::timestamptz);
}

Outcome<Value> from_epoch(const CallContext&, Arguments a) {
  const double seconds = a[0].number();
  if (std::isnan(seconds)) return ServerError{"22008", "timestamp cannot be NaN"};
  if (std::isinf(seconds)) return Value::of(TypeId::timestamptz, seconds > 0 ? kInfinity : kMinusInfinity);
  if (std::fabs(seconds) > 9.2e12) return timestamp_range();
  return timestamp(TypeId::timestamptz, static_cast<Micros>(std::rint((seconds - static_cast<double>(kUnixToPostgresSeconds)) * 1e6)));
}

Outcome<Value> is_finite(const CallContext&, Arguments a) {
  if (a[0].type() == TypeId::interval) return Value::boolean(true);
  const std::int64_t value = a[0].integer();
  return Value::boolean(a[0].type() == TypeId::date ? value != kDateInfinity && value != kDateMinusInfinity : !is_infinite(value));
}

// --- fields ---

Outcome<Value> truncated(const CallContext& context, Arguments a) {
  const TypeId type = a[1].type();
  if (type == TypeId::interval) return Doubt{"date_trunc of an interval is not evaluated offline"};
  if (is_infinite(a[1].integer())) return a[1];
  Outcome<Value> local = type == TypeId::timestamptz ? as_type(context, a[1], TypeId::timestamp) : Outcome<Value>(a[1]);
  if (!local) return local;
  const Outcome<Micros> cut = truncate_to(a[0].text(), local->integer(), type);
  if (!cut) return cut.as<Value>();
  if (type != TypeId::timestamptz) return timestamp(TypeId::timestamp, *cut);
  return as_type(context, Value::of(TypeId::timestamp, *cut), TypeId::timestamptz);
}
Outcome<Value> truncated_in_zone(const CallContext& context, Arguments a) {
  return in_zone(context, a[2].text(), [&](const TypeContext& there) {
    const CallContext moved{context.catalog, context.host, there, context.result, context.name};
    return truncated(moved, a.subspan(0, 2));
  });
}

Outcome<Value> field(const CallContext& context, Arguments a) {
  Value value = a[1];
  if (value.type() == TypeId::timestamptz && a[0].text() != "epoch") {
    const Outcome<Value> local = as_type(context, value, TypeId::timestamp);
    if (!local) return local;
    value = *local;
  }
  const Outcome<std::string> found = field_of(a[0].text(), value);
  if (!found) return found.as<Value>();
  if (context.result == TypeId::numeric) return Value::of(TypeId::numeric, *found);
  return Value::of(TypeId::float8, numeric_to_double(*found));
}

Outcome<Value> age(const CallContext& context, Arguments a) {
  Value later = a[0], earlier = a.size() > 1 ? a[1] : a[0];
  if (a.size() < 2) {
    const Value now = context.host.transaction_time(a[0].type());
    return now.is_unknown() ? Outcome<Value>(follows_from(context.host, now, TypeId::interval)) : Outcome<Value>(Doubt{"age() of today is not known"});
  }
  for (Value* value : {&later, &earlier}) {
    const Outcome<Value> local = value->type() == TypeId::timestamptz ? as_type(context, *value, TypeId::timestamp) : Outcome<Value>(*value);
    if (!local) return local;
    *value = *local;
    if (is_infinite(value->integer())) return Doubt{"age() of an infinite time is not evaluated offline"};
  }
  return Value::of(TypeId::interval, age_between(later.integer(), earlier.integer()));
}

constexpr ImplementationEntry kDates[] = {
    {"date_pli", date_plus}, {"integer_pl_date", date_plus}, {"date_mii", date_minus}, {"date_mi", days_between},
    {"datetime_timestamp", date_and_time}, {"timedate_pl", date_and_time},
    {"timestamp_pl_interval", timestamp_shift<false>}, {"timestamp_mi_interval", timestamp_shift<true>}, {"interval_pl_timestamp", timestamp_shift<false>},
    {"timestamptz_pl_interval", timestamptz_shift<false>}, {"timestamptz_mi_interval", timestamptz_shift<true>},
    {"interval_pl_timestamptz", timestamptz_shift<false>},
    {"date_pl_interval", date_shift<false>}, {"date_mi_interval", date_shift<true>}, {"interval_pl_date", date_shift<false>},
    {"time_pl_interval", time_shift<false>}, {"time_mi_interval", time_shift<true>}, {"interval_pl_time", time_shift<false>},
    {"time_mi_time", times_between}, {"timestamp_mi", timestamps_between}, {"interval_pl", interval_plus}, {"interval_mi", interval_minus},
    {"interval_um", interval_negate}, {"interval_mul", interval_times}, {"mul_d_interval", interval_times}, {"interval_div", interval_over},
    {"timestamptz_zone", at_zone}, {"timestamp_zone", at_zone}, {"make_date", make_date}, {"make_interval", make_interval},
    {"make_timestamp", make_timestamp}, {"make_timestamptz", make_timestamp}, {"float8_timestamptz", from_epoch},
    {"date_finite", is_finite}, {"timestamp_finite", is_finite}, {"interval_finite", is_finite},
    {"timestamp_trunc", truncated}, {"timestamptz_trunc", truncated}, {"interval_trunc", truncated}, {"timestamptz_trunc_zone", truncated_in_zone},
    {"date_part", field}, {"timestamp_part", field}, {"timestamptz_part", field}, {"time_part", field}, {"interval_part", field},
    {"extract_date", field}, {"extract_timestamp", field}, {"extract_timestamptz", field}, {"extract_time", field}, {"extract_interval", field},
    {"timestamp_age", age}, {"timestamptz_age", age}, {"age", age},
};

}  // namespace

std::span<const ImplementationEntry> date_functions() { return kDates; }

}  // namespace pgfk
