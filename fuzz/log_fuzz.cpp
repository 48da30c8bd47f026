// Any bytes as a log, of any shape: reading ends, places lie inside the text, and where ranges are cut loses no event.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "fuzz/bytes.h"
#include "parsers/log/log_file.h"

using namespace pgfk;

namespace {

using Found = std::vector<std::pair<std::size_t, std::string>>;

void add(const LogFile& file, std::size_t from, std::size_t to, Found& found) {
  const RangeEvents events = file.events_of(from, to);
  fuzz::require(events.lines.size() == events.events.size());
  for (const AssembledEvent& event : events.events) {
    fuzz::require(event.begin < event.end && event.end <= file.text().size());
    fuzz::require(event.event.key_columns.size() == event.event.key_values.size());
    found.emplace_back(event.begin, event.event.message);
  }
}

class AnyInsert : public InsertFilter {
 public:
  bool may_be_table(std::string_view) const override { return true; }
  bool wants(const LogEvent&) const override { return true; }
};

void sort_out(Found& found) {
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = fuzz::bytes_of(data, size);
  static const LogTimes times;
  // The last byte chooses where to cut, so that seeds are files as they are.
  const std::size_t cut = size * data[size - 1] / 256;
  const LogFile file(text, log_parts(text, std::nullopt, times), times);
  // Lessons depend on what was read before; what was found out at the start does not.
  const bool settled = std::all_of(file.parts().begin(), file.parts().end(), [](const LogPart& part) { return part.plan.shape->unwrap == nullptr; });
  Found whole, parts;
  add(file, 0, size, whole);
  add(file, 0, cut, parts);
  add(file, cut, size, parts);
  sort_out(whole);
  sort_out(parts);
  fuzz::require(!settled || file.plan().client || whole == parts);
  const AnyInsert any;
  Found inserts;
  add(LogFile(text, file.parts(), times, &any), 0, size, inserts);
  if (!file.plan().client) {
    file.assembler().first_time();
    file.assembler().last_time();
  }
  return 0;
}
