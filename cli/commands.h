// What each command does; the exit status is what it returns.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "cli/options.h"

namespace pgfk {

int run_check(CommandLine& line, const std::vector<std::string>& args, std::ostream& out);
int run_order(CommandLine& line, std::ostream& out);
int run_schema(CommandLine& line, std::ostream& out);
int run_log(CommandLine& line, const std::vector<std::string>& args, std::ostream& out);
int run_explain(const CommandLine& line, std::ostream& out);
int run_version(std::ostream& out);
int run_help(std::ostream& out);

}  // namespace pgfk
