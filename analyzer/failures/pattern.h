// What the keys, hours and applications of a group look like, named.
//
// A pure function of the group. The bounds are rules of thumb: they choose words, never counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "analyzer/failures/groups.h"

namespace pgfk {

enum class KeyPattern {
  none,       // too few failures, or the log shows no keys
  same_keys,  // few keys, again and again: a client that holds ids of rows which are gone
  new_keys,   // a new key nearly each time: the referenced row is written later, or in another transaction
  mixed,
};

struct PeakHour {
  std::string hour;  // "2026-11-20T10"
  std::uint64_t count = 0;
};

struct FailurePattern {
  KeyPattern keys = KeyPattern::none;
  bool every_key_new = false;      // new_keys without exception
  std::optional<PeakHour> peak;
  bool burst = false;              // the peak holds half of a long time's failures
  std::string one_application;     // that nearly all come from, although others fail, too; empty: none
};

/// `applications`: how many the log shows in all groups.
FailurePattern pattern_of(const FailureGroup& group, std::uint64_t applications);
/// "same_keys", as the JSON output spells it.
std::string_view key_pattern_name(KeyPattern pattern);

}  // namespace pgfk
