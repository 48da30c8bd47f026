// "did you mean": the known word nearest to one that is not known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pgfk {

/// Empty where nothing is near: more than a third of the letters, and more than two, would have to change.
std::string nearest_word(std::string_view word, const std::vector<std::string>& known);

}  // namespace pgfk
