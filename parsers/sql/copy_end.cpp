#include "parsers/sql/copy_end.h"

#include <algorithm>
#include <future>
#include <cstring>

#include "parsers/input/line_index.h"

namespace pgfk {
namespace {

using Bytes = std::uint8_t __attribute__((vector_size(16)));
constexpr std::size_t kLane = sizeof(Bytes);

// Lines are counted over the bytes just searched while these are still in the second-level cache.
constexpr std::size_t kBlock = 128u << 10;

Bytes load(const char* at) {
  Bytes bytes;
  std::memcpy(&bytes, at, kLane);
  return bytes;
}

bool any(Bytes mask) {
  std::uint64_t halves[2];
  std::memcpy(halves, &mask, sizeof(halves));
  return (halves[0] | halves[1]) != 0;
}

/// The first "\n\\." that begins in text[start, stop); stop where there is none.
std::size_t find_mark(std::string_view text, std::size_t start, std::size_t stop) {
  const auto is_mark = [text](std::size_t at) { return text.substr(at, 3) == "\n\\."; };
  const char* const base = text.data();
  const Bytes newline = Bytes{} + static_cast<std::uint8_t>('\n');
  const Bytes backslash = Bytes{} + static_cast<std::uint8_t>('\\');
  const Bytes dot = Bytes{} + static_cast<std::uint8_t>('.');
  const auto marks = [&](std::size_t at) {
    const char* here = base + at;
    return (load(here) == newline) & (load(here + 1) == backslash) & (load(here + 2) == dot);
  };
  std::size_t at = start;
  // Four lanes at a time, with two bytes to spare behind them.
  const std::size_t readable = text.size() < 2 ? 0 : std::min(stop, text.size() - 2);
  while (at + 4 * kLane <= readable) {
    const auto found = marks(at) | marks(at + kLane) | marks(at + 2 * kLane) | marks(at + 3 * kLane);
    Bytes mask;
    std::memcpy(&mask, &found, kLane);
    if (any(mask)) break;
    at += 4 * kLane;
  }
  while (at < stop && !is_mark(at)) ++at;
  return at;
}

/// Length of the line "\." at `at` with its line end, 0 where something else stands there.
std::size_t mark_length(std::string_view text, std::size_t at) {
  if (text.substr(at, 3) == "\\.\n") return 3;
  if (text.substr(at, 4) == "\\.\r\n") return 4;
  return 0;
}

/// What one stretch of the data holds, up to its first line "\\." if there is one.
struct Stretch {
  std::size_t mark = 0;    // offset of the newline before that line
  std::size_t length = 0;  // of that line; 0: none here
  NewlineCount lines;
};

Stretch scan(std::string_view text, std::size_t start, std::size_t end) {
  Stretch found;
  for (std::size_t block = start; block < end;) {
    const std::size_t stop = std::min(block + kBlock, end);
    const std::size_t mark = find_mark(text, block, stop);
    const std::size_t searched = std::min(mark + 1, stop);
    const NewlineCount count = count_newlines(text.substr(block, searched - block));
    found.lines.newlines += count.newlines;
    found.lines.has_nul |= count.has_nul;
    block = searched;
    if (mark == stop) continue;
    if (const std::size_t length = mark_length(text, mark + 1)) {
      found.mark = mark;
      found.length = length;
      return found;
    }
  }
  return found;
}

constexpr std::size_t kStretch = 8u << 20;  // large enough that a thread's start does not show

}  // namespace

CopyEnd find_copy_end(std::string_view text, std::uint64_t start,
                      const std::function<void(std::uint64_t, std::uint64_t)>& release) {
  CopyEnd end;
  const auto finish = [&](std::size_t at, std::size_t length) {
    end.data_end = at;
    end.after = at + length;
    end.terminated = length > 0;
    return end;
  };
  if (const std::size_t length = mark_length(text, start)) return finish(start, length);
  for (std::size_t at = start; at < text.size();) {
    // Two stretches at a time, the second by a thread of its own where there is one.
    const std::size_t middle = std::min(at + kStretch, text.size());
    const std::size_t last = std::min(middle + kStretch, text.size());
    std::future<Stretch> ahead;
    if (middle < last) ahead = std::async(std::launch::async, scan, text, middle, last);
    Stretch stretches[2] = {scan(text, at, middle), Stretch()};
    if (ahead.valid()) stretches[1] = ahead.get();
    if (release) release(at, last - at);
    for (const Stretch& stretch : stretches) {
      end.newlines += stretch.lines.newlines;
      end.has_nul |= stretch.lines.has_nul;
      if (stretch.length > 0) return finish(stretch.mark + 1, stretch.length);
    }
    at = last;
  }
  return finish(text.size(), 0);
}

}  // namespace pgfk
