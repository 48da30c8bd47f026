// pgfk: read the command line, do what it says, return its status.
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <new>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/fix.h"
#include "cli/options.h"
#include "cli/order_scripts.h"
#include "cli/run.h"

namespace {

using namespace pgfk;

int dispatch(CommandLine& line, const std::vector<std::string>& args, std::ostream& out) {
  switch (line.command) {
    case Command::check: return run_check(line, args, out);
    case Command::order:
      return line.emit == OrderEmit::sql || line.write || line.diff ? run_order_scripts(line, out) : run_order(line, out);
    case Command::fix: return run_fix(line, out);
    case Command::schema: return run_schema(line, out);
    case Command::log: return run_log(line, args, out);
    case Command::explain: return run_explain(line, out);
    case Command::version: return run_version(out);
    case Command::help: return run_help(out);
  }
  return kExitUsage;
}

int run(const std::vector<std::string>& args) {
  const char* environment = std::getenv("PGFK_OPTS");
  Result<CommandLine> line = parse_command_line(args, environment == nullptr ? "" : environment);
  if (!line) {
    print_error(line.error());
    return kExitUsage;
  }
  // fix replaces its file when its content is known to load.
  const bool to_file = !line->output.empty() && line->command != Command::fix;
  std::ofstream file;
  if (to_file) file.open(line->output, std::ios::binary);
  std::ostream& out = to_file ? file : std::cout;
  const int status = out ? dispatch(*line, args, out) : kExitUsage;
  out.flush();
  if (!out) {
    print_error({!to_file ? std::string("could not write to standard output")
                                      : "could not write to \"" + line->output + "\"", {}, {}, {}});
    return kExitUsage;
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  // Nothing of ours throws; libraries may, for want of memory above all.
  try {
    return run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
  } catch (const std::bad_alloc&) {
    std::cerr << "pgfk: out of memory\n      --memory=SIZE bounds what is held.\n";
  } catch (const std::exception& trouble) {
    std::cerr << "pgfk: " << trouble.what() << '\n';
  }
  return pgfk::kExitUsage;
}
