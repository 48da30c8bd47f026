// Whether a file is a log, and of which kind: the door for parsers/open and for LogReader.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "parsers/log/log_reader.h"

namespace pgfk {

/// What `sample`, the first bytes of a file (256 kB are plenty, a few lines do), looks like; empty where it is no log at all. `prefix` is
/// what the user said.
std::optional<LogFormat> recognise_log(std::string_view sample, const std::optional<std::string>& prefix = std::nullopt);

}  // namespace pgfk
