#include <algorithm>
#include <array>

#include "reports/log_report.h"

namespace pgfk {
namespace {

struct LogFormatRow {
  std::string_view name;
  LogWriterMaker make;
};

constexpr std::array kFormats = {
    LogFormatRow{"summary", log_summary}, LogFormatRow{"full", log_full},   LogFormatRow{"concise", log_concise},
    LogFormatRow{"json", log_json},       LogFormatRow{"jsonl", log_jsonl}, LogFormatRow{"csv", log_csv},
};

}  // namespace

LogWriterMaker find_log_writer(std::string_view format) {
  const auto found = std::ranges::find(kFormats, format, &LogFormatRow::name);
  return found == kFormats.end() ? nullptr : found->make;
}

std::vector<std::string> log_format_names() {
  std::vector<std::string> names;
  for (const LogFormatRow& format : kFormats) names.emplace_back(format.name);
  return names;
}

}  // namespace pgfk
