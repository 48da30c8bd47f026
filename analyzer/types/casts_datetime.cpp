// Casts among dates, times and intervals. Source: date.c, timestamp.c.
#include "analyzer/types/calendar.h"
#include "analyzer/types/cast_table.h"
#include "analyzer/types/datetime.h"
#include "analyzer/types/time_zone.h"

namespace pgfk {
namespace {

using T = TypeId;

ServerError timestamp_out_of_range() { return {"22008", "timestamp out of range"}; }

bool in_range(std::int64_t timestamp) { return timestamp >= kFirstTimestamp && timestamp < kTimestampEnd; }
std::int64_t floor_day(std::int64_t timestamp) { return timestamp / kDay - (timestamp % kDay < 0 ? 1 : 0); }

/// A local timestamp as an instant.
Outcome<std::int64_t> instant_of(const TypeContext& context, std::int64_t local) {
  if (is_infinite_timestamp(local)) return local;
  const Outcome<std::int32_t> west = session_offset_of_local(context.settings, local);
  if (!west) return west.as<std::int64_t>();
  const std::int64_t instant = local + *west * kSecond;
  if (!in_range(instant)) return timestamp_out_of_range();
  return instant;
}
/// An instant as the session's clock shows it.
Outcome<std::int64_t> local_of(const TypeContext& context, std::int64_t instant) {
  if (is_infinite_timestamp(instant)) return instant;
  const Outcome<std::int32_t> west = session_offset_at(context.settings, instant);
  if (!west) return west.as<std::int64_t>();
  const std::int64_t local = instant - *west * kSecond;
  if (!in_range(local)) return timestamp_out_of_range();
  return local;
}

Outcome<Value> date_to_timestamp(const TypeContext& context, const Value& value, TypeId to) {
  const std::int64_t date = value.integer();
  if (is_infinite_date(date)) return Value::of(to, date == kDateLate ? kTimestampLate : kTimestampEarly);
  if (date >= kTimestampEnd / kDay) return ServerError{"22008", "date out of range for timestamp"};
  if (to == T::timestamp) return Value::of(to, date * kDay);
  const Outcome<std::int64_t> instant = instant_of(context, date * kDay);
  if (!instant) return instant.as<Value>();
  return Value::of(to, *instant);
}

Outcome<Value> timestamp_to_instant(const TypeContext& context, const Value& value, TypeId to) {
  const Outcome<std::int64_t> instant = instant_of(context, value.integer());
  if (!instant) return instant.as<Value>();
  return Value::of(to, *instant);
}
Outcome<Value> instant_to_timestamp(const TypeContext& context, const Value& value, TypeId to) {
  const Outcome<std::int64_t> local = local_of(context, value.integer());
  if (!local) return local.as<Value>();
  return Value::of(to, *local);
}

Value date_of(std::int64_t timestamp, TypeId to) {
  if (is_infinite_timestamp(timestamp)) return Value::of(to, timestamp == kTimestampLate ? kDateLate : kDateEarly);
  return Value::of(to, floor_day(timestamp));
}
Outcome<Value> timestamp_to_date(const TypeContext&, const Value& value, TypeId to) { return date_of(value.integer(), to); }
Outcome<Value> instant_to_date(const TypeContext& context, const Value& value, TypeId to) {
  const Outcome<std::int64_t> local = local_of(context, value.integer());
  if (!local) return local.as<Value>();
  return date_of(*local, to);
}

Value clock_of(std::int64_t timestamp, TypeId to) {
  if (is_infinite_timestamp(timestamp)) return Value::null(to);
  return Value::of(to, timestamp - floor_day(timestamp) * kDay);
}
Outcome<Value> timestamp_to_time(const TypeContext&, const Value& value, TypeId to) { return clock_of(value.integer(), to); }
Outcome<Value> instant_to_time(const TypeContext& context, const Value& value, TypeId to) {
  const Outcome<std::int64_t> local = local_of(context, value.integer());
  if (!local) return local.as<Value>();
  return clock_of(*local, to);
}
Outcome<Value> instant_to_timetz(const TypeContext& context, const Value& value, TypeId to) {
  if (is_infinite_timestamp(value.integer())) return Value::null(to);
  const Outcome<std::int32_t> west = session_offset_at(context.settings, value.integer());
  if (!west) return west.as<Value>();
  const std::int64_t local = value.integer() - *west * kSecond;
  return Value::of(to, TimeTz{local - floor_day(local) * kDay, *west});
}
/// The zone is that of today in the session's zone.
Outcome<Value> time_to_timetz(const TypeContext& context, const Value& value, TypeId to) {
  const Zone* zone = find_session_zone(context.settings.time_zone);
  const std::optional<std::int32_t> west = zone == nullptr ? std::nullopt : fixed_offset(*zone);
  if (!west) return Doubt{"a time takes the session's zone as it is today"};
  return Value::of(to, TimeTz{value.integer(), *west});
}
Outcome<Value> timetz_to_time(const TypeContext&, const Value& value, TypeId to) {
  return Value::of(to, value.timetz().microseconds);
}
Outcome<Value> time_to_interval(const TypeContext&, const Value& value, TypeId to) {
  return Value::of(to, Interval{0, 0, value.integer()});
}
Outcome<Value> interval_to_time(const TypeContext&, const Value& value, TypeId to) {
  const std::int64_t time = value.interval().microseconds % kDay;
  return Value::of(to, time < 0 ? time + kDay : time);
}

constexpr CastContext kImplicit = CastContext::implicit, kAssignment = CastContext::assignment;

constexpr BuiltinCast kCasts[] = {
    {T::date, T::timestamp, kImplicit, date_to_timestamp},
    {T::date, T::timestamptz, kImplicit, date_to_timestamp},
    {T::timestamp, T::timestamptz, kImplicit, timestamp_to_instant},
    {T::timestamp, T::date, kAssignment, timestamp_to_date},
    {T::timestamp, T::time, kAssignment, timestamp_to_time},
    {T::timestamptz, T::timestamp, kAssignment, instant_to_timestamp},
    {T::timestamptz, T::date, kAssignment, instant_to_date},
    {T::timestamptz, T::time, kAssignment, instant_to_time},
    {T::timestamptz, T::timetz, kAssignment, instant_to_timetz},
    {T::time, T::interval, kImplicit, time_to_interval},
    {T::time, T::timetz, kImplicit, time_to_timetz},
    {T::timetz, T::time, kAssignment, timetz_to_time},
    {T::interval, T::time, kAssignment, interval_to_time},
};

}  // namespace

std::span<const BuiltinCast> datetime_casts() { return kCasts; }

}  // namespace pgfk
