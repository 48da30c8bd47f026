#include "cli/watch.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <iostream>
#include <string>

#include <fmt/format.h>

#include "reports/text.h"
#include "rules/wording.h"

namespace pgfk {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kSilent = std::chrono::seconds(1);  // what is over by then needs no line
constexpr auto kBetween = std::chrono::milliseconds(250);

std::atomic<Progress*> watched{nullptr};

void on_interrupt(int) {
  if (Progress* progress = watched.load()) progress->interrupted.store(true);
  std::signal(SIGINT, SIG_DFL);
}

std::string line_of_progress(const Progress& progress, double seconds) {
  const std::uint64_t bytes = progress.bytes.load(), total = progress.total_bytes.load();
  const double rate = static_cast<double>(bytes) / seconds;
  std::string line = human_bytes(bytes);
  if (total > bytes) line += " of " + human_bytes(total);
  line += fmt::format(", {}, {}/s", counted(progress.rows.load(), "row"), human_bytes(static_cast<std::uint64_t>(rate)));
  if (total > bytes && rate > 0) line += fmt::format(", {:.0f} s left", static_cast<double>(total - bytes) / rate);
  return line;
}

}  // namespace

Watch::Watch(Progress& progress, ShowProgress show) : progress_(progress) {
  watched.store(&progress);
  std::signal(SIGINT, on_interrupt);
  if (show == ShowProgress::always || (show == ShowProgress::automatic && isatty(STDERR_FILENO) == 1)) thread_ = std::thread([this] { run(); });
}

Watch::~Watch() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      is_over_ = true;
    }
    over_.notify_all();
    thread_.join();
  }
  std::signal(SIGINT, SIG_DFL);
  watched.store(nullptr);
}

void Watch::run() {
  const Clock::time_point start = Clock::now();
  std::unique_lock lock(mutex_);
  bool shown = false;
  for (auto wait = Clock::duration(kSilent); !over_.wait_for(lock, wait, [this] { return is_over_; }); wait = kBetween) {
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::cerr << "\r\033[K" << line_of_progress(progress_, seconds) << std::flush;
    shown = true;
  }
  if (shown) std::cerr << "\r\033[K" << std::flush;
}

}  // namespace pgfk
