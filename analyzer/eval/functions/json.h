// JSON values of SQL values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/eval/bound.h"

namespace pgfk {

/// As to_json writes it; a Doubt for types it prints in ways of its own.
Outcome<std::string> to_json_text(const CallContext& context, const Value& value);
/// A json or jsonb value of JSON text: jsonb in its canonical form.
Outcome<Value> json_value(const CallContext& context, TypeId type, std::string text);
/// As ->> gives it: NULL for JSON null, strings unescaped.
Value json_as_text(std::string_view json);
/// A field of a record set: JSON as a value of `type`, read as its text.
Outcome<Value> json_as_type(const CallContext& context, std::optional<std::string_view> json, TypeId type);

}  // namespace pgfk
