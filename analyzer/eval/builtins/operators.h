// The operators of a PostgreSQL server, by name and operand types.
// Source: pg_operator of PostgreSQL 15.
#pragma once

#include <span>
#include <string_view>

#include "analyzer/eval/builtins/functions.h"

namespace pgfk {

struct BuiltinOperator {
  std::string_view name;
  CompactType left = 0;   // 0 for a prefix operator
  CompactType right = 0;
  CompactType result = 0;
  std::string_view source;
};

std::span<const BuiltinOperator> builtin_operators();
std::span<const BuiltinOperator> builtin_operators(std::string_view name);

}  // namespace pgfk
