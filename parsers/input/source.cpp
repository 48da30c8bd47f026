#include "parsers/input/source.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "parsers/input/line_index.h"
#include "parsers/input/stream_text.h"

namespace pgfk {
namespace {

constexpr std::size_t kSpoolBuffer = 1u << 20;  // bytes per read of a pipe

/// A file descriptor with one owner.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ > STDERR_FILENO) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

std::string quoted(const std::string& path) {
  return path == "-" ? "standard input" : "file \"" + path + "\"";
}

Error system_error(const std::string& what, const std::string& path, int code) {
  return Error{"could not " + what + " " + quoted(path) + ": " + std::strerror(code), "", "", std::nullopt};
}

bool write_all(int to, const char* bytes, std::size_t length) {
  while (length > 0) {
    const ssize_t written = write(to, bytes, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written;
    length -= static_cast<std::size_t>(written);
  }
  return true;
}

/// An open file without a name, so that it is gone with the program however that ends.
Result<int> unnamed_file() {
  const char* folder = std::getenv("TMPDIR");
  std::string name = folder != nullptr && *folder != '\0' ? folder : "/tmp";
  name += "/pgfk.XXXXXX";
  const int file = mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) return system_error("create temporary", name, errno);
  unlink(name.c_str());
  return file;
}

/// Copies what comes out of `from` to an unlinked temporary file.
Result<int> spool(int from, const std::string& path) {
  Result<int> file = unnamed_file();
  if (!file) return file;
  std::vector<char> buffer(kSpoolBuffer);
  for (;;) {
    const ssize_t length = read(from, buffer.data(), buffer.size());
    if (length < 0 && errno == EINTR) continue;
    if (length == 0) return file;
    if (length < 0 || !write_all(*file, buffer.data(), static_cast<std::size_t>(length))) {
      Error error = system_error(length < 0 ? "read" : "write a temporary copy of", path, errno);
      if (length > 0) error.hint = "Set TMPDIR to a folder with more room.";
      close(*file);
      return error;
    }
  }
}

/// Offset of the first byte of the line that holds `offset`.
std::uint64_t line_start(std::string_view text, std::uint64_t offset) {
  // memrchr, since rfind goes byte by byte and a line may be a gigabyte long.
  const void* newline = offset == 0 ? nullptr : memrchr(text.data(), '\n', offset);
  return newline == nullptr
             ? 0
             : static_cast<std::uint64_t>(static_cast<const char*>(newline) - text.data()) + 1;
}

}  // namespace

Source::Source() : lines_(std::make_unique<LineIndex>()) {}

Source::~Source() {
  if (mapping_ != nullptr) munmap(mapping_, mapped_);
}

Result<std::unique_ptr<Source>> Source::open(const std::string& path) {
  const bool standard_input = path == "-";
  // Without O_NONBLOCK a fifo that nobody writes would hang here, as it would for cat: that is what the user asked for.
  const Descriptor file(standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return system_error("open", path, errno);

  struct stat status {};
  if (fstat(file.number(), &status) != 0) return system_error("read", path, errno);
  if (S_ISDIR(status.st_mode)) return Error{quoted(path) + " is a directory", "", "", std::nullopt};

  int mapped_file = file.number();
  // Standard input redirected from a file may stand anywhere in it; then only what is left is the input.
  const bool from_start =
      S_ISREG(status.st_mode) && (!standard_input || lseek(file.number(), 0, SEEK_CUR) == 0);
  // Files of /proc say that they are empty, and are not.
  const bool spooled = !from_start || status.st_size == 0;
  if (spooled) {
    Result<int> copy = spool(file.number(), path);
    if (!copy) return std::move(copy).error();
    mapped_file = *copy;
    if (fstat(mapped_file, &status) != 0) {
      const int code = errno;
      close(mapped_file);
      return system_error("read the temporary copy of", path, code);
    }
  }
  const Descriptor owned_copy(spooled ? mapped_file : -1);

  std::unique_ptr<Source> source(new Source);
  source->path_ = standard_input ? "<stdin>" : path;
  if (status.st_size == 0) return source;
  const std::size_t size = static_cast<std::size_t>(status.st_size);
  void* mapping = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, mapped_file, 0);
  if (mapping == MAP_FAILED) return system_error("map", path, errno);
  source->mapping_ = mapping;
  source->mapped_ = size;
  source->text_ = std::string_view(static_cast<const char*>(mapping), size);
  return source;
}

std::unique_ptr<Source> Source::of_text(std::string path, std::string text) {
  std::unique_ptr<Source> source(new Source);
  source->path_ = std::move(path);
  source->owned_ = std::move(text);
  source->text_ = source->owned_;
  return source;
}

std::unique_ptr<Source> Source::of_stream(std::string path, std::uint64_t stored_bytes, StreamOpener open) {
  std::unique_ptr<Source> source(new Source);
  source->path_ = std::move(path);
  source->stored_bytes_ = stored_bytes;
  source->stream_ = std::make_unique<StreamText>(std::move(open));
  return source;
}

std::string_view Source::text() const { return stream_ ? stream_->text() : text_; }

std::uint64_t Source::stored_bytes() const { return stream_ ? stored_bytes_ : text_.size(); }

Result<std::unique_ptr<ByteStream>> Source::open_stream() const { return stream_->open(); }

std::optional<Error> Source::damage() const { return stream_ ? stream_->damage() : std::nullopt; }

void Source::release(std::uint64_t offset, std::uint64_t length) const {
  if (mapping_ == nullptr || offset >= mapped_) return;
  const std::uint64_t page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  const std::uint64_t end = offset + std::min<std::uint64_t>(length, mapped_ - offset);
  // Only whole pages: the neighbours of the part may still be in use.
  const std::uint64_t first = (offset + page - 1) / page * page;
  const std::uint64_t last = end == mapped_ ? end : end / page * page;
  if (first >= last) return;
  madvise(static_cast<char*>(mapping_) + first, last - first, MADV_DONTNEED);
}

Place Source::place_of(std::uint64_t offset) const {
  offset = std::min<std::uint64_t>(offset, text().size());
  const auto release_counted = [this](std::uint64_t from, std::uint64_t length) { release(from, length); };
  return Place{lines_->newlines_before(text(), offset, release_counted) + 1, offset - line_start(text(), offset) + 1};
}

std::string_view Source::line_at(std::uint64_t offset) const {
  offset = std::min<std::uint64_t>(offset, text().size());
  const std::uint64_t start = line_start(text(), offset);
  std::string_view line = text().substr(start, text().find('\n', offset) - start);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

SourceId Sources::add(std::unique_ptr<Source> source) {
  sources_.push_back(std::move(source));
  return static_cast<SourceId>(sources_.size() - 1);
}

std::string_view Sources::text(Span span) const {
  const std::string_view whole = (*this)[span.source].text();
  return span.offset >= whole.size() ? std::string_view() : whole.substr(span.offset, span.length);
}

}  // namespace pgfk
