#include "analyzer/order/order.h"

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/catch.h"

using namespace pgfk;

namespace {

// "ab ca": a refers to b, c refers to a. Nodes are letters from a on.
std::vector<OrderEdge> edges_of(const std::string& text) {
  std::vector<OrderEdge> edges;
  for (std::size_t at = 0; at + 1 < text.size(); at += 3) {
    edges.push_back({static_cast<std::size_t>(text[at] - 'a'), static_cast<std::size_t>(text[at + 1] - 'a')});
  }
  return edges;
}

std::string letters(const std::vector<std::size_t>& nodes) {
  std::string text;
  for (const std::size_t node : nodes) text += static_cast<char>('a' + node);
  return text;
}

// "order | component component"
std::string ordered(std::size_t nodes, const std::string& edges) {
  const Order order = stable_order(nodes, edges_of(edges));
  std::string text = letters(order.order);
  for (const std::vector<std::size_t>& component : order.components) text += " | " + letters(component);
  return text;
}

}  // namespace

TEST_CASE("what is referred to comes first, and little else moves", "[order]") {
  struct Case { std::size_t nodes; const char* edges; const char* expected; };
  const auto c = GENERATE(values<Case>({
      {0, "", ""},
      {3, "", "abc"},
      {3, "ba cb", "abc"},              // right already
      {3, "ab", "bac"},
      {4, "ad", "dabc"},                // only d is pulled up
      {5, "bd cb", "adbce"},            // the five seed files of the manual: 10 30 20 25 40
      {4, "ab bc cd", "dcba"},
      {4, "da db dc", "abcd"},
      {4, "ad ac", "cdab"},             // pulled up in the order given
      {4, "ab ac bd cd", "dbca"},
      {3, "ab ab ab", "bac"},           // repeated edges are one
      {2, "az za", "ab"},               // edges to nowhere
  }));
  CAPTURE(c.edges);
  CHECK(ordered(c.nodes, c.edges) == c.expected);
}

TEST_CASE("components are named and stay together", "[order]") {
  struct Case { std::size_t nodes; const char* edges; const char* expected; };
  const auto c = GENERATE(values<Case>({
      {1, "aa", "a | a"},               // a table that refers to itself
      {2, "ab ba", "ab | ab"},
      {3, "ac ca", "acb | ac"},
      {5, "ab ba bc cd dc", "cdabe | cd | ab"},
      {4, "ab bc ca cd", "dabc | abc"},
      {3, "aa bb ab", "bac | b | a"},
      {6, "ab bc ca de ef fd ad", "defabc | def | abc"},
  }));
  CAPTURE(c.edges);
  CHECK(ordered(c.nodes, c.edges) == c.expected);
}

TEST_CASE("a ring is the shortest one through the first member", "[order]") {
  struct Case { const char* component; const char* edges; const char* expected; };
  const auto c = GENERATE(values<Case>({
      {"a", "aa", "a"},
      {"ab", "ab ba", "ab"},
      {"abcd", "ab bc cd da ca", "abc"},
      {"bd", "bd db ba", "bd"},
      {"ab", "ab", ""},                 // no ring at all
      {"", "ab ba", ""},
  }));
  CAPTURE(c.component, c.edges);
  std::vector<std::size_t> component;
  for (const char letter : std::string(c.component)) component.push_back(static_cast<std::size_t>(letter - 'a'));
  CHECK(letters(ring_of(component, edges_of(c.edges))) == c.expected);
}

TEST_CASE("long chains and rings need no deep stack", "[order]") {
  constexpr std::size_t kNodes = 200'000;
  std::vector<OrderEdge> edges;
  for (std::size_t node = 0; node + 1 < kNodes; ++node) edges.push_back({node, node + 1});
  const Order chain = stable_order(kNodes, edges);
  CHECK(chain.components.empty());
  CHECK(chain.order.front() == kNodes - 1);
  CHECK(is_ordered(chain.order, edges));

  edges.push_back({kNodes - 1, 0});
  const Order ring = stable_order(kNodes, edges);
  REQUIRE(ring.components.size() == 1);
  CHECK(ring.components.front().size() == kNodes);
  CHECK(ring_of(ring.components.front(), edges).size() == kNodes);
}

TEST_CASE("every order of random graphs is right, and ordering twice changes nothing", "[order]") {
  std::uint32_t state = 12345;
  const auto random = [&](std::size_t below) {
    state = state * 1664525u + 1013904223u;
    return static_cast<std::size_t>(state >> 8) % below;
  };
  for (int round = 0; round < 300; ++round) {
    const std::size_t nodes = 2 + random(12);
    std::vector<std::size_t> rank(nodes);  // edges go from a higher rank to a lower one: no cycles
    for (std::size_t& value : rank) value = random(1000);
    std::vector<OrderEdge> edges;
    for (std::size_t tries = 0; tries < 2 * nodes; ++tries) {
      const std::size_t from = random(nodes), to = random(nodes);
      if (rank[from] > rank[to]) edges.push_back({from, to});
    }
    const Order first = stable_order(nodes, edges);
    REQUIRE(first.components.empty());
    REQUIRE(is_ordered(first.order, edges));

    std::vector<std::size_t> place(nodes);
    for (std::size_t at = 0; at < nodes; ++at) place[first.order[at]] = at;
    std::vector<OrderEdge> renamed;
    for (const OrderEdge& edge : edges) renamed.push_back({place[edge.from], place[edge.to]});
    const Order second = stable_order(nodes, renamed);
    for (std::size_t at = 0; at < nodes; ++at) REQUIRE(second.order[at] == at);
  }
}
