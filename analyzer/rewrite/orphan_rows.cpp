#include "analyzer/rewrite/orphan_rows.h"

#include <algorithm>

#include "analyzer/rewrite/script_text.h"

namespace pgfk {

RowRange copy_line_at(const DataStatement& statement, std::string_view text, std::uint64_t offset, std::uint64_t length) {
  // A quoted line break is within the row.
  const std::uint64_t last = offset + length;
  const bool whole = length > 0 && text[static_cast<std::size_t>(last) - 1] == '\n';
  const std::uint64_t end = whole ? last : behind_line(text, static_cast<std::size_t>(last));
  return {offset, std::min(end, statement.data_to)};
}

std::vector<RowRange> lists_out_of(const DataStatement& statement, std::string_view text, const std::set<std::size_t>& rows) {
  const auto& lists = statement.lists;
  if (rows.size() >= lists.size()) {
    return {{comments_above(text, static_cast<std::size_t>(statement.first)), statement.end}};
  }
  std::vector<RowRange> out;
  std::size_t last_kept = lists.size() - 1;
  while (rows.contains(last_kept)) --last_kept;
  for (const std::size_t row : rows) {
    // With the comma behind it, and the comment behind that, up to the next row.
    if (row < last_kept) out.push_back({lists[row].first, lists[row + 1].first});
  }
  if (last_kept + 1 == lists.size()) return out;
  // The last rows: the comma before them goes, and they with the blanks before them; a comment behind the last that stays stays.
  const std::uint64_t first_gone = lists[last_kept + 1].first;
  std::uint64_t comma = lists[last_kept].second;
  while (comma < first_gone && text[static_cast<std::size_t>(comma)] != ',') {
    const std::string_view two = text.substr(static_cast<std::size_t>(comma), 2);
    comma = two == "--" ? behind_line(text, static_cast<std::size_t>(comma)) : two == "/*" ? behind_block_comment(text, static_cast<std::size_t>(comma)) : comma + 1;
  }
  out.push_back({comma, comma + 1});
  std::uint64_t from = first_gone;
  while (from > comma + 1 && is_script_blank(text[static_cast<std::size_t>(from) - 1])) --from;
  // A line comment before them needs its line end.
  const std::size_t line = std::max<std::size_t>(line_start_of(text, static_cast<std::size_t>(from)), static_cast<std::size_t>(comma) + 1);
  const std::string_view before = text.substr(line, static_cast<std::size_t>(from) - std::min<std::size_t>(line, static_cast<std::size_t>(from)));
  if (before.find("--") != std::string_view::npos) from = behind_line(text, static_cast<std::size_t>(from));
  const std::uint64_t to = lists.back().second;
  if (from < to) out.push_back({from, to});
  return out;
}

}  // namespace pgfk
