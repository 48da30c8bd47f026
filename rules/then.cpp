#include "rules/then.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "rules/wording.h"

namespace pgfk {
namespace {

constexpr std::size_t kTold = 3;    // consequences told one by one; more are summed up
constexpr std::size_t kTables = 4;  // tables named in the sum

std::string place(const Case& c, const Finding& consequence) {
  return line_of(c.context.sources(), consequence.statement.span, c.finding.statement.span);
}

std::string because(const Finding& consequence) {
  if (consequence.reason != Reason::lost_with_statement || !consequence.constraint) return {};
  return fmt::format(", because its {} were not {}", referenced_table(consequence),
                     consequence.statement.kind == "INSERT" ? "inserted" : "loaded");
}

std::string told(const Case& c, const Finding& consequence) {
  const Cause& cause = cause_of(consequence);
  if (consequence.verdict == Verdict::fails && consequence.sqlstate == "23503") {
    return fmt::format("{} fails too ({}){}", place(c, consequence), cause.code, because(consequence));
  }
  if (consequence.verdict == Verdict::fails) {
    return fmt::format("{} fails too ({}, SQLSTATE {})", place(c, consequence), cause.code, consequence.sqlstate);
  }
  return fmt::format("{} is {} ({})", place(c, consequence),
                     consequence.verdict == Verdict::undecided ? "undecided too" : "touched", cause.code);
}

// "12 later statements depend on refunds (lines 9, 14 ...): ..."
std::string undecided_sum(const Case& c, std::span<const std::size_t> members) {
  std::vector<std::string> lines;
  for (const std::size_t member : members.first(std::min(members.size(), kTold))) {
    lines.push_back(place(c, c.context.finding(member)));
  }
  if (std::ranges::all_of(lines, [](const std::string& line) { return line.starts_with("line "); })) {
    for (std::string& line : lines) line.erase(0, 5);
    lines.front().insert(0, lines.size() == 1 ? "line " : "lines ");
  }
  const std::string verdict =
      fmt::format("verdict \"fails only if {} fails\"",
                  line_of(c.context.sources(), c.finding.statement.span, c.finding.statement.span));
  return fmt::format("{} {} on {} ({}{}): {}", counted(members.size(), "later statement"),
                     members.size() == 1 ? "depends" : "depend",
                     c.finding.statement.table.empty() ? "it" : c.finding.statement.table, joined(lines, ", "),
                     members.size() > kTold ? " ..." : "", verdict);
}

// Busiest tables first; ties in name order.
std::string tables_sum(const Case& c, std::span<const std::size_t> members) {
  std::map<std::string, std::uint64_t> counts;
  for (const std::size_t member : members) ++counts[c.context.finding(member).statement.table];
  std::vector<std::pair<std::string, std::uint64_t>> tables(counts.begin(), counts.end());
  std::ranges::stable_sort(tables, [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> words;
  for (const auto& [table, count] : tables) {
    if (words.size() == kTables) break;
    words.push_back(fmt::format("{} {}", grouped(count), table.empty() ? "others" : table));
  }
  return fmt::format("{}{}", joined(words, ", "), tables.size() > kTables ? " ..." : "");
}

}  // namespace

std::vector<std::string> consequences_of(const Case& c) {
  const std::span<const std::size_t> members = c.context.consequences(c.index);
  if (members.empty()) return {};
  if (c.finding.verdict == Verdict::undecided) return {undecided_sum(c, members)};
  std::vector<std::string> lines;
  if (members.size() <= kTold) {
    for (const std::size_t member : members) lines.push_back(told(c, c.context.finding(member)));
    return lines;
  }
  lines.push_back(fmt::format("{} fail too or are in doubt: {} .. {}", counted(members.size(), "later statement"),
                              place(c, c.context.finding(members.front())), place(c, c.context.finding(members.back()))));
  lines.push_back(fmt::format("by table: {}", tables_sum(c, members)));
  return lines;
}

}  // namespace pgfk
