#include "cli/terminal.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace pgfk {
namespace {

constexpr std::size_t kWidest = 100, kNarrowest = 40;

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

bool wants_color(ColorChoice choice, bool to_file) {
  switch (choice) {
    case ColorChoice::always: return true;
    case ColorChoice::never: return false;
    case ColorChoice::automatic: break;
  }
  if (!environment("NO_COLOR").empty()) return false;
  const std::string_view force = environment("CLICOLOR_FORCE"), pg_color = environment("PG_COLOR");
  if (pg_color == "never") return false;
  if ((!force.empty() && force != "0") || pg_color == "always") return true;
  return !to_file && isatty(STDOUT_FILENO) == 1 && environment("TERM") != "dumb";
}

std::size_t text_width(std::optional<std::size_t> asked) {
  if (asked) return *asked;
  winsize size{};
  if (isatty(STDOUT_FILENO) != 1 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kWidest;
  return std::clamp<std::size_t>(size.ws_col, kNarrowest, kWidest);
}

std::uint64_t peak_memory() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  constexpr std::uint64_t kKilobyte = 1024;  // ru_maxrss is in kilobytes on Linux
  return static_cast<std::uint64_t>(usage.ru_maxrss) * kKilobyte;
}

}  // namespace pgfk
