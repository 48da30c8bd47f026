// Any bytes, in pieces and windows of any size: decoding ends, keeps its contract, and how the bytes arrive does not matter.
#include "fuzz/bytes.h"
#include "parsers/input/codec.h"
#include "parsers/input/frame_decoder.h"

using namespace pgfk;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes = fuzz::bytes_of(data, size);
  // The last byte chooses, so that seeds are files as they are.
  const std::size_t piece = std::size_t{1} << (data[size - 1] & 15), window = std::size_t{1} << (data[size - 1] >> 4);
  const fuzz::Outcome one = fuzz::read_all(*decode_with(DECODER(), Codec::CODEC, std::make_unique<fuzz::Pieces>(bytes, piece)), window);
  const fuzz::Outcome other = fuzz::read_all(*decode_with(DECODER(), Codec::CODEC, std::make_unique<fuzz::Pieces>(bytes, size)), 1u << 18);
  if (one.stopped || other.stopped) return 0;
  fuzz::require(one.whole == other.whole);
  fuzz::require(!one.whole || one.bytes == other.bytes);
  return 0;
}
