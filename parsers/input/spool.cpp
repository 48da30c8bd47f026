#include "parsers/input/spool.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace pgfk {
namespace {

constexpr std::size_t kWindow = 256u << 10;          // bytes; they are still in the cache when they are written
constexpr std::uint64_t kLeastReserve = 64u << 20;   // bytes
constexpr std::uint64_t kFreePerReserve = 20;
constexpr const char* kElsewhere = "Name a directory with more room: --tmpdir, or TMPDIR.";

std::string directory_of(const SpoolOptions& options) {
  if (!options.directory.empty()) return options.directory;
  const char* named = std::getenv("TMPDIR");
  return named != nullptr && *named != '\0' ? named : "/tmp";
}

Result<Descriptor> unnamed_file(const std::string& directory) {
  std::string name = directory + "/pgfk.XXXXXX";
  Descriptor file(mkostemp(name.data(), O_CLOEXEC));
  if (file.number() < 0) {
    return Error{"could not create a temporary file in \"" + directory + "\": " + std::strerror(errno), {},
                 "Name another directory: --tmpdir, or TMPDIR.", {}};
  }
  unlink(name.c_str());
  return file;
}

/// What may still be written, by what the file system says each time: others write there too.
class Room {
 public:
  Room(int file, std::optional<std::uint64_t> reserve) : file_(file), at_start_(free()) {
    reserve_ = reserve.value_or(std::max(kLeastReserve, at_start_ / kFreePerReserve));
  }
  bool has(std::uint64_t bytes) const {
    const std::uint64_t left = free();
    return left >= reserve_ && left - reserve_ >= bytes;
  }
  /// At the start, for the message.
  std::uint64_t limit() const { return at_start_ - std::min(at_start_, reserve_); }

 private:
  std::uint64_t free() const {
    struct statvfs status {};
    if (fstatvfs(file_, &status) != 0) return 0;
    return std::uint64_t{status.f_bavail} * status.f_frsize;
  }

  int file_;
  std::uint64_t at_start_;
  std::uint64_t reserve_;
};

}  // namespace

Result<Spooled> spool(ByteStream& stream, const std::string& name, const SpoolOptions& options) {
  const std::string directory = directory_of(options);
  Result<Descriptor> file = unnamed_file(directory);
  if (!file) return file.error();
  const Room room(file->number(), options.reserve);
  Spooled spooled{std::move(*file), 0, {}};

  std::vector<char> window(kWindow);
  for (;;) {
    const Result<std::size_t> count = stream.read(window);
    if (!count) spooled.damage = count.error();
    if (!count || *count == 0) return spooled;
    const std::string_view bytes(window.data(), *count);
    if (!room.has(bytes.size())) {
      const std::string limit = std::to_string(room.limit() >> 20) + " MB";
      return Error{"a temporary copy of " + name + " takes more than the " + limit + " that \"" + directory + "\" can spare", {}, kElsewhere, {}};
    }
    if (const int code = write_all(spooled.file.number(), bytes); code != 0) {
      return Error{"could not write a temporary copy of " + name + ": " + std::strerror(code), {}, kElsewhere, {}};
    }
    spooled.size += bytes.size();
  }
}

}  // namespace pgfk
