// Tasks done on several threads, results taken in order: a bounded number is under way or waits, so that memory stays bounded.
//
// Threads: made by the constructor, joined by the destructor; take() from one thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace pgfk {

template <typename Result>
class ChunkPipeline {
 public:
  /// `work` is called from any thread, once for each number from 0 to count - 1.
  ChunkPipeline(std::size_t count, unsigned threads, std::function<Result(std::size_t)> work)
      : count_(count), most_waiting_(2 * std::size_t{threads}), work_(std::move(work)) {
    for (unsigned thread = 0; thread < threads; ++thread) workers_.emplace_back([this] { run(); });
  }
  ~ChunkPipeline() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }
  ChunkPipeline(const ChunkPipeline&) = delete;
  ChunkPipeline& operator=(const ChunkPipeline&) = delete;

  /// The result of the next number; waits for it. To be called `count` times at most.
  Result take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return done_.contains(taken_); });
    auto node = done_.extract(taken_++);
    lock.unlock();
    changed_.notify_all();
    return std::move(node.mapped());
  }

 private:
  void run() {
    for (;;) {
      std::size_t number = 0;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopped_ || started_ == count_ || started_ < taken_ + most_waiting_; });
        if (stopped_ || started_ == count_) return;
        number = started_++;
      }
      Result result = work_(number);
      {
        const std::lock_guard lock(mutex_);
        done_.emplace(number, std::move(result));
      }
      changed_.notify_all();
    }
  }

  std::size_t count_;
  std::size_t most_waiting_;
  std::function<Result(std::size_t)> work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::size_t, Result> done_;
  std::size_t started_ = 0;
  std::size_t taken_ = 0;
  bool stopped_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace pgfk
