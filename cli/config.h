// .pgfk.toml: options that a project gives once, for everybody. Its keys are the long names of options, in sections:
//
//   [check]                                   # what to load, and how
//   against = "schema.sql"
//   order = ["migrations/*.sql", "seeds/*.sql"]   # what pgfk checks where no FILE is named
//   [rules]                                   # what is told and what fails
//   ignore = ["FK008"]
//   [report]                                  # how it is told
//   [log]                                     # for pgfk log
//
// What the command line or PGFK_OPTS say wins. Paths count from the file's own folder. The library stays in config.cpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/option_values.h"
#include "parsers/input/result.h"

namespace pgfk {

struct Config {
  struct Value {
    std::vector<std::string> words;       // as on the command line; of a flag none
    std::string place;                    // ".pgfk.toml:3", to name in errors
  };
  std::map<std::string, Value> check;     // for check, order and schema, by long name
  std::map<std::string, Value> log;       // for log
  struct Order {
    std::string folder;                   // the file's own
    std::vector<std::string> patterns;    // as in a shell: * ? [a-z] {a,b}
    std::string place;
  };
  std::optional<Order> order;
};

/// Refuses the whole file where it is no TOML, or for a key that is not known or has a value of another type: with line and nearest name.
Result<Config> read_config(const std::string& path);

/// The .pgfk.toml that is nearest to `folder`, from there upward; relative to the working directory where that is not longer. Empty: none.
/// As ruff does it: what counts is where the input lies.
std::string find_config(const std::string& folder);

/// The files that the patterns stand for, each once, in the order of the patterns and then of their names.
Result<std::vector<std::string>> expand_order(const Config::Order& order);

}  // namespace pgfk
