// What psql and pg_restore do when the statement fails, what they return, and what is lost.
// Source: fk-semantics sections 14, 15 and 20.
#pragma once

#include <string>

#include "rules/rule.h"

namespace pgfk {

std::string effect_of(const Case& c);

}  // namespace pgfk
