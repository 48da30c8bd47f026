// Aggregate functions over a group's rows. Source: nodeAgg.c and the types' own.
#include <algorithm>
#include <unordered_set>

#include "analyzer/eval/casts.h"
#include "analyzer/eval/compare.h"
#include "analyzer/eval/functions/json.h"
#include "analyzer/eval/functions/json_text.h"
#include "analyzer/eval/join.h"
#include "analyzer/eval/query_plan.h"
#include "analyzer/types/range_sets.h"
#include "analyzer/types/numeric.h"

namespace pgfk {

namespace {

using Rows = std::vector<std::vector<Value>>;
using Aggregate = Outcome<Value> (*)(const CallContext&, const Rows&);

Outcome<Value> count(const CallContext&, const Rows& rows) { return Value::of(TypeId::int8, static_cast<std::int64_t>(rows.size())); }

std::string as_numeric(const Value& value) {
  return value.type() == TypeId::numeric ? value.text() : numeric_from_int64(value.integer());
}

Outcome<std::string> total(const Rows& rows) {
  Outcome<std::string> sum = std::string("0");
  for (const std::vector<Value>& row : rows) {
    sum = numeric_add(*sum, as_numeric(row[0]));
    if (!sum) return sum;
  }
  return sum;
}

bool is_float(const Value& value) { return value.type() == TypeId::float4 || value.type() == TypeId::float8; }

Outcome<Value> sum(const CallContext& context, const Rows& rows) {
  if (rows.empty()) return Value::null(context.result);
  const TypeId type = rows[0][0].type();
  if (is_float(rows[0][0])) {
    double result = 0;
    for (const std::vector<Value>& row : rows) result += row[0].number();
    return Value::of(context.result, result);
  }
  if (type == TypeId::interval || type == TypeId::money) return Doubt{"sum of this type is not evaluated offline"};
  const Outcome<std::string> result = total(rows);
  if (!result) return result.as<Value>();
  if (context.result == TypeId::numeric) return Value::of(TypeId::numeric, *result);
  const std::optional<std::int64_t> integer = numeric_to_int64(*result);
  if (!integer) return ServerError{"22003", "bigint out of range"};
  return Value::of(context.result, *integer);
}

Outcome<Value> average(const CallContext& context, const Rows& rows) {
  if (rows.empty()) return Value::null(context.result);
  if (is_float(rows[0][0])) {
    double result = 0;
    for (const std::vector<Value>& row : rows) result += row[0].number();
    return Value::of(TypeId::float8, result / static_cast<double>(rows.size()));
  }
  if (rows[0][0].type() == TypeId::interval) return Doubt{"avg of intervals is not evaluated offline"};
  const Outcome<std::string> sum_of_rows = total(rows);
  if (!sum_of_rows) return sum_of_rows.as<Value>();
  const Outcome<std::string> result = numeric_divide(*sum_of_rows, numeric_from_int64(static_cast<std::int64_t>(rows.size())));
  if (!result) return result.as<Value>();
  return Value::of(TypeId::numeric, *result);
}

Outcome<Value> extreme(const CallContext& context, const Rows& rows, bool greatest) {
  const Value* best = nullptr;
  for (const std::vector<Value>& row : rows) {
    if (!has_equality(context.types.types, base_type(context.types.types, row[0].type()))) return Doubt{"values of this type cannot be ordered offline"};
    if (best == nullptr) {
      best = &row[0];
      continue;
    }
    const int compared = order(context.types, row[0], *best);
    if (greatest ? compared > 0 : compared < 0) best = &row[0];
  }
  return best == nullptr ? Value::null(context.result) : best->relabel(context.result);
}
Outcome<Value> maximum(const CallContext& context, const Rows& rows) { return extreme(context, rows, true); }
Outcome<Value> minimum(const CallContext& context, const Rows& rows) { return extreme(context, rows, false); }

Outcome<Value> all_true(const CallContext&, const Rows& rows) {
  if (rows.empty()) return Value::null(TypeId::bool_);
  return Value::boolean(std::all_of(rows.begin(), rows.end(), [](const auto& row) { return row[0].is_true(); }));
}
Outcome<Value> any_true(const CallContext&, const Rows& rows) {
  if (rows.empty()) return Value::null(TypeId::bool_);
  return Value::boolean(std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row[0].is_true(); }));
}

Outcome<Value> range_agg(const CallContext& context, const Rows& rows) {
  if (rows.empty()) return Value::null(context.result);
  RangeList all;
  for (const std::vector<Value>& row : rows) {
    for (Compound& range : range_list(context.types, row[0])) all.push_back(std::move(range));
  }
  return multirange_of(context.types, context.result, union_of(context.types, std::move(all)));
}

Outcome<Value> array_agg(const CallContext& context, const Rows& rows) {
  if (rows.empty()) return Value::null(context.result);
  Compound array;
  for (const std::vector<Value>& row : rows) array.items.push_back(row[0]);
  if (is_array(rows[0][0].type())) return Doubt{"array_agg of arrays is not evaluated offline"};
  array.dimensions = {static_cast<std::int32_t>(rows.size())};
  array.lower_bounds = {1};
  return Value::of(context.result, std::move(array));
}

