#include "analyzer/order/order.h"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>

namespace pgfk {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// Edges by their start, sorted and without repetition.
class Adjacency {
 public:
  Adjacency(std::size_t nodes, std::span<const OrderEdge> edges) : first_(nodes + 1, 0) {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    pairs.reserve(edges.size());
    for (const OrderEdge& edge : edges) {
      if (edge.from < nodes && edge.to < nodes) pairs.emplace_back(edge.from, edge.to);
    }
    std::ranges::sort(pairs);
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    targets_.reserve(pairs.size());
    for (const auto& [from, to] : pairs) {
      ++first_[from + 1];
      targets_.push_back(to);
    }
    for (std::size_t node = 0; node < nodes; ++node) first_[node + 1] += first_[node];
  }
  std::span<const std::size_t> of(std::size_t node) const {
    return std::span(targets_).subspan(first_[node], first_[node + 1] - first_[node]);
  }

 private:
  std::vector<std::size_t> first_, targets_;
};

// Tarjan's algorithm with a stack of its own. It completes a component when everything that the component refers to is complete;
// started from the nodes in the given order, and following edges in that order too, the sequence of completed components is the order
// wanted: each node at its place, what it needs pulled up to just before it.
class Components {
 public:
  Components(std::size_t nodes, const Adjacency& adjacency, Order& out)
      : adjacency_(adjacency), out_(out), index_(nodes, kNone), low_(nodes, 0), open_(nodes, false) {
    out_.order.reserve(nodes);
    for (std::size_t node = 0; node < nodes; ++node) {
      if (index_[node] == kNone) visit_from(node);
    }
  }

 private:
  struct Frame {
    std::size_t node;
    std::size_t next = 0;  // position among its targets
  };

  void enter(std::size_t node) {
    index_[node] = low_[node] = counter_++;
    open_[node] = true;
    stack_.push_back(node);
    frames_.push_back({node});
  }

  void visit_from(std::size_t root) {
    enter(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      const std::size_t node = frame.node;
      const std::span<const std::size_t> targets = adjacency_.of(node);
      if (frame.next < targets.size()) {
        const std::size_t target = targets[frame.next++];
        if (index_[target] == kNone) {
          enter(target);
        } else if (open_[target]) {
          low_[node] = std::min(low_[node], index_[target]);
        }
        continue;
      }
      frames_.pop_back();
      if (!frames_.empty()) low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
      if (low_[node] == index_[node]) complete(node);
    }
  }

  void complete(std::size_t node) {
    std::vector<std::size_t> members;
    std::size_t member = kNone;
    while (member != node) {
      member = stack_.back();
      stack_.pop_back();
      open_[member] = false;
      members.push_back(member);
    }
    std::ranges::sort(members);
    out_.order.insert(out_.order.end(), members.begin(), members.end());
    const bool refers_to_itself = std::ranges::binary_search(adjacency_.of(node), node);
    if (members.size() > 1 || refers_to_itself) out_.components.push_back(std::move(members));
  }

  const Adjacency& adjacency_;
  Order& out_;
  std::vector<std::size_t> index_, low_;
  std::vector<bool> open_;
  std::vector<std::size_t> stack_;
  std::vector<Frame> frames_;
  std::size_t counter_ = 0;
};

}  // namespace

Order stable_order(std::size_t nodes, std::span<const OrderEdge> edges) {
  Order out;
  const Adjacency adjacency(nodes, edges);
  Components(nodes, adjacency, out);
  return out;
}

std::vector<std::size_t> ring_of(std::span<const std::size_t> component, std::span<const OrderEdge> edges) {
  if (component.empty()) return {};
  std::unordered_map<std::size_t, std::size_t> position;  // in the component
  for (const std::size_t member : component) position.emplace(member, position.size());
  std::vector<OrderEdge> inner;
  for (const OrderEdge& edge : edges) {
    const auto from = position.find(edge.from), to = position.find(edge.to);
    if (from != position.end() && to != position.end()) inner.push_back({from->second, to->second});
  }
  const Adjacency adjacency(component.size(), inner);

  // Breadth first from the first member until an edge leads back to it.
  std::vector<std::size_t> came_from(component.size(), kNone), queue = {0};
  for (std::size_t head = 0; head < queue.size(); ++head) {
    const std::size_t node = queue[head];
    for (const std::size_t target : adjacency.of(node)) {
      if (target == 0) {
        std::vector<std::size_t> ring;
        for (std::size_t at = node; at != kNone; at = came_from[at]) ring.push_back(component[at]);
        std::ranges::reverse(ring);
        return ring;
      }
      if (came_from[target] != kNone) continue;
      came_from[target] = node;
      queue.push_back(target);
    }
  }
  return {};
}

bool is_ordered(std::span<const std::size_t> order, std::span<const OrderEdge> edges) {
  std::unordered_map<std::size_t, std::size_t> place;
  for (const std::size_t node : order) place.emplace(node, place.size());
  return std::ranges::all_of(edges, [&](const OrderEdge& edge) {
    const auto from = place.find(edge.from), to = place.find(edge.to);
    return edge.from == edge.to || from == place.end() || to == place.end() || to->second < from->second;
  });
}

}  // namespace pgfk
