#include "parsers/input/source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "parsers/input/descriptor.h"
#include "parsers/input/line_index.h"
#include "parsers/input/pieces.h"
#include "parsers/input/stream_text.h"

namespace pgfk {
namespace {

constexpr int kMostLayers = 2;  // of compression

std::string quoted(const std::string& path) {
  return path == "-" ? "standard input" : "file \"" + path + "\"";
}

Error system_error(const std::string& what, const std::string& path, int code) {
  return Error{"could not " + what + " " + quoted(path) + ": " + std::strerror(code), "", "", std::nullopt};
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

Source::~Source() = default;

Result<std::unique_ptr<Source>> Source::open(const std::string& path, const SourceOptions& options) {
  const bool standard_input = path == "-";
  // Without O_NONBLOCK a fifo that nobody writes would hang here, as it would for cat: that is what the user asked for.
  const Descriptor file(standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return system_error("open", path, errno);

  struct stat status {};
  if (fstat(file.number(), &status) != 0) return system_error("read", path, errno);
  if (S_ISDIR(status.st_mode)) return Error{quoted(path) + " is a directory", "", "", std::nullopt};
  // Standard input redirected from a file may stand anywhere in it; then only what is left is the input. Files of /proc say that they
  // are empty, and are not.
  const bool mappable = S_ISREG(status.st_mode) && status.st_size > 0 && (!standard_input || lseek(file.number(), 0, SEEK_CUR) == 0);

  std::unique_ptr<Source> source(new Source);
  source->path_ = standard_input ? "<stdin>" : path;
  std::string_view head;
  std::unique_ptr<ReadPieces> unmapped;
  if (mappable) {
    source->mapping_ = Mapping(file.number(), static_cast<std::size_t>(status.st_size));
    if (source->mapping_.failed()) return system_error("map", path, errno);
    head = source->mapping_.text();
  } else {
    unmapped = std::make_unique<ReadPieces>(file.number(), quoted(path));
    const Result<std::string_view> first = unmapped->head();
    if (!first) return first.error();
    head = *first;
  }

  Codec codec = options.codec ? *options.codec : codec_of(head).value_or(Codec::none);
  source->compression_ = codec;
  for (int layers = 0; unmapped || codec != Codec::none;) {
    if (codec != Codec::none && ++layers > kMostLayers) {
      return Error{quoted(path) + " is compressed more than twice", {}, "Decompress it first, once at least.", {}};
    }
    Mapping packed = std::move(source->mapping_);
    std::unique_ptr<PieceSource> pieces = std::move(unmapped);
    if (!pieces) pieces = std::make_unique<MappedPieces>(packed);
    const std::unique_ptr<ByteStream> stream = decode(codec, std::move(pieces));
    Result<Spooled> spooled = spool(*stream, quoted(path), options.spool);
    if (!spooled) return std::move(spooled).error();
    if (spooled->damage) {
      if (codec == Codec::none) return *spooled->damage;
      const std::string& why = spooled->damage->message;
      if (spooled->size == 0) return Error{"could not decode " + quoted(path) + ": " + why, {}, {}, {}};
      if (!source->damage_) source->damage_ = Error{quoted(path) + " is damaged: " + why, {}, "Only what comes before that place was read.", {}};
    }
    source->mapping_ = Mapping(spooled->file.number(), spooled->size);
    if (source->mapping_.failed()) return system_error("map the temporary copy of", path, errno);
    codec = options.codec ? Codec::none : codec_of(source->mapping_.text()).value_or(Codec::none);
  }
  source->text_ = source->mapping_.text();
  return source;
}

std::unique_ptr<Source> Source::of_text(std::string path, std::string text) {
  std::unique_ptr<Source> source(new Source);
  source->path_ = std::move(path);
  source->owned_ = std::move(text);
  source->text_ = source->owned_;
  return source;
}

std::unique_ptr<Source> Source::of_stream(std::string path, std::uint64_t stored_bytes, StreamOpener open, SpoolOptions spool) {
  std::unique_ptr<Source> source(new Source);
  source->stream_ = std::make_unique<StreamText>(quoted(path), std::move(open), std::move(spool));
  source->path_ = std::move(path);
  source->stored_bytes_ = stored_bytes;
  return source;
}

std::string_view Source::text() const { return stream_ ? stream_->text() : text_; }

std::uint64_t Source::stored_bytes() const { return stream_ ? stored_bytes_ : text_.size(); }

Result<std::unique_ptr<ByteStream>> Source::open_stream() const { return stream_->open(); }

std::optional<Error> Source::damage() const { return stream_ ? stream_->damage() : damage_; }

void Source::release(std::uint64_t offset, std::uint64_t length) const {
  if (stream_) return stream_->release(offset, length);
  mapping_.release(offset, length);
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
