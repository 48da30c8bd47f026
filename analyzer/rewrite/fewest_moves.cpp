#include "analyzer/rewrite/fewest_moves.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace pgfk {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

using Lists = std::vector<std::vector<std::size_t>>;

/// Nodes that a walk along `lists` reaches, one walk after another.
class Walk {
 public:
  explicit Walk(const Lists& lists) : lists_(lists), seen_(lists.size(), 0) {}

  /// All that is reached from `start`, which is left out.
  const std::vector<std::size_t>& from(std::size_t start) {
    ++round_;
    reached_.clear();
    seen_[start] = round_;
    visit(start);
    for (std::size_t at = 0; at < reached_.size(); ++at) visit(reached_[at]);
    return reached_;
  }
  std::uint64_t steps() const { return steps_; }

 private:
  void visit(std::size_t node) {
    steps_ += 1 + lists_[node].size();
    for (const std::size_t next : lists_[node]) {
      if (std::exchange(seen_[next], round_) != round_) reached_.push_back(next);
    }
  }

  const Lists& lists_;
  std::vector<std::uint32_t> seen_;
  std::vector<std::size_t> reached_;
  std::uint32_t round_ = 0;
  std::uint64_t steps_ = 0;
};

/// A largest matching of a graph of two sides (Hopcroft, Karp), and the least cover that prefers the right side.
class Matching {
 public:
  Matching(const Lists& edges, std::size_t rights) : edges_(edges), left_(edges.size(), kNone), right_(rights, kNone) {
    while (layer()) {
      next_.assign(edges_.size(), 0);
      for (std::size_t node = 0; node < edges_.size(); ++node) {
        if (left_[node] == kNone) augment(node);
      }
    }
  }

  /// Left and right nodes of the cover.
  std::pair<std::vector<bool>, std::vector<bool>> cover() const {
    Lists back(right_.size());
    for (std::size_t node = 0; node < edges_.size(); ++node) {
      for (const std::size_t to : edges_[node]) back[to].push_back(node);
    }
    std::vector<bool> left(edges_.size(), false), right(right_.size(), true);
    std::vector<std::size_t> queue;
    for (std::size_t node = 0; node < right_.size(); ++node) {
      if (right_[node] != kNone) continue;
      right[node] = false;
      queue.push_back(node);
    }
    for (std::size_t head = 0; head < queue.size(); ++head) {
      for (const std::size_t from : back[queue[head]]) {
        if (left[from]) continue;
        left[from] = true;
        const std::size_t matched = left_[from];
        if (matched == kNone || !right[matched]) continue;
        right[matched] = false;
        queue.push_back(matched);
      }
    }
    return {std::move(left), std::move(right)};
  }

 private:
  /// Distances of left nodes from the free ones; false where no free right node is reached.
  bool layer() {
    distance_.assign(edges_.size(), kNone);
    std::vector<std::size_t> queue;
    for (std::size_t node = 0; node < edges_.size(); ++node) {
      if (left_[node] != kNone) continue;
      distance_[node] = 0;
      queue.push_back(node);
    }
    bool reached = false;
    for (std::size_t head = 0; head < queue.size(); ++head) {
      for (const std::size_t to : edges_[queue[head]]) {
        const std::size_t owner = right_[to];
        if (owner == kNone) {
          reached = true;
        } else if (distance_[owner] == kNone) {
          distance_[owner] = distance_[queue[head]] + 1;
          queue.push_back(owner);
        }
      }
    }
    return reached;
  }

  void augment(std::size_t root) {
    std::vector<std::size_t> path = {root};
    while (!path.empty()) {
      const std::size_t node = path.back();
      if (next_[node] == edges_[node].size()) {
        distance_[node] = kNone;
        path.pop_back();
        continue;
      }
      const std::size_t to = edges_[node][next_[node]];
      const std::size_t owner = right_[to];
      if (owner == kNone) {
        // Each node of the path takes the right node it stands at.
        for (const std::size_t member : path) {
          const std::size_t taken = edges_[member][next_[member]];
          left_[member] = taken;
          right_[taken] = member;
        }
        return;
      }
      if (distance_[owner] == distance_[node] + 1) {
        path.push_back(owner);
      } else {
        ++next_[node];
      }
    }
  }

  const Lists& edges_;
  std::vector<std::size_t> left_, right_, distance_, next_;
};

class Mover {
 public:
  Mover(std::size_t places, std::size_t nodes, std::span<const OrderEdge> edges, std::uint64_t most_steps)
      : places_(places), nodes_(nodes), most_steps_(most_steps), needs_(nodes), needed_by_(nodes) {
    refuse_cycles(edges);
    moves_.moved.assign(places, false);
  }