Outcome<Value> string_agg(const CallContext& context, const Rows& rows) {
  std::string result;
  bool first = true;
  for (const std::vector<Value>& row : rows) {
    if (!first && row[1].is_known()) result += row[1].text();
    result += row[0].text();
    first = false;
  }
  return first ? Value::null(context.result) : Value::of(context.result, std::move(result));
}

Outcome<Value> json_agg(const CallContext& context, const Rows& rows) {
  if (rows.empty()) return Value::null(context.result);
  std::string result = "[";
  for (const std::vector<Value>& row : rows) {
    const Outcome<std::string> item = to_json_text(context, row[0]);
    if (!item) return item.as<Value>();
    result += (result.size() > 1 ? ", " : "") + *item;
  }
  return json_value(context, context.result, result + "]");
}

Outcome<Value> json_object_agg(const CallContext& context, const Rows& rows) {
  if (rows.empty()) return Value::null(context.result);
  std::string result = "{";
  for (const std::vector<Value>& row : rows) {
    if (row[0].is_null()) return ServerError{"22023", "field name must not be null"};
    const Outcome<std::string> item = to_json_text(context, row[1]);
    if (!item) return item.as<Value>();
    result += (result.size() > 1 ? ", " : " ") + json_escape(text_of(context.host, row[0])) + " : " + *item;
  }
  return json_value(context, context.result, result + " }");
}

constexpr struct {
  std::string_view name;
  Aggregate function;
  bool skips_null;   // rows whose first argument is NULL do not count
  bool opaque_fine;  // an unknown value is carried along, not looked at
} kAggregates[] = {
    {"count", count, true, true},          {"sum", sum, true, false},           {"avg", average, true, false},      {"max", maximum, true, false},
    {"min", minimum, true, false},         {"bool_and", all_true, true, false}, {"every", all_true, true, false},   {"bool_or", any_true, true, false},
    {"array_agg", array_agg, false, true}, {"string_agg", string_agg, true, false}, {"json_agg", json_agg, false, false},
    {"range_agg", range_agg, true, false}, {"jsonb_agg", json_agg, false, false}, {"json_object_agg", json_object_agg, false, false}, {"jsonb_object_agg", json_object_agg, false, false},
};

}  // namespace

Done append_distinct_key(EvaluationHost& host, const Value& value, std::string& key) {
  if (value.is_null()) {
    key += 'n';
    return done();
  }
  if (value.is_unknown()) {
    const Symbols::Entry& entry = host.symbols()[value.symbol()];
    if (!entry.fresh) return Doubt{entry.reason};
    key += "s" + std::to_string(value.symbol()) + ";";
    return done();
  }
  const TypeContext types = host.types();
  if (!has_equality(types.types, base_type(types.types, value.type()))) {
    return Doubt{"values of type " + format_type(types.types, value.type()) + " cannot be told apart offline"};
  }
  if (std::holds_alternative<Compound>(value.data())) {
    for (const Value& item : value.compound().items) {
      if (item.is_unknown()) return Doubt{host.symbols()[item.symbol()].reason};
    }
  }
  key += 'v';
  append_key(types, value, key);
  return done();
}

Outcome<Value> run_aggregate(const CallContext& context, const AggregateCall& call, Rows rows) {
  const auto* const entry = std::find_if(std::begin(kAggregates), std::end(kAggregates), [&](const auto& known) { return known.name == call.name; });
  if (entry == std::end(kAggregates)) return Doubt{"aggregate " + call.name + " is not evaluated offline"};
  if (entry->skips_null && !call.star) std::erase_if(rows, [](const std::vector<Value>& row) { return row[0].is_null(); });
  if (call.distinct) {
    std::unordered_set<std::string> seen;
    Rows kept;
    for (std::vector<Value>& row : rows) {
      std::string key;
      for (const Value& value : row) {
        Done told = append_distinct_key(context.host, value, key);
        if (!told) return told.as<Value>();
      }
      if (seen.insert(std::move(key)).second) kept.push_back(std::move(row));
    }
    // The server sorts to find what is distinct.
    if (kept.size() > 1 && (call.name == "array_agg" || call.name == "string_agg" || call.name == "json_agg" || call.name == "jsonb_agg")) {
      const Outcome<std::vector<std::size_t>> sorted = sort_permutation(context.host, kept, std::vector<SortOrder>(kept[0].size()));
      if (!sorted) return sorted.as<Value>();
      Rows ordered;
      for (const std::size_t at : *sorted) ordered.push_back(std::move(kept[at]));
      kept = std::move(ordered);
    }
    rows = std::move(kept);
  }
  for (const std::vector<Value>& row : rows) {
    for (const Value& value : row) {
      if (value.is_unknown() && !entry->opaque_fine) return follows_from(context.host, value, call.type);
    }
  }
  return entry->function(context, rows);
}

}  // namespace pgfk
