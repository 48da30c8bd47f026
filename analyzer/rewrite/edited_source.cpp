#include "analyzer/rewrite/edited_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "parsers/input/descriptor.h"

namespace pgfk {
namespace {

constexpr std::uint64_t kHeldBytes = 16u << 20;  // shorter texts are held in memory

Error trouble(const std::string& folder, int code) {
  return Error{"could not write a temporary file in \"" + folder + "\": " + std::strerror(code), {}, "--tmpdir names another folder.", {}};
}

}  // namespace

Result<SourceId> edited_source(Sources& sources, SourceId id, const ScriptEdits& edits, const std::string& folder) {
  if (edits.empty()) return id;
  const std::string_view text = sources[id].text();
  if (text.size() < kHeldBytes) return sources.add(Source::of_text(sources[id].path(), edits.apply(text)));
  const char* environment = std::getenv("TMPDIR");
  const std::string where = !folder.empty() ? folder : environment != nullptr && *environment != '\0' ? environment : "/tmp";
  std::string path = where + "/pgfk.XXXXXX";
  const Descriptor file(mkostemp(path.data(), O_CLOEXEC));
  if (file.number() < 0) return trouble(where, errno);
  int code = 0;
  const bool written = edits.write(text, [&](std::string_view piece) {
    while (!piece.empty()) {
      const ssize_t count = ::write(file.number(), piece.data(), piece.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        code = errno;
        return false;
      }
      piece.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  });
  Result<std::unique_ptr<Source>> source = written ? Source::open(path) : Result<std::unique_ptr<Source>>(trouble(where, code));
  unlink(path.c_str());
  if (!source) return std::move(source).error();
  return sources.add(std::move(source).value());
}

}  // namespace pgfk
