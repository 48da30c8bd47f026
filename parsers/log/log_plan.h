// What a file is and how it is going to be read: found out from its first bytes before anything is scanned.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/log/log_reader.h"
#include "parsers/log/log_time.h"
#include "parsers/log/prefix_set.h"
#include "parsers/log/shape.h"

namespace pgfk {

struct LogPlan {
  const LogShape* shape = nullptr;
  std::vector<LinePrefix> prefixes;
  LogFormat format;
  bool client = false;      // what programs print, without log lines: only messages are looked for
  bool recognised = false;
};

/// `text`: all of the file, of which the first 256 kB and a window in the middle are looked at.
LogPlan plan_log(std::string_view text, const std::optional<std::string>& prefix);
LogSample sample_of(std::string_view text);

}  // namespace pgfk
