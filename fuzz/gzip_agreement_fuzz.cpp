// ISA-L and zlib: what both can decode is the same.
#include "fuzz/bytes.h"
#include "parsers/input/codec.h"
#include "parsers/input/frame_decoder.h"

using namespace pgfk;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::bytes_of(data, size);
  constexpr std::size_t kPiece = 1000, kWindow = 1u << 16;
  const auto read = [&](std::unique_ptr<FrameDecoder> decoder) {
    return fuzz::read_all(*decode_with(std::move(decoder), Codec::gzip, std::make_unique<fuzz::Pieces>(bytes, kPiece)), kWindow);
  };
  const fuzz::Outcome isal = read(gzip_decoder_of_isal()), zlib = read(gzip_decoder_of_zlib());
  if (zlib.whole && !isal.stopped) fuzz::require(isal.whole);
  if (isal.whole && zlib.whole) fuzz::require(isal.bytes == zlib.bytes);
  return 0;
}
