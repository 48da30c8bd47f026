// One input and its bytes: a mapped file, text held in memory, or a stream, which is decoded anew for whoever asks. What cannot be mapped
// as it is (standard input, pipes, compressed files) is spooled to an unlinked file (spool.h), decoded on the way, and that is mapped.
//
// Invariants: text() stays valid and unchanged as long as the Source lives; ids are positions in Sources.
// Cost: opening maps, it does not read; what is spooled is read once. place_of() counts newlines up to the offset once and keeps the sums
// (line_index.h).
// Threads: every const function, from any. Sources only grows: add() from one thread while nobody else reads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parsers/input/byte_stream.h"
#include "parsers/input/codec.h"
#include "parsers/input/mapping.h"
#include "parsers/input/result.h"
#include "parsers/input/span.h"
#include "parsers/input/spool.h"

namespace pgfk {

/// A place as people name it: line and column 1-based, column in bytes.
struct Place {
  std::uint64_t line = 0;
  std::uint64_t column = 0;
};

/// What a Source is a part of, where it is no file of its own.
struct Origin {
  std::string path;           // of the archive, as the user named it
  std::int32_t dump_id = 0;   // of the entry in its table of contents; 0: none
};

/// How many bytes of text a compressed byte stands for, about: what to expect of a stream that nobody has decoded yet.
inline constexpr std::uint64_t kUsualRatio = 4;

struct SourceOptions {
  std::optional<Codec> codec = Codec::none;  // empty: what the content says, twice at most (a compressed archive, compressed again)
  SpoolOptions spool;
};

class LineIndex;
class StreamText;

class Source {
 public:
  /// Opens `path`; "-" is standard input. Refuses directories, sockets, what cannot be read, and what cannot be decoded from its first byte on.
  static Result<std::unique_ptr<Source>> open(const std::string& path, const SourceOptions& options = {});
  /// Text held in memory; `path` is only its name.
  static std::unique_ptr<Source> of_text(std::string path, std::string text);
  /// Bytes that `open` gives, from the start each time and from any thread. text() makes them whole, once somebody asks for it.
  using StreamOpener = std::function<Result<std::unique_ptr<ByteStream>>()>;
  /// `stored_bytes`: what it takes where it comes from, compressed as it may be; 0 where not known.
  static std::unique_ptr<Source> of_stream(std::string path, std::uint64_t stored_bytes, StreamOpener open, SpoolOptions spool = {});
  ~Source();
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  const std::string& path() const { return path_; }  // as the user named it; "-" is "<stdin>"; of a part of an archive with the entry's name
  /// Set for the parts of an archive.
  const std::optional<Origin>& origin() const { return origin_; }
  void set_origin(Origin origin) { origin_ = std::move(origin); }
  std::string_view text() const;
  bool is_stream() const { return stream_ != nullptr; }
  std::uint64_t stored_bytes() const;
  /// Of a stream: a new reading from its start.
  Result<std::unique_ptr<ByteStream>> open_stream() const;
  /// Why text() is less than all; of a stream, as far as is known.
  std::optional<Error> damage() const;
  /// What `open` found around text(); of two layers the outer one.
  Codec compression() const { return compression_; }

  /// Tells the kernel that these pages are not needed for now, so that a mapping larger than memory stays cheap.
  void release(std::uint64_t offset, std::uint64_t length) const;

  /// Line and column of a byte. Offsets past the end give the place behind the last byte.
  Place place_of(std::uint64_t offset) const;
  /// The whole line that holds `offset`, without its line end.
  std::string_view line_at(std::uint64_t offset) const;

 private:
  Source();
  std::string path_;
  std::optional<Origin> origin_;
  std::string owned_;
  std::string_view text_;
  Mapping mapping_;
  Codec compression_ = Codec::none;
  std::optional<Error> damage_;
  std::unique_ptr<LineIndex> lines_;
  std::uint64_t stored_bytes_ = 0;
  std::unique_ptr<StreamText> stream_;
};

/// All inputs of a run. Grows only.
class Sources {
 public:
  SourceId add(std::unique_ptr<Source> source);
  const Source& operator[](SourceId id) const { return *sources_[static_cast<std::size_t>(id)]; }
  std::size_t size() const { return sources_.size(); }
  /// The bytes of a span; what reaches past the source's end is cut off.
  std::string_view text(Span span) const;
  Place place_of(Span span) const { return (*this)[span.source].place_of(span.offset); }

 private:
  std::vector<std::unique_ptr<Source>> sources_;
};

}  // namespace pgfk
