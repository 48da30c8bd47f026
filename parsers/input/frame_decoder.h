// What a compression library does for decode(): one step after the other through one frame (member, stream) of its format. One file per
// library; the loop around it, and what is common to all formats, is in codec.cpp.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "parsers/input/codec.h"

namespace pgfk {

class FrameDecoder {
 public:
  struct Step {
    std::size_t consumed = 0;
    std::size_t produced = 0;
    bool finished = false;          // the frame's end was reached and its checksums are right
    std::size_t read_ahead = 0;     // finished: bytes behind the frame's end that earlier steps consumed
    const char* trouble = nullptr;  // why it cannot go on, a literal; what was produced is good all the same
  };

  virtual ~FrameDecoder() = default;
  /// `in` is the rest of the piece at hand, empty once the input is over: then what is held back comes out. `out` is not empty. Neither has more
  /// than kMostAtOnce bytes.
  virtual Step step(std::string_view in, std::span<char> out) = 0;
  /// Makes ready for the next frame.
  virtual void restart() = 0;

  static constexpr std::size_t kMostAtOnce = 256u << 20;  // the counters of zlib, ISA-L and bzip2 have 32 bits
};

std::unique_ptr<FrameDecoder> bzip2_decoder();
std::unique_ptr<FrameDecoder> lz4_decoder();
std::unique_ptr<FrameDecoder> xz_decoder();
std::unique_ptr<FrameDecoder> zstd_decoder();
// Two libraries for one format: ISA-L is three times as fast and not on every machine.
std::unique_ptr<FrameDecoder> gzip_decoder_of_isal();
std::unique_ptr<FrameDecoder> gzip_decoder_of_zlib();
std::unique_ptr<FrameDecoder> zlib_decoder_of_isal();
std::unique_ptr<FrameDecoder> zlib_decoder_of_zlib();

/// decode() with a decoder at hand: `codec` says how frames begin and what may stand between them.
std::unique_ptr<ByteStream> decode_with(std::unique_ptr<FrameDecoder> decoder, Codec codec, std::unique_ptr<PieceSource> pieces);

}  // namespace pgfk
