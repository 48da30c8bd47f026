#include "cli/replace_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "parsers/input/descriptor.h"

namespace pgfk {
namespace {

Error trouble(const char* what, const std::string& path, int code) {
  return Error{std::string("could not ") + what + " file \"" + path + "\": " + std::strerror(code), {}, {}, {}};
}

/// What a link points at, where it points at something.
std::string target_of(const std::string& path) {
  std::error_code ignored;
  const std::filesystem::path whole = std::filesystem::canonical(path, ignored);
  return ignored ? path : whole.string();
}

/// A name that was renamed is there after a crash only when its folder has been written.
void sync_folder(const std::string& folder) {
  const Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.number() >= 0) static_cast<void>(fsync(file.number()));
}

}  // namespace

std::optional<Error> replace_file(const std::string& path, const ContentWriter& content) {
  const std::string target = target_of(path);
  struct stat old {};
  const bool replaces = stat(target.c_str(), &old) == 0;
  if (replaces && !S_ISREG(old.st_mode)) return Error{"\"" + path + "\" is no ordinary file", {}, {}, {}};
  const std::size_t slash = target.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : target.substr(0, slash + 1);
  std::string temporary = folder + (slash == std::string::npos ? "/" : "") + ".pgfk.XXXXXX";
  const Descriptor file(mkostemp(temporary.data(), O_CLOEXEC));
  if (file.number() < 0) return trouble("write beside", path, errno);

  int code = 0;
  const bool whole = content([&](std::string_view piece) {
    code = write_all(file.number(), piece);
    return code == 0;
  });
  if (whole) {
    const mode_t mask = umask(0);
    umask(mask);
    if (replaces && (old.st_uid != geteuid() || old.st_gid != getegid()) && fchown(file.number(), old.st_uid, old.st_gid) != 0) {
      // The owner can only be kept by root; the content is what matters.
    }
    if (fchmod(file.number(), replaces ? old.st_mode & 07777 : 0666 & ~mask) != 0 || fsync(file.number()) != 0 ||
        rename(temporary.c_str(), target.c_str()) != 0) {
      code = errno;
    }
  }
  if (!whole || code != 0) {
    unlink(temporary.c_str());
    return code != 0 ? trouble("write", path, code) : Error{"file \"" + path + "\" was left as it is", {}, {}, {}};
  }
  sync_folder(folder);
  return std::nullopt;
}

}  // namespace pgfk
