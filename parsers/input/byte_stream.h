// Bytes that arrive one after the other: what a decoder puts out, or an archive's entry once its chunks are put together.
//
//   mapped file --PieceSource--> compressed pieces --decode (codec.h)--> ByteStream --> spool, chunks of rows
//
// Threads: one per object; different objects are independent of each other.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "parsers/input/result.h"

namespace pgfk {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// Writes to the front of `into`, which is not empty, and says how many bytes; 0: the stream is over and was whole. Fewer bytes than there is
  /// room for mean nothing. An Error says what is damaged, and where in the compressed input; what was read before stays good.
  virtual Result<std::size_t> read(std::span<char> into) = 0;
};

/// Where a decoder's input comes from.
class PieceSource {
 public:
  virtual ~PieceSource() = default;
  /// The next bytes, empty at the end. The view lives until the next call.
  virtual Result<std::string_view> next() = 0;
};

}  // namespace pgfk
