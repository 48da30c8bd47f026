// What a run has done so far, for whoever watches it, and the watcher's wish that it end.
//
// Threads: any.
#pragma once

#include <atomic>
#include <cstdint>

namespace pgfk {

struct Progress {
  std::atomic<std::uint64_t> bytes{0};        // of inputs, as text, that were read
  std::atomic<std::uint64_t> total_bytes{0};  // 0: not known, since nobody has decoded them yet
  std::atomic<std::uint64_t> rows{0};
  std::atomic<bool> interrupted{false};       // asked from outside, a signal handler perhaps; the analysis ends soon and says so

  void add(std::uint64_t more_bytes, std::uint64_t more_rows) {
    bytes.fetch_add(more_bytes, std::memory_order_relaxed);
    rows.fetch_add(more_rows, std::memory_order_relaxed);
  }
};

}  // namespace pgfk
