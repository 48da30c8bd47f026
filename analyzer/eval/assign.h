// Storing values: assignment casts and the constraints of domains.
#pragma once

#include "analyzer/eval/bound.h"

namespace pgfk {

/// 23502 `domain d does not allow null values`, 23514 `value for domain d violates check constraint "n"`; base domains first. The value
/// itself where all hold; an unknown CHECK is a Doubt.
Outcome<Value> check_domain(const Catalog& catalog, EvaluationHost& host, const Value& value, TypeId domain);

}  // namespace pgfk
