#include "parsers/log/log_parts.h"

#include <algorithm>
#include <utility>

#include "parsers/log/assembler.h"
#include "parsers/log/units.h"

namespace pgfk {
namespace {

constexpr std::size_t kWindow = 64u << 10;  // bytes of a sample
constexpr std::size_t kWindows = 8;
constexpr std::size_t kLastWindow = 256;    // bytes
constexpr std::size_t kMostParts = 64;

/// What the lines behind `at` look like, at a glance.
const LogShape& shape_at(std::string_view text, std::size_t at) {
  const std::size_t line = at == 0 ? 0 : std::min(text.find('\n', at), text.size() - 1) + 1;
  const LogSample sample = sample_of(text.substr(line, kWindow));
  const auto shapes = log_shapes();
  const auto found = std::ranges::find_if(shapes, [&sample](const LogShape& shape) { return shape.claims(sample); });
  return found == shapes.end() ? plain_shape() : *found;
}

/// Where the first window begins that looks different, and the end of the last one that does not; nothing where all look alike.
std::optional<std::pair<std::size_t, std::size_t>> change_in(std::string_view text, const LogShape& shape) {
  std::size_t before = 0;
  for (std::size_t window = 1; window <= kWindows; ++window) {
    // The last one looks at a few lines.
    std::size_t behind = std::min(text.size() / kWindows * window, text.size() - std::min(text.size(), kLastWindow));
    if (&shape_at(text, behind) == &shape) {
      before = behind;
      continue;
    }
    while (behind - before > kWindow) {
      const std::size_t middle = before + (behind - before) / 2;
      (&shape_at(text, middle) == &shape ? before : behind) = middle;
    }
    return std::pair(before, behind);
  }
  return std::nullopt;
}

/// Where the first unit of `shape` begins in text[from, to); `to` where there is none, or the shape has no marks of its own.
std::size_t first_of(const LogShape& shape, std::string_view text, std::size_t from, std::size_t to) {
  const Units units(text, shape.framing);
  for (std::size_t at = from; at < to; at = std::min(text.find('\n', at), text.size() - 1) + 1) {
    if (at > 0 && text[at - 1] != '\n') continue;
    Unit unit;
    if (shape.framing == Framing::csv) {
      if (units.at(at, unit) && unit.begin == at) return at;
    } else if (const std::string_view line = text.substr(at, text.find('\n', at) - at); !line.empty() && shape.claims({line, {line}})) {
      return at;
    }
  }
  return to;
}

/// What the file begins as. Where a few lines of one format come before others, the sample has too little of it.
LogPlan first_plan(std::string_view text, const std::optional<std::string>& prefix) {
  constexpr int kFewLines = 16;
  LogPlan plan = plan_log(text, prefix);
  if (plan.shape != &plain_shape()) return plan;
  std::size_t end = 0;
  for (int line = 0; line < kFewLines && end < text.size(); ++line) end = std::min(text.find('\n', end), text.size() - 1) + 1;
  LogPlan of_few = plan_log(text.substr(0, end), prefix);
  return of_few.shape != plan.shape && of_few.recognised && !of_few.client && of_few.shape->framing == Framing::lines ? of_few : plan;
}

}  // namespace

std::vector<LogPart> log_parts(std::string_view text, const std::optional<std::string>& prefix, const LogTimes& times) {
  std::vector<LogPart> parts;
  parts.push_back({0, text.size(), first_plan(text, prefix)});
  while (parts.size() < kMostParts) {
    LogPart& last = parts.back();
    const bool cuttable = last.plan.recognised && !last.plan.client && (last.plan.shape->framing == Framing::lines || last.plan.shape->framing == Framing::csv);
    if (!cuttable) break;
    const std::string_view rest = text.substr(last.begin);
    const std::optional<std::pair<std::size_t, std::size_t>> change = change_in(rest, *last.plan.shape);
    if (!change) break;
    Assembler assembler(*last.plan.shape, rest, PrefixSet(last.plan.prefixes), times);
    std::size_t end = assembler.end_of_records(change->first, std::min(change->second + kWindow, rest.size()));
    if (end == 0 || end >= rest.size()) break;
    LogPlan next = plan_log(rest.substr(end), prefix);
    if (next.shape == last.plan.shape || !next.recognised || next.client) break;
    // Text in a literal of the next format may look like records of this one.
    end = first_of(*next.shape, rest, change->first, end);
    if (end == 0) break;
    last.end = last.begin + end;
    parts.push_back({last.end, text.size(), std::move(next)});
  }
  return parts;
}

}  // namespace pgfk
