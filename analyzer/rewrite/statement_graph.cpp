#include "analyzer/rewrite/statement_graph.h"

#include <algorithm>

namespace pgfk {
namespace {

constexpr std::size_t kMostReaderEdges = 200'000;

}  // namespace

StatementKnowledge knowledge_of(const StatementNeeds& needs, const Analysis& load) {
  StatementKnowledge out;
  out.needs = &needs;
  out.conflicts_skip = !needs.skipped.empty();
  for (const TableSummary& table : load.tables) {
    out.tables.insert(table.table);
    if (!table.root_table.empty()) out.roots.emplace(table.table, table.root_table);
  }
  for (const Finding& finding : load.findings) {
    const std::uint32_t statement = static_cast<std::uint32_t>(finding.statement.index);
    if (finding.verdict == Verdict::undecided && !finding.constraint) out.not_followed.insert(statement);
    if (finding.verdict == Verdict::fails && finding.sqlstate != "23503" && finding.sqlstate != "23001") out.failing.insert(statement);
  }
  return out;
}

StatementGraph::StatementGraph(const std::vector<ScriptUnit>& units, std::vector<std::vector<std::uint32_t>> statements,
                               const StatementKnowledge& knowledge, bool readers_wait)
    : units_(units), statements_(std::move(statements)), knowledge_(knowledge), nodes_(units.size()) {
  for (std::size_t unit = 0; unit < statements_.size(); ++unit) {
    for (const std::uint32_t statement : statements_[unit]) unit_of_.emplace(statement, unit);
  }
  for (std::size_t unit = 0; unit < units_.size(); ++unit) fixed_.push_back(is_fixed(unit));
  add_rows();
  std::ranges::stable_sort(row_needs_, {}, [](const UnitNeed& need) { return std::pair(need.from, need.to); });
  add_order(readers_wait);
}

bool StatementGraph::is_fixed(std::size_t unit) const {
  const ScriptUnit& at = units_[unit];
  if (at.kind == UnitKind::fixed || !at.effects.fixed.empty()) return true;
  // A view, or a table that nobody made: which rows that means is not known.
  for (const auto& [table, access] : at.effects.tables) {
    if (access != TableAccess::append && !knowledge_.tables.contains(table)) return true;
  }
  return std::ranges::any_of(statements_[unit], [&](std::uint32_t statement) { return knowledge_.not_followed.contains(statement); });
}

void StatementGraph::add_rows() {
  for (const StatementNeed& need : knowledge_.needs->needs) {
    const auto from = unit_of_.find(need.from), to = unit_of_.find(need.to);
    if (from == unit_of_.end() || to == unit_of_.end() || from->second == to->second) continue;
    // Checked at the end of a transaction, it may come later.
    if (need.met && from->second < to->second) continue;
    edges_.push_back({from->second, to->second});
    row_needs_.push_back({from->second, to->second, &need});
  }
}

/// What comes behind waits for all of the phases before its own.
void StatementGraph::touch(Resource& resource, std::size_t unit, TableAccess access) {
  const bool joins = resource.members.empty() || (resource.access == access && access != TableAccess::change);
  if (!joins) {
    const std::size_t node = nodes_++;
    for (const std::size_t member : resource.members) edges_.push_back({node, member});
    if (resource.before) edges_.push_back({node, *resource.before});
    resource.before = node;
    resource.members.clear();
  }
  resource.access = access;
  if (resource.members.empty() || resource.members.back() != unit) resource.members.push_back(unit);
  if (resource.before) edges_.push_back({unit, *resource.before});
}

void StatementGraph::add_order(bool readers_wait) {
  std::map<std::string, Resource> tables;
  std::map<std::uint32_t, Resource> sequences;
  Resource last_sequence;
  std::map<std::size_t, std::set<std::uint32_t>> asked;  // sequences, by unit
  for (const auto& [sequence, statement] : knowledge_.needs->sequences) {
    if (const auto unit = unit_of_.find(statement); unit != unit_of_.end()) asked[unit->second].insert(sequence);
  }
  std::set<std::size_t> asks_last;
  for (const std::uint32_t statement : knowledge_.needs->last_sequence) {
    if (const auto unit = unit_of_.find(statement); unit != unit_of_.end()) asks_last.insert(unit->second);
  }

  std::map<std::string, std::vector<std::size_t>> waiting;  // units that fail, by what they read
  std::size_t reader_edges = 0;
  std::optional<std::size_t> barrier;
  std::vector<std::size_t> since_barrier;
  for (std::size_t unit = 0; unit < units_.size(); ++unit) {
    if (barrier) edges_.push_back({unit, *barrier});
    if (fixed_[unit]) {
      for (const std::size_t other : since_barrier) edges_.push_back({unit, other});
      since_barrier.clear();
      barrier = unit;
    } else {
      since_barrier.push_back(unit);
    }
    const bool fails = readers_wait && std::ranges::any_of(statements_[unit], [&](std::uint32_t s) { return knowledge_.failing.contains(s); });
    for (const auto& [name, given] : units_[unit].effects.tables) {
      const auto root = knowledge_.roots.find(name);
      const std::string& table = root == knowledge_.roots.end() ? name : root->second;
      if (fails && given == TableAccess::read) {
        waiting[table].push_back(unit);
        continue;
      }
      // Of two rows that ON CONFLICT DO NOTHING lets one stand, it is the first.
      const TableAccess access = given == TableAccess::append && knowledge_.conflicts_skip ? TableAccess::change : given;
      touch(tables[table], unit, access);
      if (access == TableAccess::read) continue;
      for (const std::size_t reader : waiting[table]) {
        if (reader != unit && ++reader_edges < kMostReaderEdges) edges_.push_back({reader, unit});
      }
    }
    for (const std::uint32_t sequence : asked[unit]) touch(sequences[sequence], unit, TableAccess::change);
    if (asks_last.contains(unit)) {
      touch(last_sequence, unit, TableAccess::change);
    } else if (!asked[unit].empty()) {
      touch(last_sequence, unit, TableAccess::append);
    }
  }
}

std::vector<UnitNeed> StatementGraph::between(const OrderEdge& edge) const {
  const auto order = [](const UnitNeed& a, const UnitNeed& b) { return std::pair(a.from, a.to) < std::pair(b.from, b.to); };
  const auto [first, behind] = std::equal_range(row_needs_.begin(), row_needs_.end(), UnitNeed{edge.from, edge.to, nullptr}, order);
  return {first, behind};
}

bool StatementGraph::takes_null(const OrderEdge& edge) const {
  const std::vector<UnitNeed> needs = between(edge);
  return !needs.empty() && std::ranges::none_of(needs, [&](const UnitNeed& need) { return knowledge_.needs->keys[need.need->key].nullable.empty(); });
}

FewestMoves StatementGraph::arrange_with_nulls() const {
  FewestMoves moves = arrange();
  if (moves.refused.empty()) return moves;
  std::vector<std::size_t> ring(nodes_, nodes_);
  const Order order = stable_order(nodes_, edges_);
  for (std::size_t at = 0; at < order.components.size(); ++at) {
    for (const std::size_t node : order.components[at]) ring[node] = at;
  }
  std::vector<OrderEdge> kept, given_up;
  for (const OrderEdge& edge : edges_) {
    const bool in_ring = ring[edge.from] < nodes_ && ring[edge.from] == ring[edge.to];
    (in_ring && takes_null(edge) ? given_up : kept).push_back(edge);
  }
  moves = fewest_moves(units_.size(), nodes_, kept);
  std::vector<std::size_t> place(nodes_);
  for (std::size_t at = 0; at < moves.order.size(); ++at) place[moves.order[at]] = at;
  std::set<std::pair<std::size_t, std::size_t>> told;
  for (const OrderEdge& edge : given_up) {
    if (place[edge.from] < place[edge.to] && told.emplace(edge.from, edge.to).second) moves.refused.push_back(edge);
  }
  return moves;
}

std::string StatementGraph::why_not(const OrderEdge& edge) const {
  for (std::size_t unit = edge.from; unit <= edge.to && unit < units_.size(); ++unit) {
    if (!fixed_[unit]) continue;
    const std::string& why = units_[unit].effects.fixed;
    return why.empty() ? std::string("what a statement between does is not known") : why + " stands between";
  }
  return "";
}

}  // namespace pgfk
