// Set-returning functions. Source: int.c, numeric.c, timestamp.c (generate_series), arrayfuncs.c, jsonfuncs.c.
#include <algorithm>

#include "analyzer/eval/compare.h"
#include "analyzer/eval/functions/json.h"
#include "analyzer/eval/functions/json_text.h"
#include "analyzer/eval/implementations.h"
#include "analyzer/eval/query_plan.h"
#include "analyzer/types/numeric.h"

namespace pgfk {

namespace {

using Rows = Outcome<std::vector<ResultRow>>;
using Columns = std::vector<OutputColumn>;
using SetFunction = Rows (*)(const CallContext&, Arguments, const Columns&);

constexpr std::size_t kLongestSeries = 10'000'000;
Doubt too_long() { return {"a series of more than ten million rows is not made"}; }

Rows integers(const CallContext&, Arguments a, const Columns& columns) {
  const std::int64_t step = a.size() > 2 ? a[2].integer() : 1;
  if (step == 0) return ServerError{"22023", "step size cannot equal zero"};
  std::vector<ResultRow> rows;
  for (std::int64_t at = a[0].integer(); step > 0 ? at <= a[1].integer() : at >= a[1].integer();) {
    rows.push_back({Value::of(columns[0].type, at)});
    if (rows.size() > kLongestSeries) return too_long();
    if (__builtin_add_overflow(at, step, &at)) break;
  }
  return rows;
}

Rows numerics(const CallContext&, Arguments a, const Columns&) {
  const std::string step = a.size() > 2 ? a[2].text() : "1";
  const int direction = numeric_compare(step, "0");
  if (numeric_is_special(a[0].text()) || numeric_is_special(a[1].text()) || numeric_is_special(step)) return Doubt{"a series between NaN or infinity"};
  if (direction == 0) return ServerError{"22023", "step size cannot equal zero"};
  std::vector<ResultRow> rows;
  std::string at = a[0].text();
  while (direction > 0 ? numeric_compare(at, a[1].text()) <= 0 : numeric_compare(at, a[1].text()) >= 0) {
    rows.push_back({Value::of(TypeId::numeric, at)});
    if (rows.size() > kLongestSeries) return too_long();
    Outcome<std::string> next = numeric_add(at, step);
    if (!next) return next.as<std::vector<ResultRow>>();
    at = std::move(*next);
  }
  return rows;
}

Rows times(const CallContext& context, Arguments a, const Columns& columns) {
  const Interval& step = a[2].interval();
  const std::int64_t sign = step.months != 0 ? step.months : step.days != 0 ? step.days : step.microseconds;
  if (sign == 0) return ServerError{"22023", "step size cannot equal zero"};
  const Implementation add = find_implementation(columns[0].type == TypeId::timestamptz ? "timestamptz_pl_interval" : "timestamp_pl_interval");
  std::vector<ResultRow> rows;
  Value at = a[0];
  while (sign > 0 ? at.integer() <= a[1].integer() : at.integer() >= a[1].integer()) {
    rows.push_back({at});
    if (rows.size() > kLongestSeries) return too_long();
    const std::vector<Value> pair = {at, a[2]};
    Outcome<Value> next = add(context, pair);
    if (!next) return next.as<std::vector<ResultRow>>();
    at = std::move(*next);
  }
  return rows;
}

Rows unnest(const CallContext&, Arguments a, const Columns&) {
  std::vector<ResultRow> rows;
  for (const Value& item : a[0].compound().items) rows.push_back({item});
  return rows;
}

Rows subscripts(const CallContext&, Arguments a, const Columns&) {
  const Compound& array = a[0].compound();
  const std::int64_t wanted = a[1].integer();
  std::vector<ResultRow> rows;
  if (wanted < 1 || wanted > static_cast<std::int64_t>(array.dimensions.size())) return rows;
  const std::size_t at = static_cast<std::size_t>(wanted - 1);
  for (std::int32_t step = 0; step < array.dimensions[at]; ++step) {
    rows.push_back({Value::of(TypeId::int4, std::int64_t{array.lower_bounds[at]} + step)});
  }
  return rows;
}

Rows split_text(const CallContext& context, Arguments a, const Columns&) {
  const Outcome<Value> array = find_implementation("text_to_array")(context, a);
  if (!array) return array.as<std::vector<ResultRow>>();
  std::vector<ResultRow> rows;
  for (const Value& item : array->compound().items) rows.push_back({item});
  return rows;
}

Rows json_elements_of(const CallContext&, Arguments a, const Columns& columns) {
  switch (json_kind(a[0].text())) {
    case JsonKind::array: break;
    case JsonKind::object: return ServerError{"22023", "cannot extract elements from an object"};
    default: return ServerError{"22023", "cannot extract elements from a scalar"};
  }
  std::vector<ResultRow> rows;
  for (const std::string_view item : json_elements(a[0].text())) {
    rows.push_back({columns[0].type == TypeId::text ? json_as_text(item) : Value::of(columns[0].type, std::string(item))});
  }
  return rows;
}

Rows json_members_of(const CallContext& context, Arguments a, const Columns& columns) {
  if (json_kind(a[0].text()) != JsonKind::object) {
    return ServerError{"22023", "cannot call " + std::string(context.name) + " on a non-object"};
  }
  std::vector<ResultRow> rows;
  for (const auto& [name, value] : json_members(a[0].text())) {
    ResultRow row = {Value::of(TypeId::text, name)};
    if (columns.size() > 1) row.push_back(columns[1].type == TypeId::text ? json_as_text(value) : Value::of(columns[1].type, std::string(value)));
    rows.push_back(std::move(row));
  }
  return rows;
}

/// One row per object, its members by name; the last argument but flags is the JSON.
Rows records(const CallContext& context, Arguments a, const Columns& columns) {
  const auto json = std::find_if(a.begin(), a.end(), [](const Value& value) { return value.type() == TypeId::json || value.type() == TypeId::jsonb; });
  if (json == a.end() || json->is_null()) return std::vector<ResultRow>();
  const std::string& text = json->text();
  const bool set = context.name.ends_with("set");
  if (set && json_kind(text) != JsonKind::array) return ServerError{"22023", "cannot call " + std::string(context.name) + " on " + (json_kind(text) == JsonKind::object ? "an object" : "a scalar")};
  std::vector<ResultRow> rows;
  for (const std::string_view object : set ? json_elements(text) : std::vector<std::string_view>{text}) {
    if (json_kind(object) != JsonKind::object) return ServerError{"22023", "argument of " + std::string(context.name) + " must be an array of objects"};
    ResultRow row;
    for (const OutputColumn& column : columns) {
      Outcome<Value> cell = json_as_type(context, json_member(object, column.name), column.type);
      if (!cell) return cell.as<std::vector<ResultRow>>();
      row.push_back(std::move(*cell));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

constexpr struct {
  std::string_view source;
  SetFunction function;
} kSetFunctions[] = {
    {"generate_series_int4", integers}, {"generate_series_int8", integers}, {"generate_series_step_int4", integers}, {"generate_series_step_int8", integers},
    {"generate_series_numeric", numerics}, {"generate_series_step_numeric", numerics}, {"generate_series_timestamp", times},
    {"generate_series_timestamptz", times}, {"array_unnest", unnest}, {"multirange_unnest", unnest}, {"generate_subscripts_nodir", subscripts}, {"text_to_table", split_text},
    {"jsonb_array_elements", json_elements_of}, {"json_array_elements", json_elements_of}, {"jsonb_array_elements_text", json_elements_of},
    {"json_array_elements_text", json_elements_of}, {"jsonb_each", json_members_of}, {"json_each", json_members_of},
    {"jsonb_each_text", json_members_of}, {"json_each_text", json_members_of}, {"jsonb_object_keys", json_members_of},
    {"json_object_keys", json_members_of}, {"json_to_record", records}, {"jsonb_to_record", records}, {"json_to_recordset", records},
    {"jsonb_to_recordset", records}, {"json_populate_recordset", records}, {"jsonb_populate_recordset", records}, {"json_populate_record", records},
    {"jsonb_populate_record", records},
};

}  // namespace

Outcome<std::vector<ResultRow>> run_set_function(const CallContext& context, const Node& call, const std::vector<Value>& arguments,
                                                 const std::vector<OutputColumn>& columns) {
  for (const Value& argument : arguments) {
    if (argument.is_null() && call.function->strict) return std::vector<ResultRow>();
    if (argument.is_unknown()) return Doubt{context.host.symbols()[argument.symbol()].reason, call.location};
  }
  for (const auto& entry : kSetFunctions) {
    if (entry.source == call.function->source) return entry.function(context, arguments, columns);
  }
  return Doubt{"function " + call.text + " is not evaluated offline", call.location};
}

}  // namespace pgfk
