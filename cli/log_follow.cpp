#include "cli/log_follow.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "parsers/input/codec.h"

namespace pgfk {
namespace {

constexpr std::uint64_t kOverlap = std::uint64_t{256} << 10;   // bytes; a longer record may lose what stands before it
constexpr std::uint64_t kMostAtOnce = std::uint64_t{64} << 20; // bytes
constexpr std::chrono::seconds kSettled{1};

FileId id_of(const struct stat& status) { return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)}; }

}  // namespace

FileId file_id(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? id_of(status) : FileId{};
}

FollowedFile::FollowedFile(std::string path, SourceId source, std::uint64_t size, std::uint64_t lines, LogOptions options)
    : path_(std::move(path)), source_(source), options_(std::move(options)), told_(size), overlap_(size), overlap_line_(lines), seen_(size),
      seen_at_(Clock::now()) {
  options_.threads = 1;
  open();
}

FollowedFile::~FollowedFile() {
  if (file_ >= 0) ::close(file_);
}

FollowedFile::FollowedFile(FollowedFile&& other) noexcept
    : path_(std::move(other.path_)), source_(other.source_), options_(std::move(other.options_)), file_(std::exchange(other.file_, -1)),
      id_(other.id_), left_behind_(other.left_behind_), told_(other.told_), overlap_(other.overlap_), overlap_line_(other.overlap_line_), seen_(other.seen_), seen_at_(other.seen_at_) {}

void FollowedFile::open() {
  id_ = {};
  file_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat opened {};
  if (file_ >= 0 && ::fstat(file_, &opened) == 0) id_ = id_of(opened);
  constexpr std::uint64_t kMagic = 64;
  if (file_ < 0 || !codec_of(read(0, kMagic))) return;
  ::close(file_);
  file_ = -1;
}

void FollowedFile::start_over() {
  told_ = overlap_ = overlap_line_ = seen_ = 0;
  seen_at_ = Clock::now();
}

std::uint64_t FollowedFile::size_now() const {
  struct stat opened {};
  return file_ >= 0 && ::fstat(file_, &opened) == 0 && opened.st_size > 0 ? static_cast<std::uint64_t>(opened.st_size) : 0;
}

std::string FollowedFile::read(std::uint64_t from, std::uint64_t to) const {
  std::string text(to - from, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t got = ::pread(file_, text.data() + have, text.size() - have, static_cast<off_t>(from + have));
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  return text;
}

void FollowedFile::look(bool all, const Take& take) {
  const FileId named = file_id(path_);
  if (named != FileId{} && named != id_) {
    // What was written to the old one last, before the new one.
    if (file_ >= 0) {
      tell_up_to(size_now(), size_now(), take);
      ::close(file_);
    }
    if (id_ != FileId{}) left_behind_ = id_;
    open();
    start_over();
  }
  const std::uint64_t size = size_now();
  if (size < told_) start_over();
  if (all) return tell_up_to(size, size, take);
  if (Clock::now() - seen_at_ < kSettled) return;
  tell_up_to(seen_, size, take);
  seen_ = size;
  seen_at_ = Clock::now();
}

void FollowedFile::tell_up_to(std::uint64_t limit, std::uint64_t size, const Take& take) {
  while (told_ < limit) {
    const std::uint64_t end = std::min(size, overlap_ + kMostAtOnce + kOverlap);
    const std::string text = read(overlap_, end);
    if (text.empty()) return;
    // Behind the overlap; not all where there is more than is read at once.
    const std::uint64_t tell = end < size ? std::min(limit, end - kOverlap) : limit;
    Sources sources;
    Diagnostics ignored;  // the first reading said what there is to say of the format
    const SourceId id = sources.add(Source::of_text(path_, text));
    const auto reader = LogReader::open(sources, {id}, options_, ignored);
    if (!reader) return;
    for (LogEvent event; (*reader)->next(event);) {
      const std::uint64_t at = overlap_ + event.place.offset;
      if (at < told_ || at >= tell) continue;
      event.place = {source_, at, event.place.length};
      event.line += overlap_line_;
      take(std::move(event));
    }
    told_ = tell;
    const std::uint64_t wanted = tell > kOverlap ? tell - kOverlap : 0;
    if (wanted <= overlap_) continue;
    const std::size_t line_end = text.find('\n', static_cast<std::size_t>(wanted - overlap_));
    if (line_end == std::string::npos) continue;
    overlap_line_ += static_cast<std::uint64_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(line_end) + 1, '\n'));
    overlap_ += line_end + 1;
  }
}

}  // namespace pgfk
