// date, time, timetz, timestamp, timestamptz. Source: date.c, timestamp.c; fk-semantics 8.10.
#include "analyzer/types/datetime.h"

#include <algorithm>

#include "analyzer/types/calendar.h"
#include "analyzer/types/datetime_decode.h"
#include "analyzer/types/family.h"

namespace pgfk {
namespace {

ServerError out_of_range(const char* what, std::string_view text) {
  std::string message(what);
  message.append(" out of range: \"").append(text).append("\"");
  return {"22008", std::move(message)};
}

/// Two digits, or -1.
int two(const char* at) { return is_digit(at[0]) && is_digit(at[1]) ? (at[0] - '0') * 10 + at[1] - '0' : -1; }

/// The spelling of dumps: 2024-03-01[{ |T}12:00:00[.123456]]. Reads the front of `text`; false if it looks otherwise or is no such day.
bool take_iso_date(std::string_view& text, Civil& civil) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return false;
  const int century = two(text.data()), year = two(text.data() + 2), month = two(text.data() + 5), day = two(text.data() + 8);
  if (century < 0 || year < 0 || month < 1 || month > 12 || day < 1) return false;
  civil.year = century * 100 + year;
  civil.month = month;
  civil.day = day;
  if (civil.year < 1 || day > days_in_month(civil.year, month)) return false;
  text.remove_prefix(10);
  return true;
}

bool take_iso_time(std::string_view& text, Civil& civil) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return false;
  civil.hour = two(text.data());
  civil.minute = two(text.data() + 3);
  civil.second = two(text.data() + 6);
  if (civil.hour < 0 || civil.hour > 23 || civil.minute < 0 || civil.minute > 59 || civil.second < 0 || civil.second > 59) return false;
  text.remove_prefix(8);
  if (text.empty() || text[0] != '.') return true;
  std::size_t digits = 0;
  std::int64_t fraction = 0;
  while (digits <= 6 && digits + 1 < text.size() && is_digit(text[digits + 1])) fraction = fraction * 10 + (text[++digits] - '0');
  if (digits == 0 || digits > 6) return false;  // more must be rounded
  for (std::size_t left = digits; left < 6; ++left) fraction *= 10;
  civil.fraction = fraction;
  text.remove_prefix(digits + 1);
  return true;
}

/// +02, -0330, +05:30: at the end of `text`.
bool take_iso_offset(std::string_view text, std::int32_t& west) {
  if (text.size() != 3 && !(text.size() == 6 && text[3] == ':')) return false;
  const int hour = two(text.data() + 1), minute = text.size() == 6 ? two(text.data() + 4) : 0;
  if ((text[0] != '+' && text[0] != '-') || hour < 0 || hour > 15 || minute < 0 || minute > 59) return false;
  west = (hour * 60 + minute) * (text[0] == '-' ? 60 : -60);
  return true;
}

std::int64_t days_of(const Civil& civil) { return julian_day(civil.year, civil.month, civil.day) - kEpochJulian; }
std::int64_t clock_of(const Civil& civil) { return time_of_day(civil.hour, civil.minute, civil.second, civil.fraction); }

bool read_iso(TypeId type, std::string_view text, DecodedTime& decoded) {
  if (!take_iso_date(text, decoded.civil)) return false;
  if (text.empty()) return type != TypeId::timestamptz;
  if (type == TypeId::date || (text[0] != ' ' && text[0] != 'T')) return false;
  text.remove_prefix(1);
  if (!take_iso_time(text, decoded.civil)) return false;
  if (type == TypeId::timestamp) return text.empty();
  return take_iso_offset(text, decoded.west);
}

Outcome<Value> read_date(const TypeContext& context, TypeId type, std::int32_t, std::string_view text) {
  DecodedTime decoded;
  if (!read_iso(type, text, decoded)) {
    decoded = {};
    const DateTimeTrouble trouble = decode_datetime(text, WantedTime::date, context.settings, decoded);
    if (trouble != DateTimeTrouble::none) return datetime_refusal<Value>(trouble, text, "date", decoded);
  }
  switch (decoded.kind) {
    case DecodedTime::Kind::epoch: return Value::of(type, std::int64_t{kUnixEpochJulian - kEpochJulian});
    case DecodedTime::Kind::late: return Value::of(type, kDateLate);
    case DecodedTime::Kind::early: return Value::of(type, kDateEarly);
    case DecodedTime::Kind::moment: break;
  }
  const Civil& civil = decoded.civil;
  if (!is_valid_julian(civil.year, civil.month, civil.day)) return out_of_range("date", text);
  const std::int64_t date = days_of(civil);
  if (date < kFirstDate || date >= kDateEnd) return out_of_range("date", text);
  return Value::of(type, date);
}

