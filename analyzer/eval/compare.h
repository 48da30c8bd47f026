// Comparison of values as the operators =, <>, <, ... see it, unknown ones included.
//
// Two unknowns are equal if their symbols are; a fresh symbol differs from everything else; what else is unknown stays so.
#pragma once

#include "analyzer/eval/bound.h"

namespace pgfk {

/// NULL if either is; a boolean, or an unknown one. `locale`: of a nondeterministic collation, "" for bytes.
Outcome<Value> compare(EvaluationHost& host, Comparison comparison, const Value& left, const Value& right, std::string_view locale = {});
/// The btree order of two known values, after bringing numbers and dates of different types together.
int order(const TypeContext& types, const Value& left, const Value& right);

/// "=" -> equal; nullptr for other operators.
const Comparison* comparison_named(std::string_view name);

}  // namespace pgfk
