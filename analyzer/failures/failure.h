// A failure of a log with what was made of it: what groups and reports work on.
#pragma once

#include <optional>
#include <string>

#include "analyzer/failures/dump_state.h"
#include "parsers/log/event.h"

namespace pgfk {

struct Failure {
  LogEvent event;
  std::string fingerprint;            // of the statement; empty where there is none
  std::string shape;                  // the statement without its values; empty where there is none
  std::optional<DumpAnswer> in_dump;  // with --dump, where the log shows the key
};

}  // namespace pgfk
