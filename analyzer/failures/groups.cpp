#include "analyzer/failures/groups.h"

#include <algorithm>
#include <utility>

namespace pgfk {
namespace {

struct DimensionRow {
  Dimension dimension;
  std::string_view name;
  std::size_t most;  // texts a group lists
};
constexpr std::array<DimensionRow, kDimensions> kRows = {{
    {Dimension::constraint, "constraint", 1000},
    {Dimension::direction, "direction", 3},
    {Dimension::database, "db", 250},
    {Dimension::user, "user", 250},
    {Dimension::application, "app", 250},
    {Dimension::statement, "statement", 250},
    {Dimension::key, "key", 2000},
    {Dimension::hour, "hour", 20'000},  // more than two years
}};

constexpr std::size_t kHourDigits = std::string_view("2026-11-20T10").size();

std::string joined_parts(const std::vector<std::string>& parts) {
  std::string out;
  for (std::size_t at = 0; at < parts.size(); ++at) {
    if (at > 0) out.push_back('\0');
    out += parts[at];
  }
  return out;
}

std::optional<std::string> key_of(const LogEvent& event) {
  if (event.key_shown == KeyShown::yes && !event.key_values.empty()) return bounded_text(joined_parts(event.key_values));
  if (event.key_shown == KeyShown::ambiguous && event.key_values_text) return bounded_text(*event.key_values_text);
  return std::nullopt;
}

std::optional<std::string> bounded(const std::optional<std::string>& text) {
  return text ? std::optional(bounded_text(*text)) : std::nullopt;
}

std::string bounded_or_empty(const std::optional<std::string>& text) { return text ? bounded_text(*text) : std::string(); }

/// Cuts what a sample keeps of a long text.
void cut(std::optional<std::string>& text) {
  constexpr std::size_t kMost = 2000;
  if (text && text->size() > kMost) {
    text->resize(kMost);
    *text += " ...";
  }
}

void note_later(FailureGroup::Later& later, const Failure& failure, const std::optional<std::string>& key, Allowance& allowance) {
  const LaterInsert& insert = *failure.later;
  if (later.failures++ == 0) later.first = insert;
  if (key) later.keys.add(*key, allowance);
  if (insert.same_session == false) ++later.other_session;
  later.columns_assumed = later.columns_assumed || insert.columns_assumed;
  if (!insert.time || !failure.event.time) return;
  const std::int64_t delay = insert.time->microseconds - failure.event.time->microseconds;
  later.least_delay = std::min(later.least_delay.value_or(delay), delay);
  later.most_delay = std::max(later.most_delay.value_or(delay), delay);
}

std::uint64_t bytes_of(const FailureSample& sample) {
  const LogEvent& event = sample.event;
  std::uint64_t bytes = sizeof(FailureSample) + sample.shape.size() + event.message.size() + joined_parts(event.key_values).size();
  for (const auto* text : {&event.detail, &event.hint, &event.context, &event.statement, &event.key_values_text}) {
    if (*text) bytes += (*text)->size();
  }
  return bytes;
}

}  // namespace

std::string_view dimension_name(Dimension dimension) { return kRows[static_cast<std::size_t>(dimension)].name; }

std::optional<Dimension> dimension_named(std::string_view name) {
  const auto found = std::ranges::find(kRows, name, &DimensionRow::name);
  return found == kRows.end() ? std::nullopt : std::optional(found->dimension);
}

std::optional<std::string> dimension_value(const Failure& failure, Dimension dimension) {
  const LogEvent& event = failure.event;
  switch (dimension) {
    case Dimension::constraint: {
      if (!event.constraint) return std::nullopt;
      return bounded_or_empty(event.constraint) + '\0' + bounded_or_empty(event.referencing_table);
    }
    case Dimension::direction: return event.side ? std::optional(std::string(violation_side_name(*event.side))) : std::nullopt;
    case Dimension::database: return bounded(event.database);
    case Dimension::user: return bounded(event.user);
    case Dimension::application: return bounded(event.application_name);
    case Dimension::statement: return failure.fingerprint.empty() ? std::nullopt : std::optional(failure.fingerprint);
    case Dimension::key: return key_of(event);
    case Dimension::hour: return event.time ? std::optional(event.time->text.substr(0, kHourDigits)) : std::nullopt;
  }
  return std::nullopt;
}

std::vector<std::string> parts_of(std::string_view joined) {
  std::vector<std::string> parts;
  for (std::size_t from = 0;;) {
    const std::size_t end = joined.find('\0', from);
    parts.emplace_back(joined.substr(from, end - from));
    if (end == std::string_view::npos) return parts;
    from = end + 1;
  }
}

FailureGroup::FailureGroup() {
  tallies.reserve(kDimensions);
  for (const DimensionRow& row : kRows) tallies.emplace_back(row.most);
}

FailureGroups::FailureGroups(GroupOptions options) : options_(std::move(options)), allowance_(options_.memory) {}

void FailureGroups::add(const Failure& failure) {
  ++total_;
  std::string identity;
  for (const Dimension dimension : options_.by) {
    const std::optional<std::string> value = dimension_value(failure, dimension);
    identity += value ? "\1" + *value : std::string("\2");
    identity.push_back('\3');
  }
  for (std::size_t at = 0; at < kDimensions; ++at) {
    const auto dimension = static_cast<Dimension>(at);
    std::optional<std::string> value = dimension_value(failure, dimension);
    if (!value) continue;
    if (dimension == Dimension::key) {
      const std::string of = dimension_value(failure, Dimension::constraint).value_or("") + '\1' +
                             dimension_value(failure, Dimension::direction).value_or("") + '\1';
      value->insert(0, of);
    }
    distinct_[at].add(*value, allowance_);
  }
  if (FailureGroup* group = find_or_add(identity, failure)) {
    add_to(*group, failure);
    return;
  }
  if (!folded_) folded_ = std::make_unique<FailureGroup>();
  folded_groups_.add(identity, allowance_);
  add_to(*folded_, failure);
}

FailureGroup* FailureGroups::find_or_add(const std::string& identity, const Failure& failure) {
  if (const auto found = index_.find(identity); found != index_.end()) return groups_[found->second].get();
  if (groups_.size() >= kMostGroups || !allowance_.take(sizeof(FailureGroup) + kDimensions * sizeof(Tally) + 2 * identity.size())) return nullptr;
  index_.emplace(identity, groups_.size());
  auto group = std::make_unique<FailureGroup>();
  for (const Dimension dimension : options_.by) group->values.push_back(dimension_value(failure, dimension));
  groups_.push_back(std::move(group));
  return groups_.back().get();
}

void FailureGroups::add_to(FailureGroup& group, const Failure& failure) {
  const LogEvent& event = failure.event;
  if (group.count++ == 0) {
    group.side = event.side;
    group.constraint = bounded_or_empty(event.constraint);
  }
  if (group.referencing_table.empty()) group.referencing_table = bounded_or_empty(event.referencing_table);
  if (group.referenced_table.empty()) group.referenced_table = bounded_or_empty(event.referenced_table);
  if (group.key_columns.empty() && event.key_columns.size() <= 32) group.key_columns = event.key_columns;
  ++group.by_kind[event.kind ? static_cast<std::size_t>(*event.kind) : group.by_kind.size() - 1];
  for (std::size_t at = 0; at < kDimensions; ++at) {
    const std::optional<std::string> value = dimension_value(failure, static_cast<Dimension>(at));
    if (value) group.tallies[at].add(*value, allowance_);
  }
  const std::optional<std::string> key = key_of(event);
  if (key) {
    group.keys.add(*key, allowance_);
  } else {
    ++group.without_key;
  }
  if (failure.in_dump) {
    const auto state = static_cast<std::size_t>(failure.in_dump->state);
    ++group.dump_failures[state];
    if (key) group.dump_keys[state].add(*key, allowance_);
    if (group.dump_doubt.empty()) group.dump_doubt = failure.in_dump->why;
  }
  if (failure.later) note_later(group.later, failure, key, allowance_);
  if (event.time) {
    if (!group.first || event.time->microseconds < group.first->microseconds) group.first = event.time;
    if (!group.last || event.time->microseconds >= group.last->microseconds) group.last = event.time;
  }
  keep_sample(group, failure);
}

void FailureGroups::keep_sample(FailureGroup& group, const Failure& failure) {
  if (group.samples.size() >= options_.samples) return;
  const bool same = std::ranges::any_of(group.samples, [&](const FailureSample& sample) {
    return sample.event.key_values == failure.event.key_values && sample.fingerprint == failure.fingerprint;
  });
  if (same) return;
  FailureSample sample{failure.event, failure.shape, failure.fingerprint};
  for (auto* text : {&sample.event.detail, &sample.event.hint, &sample.event.context, &sample.event.statement}) cut(*text);
  constexpr std::size_t kMostShape = 2000;
  if (sample.shape.size() > kMostShape) sample.shape.resize(kMostShape);
  if (allowance_.take(bytes_of(sample))) group.samples.push_back(std::move(sample));
}

std::vector<const FailureGroup*> FailureGroups::by_count() const {
  std::vector<const FailureGroup*> out;
  for (const auto& group : groups_) out.push_back(group.get());
  std::ranges::stable_sort(out, std::ranges::greater(), &FailureGroup::count);
  return out;
}

}  // namespace pgfk
