// What follows from a finding: its consequences, told in a few lines however many they are.
#pragma once

#include <string>
#include <vector>

#include "rules/rule.h"

namespace pgfk {

std::vector<std::string> consequences_of(const Case& c);

}  // namespace pgfk
