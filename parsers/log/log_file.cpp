#include "parsers/log/log_file.h"

#include <algorithm>
#include <string>

#include "parsers/log/client_trace.h"
#include "parsers/log/scan.h"

namespace pgfk {
namespace {

constexpr std::size_t kSeamBefore = 256u << 10;  // bytes of the earlier file that are read again
constexpr std::size_t kSeamBehind = 1u << 20;    // bytes of the later one that an event may reach into

}  // namespace

RangeEvents LogFile::events_of(std::size_t from, std::size_t to) const {
  const ScanResult scan = scan_for_violations(text_, from, to);
  RangeEvents found;
  found.newlines = scan.newline_count;
  if (scan.hits.empty()) return found;
  Assembler assembler = this->assembler();
  ClientTraces traces(text_, times_);
  for (std::size_t hit = 0; hit < scan.hits.size(); ++hit) {
    const std::size_t before = found.events.size();
    const std::size_t offset = scan.hits[hit];
    if (plan_.client) {
      traces.read(offset, found.events);
    } else {
      assembler.assemble(offset, found.events);
    }
    for (std::size_t event = before; event < found.events.size(); ++event) {
      const std::size_t begin = std::min(found.events[event].begin, offset);
      const std::int64_t between = std::count(text_.begin() + static_cast<std::ptrdiff_t>(begin), text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
      found.lines.push_back(static_cast<std::int64_t>(scan.newlines[hit]) - between);
    }
  }
  return found;
}

Seam join_files(const LogFile& earlier, const LogFile& later, std::span<const std::size_t> open, const LogTimes& times) {
  Seam seam;
  const bool alike = earlier.plan().shape == later.plan().shape && !earlier.plan().client && !later.plan().client;
  const bool whole_lines = earlier.text().ends_with('\n');
  if (!alike || earlier.text().empty() || later.text().empty() || (whole_lines && later.assembler().begins_with_record())) return seam;
  seam.joined = true;
  std::size_t start = earlier.text().size() > kSeamBefore ? earlier.text().size() - kSeamBefore : 0;
  if (start > 0) start = std::min(earlier.text().find('\n', start), earlier.text().size() - 1) + 1;
  for (const std::size_t begin : open) start = std::min(start, begin);
  std::string text(earlier.text().substr(start));
  const std::size_t boundary = text.size();
  text += later.text().substr(0, kSeamBehind);
  const LogFile joined(text, earlier.plan(), times);
  const std::size_t first_line_end = std::min(text.find('\n', boundary), text.size());
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
