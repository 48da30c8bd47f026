// Enums: a value is the place of its label, so it compares and prints by the type. Source: enum.c; fk-semantics 8.16.
#include <algorithm>

#include "analyzer/types/family.h"

namespace pgfk {
namespace {

Outcome<Value> read_enum(const TypeContext& context, TypeId type, std::int32_t, std::string_view text) {
  const Type* info = context.types.type(type);
  if (info != nullptr) {
    const auto found = std::find(info->labels.begin(), info->labels.end(), text);
    if (found != info->labels.end()) return Value::of(type, static_cast<std::int64_t>(found - info->labels.begin()));
  }
  std::string message = "invalid input value for enum ";
  message.append(info == nullptr ? "???" : info->name).append(": \"").append(text).append("\"");
  return ServerError{"22P02", std::move(message)};
}

void write_enum(const TypeContext& context, const Value& value, std::string& out) {
  const Type* info = context.types.type(value.type());
  const std::size_t place = static_cast<std::size_t>(value.integer());
  if (info != nullptr && place < info->labels.size()) out += info->labels[place];
}

}  // namespace

const TypeOps kEnumOps = {read_enum, write_enum, integer_key, integer_compare};

}  // namespace pgfk
