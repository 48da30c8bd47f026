// interval: months, days and microseconds apart; equal by their span. Source: timestamp.c, interval_in, interval_cmp_value; fk-semantics 8.11.
#include "analyzer/types/interval.h"

#include "analyzer/types/calendar.h"
#include "analyzer/types/family.h"
#include "analyzer/types/interval_fields.h"

namespace pgfk {
namespace {

Outcome<Value> read_interval(const TypeContext& context, TypeId type, std::int32_t typmod, std::string_view text) {
  IntervalSum sum;
  IntervalWord word = IntervalWord::none;
  DateTimeTrouble trouble = decode_interval(text, interval_range(typmod), context.settings, sum, word);
  if (trouble == DateTimeTrouble::bad_format) {
    sum = {};
    word = IntervalWord::none;
    trouble = decode_iso_interval(text, sum);
  }
  if (trouble == DateTimeTrouble::field_overflow) trouble = DateTimeTrouble::interval_overflow;
  if (trouble != DateTimeTrouble::none) return datetime_refusal<Value>(trouble, text, "interval", {});
  if (word != IntervalWord::none) return Value::of(type, word == IntervalWord::late ? kIntervalLate : kIntervalEarly);
  const std::int64_t months = sum.years * 12 + sum.months;
  if (months < INT32_MIN || months > INT32_MAX) return ServerError{"22008", "interval out of range"};
  Interval interval{static_cast<std::int32_t>(months), static_cast<std::int32_t>(sum.days), sum.microseconds};
  fit_interval(interval, typmod);
  return Value::of(type, interval);
}

void write_interval_value(const TypeContext& context, const Value& value, std::string& out) {
  write_interval(context.settings, value.interval(), out);
}

/// The span in whole days and the microseconds left: what 128 bits would hold.
struct Span128 {
  std::int64_t days, microseconds;
};
Span128 span_of(const Interval& interval) {
  std::int64_t days = std::int64_t{interval.months} * 30 + interval.days + interval.microseconds / kDay;
  std::int64_t rest = interval.microseconds % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  return {days, rest};
}

void interval_key(const TypeContext&, const Value& value, std::string& out) {
  const Span128 span = span_of(value.interval());
  append_number_key(span.days, out);
  append_number_key(span.microseconds, out);
}
int interval_compare(const TypeContext&, const Value& a, const Value& b) {
  const Span128 left = span_of(a.interval()), right = span_of(b.interval());
  const int order = three_way(left.days, right.days);
  return order != 0 ? order : three_way(left.microseconds, right.microseconds);
}

Outcome<Value> coerce_interval(const TypeContext&, Value value, std::int32_t typmod, bool) {
  Interval interval = value.interval();
  if (!is_infinite(interval)) fit_interval(interval, typmod);
  return Value::of(value.type(), interval);
}

}  // namespace

const TypeOps kIntervalOps = {read_interval, write_interval_value, interval_key, interval_compare, coerce_interval};

}  // namespace pgfk
