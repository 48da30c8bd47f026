// Casts from and to jsonb. Source: jsonb.c, jsonb_int4 and its likes; fk-semantics 8.15.
#include "analyzer/types/cast_table.h"
#include "analyzer/types/json.h"

namespace pgfk {
namespace {

using T = TypeId;

constexpr int kNullsFromVersion = 18;

const char* kind_name(JsonKind kind) {
  switch (kind) {
    case JsonKind::null: return "null";
    case JsonKind::string: return "string";
    case JsonKind::number: return "numeric";
    case JsonKind::boolean: return "boolean";
    case JsonKind::array: return "array";
    case JsonKind::object: return "object";
  }
  return "";
}

Outcome<Value> from_jsonb(const TypeContext& context, const Value& value, TypeId to) {
  const Outcome<JsonNode> node = parse_json(value.text(), true, context.settings.server_version);
  if (!node) return node.as<Value>();
  if (node->kind == JsonKind::null && context.settings.server_version >= kNullsFromVersion) return Value::null(to);
  if (to == T::bool_ && node->kind == JsonKind::boolean) return Value::boolean(node->truth);
  if (to == T::bool_ || node->kind != JsonKind::number) {
    return ServerError{"22023", std::string("cannot cast jsonb ") + kind_name(node->kind) + " to type " + format_type(context.types, to)};
  }
  return cast_value(context, Value::of(T::numeric, node->text), to, -1, CastContext::explicit_);
}

Outcome<Value> json_to_jsonb(const TypeContext& context, const Value& value, TypeId to) {
  return read_value(context, to, -1, value.text());
}

constexpr BuiltinCast kCasts[] = {
    {T::json, T::jsonb, CastContext::assignment, json_to_jsonb}, {T::jsonb, T::json, CastContext::assignment, nullptr},
    {T::jsonb, T::bool_, CastContext::explicit_, from_jsonb},    {T::jsonb, T::numeric, CastContext::explicit_, from_jsonb},
    {T::jsonb, T::int2, CastContext::explicit_, from_jsonb},     {T::jsonb, T::int4, CastContext::explicit_, from_jsonb},
    {T::jsonb, T::int8, CastContext::explicit_, from_jsonb},     {T::jsonb, T::float4, CastContext::explicit_, from_jsonb},
    {T::jsonb, T::float8, CastContext::explicit_, from_jsonb},
};

}  // namespace

std::span<const BuiltinCast> json_casts() { return kCasts; }

}  // namespace pgfk
