// The order in which things that need each other should come: tables by their foreign keys, files by the rows they need.
//
// Nodes are numbers, 0 .. nodes-1, in the order given; an edge goes from what refers to what it refers to. No catalog here.
//
// Invariants: in `order` what is referred to comes first, except within a component; a given order that is right already is
// returned unchanged; else only what is needed too early is pulled up, to just before the first that needs it. Members of a component
// stand together, in the order given. The answer depends on the set of edges, not on their order or number.
// Cost: O(nodes + edges log edges), no recursion: a chain of a million nodes is fine.
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace pgfk {

struct OrderEdge {
  std::size_t from = 0;  // refers to
  std::size_t to = 0;
};

struct Order {
  std::vector<std::size_t> order;                    // every node once
  std::vector<std::vector<std::size_t>> components;  // strongly connected: of several nodes, or of one that refers to itself;
                                                     // members in the order given, components in that of `order`
};

/// Edges to nodes that do not exist are left out.
Order stable_order(std::size_t nodes, std::span<const OrderEdge> edges);

/// A shortest ring through the first member of a component: each refers to the next, the last to the first. One node where it refers to
/// itself. Empty where the nodes are not strongly connected.
std::vector<std::size_t> ring_of(std::span<const std::size_t> component, std::span<const OrderEdge> edges);

/// Whether `order` brings everything before what refers to it, edges within one node apart.
bool is_ordered(std::span<const std::size_t> order, std::span<const OrderEdge> edges);

}  // namespace pgfk
