// A loop on several threads: tasks are handed out in order, one at a time, to whoever is free.
//
// Threads are made per call: a call is worth milliseconds, a thread costs tens of microseconds. One worker or one task runs on the caller's thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace pgfk {

/// How many workers a loop over `tasks` gets.
inline unsigned worker_count(unsigned threads, std::size_t tasks) {
  return static_cast<unsigned>(std::clamp<std::size_t>(tasks, 1, std::max(1u, threads)));
}

/// Calls body(worker) for each worker in [0, workers) at once. Returns when all are done.
template <typename Body>
void parallel_run(unsigned workers, const Body& body) {
  std::vector<std::thread> others;
  for (unsigned worker = 1; worker < workers; ++worker) others.emplace_back([&body, worker] { body(worker); });
  body(0u);
  for (std::thread& other : others) other.join();
}

/// Calls body(worker, task) for each task in [0, tasks); worker < worker_count(threads, tasks). Returns when all are done.
template <typename Body>
void parallel_for(unsigned threads, std::size_t tasks, const Body& body) {
  std::atomic<std::size_t> next{0};
  parallel_run(worker_count(threads, tasks), [&](unsigned worker) {
    for (std::size_t task; (task = next.fetch_add(1, std::memory_order_relaxed)) < tasks;) body(worker, task);
  });
}

}  // namespace pgfk
