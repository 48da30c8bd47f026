// An analysis with the look-ups that rules need: constraints and tables by name, consequences by root.
//
// Keeps references: analysis, sources and options outlive it.
// Cost: O(findings + constraints + tables) once.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "analyzer/analyze.h"
#include "analyzer/finding.h"
#include "parsers/input/source.h"

namespace pgfk {

class Context {
 public:
  Context(const Analysis& analysis, const Sources& sources, const AnalyzeOptions& options);

  const Analysis& analysis() const { return analysis_; }
  const Sources& sources() const { return sources_; }
  const AnalyzeOptions& options() const { return options_; }
  const Finding& finding(std::size_t index) const { return analysis_.findings[index]; }

  /// Null where the analysis has no summary of it.
  const ConstraintSummary* constraint(const ConstraintName& name) const;
  const TableSummary* table(std::string_view schema, std::string_view table) const;
  /// Whether all that is found of the constraint is left out.
  bool is_left_out(const ConstraintSummary& constraint) const;

  /// The finding at the end of the chain of causes; its own index for a root. Chains that bite their tail end anywhere.
  std::size_t root_of(std::size_t finding) const { return roots_[finding]; }
  bool is_root(std::size_t finding) const { return roots_[finding] == finding; }
  /// Whether it is told by itself: a root, or what follows from a root that is not told.
  bool heads(std::size_t finding) const { return is_root(finding) || !this->finding(root_of(finding)).is_told(); }
  /// Every finding whose root is `finding`, in statement order, without itself and what is not told.
  std::span<const std::size_t> consequences(std::size_t finding) const;

 private:
  using ConstraintPath = std::tuple<std::string_view, std::string_view, std::string_view>;  // schema, table, name

  void settle_roots();
  void settle_left_out();

  const Analysis& analysis_;
  const Sources& sources_;
  const AnalyzeOptions& options_;
  std::map<ConstraintPath, const ConstraintSummary*> constraints_;
  std::map<std::pair<std::string_view, std::string_view>, const TableSummary*> tables_;
  std::vector<std::size_t> roots_;
  std::vector<std::size_t> first_;         // of a root's consequences in members_; one more at the end
  std::vector<std::size_t> members_;
  std::set<ConstraintPath> left_out_;
};

}  // namespace pgfk
