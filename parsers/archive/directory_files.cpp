#include "parsers/archive/directory_files.h"

#include <sys/stat.h>

#include <utility>

namespace pgfk {
namespace {

/// Follows symbolic links; false where there is nothing.
bool look(const std::string& path, struct stat& status) {
  return stat(path.c_str(), &status) == 0;
}

}  // namespace

DirectoryFiles::DirectoryFiles(std::string folder) : folder_(std::move(folder)) {
  while (folder_.size() > 1 && folder_.back() == '/') folder_.pop_back();
}

bool DirectoryFiles::has(const std::string& name) const {
  struct stat status {};
  return look(path_of(name), status);
}

Result<MemberFiles::Bytes> DirectoryFiles::open(const std::string& name) const {
  struct stat status {};
  // A fifo would hang, and a device has no end.
  if (look(path_of(name), status) && !S_ISREG(status.st_mode)) return Error{"\"" + path_of(name) + "\" is not a file", "", "", std::nullopt};
  Result<std::unique_ptr<Source>> source = Source::open(path_of(name));
  if (!source) return std::move(source).error();
  Bytes bytes;
  bytes.source = source->get();
  bytes.length = bytes.source->text().size();
  bytes.owner = std::move(*source);
  return bytes;
}

std::uint64_t DirectoryFiles::size(const std::string& name) const {
  struct stat status {};
  return look(path_of(name), status) ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace pgfk