Outcome<Value> read_timestamp(const TypeContext& context, TypeId type, std::int32_t typmod, std::string_view text) {
  const bool with_zone = type == TypeId::timestamptz;
  DecodedTime decoded;
  if (!read_iso(type, text, decoded)) {
    decoded = {};
    const WantedTime wanted = with_zone ? WantedTime::timestamptz : WantedTime::timestamp;
    const DateTimeTrouble trouble = decode_datetime(text, wanted, context.settings, decoded);
    if (trouble != DateTimeTrouble::none) {
      return datetime_refusal<Value>(trouble, text, with_zone ? "timestamp with time zone" : "timestamp", decoded);
    }
  }
  switch (decoded.kind) {
    case DecodedTime::Kind::epoch: return Value::of(type, -kUnixToPostgresSeconds * kSecond);
    case DecodedTime::Kind::late: return Value::of(type, kTimestampLate);
    case DecodedTime::Kind::early: return Value::of(type, kTimestampEarly);
    case DecodedTime::Kind::moment: break;
  }
  const Civil& civil = decoded.civil;
  constexpr int kLastYear = 294277;  // beyond, days times microseconds leave 64 bits
  if (!is_valid_julian(civil.year, civil.month, civil.day) || civil.year > kLastYear) return out_of_range("timestamp", text);
  const std::int64_t days = days_of(civil);
  if (days < kFirstTimestamp / kDay - 2 || days > kTimestampEnd / kDay + 1) return out_of_range("timestamp", text);
  std::int64_t timestamp = 0;
  if (__builtin_mul_overflow(days, kDay, &timestamp) || __builtin_add_overflow(timestamp, clock_of(civil), &timestamp) ||
      (with_zone && __builtin_add_overflow(timestamp, decoded.west * kSecond, &timestamp)) || timestamp < kFirstTimestamp ||
      timestamp >= kTimestampEnd) {
    return out_of_range("timestamp", text);
  }
  return Value::of(type, round_microseconds(timestamp, typmod));
}

Outcome<Value> coerce_timestamp(const TypeContext&, Value value, std::int32_t typmod, bool) {
  const std::int64_t timestamp = value.integer();
  const std::int64_t rounded = is_infinite_timestamp(timestamp) ? timestamp : round_microseconds(timestamp, typmod);
  if (rounded == timestamp) return Value::of(value.type(), timestamp);
  if (rounded < kFirstTimestamp || rounded >= kTimestampEnd) return ServerError{"22008", "timestamp out of range"};
  return Value::of(value.type(), rounded);
}

Outcome<Value> read_time(const TypeContext& context, TypeId type, std::int32_t typmod, std::string_view text) {
  DecodedTime decoded;
  std::string_view rest = text;
  if (!take_iso_time(rest, decoded.civil) || !rest.empty()) {
    decoded = {};
    const DateTimeTrouble trouble = decode_datetime(text, WantedTime::time, context.settings, decoded);
    if (trouble != DateTimeTrouble::none) return datetime_refusal<Value>(trouble, text, "time", decoded);
  }
  return Value::of(type, round_microseconds(clock_of(decoded.civil), typmod));
}

Outcome<Value> coerce_time(const TypeContext&, Value value, std::int32_t typmod, bool) {
  return Value::of(value.type(), round_microseconds(value.integer(), typmod));
}

Outcome<Value> read_timetz(const TypeContext& context, TypeId type, std::int32_t typmod, std::string_view text) {
  DecodedTime decoded;
  const DateTimeTrouble trouble = decode_datetime(text, WantedTime::timetz, context.settings, decoded);
  if (trouble != DateTimeTrouble::none) return datetime_refusal<Value>(trouble, text, "time with time zone", decoded);
  return Value::of(type, TimeTz{round_microseconds(clock_of(decoded.civil), typmod), decoded.west});
}

Outcome<Value> coerce_timetz(const TypeContext&, Value value, std::int32_t typmod, bool) {
  const TimeTz time = value.timetz();
  return Value::of(value.type(), TimeTz{round_microseconds(time.microseconds, typmod), time.zone});
}

void write_date_value(const TypeContext& context, const Value& value, std::string& out) {
  write_date(context.settings, value.integer(), out);
}
void write_timestamp_value(const TypeContext& context, const Value& value, std::string& out) {
  write_timestamp(context.settings, value.integer(), value.type() == TypeId::timestamptz, out);
}
void write_time_value(const TypeContext&, const Value& value, std::string& out) { write_time(value.integer(), out); }
void write_timetz_value(const TypeContext&, const Value& value, std::string& out) {
  write_time(value.timetz().microseconds, out);
  write_offset(value.timetz().zone, out);
}

std::int64_t utc_of(const TimeTz& time) { return time.microseconds + time.zone * kSecond; }

// Equal are times of one instant and one zone.
void timetz_key(const TypeContext&, const Value& value, std::string& out) {
  append_number_key(utc_of(value.timetz()), out);
  append_number_key(std::int64_t{value.timetz().zone}, out);
}
int timetz_compare(const TypeContext&, const Value& a, const Value& b) {
  const int order = three_way(utc_of(a.timetz()), utc_of(b.timetz()));
  return order != 0 ? order : three_way(a.timetz().zone, b.timetz().zone);
}

}  // namespace

const TypeOps kDateOps = {read_date, write_date_value, integer_key, integer_compare};
const TypeOps kTimestampOps = {read_timestamp, write_timestamp_value, integer_key, integer_compare, coerce_timestamp};
const TypeOps kTimeOps = {read_time, write_time_value, integer_key, integer_compare, coerce_time};
const TypeOps kTimetzOps = {read_timetz, write_timetz_value, timetz_key, timetz_compare, coerce_timetz};

}  // namespace pgfk
