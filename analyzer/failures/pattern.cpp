#include "analyzer/failures/pattern.h"

#include <algorithm>

namespace pgfk {
namespace {

constexpr std::uint64_t kFew = 10;  // fewer failures show no habit of hours or applications

KeyPattern key_pattern(const FailureGroup& group) {
  const std::uint64_t shown = group.count - group.without_key;
  const std::uint64_t keys = group.keys.count();
  constexpr std::uint64_t kTooFew = 5;
  if (shown < kTooFew || keys == 0) return KeyPattern::none;
  if (keys * 10 >= shown * 9) return KeyPattern::new_keys;
  return keys * 4 <= shown || (keys == 1) ? KeyPattern::same_keys : KeyPattern::mixed;
}

std::optional<PeakHour> peak_hour(const Tally& hours) {
  std::optional<PeakHour> peak;
  for (const Tally::Entry& entry : hours.entries()) {
    // Of hours with the same count the earliest: entries are in byte order there.
    if (!peak || entry.count > peak->count) peak = PeakHour{std::string(entry.text), entry.count};
  }
  return peak;
}

bool is_burst(const FailureGroup& group, const std::optional<PeakHour>& peak) {
  constexpr std::int64_t kLong = std::int64_t{6} * 3600 * 1'000'000;
  if (!peak || !group.first || !group.last || group.count < kFew) return false;
  return peak->count * 2 >= group.count && group.last->microseconds - group.first->microseconds >= kLong;
}

}  // namespace

FailurePattern pattern_of(const FailureGroup& group, std::uint64_t applications) {
  FailurePattern pattern;
  pattern.keys = key_pattern(group);
  pattern.every_key_new = pattern.keys == KeyPattern::new_keys && group.keys.exact() && group.keys.count() == group.count - group.without_key;
  pattern.peak = peak_hour(group.tally(Dimension::hour));
  pattern.burst = is_burst(group, pattern.peak);
  const std::vector<Tally::Entry> names = group.tally(Dimension::application).entries();
  if (applications > 1 && group.count >= kFew && !names.empty() && names.front().count * 10 >= group.count * 9) {
    pattern.one_application = std::string(names.front().text);
  }
  return pattern;
}

std::string_view key_pattern_name(KeyPattern pattern) {
  switch (pattern) {
    case KeyPattern::none: return "none";
    case KeyPattern::same_keys: return "same_keys";
    case KeyPattern::new_keys: return "new_keys";
    case KeyPattern::mixed: return "mixed";
  }
  return "";
}

}  // namespace pgfk
