// The order of statements that moves the fewest of them.
//
// Places 0 .. places-1 stand in the order given; nodes from `places` on are none that could move: they only carry edges ("all of these before all
// of those"), and keep the order given. An edge goes from what needs to what it needs. Edges that no order meets together with the others are
// refused: those between members of one component that the order given breaks.
//
// Two places can both stay where they are unless one has to come before the other and does not. That relation is a partial order, so that the most
// that can stay are an antichain of it; the rest, a least vertex cover, moves (Dilworth, König). Of two equal choices the one that pulls up what is
// needed. What moves goes just before the first that needs it, or just behind the last that it needs.
// Cost: O(edges) where the order is right; else for each place concerned a walk over what it needs. Past kMostSteps no least number is sought: what
// is needed is pulled up.
// Threads: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "analyzer/order/order.h"

namespace pgfk {

struct FewestMoves {
  std::vector<std::size_t> order;      // every place once
  std::vector<bool> moved;             // by place
  std::vector<OrderEdge> refused;      // in the order given
};

inline constexpr std::uint64_t kMostSteps = 30'000'000;

FewestMoves fewest_moves(std::size_t places, std::size_t nodes, std::span<const OrderEdge> edges, std::uint64_t most_steps = kMostSteps);

}  // namespace pgfk
