// The options of pgfk log: their table, and what they say.
//
// -f names the output format, as everywhere. PostgreSQL's own names of log formats (stderr, csvlog, jsonlog, syslog) are taken there, too, since none of
// them is an output format: `-f csvlog` is --log-format=csvlog. "csv" and "json" are outputs.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/failures/groups.h"
#include "cli/log_window.h"
#include "cli/option_values.h"

namespace pgfk {

struct LogOption {
  const char* names;  // "prefix,p"
  bool takes_value;
  std::string_view long_name() const {
    const std::string_view all(names);
    return all.substr(0, all.find(','));
  }
};
inline constexpr std::array kLogOptions = {
    LogOption{"prefix,p", true},    LogOption{"log-format", true}, LogOption{"time-zone", true}, LogOption{"begin,b", true},
    LogOption{"end", true},         LogOption{"group-by", true},   LogOption{"top", true},       LogOption{"dump", true},
    LogOption{"follow", false},
};

struct LogCommandOptions {
  std::optional<std::string> prefix;     // log_line_prefix; empty string: none
  std::optional<std::string> time_zone;  // of times without a zone
  std::string log_format;                // "stderr", "csvlog", "jsonlog", "syslog", "client"; empty: detected
  std::string format = "summary";        // of the output
  LogWindow window;
  std::vector<Dimension> group_by = {Dimension::constraint, Dimension::direction};
  std::size_t top = 0;                   // groups shown; 0: as many as are worth it
  std::string dump;                      // empty: none
  bool follow = false;
};

void read_log_options(OptionValues& values, LogCommandOptions& log);

}  // namespace pgfk
