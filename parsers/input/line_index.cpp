#include "parsers/input/line_index.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <future>

namespace pgfk {
namespace {

// Sixteen bytes at a time through the compiler's vectors: every target has such registers, and no flags are needed.
using Bytes = std::uint8_t __attribute__((vector_size(16)));
constexpr std::size_t kLane = sizeof(Bytes);
constexpr std::size_t kUnroll = 4;
constexpr std::size_t kRounds = 63;  // a byte-wide counter takes 255 hits: 63 rounds of four, two counters

Bytes load(const char* at) {
  Bytes bytes;
  std::memcpy(&bytes, at, kLane);
  return bytes;
}

}  // namespace

NewlineCount count_newlines(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const Bytes newline = Bytes{} + static_cast<std::uint8_t>('\n');
  NewlineCount found;
  Bytes nul{};
  while (static_cast<std::size_t>(end - at) >= kLane * kUnroll) {
    const std::size_t rounds =
        std::min(kRounds, static_cast<std::size_t>(end - at) / (kLane * kUnroll));
    Bytes hits{};
    for (std::size_t round = 0; round < rounds; ++round, at += kLane * kUnroll) {
      const Bytes a = load(at);
      const Bytes b = load(at + kLane);
      const Bytes c = load(at + 2 * kLane);
      const Bytes d = load(at + 3 * kLane);
      // A comparison gives 0 or -1 per byte.
      hits -= (a == newline) + (b == newline) + (c == newline) + (d == newline);
      nul |= (a == 0) | (b == 0) | (c == 0) | (d == 0);
    }
    for (std::size_t lane = 0; lane < kLane; ++lane) found.newlines += hits[lane];
  }
  for (; at < end; ++at) {
    found.newlines += *at == '\n';
    found.has_nul |= *at == '\0';
  }
  for (std::size_t lane = 0; lane < kLane; ++lane) found.has_nul |= nul[lane] != 0;
  return found;
}

void LineIndex::count_up_to(std::string_view text, std::size_t window, const Release& release) {
  constexpr std::size_t kTogether = 16;  // windows that two threads share
  while (before_window_.size() <= window) {
    const std::size_t first = before_window_.size() - 1;
    const std::size_t count = std::min(kTogether, window - first);
    std::array<std::uint64_t, kTogether> newlines{};
    const auto count_windows = [&](std::size_t from, std::size_t to) {
      for (std::size_t at = from; at < to; ++at) newlines[at] = count_newlines(text.substr((first + at) * kWindow, kWindow)).newlines;
    };
    std::future<void> ahead;
    if (count == kTogether) ahead = std::async(std::launch::async, count_windows, count / 2, count);
    count_windows(0, count == kTogether ? count / 2 : count);
    if (ahead.valid()) ahead.get();
    if (release) release(first * kWindow, count * kWindow);
    for (std::size_t at = 0; at < count; ++at) before_window_.push_back(before_window_.back() + newlines[at]);
  }
}

std::uint64_t LineIndex::newlines_before(std::string_view text, std::uint64_t offset, const Release& release) {
  offset = std::min<std::uint64_t>(offset, text.size());
  const std::size_t window = static_cast<std::size_t>(offset / kWindow);
  Known from;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    count_up_to(text, window, release);
    from = {window * kWindow, before_window_[window]};
    const auto distance = [&](std::uint64_t place) { return place < offset ? offset - place : place - offset; };
    if (distance(last_.offset) < distance(from.offset)) from = last_;
  }
  const std::uint64_t between = count_newlines(text.substr(std::min(from.offset, offset), std::max(from.offset, offset) - std::min(from.offset, offset))).newlines;
  const Known asked{offset, offset < from.offset ? from.newlines - between : from.newlines + between};
  const std::lock_guard<std::mutex> lock(mutex_);
  last_ = asked;
  return asked.newlines;
}

}  // namespace pgfk
