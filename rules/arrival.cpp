#include "rules/arrival.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "rules/wording.h"

namespace pgfk {
namespace {

// How far apart the two sources stand in the order of loading; 0 where one of them was not given but included.
std::size_t files_later(const AnalyzeOptions& options, SourceId from, SourceId to) {
  const auto first = std::ranges::find(options.inputs, from);
  const auto second = std::ranges::find(options.inputs, to);
  if (first == options.inputs.end() || second == options.inputs.end() || second < first) return 0;
  return static_cast<std::size_t>(second - first);
}

std::string how_late(const Case& c, Span arrival) {
  const std::size_t files = files_later(c.context.options(), c.finding.statement.span.source, arrival.source);
  if (files == 0) return {};
  return files == 1 ? ", one file later" : fmt::format(", {} files later", files);
}

// The words of an INSERT before VALUES, where the line of `arrival` begins with them.
std::optional<Span> insert_head(const Sources& sources, Span arrival) {
  const Source& source = sources[arrival.source];
  const std::string_view line = source.line_at(arrival.offset);
  const std::size_t values = line.find(" VALUES");
  if (values == std::string_view::npos || !line.starts_with("INSERT")) return std::nullopt;
  const std::uint64_t start = static_cast<std::uint64_t>(line.data() - source.text().data());
  return Span{arrival.source, start, values};
}

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? "." : std::string(path.substr(0, slash));
}

}  // namespace

std::optional<Span> first_arrival(const Finding& finding) {
  for (const FindingRow& row : finding.rows) {
    if (row.arrives_at) return row.arrives_at;
  }
  return std::nullopt;
}

bool all_arrive(const Finding& finding) {
  return !finding.truncated && !finding.rows.empty() &&
         std::ranges::all_of(finding.rows, [](const FindingRow& row) { return row.arrives_at.has_value(); });
}

Excerpt arrival_excerpt(const Case& c) {
  Excerpt excerpt;
  excerpt.rows = true;
  const std::optional<Span> first = first_arrival(c.finding);
  if (!first) return excerpt;
  const Sources& sources = c.context.sources();
  const std::uint64_t line = sources.place_of(*first).line;
  const auto on_line = [&](const FindingRow& row) {
    return row.arrives_at && row.arrives_at->source == first->source && sources.place_of(*row.arrives_at).line == line;
  };
  const auto together = static_cast<std::uint64_t>(std::ranges::count_if(c.finding.rows, on_line));
  const std::optional<Span> head = together > 1 ? insert_head(sources, *first) : std::nullopt;
  const std::string late = how_late(c, *first);
  if (!head || together != c.finding.rows_total) {
    excerpt.labels.push_back({*first, fmt::format("the row arrives here{}", late)});
  } else {
    excerpt.labels.push_back({*head, fmt::format("{} arrive here{}", together == 2 ? "both rows" : fmt::format("all {} rows", together), late)});
  }
  return excerpt;
}

Remedy reorder_remedy(const Case& c) {
  const Sources& sources = c.context.sources();
  const Span statement = c.finding.statement.span;
  const std::optional<Span> arrival = first_arrival(c.finding);
  if (!arrival) return {"load the missing rows first", "reorder", "", Needs::source};
  if (arrival->source == statement.source) {
    return {fmt::format("move {} before {}", line_of(sources, *arrival, statement), line_of(sources, statement, statement)),
            "reorder", "", Needs::source};
  }
  const std::string& path = sources[statement.source].path();
  return {fmt::format("load {} before {}:  pgfk order {}", base_name(sources[arrival->source].path()), base_name(path),
                      folder_of(path)),
          "reorder", "", Needs::source};
}

}  // namespace pgfk
