#include "analyzer/file_order.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "analyzer/order/order.h"

namespace pgfk {
namespace {

constexpr std::size_t kMostLoads = 32;  // of sets where each load shows but one more need

bool violates_key(const Finding& finding) { return finding.sqlstate == "23503" || finding.sqlstate == "23001"; }

/// Less is better: foreign keys first.
std::pair<std::size_t, std::size_t> failures_of(const Analysis& analysis) {
  std::size_t keys = 0, others = 0;
  for (const Finding& finding : analysis.findings) {
    if (finding.verdict == Verdict::fails) ++(violates_key(finding) ? keys : others);
  }
  return {keys, others};
}

/// `relation "sales.orders" does not exist` -> orders
std::string_view missing_relation(const Finding& finding) {
  if (finding.sqlstate != "42P01") return {};
  const std::string_view message = finding.message;
  const std::size_t open = message.find('"'), close = message.rfind('"');
  if (open == std::string_view::npos || close <= open) return {};
  const std::string_view name = message.substr(open + 1, close - open - 1);
  return name.substr(name.rfind('.') + 1);
}

class FileOrder {
 public:
  FileOrder(const std::vector<SourceId>& inputs) : inputs_(inputs) {
    for (std::size_t at = 0; at < inputs.size(); ++at) position_.emplace(inputs[at], at);
  }

  /// Adds what the findings of a load say about files that need each other. False where nothing is new.
  bool learn(const Analysis& analysis) {
    const std::size_t before = edges_.size();
    std::map<std::string_view, std::set<SourceId>> makers;  // of tables, by name
    for (const TableSummary& table : analysis.tables) {
      if (table.declared_at) makers[table.table].insert(table.declared_at->source);
    }
    for (const Finding& finding : analysis.findings) {
      if (finding.verdict != Verdict::fails) continue;
      for (const FindingRow& row : finding.rows) {
        if (row.arrives_at) add(finding.statement.span.source, row.arrives_at->source);
      }
      const auto made = makers.find(missing_relation(finding));
      if (made == makers.end()) continue;
      for (const SourceId maker : made->second) add(finding.statement.span.source, maker);
    }
    return edges_.size() > before;
  }

  std::vector<std::size_t> stable() const {
    std::vector<OrderEdge> edges;
    for (const auto& [from, to] : edges_) edges.push_back({from, to});
    return stable_order(inputs_.size(), edges).order;
  }

  std::vector<SourceId> inputs(const std::vector<std::size_t>& order) const {
    std::vector<SourceId> ids;
    for (const std::size_t at : order) ids.push_back(inputs_[at]);
    return ids;
  }

 private:
  // A file that \i brought in is no input of its own and moves with the one that includes it, which is not known here.
  void add(SourceId needing, SourceId needed) {
    const auto from = position_.find(needing), to = position_.find(needed);
    if (from != position_.end() && to != position_.end() && from != to) edges_.emplace(from->second, to->second);
  }

  const std::vector<SourceId>& inputs_;
  std::map<SourceId, std::size_t> position_;
  std::set<std::pair<std::size_t, std::size_t>> edges_;
};

std::vector<Finding> failures_in(const std::vector<Finding>& findings) {
  std::vector<Finding> failures;
  std::ranges::copy_if(findings, std::back_inserter(failures), [](const Finding& finding) {
    return finding.verdict == Verdict::fails && violates_key(finding) && finding.reported;
  });
  return failures;
}

}  // namespace

void find_file_order(const Sources& sources, const std::vector<SourceId>& inputs, const LoadInOrder& load, const LoadInOrder& load_on,
                     Analysis& given) {
  std::vector<std::size_t> best(inputs.size());
  std::iota(best.begin(), best.end(), std::size_t{0});
  std::set<std::vector<std::size_t>> seen = {best};
  auto fewest = failures_of(given);
  std::vector<Finding> remaining = failures_in(given.findings);

  FileOrder files(inputs);
  const std::pair<std::size_t, std::size_t> none;
  bool more = inputs.size() > 1 && fewest != none && !given.interrupted && files.learn(load_on ? load_on(inputs) : given);
  for (std::size_t loads = 0; more && loads < kMostLoads; ++loads) {
    const std::vector<std::size_t> order = files.stable();
    if (!seen.insert(order).second) break;
    Analysis tried = load(files.inputs(order));
    if (tried.interrupted) break;  // what it did not come to did not fail
    if (const auto failures = failures_of(tried); failures < fewest) {
      fewest = failures;
      best = order;
      remaining = failures_in(tried.findings);
    }
    if (load_on) tried = load_on(files.inputs(order));
    more = files.learn(tried);
  }

  LoadOrder& answer = given.load_order;
  for (const SourceId id : inputs) answer.given_files.push_back(sources[id].path());
  for (const SourceId id : files.inputs(best)) answer.files.push_back(sources[id].path());
  answer.remaining = std::move(remaining);
}

}  // namespace pgfk
