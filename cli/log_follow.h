// What is appended to log files while somebody watches, across rotation: by rename (the name gets a new file), by copying (the file is
// cut to nothing), and by new names in a folder.
//
// Files are looked at twice a second and read, not mapped. A failure is told once it has stood for a second, since its lines may come one
// after the other; an overlap of what was read before is read again each time, so that records that lie across two looks are whole.
// Memory: what is appended between two looks, and the overlap.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "parsers/input/source.h"
#include "parsers/log/log_reader.h"

namespace pgfk {

/// Which file it is, whatever its name. Zero: none.
struct FileId {
  std::uint64_t device = 0, inode = 0;
  friend auto operator<=>(const FileId&, const FileId&) = default;
};
FileId file_id(const std::string& path);

class FollowedFile {
 public:
  /// Up to `size` and `lines` it has been told of. `source` is what the places of events name. A file that is gone may come again; compressed ones are
  /// not followed.
  FollowedFile(std::string path, SourceId source, std::uint64_t size, std::uint64_t lines, LogOptions options);
  ~FollowedFile();
  FollowedFile(FollowedFile&& other) noexcept;
  FollowedFile& operator=(FollowedFile&&) = delete;

  const std::string& path() const { return path_; }
  FileId id() const { return id_; }
  /// What the name meant before it got a new file; asked once.
  std::optional<FileId> take_left_behind() { return std::exchange(left_behind_, std::nullopt); }
  using Take = std::function<void(LogEvent)>;
  /// Looks at it once. With `all`, nothing is held back.
  void look(bool all, const Take& take);

 private:
  using Clock = std::chrono::steady_clock;
  void open();
  void start_over();
  std::uint64_t size_now() const;
  std::string read(std::uint64_t from, std::uint64_t to) const;
  void tell_up_to(std::uint64_t limit, std::uint64_t size, const Take& take);

  std::string path_;
  SourceId source_;
  LogOptions options_;
  int file_ = -1;
  FileId id_;
  std::optional<FileId> left_behind_;
  std::uint64_t told_ = 0;         // bytes; events that begin before were told
  std::uint64_t overlap_ = 0;      // where reading begins again, at the start of a line
  std::uint64_t overlap_line_ = 0; // lines before that
  std::uint64_t seen_ = 0;         // bytes there were at `seen_at_`
  Clock::time_point seen_at_;
};

}  // namespace pgfk
