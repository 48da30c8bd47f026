#include "rules/context.h"

namespace pgfk {

Context::Context(const Analysis& analysis, const Sources& sources, const AnalyzeOptions& options)
    : analysis_(analysis), sources_(sources), options_(options) {
  for (const ConstraintSummary& summary : analysis.constraints) {
    constraints_.emplace(ConstraintPath(summary.name.schema, summary.name.table, summary.name.name), &summary);
  }
  for (const TableSummary& summary : analysis.tables) {
    tables_.emplace(std::pair(std::string_view(summary.schema), std::string_view(summary.table)), &summary);
  }
  settle_roots();
  settle_left_out();
}

const ConstraintSummary* Context::constraint(const ConstraintName& name) const {
  const auto found = constraints_.find(ConstraintPath(name.schema, name.table, name.name));
  return found == constraints_.end() ? nullptr : found->second;
}

const TableSummary* Context::table(std::string_view schema, std::string_view table) const {
  const auto found = tables_.find(std::pair(schema, table));
  return found == tables_.end() ? nullptr : found->second;
}

std::span<const std::size_t> Context::consequences(std::size_t finding) const {
  return std::span(members_).subspan(first_[finding], first_[finding + 1] - first_[finding]);
}

// Each finding goes up its first cause until a root or a finding already settled; what was passed gets the same root.
void Context::settle_roots() {
  const std::size_t count = analysis_.findings.size();
  constexpr std::size_t kUnsettled = static_cast<std::size_t>(-1);
  roots_.assign(count, kUnsettled);
  std::vector<std::size_t> passed;
  std::vector<bool> on_path(count, false);
  for (std::size_t start = 0; start < count; ++start) {
    passed.clear();
    std::size_t at = start;
    while (roots_[at] == kUnsettled && !on_path[at]) {
      on_path[at] = true;
      passed.push_back(at);
      const std::vector<std::size_t>& causes = analysis_.findings[at].caused_by;
      if (causes.empty() || causes.front() >= count) break;
      at = causes.front();
    }
    const std::size_t root = roots_[at] == kUnsettled ? at : roots_[at];
    for (const std::size_t index : passed) {
      roots_[index] = root;
      on_path[index] = false;
    }
  }

  const auto is_member = [&](std::size_t index) { return roots_[index] != index && analysis_.findings[index].is_told(); };
  first_.assign(count + 1, 0);
  for (std::size_t index = 0; index < count; ++index) {
    if (is_member(index)) ++first_[roots_[index] + 1];
  }
  for (std::size_t index = 0; index < count; ++index) first_[index + 1] += first_[index];
  members_.resize(first_[count]);
  std::vector<std::size_t> next(first_.begin(), first_.end());
  for (std::size_t index = 0; index < count; ++index) {
    if (is_member(index)) members_[next[roots_[index]]++] = index;
  }
}

void Context::settle_left_out() {
  const auto path_of = [](const ConstraintName& name) { return ConstraintPath(name.schema, name.table, name.name); };
  for (const Finding& finding : analysis_.findings) {
    if (finding.constraint && !finding.is_told()) left_out_.insert(path_of(*finding.constraint));
  }
  if (left_out_.empty()) return;
  for (const Finding& finding : analysis_.findings) {
    if (finding.constraint && finding.is_told()) left_out_.erase(path_of(*finding.constraint));
  }
}

bool Context::is_left_out(const ConstraintSummary& constraint) const {
  return left_out_.contains(ConstraintPath(constraint.name.schema, constraint.name.table, constraint.name.name));
}

}  // namespace pgfk
