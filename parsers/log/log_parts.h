// Where one file holds logs of several formats behind each other: cat of a stderr log and a csvlog, or a server that was set to jsonlog while the
// container's log went on.
//
// Cost: nine samples of the file; each change of format found costs some more.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/log/log_plan.h"
#include "parsers/log/log_time.h"

namespace pgfk {

struct LogPart {
  std::size_t begin = 0;
  std::size_t end = 0;
  LogPlan plan;
};

/// At least one; together they are all of the text. Only changes that last are found, and none out of a JSON document.
std::vector<LogPart> log_parts(std::string_view text, const std::optional<std::string>& prefix, const LogTimes& times);

}  // namespace pgfk
