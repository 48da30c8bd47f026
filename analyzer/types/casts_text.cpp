// Casts among text, varchar, char(n), name and "char", and those into text that write otherwise than the output function. Source: varchar.c, char.c.
#include "analyzer/types/cast_table.h"

namespace pgfk {
namespace {

using T = TypeId;
constexpr std::size_t kNameBytes = 63;

std::string_view without_trailing_blanks(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// char(n) loses its padding wherever it goes.
Outcome<Value> from_bpchar(const TypeContext&, const Value& value, TypeId to) {
  std::string_view text = without_trailing_blanks(value.text());
  if (to == T::name) text = utf8_cut(text, kNameBytes);
  return Value::of(to, std::string(text));
}
Outcome<Value> to_name(const TypeContext&, const Value& value, TypeId to) {
  return Value::of(to, std::string(utf8_cut(value.text(), kNameBytes)));
}
Outcome<Value> to_char(const TypeContext& context, const Value& value, TypeId to) {
  return type_ops(context.types, to).read(context, to, -1, value.text());
}
Outcome<Value> from_char(const TypeContext& context, const Value& value, TypeId to) {
  return Value::of(to, write_value(context, value));
}
Outcome<Value> char_to_integer(const TypeContext&, const Value& value, TypeId to) {
  const std::int64_t byte = value.integer();
  return Value::of(to, byte > 127 ? byte - 256 : byte);
}
Outcome<Value> integer_to_char(const TypeContext&, const Value& value, TypeId to) {
  const std::int64_t number = value.integer();
  if (number < -128 || number > 127) return ServerError{"22003", "\"char\" out of range"};
  return Value::of(to, number & 0xff);
}
Outcome<Value> boolean_to_text(const TypeContext&, const Value& value, TypeId to) {
  return Value::of(to, std::string(value.integer() != 0 ? "true" : "false"));
}
/// The cast always shows the mask.
Outcome<Value> network_to_text(const TypeContext&, const Value& value, TypeId to) {
  std::string text = value.text();
  if (text.find('/') == std::string::npos) text += text.find(':') == std::string::npos ? "/32" : "/128";
  return Value::of(to, std::move(text));
}

constexpr CastContext kImplicit = CastContext::implicit, kAssignment = CastContext::assignment, kExplicit = CastContext::explicit_;

constexpr BuiltinCast kCasts[] = {
    {T::text, T::varchar, kImplicit, nullptr},             {T::text, T::bpchar, kImplicit, nullptr},
    {T::varchar, T::text, kImplicit, nullptr},             {T::varchar, T::bpchar, kImplicit, nullptr},
    {T::bpchar, T::text, kImplicit, from_bpchar},          {T::bpchar, T::varchar, kImplicit, from_bpchar},
    {T::text, T::name, kImplicit, to_name},                {T::varchar, T::name, kImplicit, to_name},
    {T::bpchar, T::name, kImplicit, from_bpchar},          {T::name, T::text, kImplicit, nullptr},
    {T::name, T::varchar, kAssignment, nullptr},           {T::name, T::bpchar, kAssignment, nullptr},
    {T::text, T::char_, kAssignment, to_char},             {T::varchar, T::char_, kAssignment, to_char},
    {T::bpchar, T::char_, kAssignment, to_char},           {T::char_, T::text, kImplicit, from_char},
    {T::char_, T::varchar, kAssignment, from_char},        {T::char_, T::bpchar, kAssignment, from_char},
    {T::char_, T::int4, kExplicit, char_to_integer},       {T::int4, T::char_, kExplicit, integer_to_char},
    {T::bool_, T::text, kAssignment, boolean_to_text},     {T::bool_, T::varchar, kAssignment, boolean_to_text},
    {T::bool_, T::bpchar, kAssignment, boolean_to_text},   {T::inet, T::text, kAssignment, network_to_text},
    {T::inet, T::varchar, kAssignment, network_to_text},   {T::inet, T::bpchar, kAssignment, network_to_text},
    {T::cidr, T::text, kAssignment, network_to_text},      {T::cidr, T::varchar, kAssignment, network_to_text},
    {T::cidr, T::bpchar, kAssignment, network_to_text},    {T::text, T::regclass, kImplicit, nullptr},
    {T::varchar, T::regclass, kImplicit, nullptr},
};

}  // namespace

std::span<const BuiltinCast> text_casts() { return kCasts; }

}  // namespace pgfk