  FewestMoves find() {
    moves_.order.resize(places_);
    std::iota(moves_.order.begin(), moves_.order.end(), std::size_t{0});
    if (broken_.empty()) return std::move(moves_);
    if (choose()) {
      place();
    } else {
      pull_up();
    }
    return std::move(moves_);
  }

 private:
  void refuse_cycles(std::span<const OrderEdge> edges) {
    const Order order = stable_order(nodes_, edges);
    std::vector<std::size_t> component(nodes_, kNone);
    for (std::size_t at = 0; at < order.components.size(); ++at) {
      for (const std::size_t member : order.components[at]) component[member] = at;
    }
    for (const OrderEdge& edge : edges) {
      if (edge.from == edge.to) continue;
      const bool breaks = edge.from < edge.to && edge.to < places_;
      if (breaks && component[edge.from] != kNone && component[edge.from] == component[edge.to]) {
        moves_.refused.push_back(edge);
        continue;
      }
      needs_[edge.from].push_back(edge.to);
      needed_by_[edge.to].push_back(edge.from);
      kept_.push_back(edge);
      if (breaks) broken_.push_back(edge);
    }
  }

  /// Which places move; false where that would take too long.
  bool choose() {
    // Only what needs a broken edge's start, or is it, can stand before something it needs.
    std::vector<bool> concerned(nodes_, false);
    Walk back(needed_by_);
    for (const OrderEdge& edge : broken_) {
      if (concerned[edge.from]) continue;
      concerned[edge.from] = true;
      for (const std::size_t node : back.from(edge.from)) concerned[node] = true;
      if (back.steps() > most_steps_) return false;
    }
    Walk ahead(needs_);
    Lists later(places_);
    for (std::size_t place = 0; place < places_; ++place) {
      if (!concerned[place]) continue;
      for (const std::size_t node : ahead.from(place)) {
        if (node > place && node < places_) later[place].push_back(node);
      }
      if (ahead.steps() > most_steps_) return false;
    }
    const auto [left, right] = Matching(later, places_).cover();
    for (std::size_t place = 0; place < places_; ++place) moves_.moved[place] = left[place] || right[place];
    return true;
  }

  void place() {
    // What moves is due at its own place, or behind the last that stays of what it needs.
    Walk ahead(needs_);
    Lists due(places_);
    for (std::size_t node = 0; node < places_; ++node) {
      if (!moves_.moved[node]) continue;
      std::size_t at = node;
      for (const std::size_t needed : ahead.from(node)) {
        if (needed < places_ && !moves_.moved[needed]) at = std::max(at, needed);
      }
      due[at].push_back(node);
    }
    done_.assign(nodes_, false);
    moves_.order.clear();
    for (std::size_t at = 0; at < places_; ++at) {
      if (!moves_.moved[at]) emit(at);
      for (const std::size_t node : due[at]) emit(node);
    }
  }

  /// Behind all that it needs.
  void emit(std::size_t root) {
    if (done_[root]) return;
    std::vector<std::pair<std::size_t, std::size_t>> stack = {{root, 0}};
    done_[root] = true;
    while (!stack.empty()) {
      auto& [node, next] = stack.back();
      if (next == 0) std::ranges::sort(needs_[node]);
      if (next < needs_[node].size()) {
        const std::size_t needed = needs_[node][next++];
        if (!done_[needed]) {
          done_[needed] = true;
          stack.emplace_back(needed, 0);
        }
        continue;
      }
      if (node < places_) moves_.order.push_back(node);
      stack.pop_back();
    }
  }

  void pull_up() {
    moves_.order.clear();
    for (const std::size_t node : stable_order(nodes_, kept_).order) {
      if (node < places_) moves_.order.push_back(node);
    }
    std::size_t last = 0;
    // What was pulled up stands before something of a lower number that has not come yet.
    std::vector<bool> come(places_, false);
    for (const std::size_t node : moves_.order) {
      come[node] = true;
      while (last < places_ && come[last]) ++last;
      moves_.moved[node] = last < node;
    }
  }

  const std::size_t places_, nodes_;
  const std::uint64_t most_steps_;
  Lists needs_, needed_by_;
  std::vector<OrderEdge> kept_, broken_;
  std::vector<bool> done_;
  FewestMoves moves_;
};

}  // namespace

FewestMoves fewest_moves(std::size_t places, std::size_t nodes, std::span<const OrderEdge> edges, std::uint64_t most_steps) {
  return Mover(places, nodes, edges, most_steps).find();
}

}  // namespace pgfk
