// Casts of run time: those of the types library, and those that need the catalog (regclass, rows).
#pragma once

#include "analyzer/eval/bound.h"

namespace pgfk {

/// `value` as `type` under `typmod`. An unknown value keeps its symbol where the cast cannot merge two values into one.
Outcome<Value> run_cast(const Catalog& catalog, EvaluationHost& host, const Value& value, TypeId type, std::int32_t typmod, CastContext how);

/// The output function.
std::string text_of(EvaluationHost& host, const Value& value);

}  // namespace pgfk
