// Line numbers of offsets in a text: newline counts per window, gathered only as far as somebody asked.
//
// Cost: the first question behind offset n counts the newlines up to n once (about the speed of memory); a later one is one
// look into a table and at most one window, or the way from the question before where that is shorter. Eight bytes per megabyte of text.
// Threads: any.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>
#include <vector>

namespace pgfk {

/// How many '\n' are in `text`, and whether a NUL byte was seen on the way.
struct NewlineCount {
  std::uint64_t newlines = 0;
  bool has_nul = false;
};
NewlineCount count_newlines(std::string_view text);

class LineIndex {
 public:
  /// Told of ranges that were counted and are not looked at any more.
  using Release = std::function<void(std::uint64_t offset, std::uint64_t length)>;

  /// Newlines in text[0, offset). `text` is the same at each call; offsets past its end count as its end.
  std::uint64_t newlines_before(std::string_view text, std::uint64_t offset, const Release& release = {});

 private:
  struct Known {
    std::uint64_t offset = 0, newlines = 0;
  };
  void count_up_to(std::string_view text, std::size_t window, const Release& release);

  static constexpr std::uint64_t kWindow = 1u << 20;  // bytes
  std::mutex mutex_;
  std::vector<std::uint64_t> before_window_{0};  // newlines before the window's first byte
  Known last_;                                   // what was asked last
};

}  // namespace pgfk
