// COPY data in chunks of whole rows, handed out to whoever asks: views into a text at hand, or bytes that a decoder has just put out.
//
//   mapped text --cut at row ends--> views
//   ByteStream  --read, cut at the last row end, the rest carried over--> buffers of the asker
//
// Rows end at newlines with an even number of backslashes ahead.
// Threads: any, each with a chunk of its own. A decoder works for one asker at a time; the others wait for their turn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/bulk/split.h"
#include "parsers/input/byte_stream.h"

namespace pgfk {

struct CopyChunk {
  std::size_t index = 0;
  TextPart part;               // of the whole data
  std::string_view text;
  std::size_t readable = 0;    // bytes behind `text` that may be read
  std::vector<char> buffer;    // holds `text` where it was decoded; used again for the next chunk
};

class CopyFeed {
 public:
  virtual ~CopyFeed() = default;
  /// False at the end, and after an error.
  virtual bool next(CopyChunk& chunk) = 0;
  /// Why the data ended early; ask when next() gave false to all.
  virtual const std::optional<Error>& error() const = 0;
};

/// A cut is looked for when its part is asked for, not before: a look at one byte of a mapped file can map megabytes around it.
std::unique_ptr<CopyFeed> feed_of_text(std::string_view text, std::uint64_t chunk_bytes);
std::unique_ptr<CopyFeed> feed_of_stream(std::unique_ptr<ByteStream> stream, std::uint64_t chunk_bytes);

}  // namespace pgfk
