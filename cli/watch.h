// Shows a run's progress on standard error, and turns SIGINT into the wish that it end.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "analyzer/progress.h"

namespace pgfk {

enum class ShowProgress { automatic, always, never };

/// As long as it lives. One at a time.
///
/// A first SIGINT sets Progress::interrupted, a second one ends the program as usual. Automatic: shown where standard error is a terminal.
class Watch {
 public:
  Watch(Progress& progress, ShowProgress show);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  void run();

  Progress& progress_;
  std::mutex mutex_;
  std::condition_variable over_;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace pgfk
