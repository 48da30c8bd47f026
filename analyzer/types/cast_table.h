// The casts of pg_cast between built-in types that need more than another label. Source: pg_cast.dat.
#pragma once

#include <span>

#include "analyzer/types/family.h"

namespace pgfk {

struct BuiltinCast {
  TypeId from, to;
  CastContext context;  // the weakest in which the cast is applied
  /// Null: the value is the same under the other type's name. The value is known.
  Outcome<Value> (*convert)(const TypeContext& context, const Value& value, TypeId to);
};

// One table a family; casts.cpp looks through all of them.
std::span<const BuiltinCast> number_casts();    // casts_numbers.cpp
std::span<const BuiltinCast> text_casts();      // casts_text.cpp
std::span<const BuiltinCast> datetime_casts();  // casts_datetime.cpp
std::span<const BuiltinCast> json_casts();      // casts_json.cpp
std::span<const BuiltinCast> other_casts();     // casts_others.cpp

}  // namespace pgfk
