// What is appended to log files while somebody watches, across rotation: by rename (the name gets a new file), by copying (the file is
// cut to nothing), and by new names in a folder.
//
// Files are looked at twice a second and read, not mapped. A failure is told once it has stood for a second, since its lines may come one
// after the other; an overlap of what was read before is read again each time, so that records that lie across two looks are whole.
// Memory: what is appended between two looks, and the overlap.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "parsers/input/source.h"
#include "parsers/log/log_reader.h"

namespace pgfk {

class FollowedFile {
 public:
  /// Up to `size` and `lines` it has been told of. `source` is what the places of events name. Fails silently where the file is gone: it may come again.
  FollowedFile(std::string path, SourceId source, std::uint64_t size, std::uint64_t lines, LogOptions options);
  ~FollowedFile();
  FollowedFile(FollowedFile&& other) noexcept;
  FollowedFile& operator=(FollowedFile&&) = delete;

  const std::string& path() const { return path_; }
  using Take = std::function<void(LogEvent)>;
  /// Looks at it once. With `all`, nothing is held back.
  void look(bool all, const Take& take);

 private:
  using Clock = std::chrono::steady_clock;
  void open();
  void start_over();
  bool replaced() const;
  std::uint64_t size_now() const;
  std::string read(std::uint64_t from, std::uint64_t to) const;
  void tell_up_to(std::uint64_t limit, std::uint64_t size, const Take& take);

  std::string path_;
  SourceId source_;
  LogOptions options_;
  int file_ = -1;
  std::uint64_t told_ = 0;         // bytes; events that begin before were told
  std::uint64_t overlap_ = 0;      // where reading begins again, at the start of a line
  std::uint64_t overlap_line_ = 0; // lines before that
  std::uint64_t seen_ = 0;         // bytes there were at `seen_at_`
  Clock::time_point seen_at_;
};

}  // namespace pgfk
