#include "parsers/log/log_file.h"

#include <algorithm>
#include <string>

#include "parsers/log/client_trace.h"

namespace pgfk {
namespace {

constexpr std::size_t kSeamBefore = 256u << 10;  // bytes of the earlier file that are read again
constexpr std::size_t kSeamBehind = 1u << 20;    // bytes of the later one that an event may reach into

/// While the text is at hand: whoever writes the event does not read its pages again.
void note_extent(std::string_view text, LogEvent& event) {
  event.newlines = static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
  event.end_column = text.size() - (text.rfind('\n') + 1) + 1;  // npos + 1 is 0
}

}  // namespace

/// Offsets count in the part.
ScanResult LogFile::scan(const LogPart& part, std::size_t from, std::size_t to) const {
  const std::string_view text = text_.substr(part.begin, part.end - part.begin);
  if (inserts_ == nullptr) return scan_for_violations(text, from, to);
  ScanResult result;
  if (!part.plan.client) result.hits = find_into(text, from, to, *inserts_);
  std::size_t at = from;
  const auto count_to = [&](std::size_t end) {
    result.newline_count += static_cast<std::size_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(at), text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    at = end;
  };
  for (const std::size_t hit : result.hits) {
    count_to(hit);
    result.newlines.push_back(result.newline_count);
  }
  count_to(to);
  return result;
}

void LogFile::add_events(const LogPart& part, std::size_t from, std::size_t to, RangeEvents& found) const {
  const std::string_view text = text_.substr(part.begin, part.end - part.begin);
  const ScanResult scan = this->scan(part, from, to);
  const std::uint64_t newlines = found.newlines;
  found.newlines += scan.newline_count;
  // There lengths are binary.
  if (scan.has_nul && part.plan.shape->framing != Framing::journal_export) found.nul.note(part.begin + text.find('\0', from));
  if (scan.hits.empty()) return;
  Assembler assembler = assembler_of(part);
  ClientTraces traces(text, times_);
  for (std::size_t hit = 0; hit < scan.hits.size(); ++hit) {
    const std::size_t before = found.events.size();
    const std::size_t offset = scan.hits[hit];
    if (part.plan.client) {
      traces.read(offset, found.events);
    } else if (!assembler.assemble(offset, found.events)) {
      found.unexplained.note(part.begin + offset);
    }
    for (std::size_t event = before; event < found.events.size(); ++event) {
      AssembledEvent& place = found.events[event];
      const std::size_t begin = std::min(place.begin, offset);
      const std::int64_t between = std::count(text.begin() + static_cast<std::ptrdiff_t>(begin), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
      found.lines.push_back(static_cast<std::int64_t>(newlines + scan.newlines[hit]) - between);
      note_extent(text.substr(place.begin, place.end - place.begin), place.event);
      place.begin += part.begin;
      place.end += part.begin;
    }
  }
}

RangeEvents LogFile::events_of(std::size_t from, std::size_t to) const {
  RangeEvents found;
  to = std::min(to, text_.size());
  for (const LogPart& part : parts_) {
    const std::size_t begin = std::max(from, part.begin), end = std::min(to, part.end);
    if (begin < end) add_events(part, begin - part.begin, end - part.begin, found);
  }
  return found;
}

Seam join_files(const LogFile& earlier, const LogFile& later, std::span<const std::size_t> open, const LogTimes& times) {
  Seam seam;
  const LogPlan& plan = earlier.parts().back().plan;
  const bool alike = plan.shape == later.plan().shape && !plan.client && !later.plan().client;
  const bool whole_lines = earlier.text().ends_with('\n');
  if (!alike || earlier.text().empty() || later.text().empty() || (whole_lines && later.assembler().begins_with_record())) return seam;
  seam.joined = true;
  std::size_t start = earlier.text().size() > kSeamBefore ? earlier.text().size() - kSeamBefore : 0;
  if (start > 0) start = std::min(earlier.text().find('\n', start), earlier.text().size() - 1) + 1;
  for (const std::size_t begin : open) start = std::min(start, begin);
  std::string text(earlier.text().substr(start));
  const std::size_t boundary = text.size();
  text += later.text().substr(0, kSeamBehind);
  const LogFile joined(text, plan, times, earlier.inserts());
  const std::size_t first_line_end = std::min(text.find('\n', boundary), text.size());
  if (!whole_lines) seam.belongs_to_earlier = first_line_end - boundary;
  RangeEvents found = joined.events_of(0, first_line_end);
  for (AssembledEvent& event : found.events) {
    const bool was_open = std::ranges::find(open, event.begin + start) != open.end();
    if (event.begin >= boundary || (event.end <= boundary && !was_open)) continue;
    event.begin += start;
    event.end += start;
    seam.events.push_back(std::move(event));
  }
  return seam;
}

}  // namespace pgfk
