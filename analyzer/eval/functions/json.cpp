// json and jsonb. Source: jsonfuncs.c, json.c, jsonb_op.c.
#include "analyzer/eval/functions/json.h"

#include <algorithm>

#include "analyzer/eval/casts.h"
#include "analyzer/eval/functions/json_text.h"
#include "analyzer/eval/implementations.h"

namespace pgfk {

namespace {

bool is_json(TypeId type) { return type == TypeId::json || type == TypeId::jsonb; }

Outcome<Value> maybe(const CallContext& context, const std::optional<std::string_view>& found) {
  if (!found) return Value::null(context.result);
  if (context.result == TypeId::text) return json_as_text(*found);
  return Value::of(context.result, std::string(*found));
}

Outcome<Value> field(const CallContext& context, Arguments a) { return maybe(context, json_member(a[0].text(), a[1].text())); }
Outcome<Value> element(const CallContext& context, Arguments a) { return maybe(context, json_element(a[0].text(), a[1].integer())); }

Outcome<Value> path(const CallContext& context, Arguments a) {
  std::optional<std::string_view> at = a[0].text();
  for (const Value& step : a[1].compound().items) {
    if (step.is_null() || !at) return Value::null(context.result);
    if (json_kind(*at) == JsonKind::array) {
      const std::string& digits = step.text();
      if (digits.empty() || digits.size() > 9 || digits.find_first_not_of("-0123456789") != std::string::npos) return Value::null(context.result);
      at = json_element(*at, std::atoi(digits.c_str()));
    } else {
      at = json_member(*at, step.text());
    }
  }
  return maybe(context, at);
}

/// Both in canonical form.
bool contains(std::string_view whole, std::string_view part, bool top) {
  const JsonKind kind = json_kind(part);
  if (kind == JsonKind::object) {
    if (json_kind(whole) != JsonKind::object) return false;
    for (const auto& [name, value] : json_members(part)) {
      const std::optional<std::string_view> found = json_member(whole, name);
      if (!found || !contains(*found, value, false)) return false;
    }
    return true;
  }
  if (kind == JsonKind::array) {
    if (json_kind(whole) != JsonKind::array) return false;
    const std::vector<std::string_view> elements = json_elements(whole);
    for (const std::string_view wanted : json_elements(part)) {
      if (std::none_of(elements.begin(), elements.end(), [&](std::string_view item) { return contains(item, wanted, false); })) return false;
    }
    return true;
  }
  if (top && json_kind(whole) == JsonKind::array) return contains(whole, "[" + std::string(part) + "]", false);
  return whole == part;
}
bool has_fraction(std::string_view json) { return json.find(".") != std::string_view::npos; }
Outcome<Value> contain(std::string_view whole, std::string_view part) {
  // 1.0 and 1 are equal, though not as text.
  if (has_fraction(whole) || has_fraction(part)) return Doubt{"jsonb containment of numbers with fractions is not evaluated offline"};
  return Value::boolean(contains(whole, part, true));
}
Outcome<Value> jsonb_contains(const CallContext&, Arguments a) { return contain(a[0].text(), a[1].text()); }
Outcome<Value> jsonb_contained(const CallContext&, Arguments a) { return contain(a[1].text(), a[0].text()); }
Outcome<Value> exists(const CallContext&, Arguments a) {
  const std::string& json = a[0].text();
  if (json_kind(json) == JsonKind::object) return Value::boolean(json_member(json, a[1].text()).has_value());
  const std::vector<std::string_view> elements = json_kind(json) == JsonKind::array ? json_elements(json) : std::vector<std::string_view>{json};
  return Value::boolean(std::any_of(elements.begin(), elements.end(), [&](std::string_view item) {
    return json_kind(item) == JsonKind::string && json_unescape(item) == a[1].text();
  }));
}

Outcome<Value> kind_name(const CallContext&, Arguments a) {
  static constexpr std::string_view kNames[] = {"null", "string", "number", "boolean", "array", "object"};  // as JsonKind lists them
  return Value::of(TypeId::text, std::string(kNames[static_cast<std::size_t>(json_kind(a[0].text()))]));
}

Outcome<Value> array_length(const CallContext&, Arguments a) {
  const JsonKind kind = json_kind(a[0].text());
  if (kind == JsonKind::object) return ServerError{"22023", "cannot get array length of a non-array"};
  if (kind != JsonKind::array) return ServerError{"22023", "cannot get array length of a scalar"};
  return Value::of(TypeId::int4, static_cast<std::int64_t>(json_elements(a[0].text()).size()));
}

Outcome<Value> build_object(const CallContext& context, Arguments a) {
  if (a.size() % 2 != 0) return ServerError{"22023", "argument list must have even number of elements"};
  std::string result = "{";
  for (std::size_t at = 0; at < a.size(); at += 2) {
    if (a[at].is_null()) return ServerError{"22004", "argument " + std::to_string(at + 1) + " cannot be null"};
    const Outcome<std::string> value = to_json_text(context, a[at + 1]);
    if (!value) return value.as<Value>();
    result += (at > 0 ? ", " : "") + json_escape(text_of(context.host, a[at])) + " : " + *value;
  }
  return json_value(context, context.result, result + "}");
}
Outcome<Value> build_array(const CallContext& context, Arguments a) {
  std::string result = "[";
  for (std::size_t at = 0; at < a.size(); ++at) {
    const Outcome<std::string> value = to_json_text(context, a[at]);
    if (!value) return value.as<Value>();
    result += (at > 0 ? ", " : "") + *value;
  }
  return json_value(context, context.result, result + "]");
}
Outcome<Value> to_json(const CallContext& context, Arguments a) {
  Outcome<std::string> value = to_json_text(context, a[0]);
  return value ? json_value(context, context.result, std::move(*value)) : value.as<Value>();
}

Outcome<Value> concatenate(const CallContext& context, Arguments a) {
  const JsonKind left = json_kind(a[0].text()), right = json_kind(a[1].text());
  if (left == JsonKind::object && right == JsonKind::object) {
    std::string result = "{";
    for (const std::string* side : {&a[0].text(), &a[1].text()}) {
      for (const auto& [name, value] : json_members(*side)) result += (result.size() > 1 ? ", " : "") + json_escape(name) + ": " + std::string(value);
    }
    return json_value(context, TypeId::jsonb, result + "}");
  }
  std::string result = "[";
  for (const std::string* side : {&a[0].text(), &a[1].text()}) {
    const std::vector<std::string_view> items = json_kind(*side) == JsonKind::array ? json_elements(*side) : std::vector<std::string_view>{*side};
    for (const std::string_view item : items) result += (result.size() > 1 ? ", " : "") + std::string(item);
  }
  return json_value(context, TypeId::jsonb, result + "]");
}

constexpr ImplementationEntry kJson[] = {
    {"json_object_field", field}, {"jsonb_object_field", field}, {"json_object_field_text", field}, {"jsonb_object_field_text", field},
    {"json_array_element", element}, {"jsonb_array_element", element}, {"json_array_element_text", element}, {"jsonb_array_element_text", element},
    {"json_extract_path", path}, {"jsonb_extract_path", path}, {"json_extract_path_text", path}, {"jsonb_extract_path_text", path},
    {"jsonb_contains", jsonb_contains}, {"jsonb_contained", jsonb_contained}, {"jsonb_exists", exists}, {"json_typeof", kind_name},
    {"jsonb_typeof", kind_name}, {"json_array_length", array_length}, {"jsonb_array_length", array_length},
    {"json_build_object", build_object}, {"jsonb_build_object", build_object}, {"json_build_object_noargs", build_object},
    {"jsonb_build_object_noargs", build_object}, {"json_build_array", build_array}, {"jsonb_build_array", build_array},
    {"json_build_array_noargs", build_array}, {"jsonb_build_array_noargs", build_array}, {"to_json", to_json}, {"to_jsonb", to_json},
    {"jsonb_concat", concatenate},
};

}  // namespace

Outcome<std::string> to_json_text(const CallContext& context, const Value& value) {
  if (value.is_null()) return std::string("null");
  if (value.is_unknown()) return Doubt{context.host.symbols()[value.symbol()].reason};
  const TypeId type = base_type(context.types.types, value.type());
  if (is_json(type)) return value.text();
  if (type == TypeId::bool_) return std::string(value.is_true() ? "true" : "false");
  if (type == TypeId::timestamp || type == TypeId::timestamptz || type == TypeId::date) {
    std::string shown = write_value(context.types, value);
    const std::size_t blank = shown.find(' ');
    if (blank != std::string::npos) shown[blank] = 'T';
    if (type == TypeId::timestamptz && shown.size() > 3 && (shown[shown.size() - 3] == '+' || shown[shown.size() - 3] == '-')) shown += ":00";
    return json_escape(shown);
  }
  if (is_array(type)) {
    if (value.compound().dimensions.size() > 1) return Doubt{"arrays of several dimensions as JSON are not evaluated offline"};
    std::string result = "[";
    for (const Value& item : value.compound().items) {
      const Outcome<std::string> shown = to_json_text(context, item);
      if (!shown) return shown;
      result += (result.size() > 1 ? "," : "") + *shown;
    }
    return result + "]";
  }
  if (std::holds_alternative<Compound>(value.data())) return Doubt{"rows as JSON are not evaluated offline"};
  std::string shown = text_of(context.host, value);
  const bool number = type == TypeId::int2 || type == TypeId::int4 || type == TypeId::int8 || type == TypeId::numeric || type == TypeId::float4 ||
                      type == TypeId::float8;
  const bool special = shown.find_first_of("NI") != std::string::npos;
  return number && !special ? shown : json_escape(shown);
}

Outcome<Value> json_value(const CallContext& context, TypeId type, std::string text) {
  if (type == TypeId::json) return Value::of(TypeId::json, std::move(text));
  return read_value(context.types, TypeId::jsonb, -1, text);
}

Value json_as_text(std::string_view json) {
  const JsonKind kind = json_kind(json);
  if (kind == JsonKind::null) return Value::null(TypeId::text);
  return Value::of(TypeId::text, kind == JsonKind::string ? json_unescape(json) : std::string(json));
}

Outcome<Value> json_as_type(const CallContext& context, std::optional<std::string_view> json, TypeId type) {
  if (!json || json_kind(*json) == JsonKind::null) return Value::null(type);
  if (is_json(type)) return json_value(context, type, std::string(*json));
  if (is_array(type) && json_kind(*json) == JsonKind::array) {
    Compound array;
    for (const std::string_view part : json_elements(*json)) {
      Outcome<Value> item = json_as_type(context, part, element_of(type));
      if (!item) return item;
      array.items.push_back(std::move(*item));
    }
    if (!array.items.empty()) {
      array.dimensions = {static_cast<std::int32_t>(array.items.size())};
      array.lower_bounds = {1};
    }
    return Value::of(type, std::move(array));
  }
  return read_value(context.types, type, -1, json_as_text(*json).text());
}

std::span<const ImplementationEntry> json_functions() { return kJson; }

}  // namespace pgfk
