// What the failures of one group of a log likely come from, and what to do: words for the patterns and for what a dump says.
//
// Pure functions. "likely" is a guess from habits, and called so; what the dump says are facts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/failures/groups.h"
#include "analyzer/failures/pattern.h"

namespace pgfk {

struct LogAdvice {
  std::string likely;             // a clause; empty where nothing speaks for a cause
  std::vector<std::string> dump;  // sentences, what the dump says of the keys; empty without one
  std::string help;               // what to do, lines separated by \n; SQL runs as it stands; empty where there is no telling
};

/// `with_dump`: the failures were looked up in a dump.
LogAdvice advise(const FailureGroup& group, const FailurePattern& pattern, bool with_dump);

/// "3,871 keys", "about 120,000 keys"
std::string counted_keys(const DistinctCount& keys);
/// "mostly new keys", or nothing.
std::string key_pattern_words(const FailurePattern& pattern);

}  // namespace pgfk
