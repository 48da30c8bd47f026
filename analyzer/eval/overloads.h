// Which of several functions or operators of one name is meant, given the arguments' types.
//
// Source: parse_func.c (func_select_candidate), parse_oper.c.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "analyzer/eval/type_rules.h"

namespace pgfk {

enum class Choice { none, one, ambiguous };

struct Overload {
  std::vector<TypeId> arguments;  // one per argument as called: variadic ones are spread, defaults not counted
  std::size_t index = 0;          // of the caller's
};

struct ChosenOverload {
  Choice choice = Choice::none;
  std::size_t index = 0;          // into the candidates given
};

/// The exact match if there is one, else what implicit casts, preferred types and untyped literals leave.
ChosenOverload choose_overload(const TypeLookup& types, std::span<const TypeId> arguments, std::span<const Overload> candidates);

/// The same for an operator's candidates: an untyped literal beside a typed operand is first tried as of that type.
ChosenOverload choose_operator(const TypeLookup& types, std::span<const TypeId> operands, std::span<const Overload> candidates);

}  // namespace pgfk
