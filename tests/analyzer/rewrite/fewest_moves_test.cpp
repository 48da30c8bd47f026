#include "analyzer/rewrite/fewest_moves.h"

#include <string>
#include <vector>

#include "tests/support/catch.h"

using namespace pgfk;

namespace {

/// "1 0 2 | moved 1 | refused 0>2": edges from what needs to what it needs.
std::string text_of(const FewestMoves& moves) {
  std::string out;
  for (const std::size_t place : moves.order) out += std::to_string(place) + " ";
  out += "|";
  for (std::size_t place = 0; place < moves.moved.size(); ++place) {
    if (moves.moved[place]) out += " " + std::to_string(place);
  }
  for (const OrderEdge& edge : moves.refused) out += " refused " + std::to_string(edge.from) + ">" + std::to_string(edge.to);
  return out;
}

}  // namespace

TEST_CASE("the fewest places move, and what is needed comes first", "[rewrite]") {
  struct Case { const char* what; std::size_t places, nodes; std::vector<OrderEdge> edges; const char* expected; };
  const auto c = GENERATE(values<Case>({
      {"nothing is wrong", 3, 3, {{2, 0}, {1, 0}}, "0 1 2 |"},
      {"what is needed is pulled up", 2, 2, {{0, 1}}, "1 0 | 1"},
      {"one that needs several moves down", 4, 4, {{0, 1}, {0, 2}, {0, 3}}, "1 2 3 0 | 0"},
      {"one that several need moves up", 4, 4, {{0, 3}, {1, 3}, {2, 3}}, "3 0 1 2 | 3"},
      {"a chain the wrong way round keeps one", 3, 3, {{0, 1}, {1, 2}}, "2 1 0 | 1 2"},
      {"what stands between stays", 4, 4, {{1, 3}}, "0 3 1 2 | 3"},
      {"what moves takes along what it needs", 4, 4, {{0, 3}, {1, 3}, {3, 2}}, "2 3 0 1 | 2 3"},
      {"a ring is refused where it breaks", 3, 3, {{0, 1}, {1, 0}, {2, 0}}, "0 1 2 | refused 0>1"},
      {"a node for many keeps them in order", 3, 4, {{0, 2}, {3, 0}, {1, 3}}, "2 0 1 | 2"},
      {"what the order of others forbids is refused", 3, 4, {{0, 2}, {3, 0}, {2, 3}}, "0 1 2 | refused 0>2"},
  }));
  CAPTURE(c.what);
  CHECK(text_of(fewest_moves(c.places, c.nodes, c.edges)) == c.expected);
}

TEST_CASE("past the bound what is needed is pulled up", "[rewrite]") {
  const std::vector<OrderEdge> edges = {{0, 1}, {0, 2}, {0, 3}};
  CHECK(text_of(fewest_moves(4, 4, edges, 0)) == "1 2 3 0 | 1 2 3");
}

TEST_CASE("no order of few places moves fewer than were moved", "[rewrite]") {
  // All graphs of five places whose edges are bits of a number, against trying all sets that could stay.
  constexpr std::size_t kPlaces = 5;
  std::vector<OrderEdge> all;
  for (std::size_t from = 0; from < kPlaces; ++from) {
    for (std::size_t to = 0; to < kPlaces; ++to) {
      if (from != to) all.push_back({from, to});
    }
  }
  std::uint32_t state = 7;
  for (int round = 0; round < 3000; ++round) {
    std::vector<OrderEdge> edges;
    for (const OrderEdge& edge : all) {
      state = state * 1664525u + 1013904223u;
      if (state >> 28 < 3) edges.push_back(edge);
    }
    const FewestMoves moves = fewest_moves(kPlaces, kPlaces, edges);
    std::vector<OrderEdge> kept;
    for (const OrderEdge& edge : edges) {
      bool refused = false;
      for (const OrderEdge& other : moves.refused) refused = refused || (other.from == edge.from && other.to == edge.to);
      if (!refused) kept.push_back(edge);
    }
    REQUIRE(is_ordered(moves.order, kept));
    std::vector<bool> before[kPlaces];  // what each needs, directly or not
    for (auto& row : before) row.assign(kPlaces, false);
    for (const OrderEdge& edge : kept) before[edge.from][edge.to] = true;
    for (std::size_t by = 0; by < kPlaces; ++by) {
      for (std::size_t from = 0; from < kPlaces; ++from) {
        for (std::size_t to = 0; to < kPlaces; ++to) {
          if (before[from][by] && before[by][to]) before[from][to] = true;
        }
      }
    }
    std::size_t best = 0;
    for (unsigned set = 0; set < 1u << kPlaces; ++set) {
      std::size_t size = 0;
      bool stays = true;
      for (std::size_t from = 0; from < kPlaces; ++from) {
        size += set >> from & 1;
        for (std::size_t to = from + 1; to < kPlaces; ++to) stays = stays && !((set >> from & 1) != 0 && (set >> to & 1) != 0 && before[from][to]);
      }
      if (stays) best = std::max(best, size);
    }
    std::size_t moved = 0;
    for (const bool each : moves.moved) moved += each;
    REQUIRE(kPlaces - moved == best);
    // What did not move stands in the order given.
    std::size_t last = 0;
    for (const std::size_t place : moves.order) {
      if (moves.moved[place]) continue;
      REQUIRE(place >= last);
      last = place;
    }
  }
}
