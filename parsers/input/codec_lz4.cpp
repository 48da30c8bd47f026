// LZ4 frames with liblz4.
#include <algorithm>

#include <lz4frame.h>

#include "parsers/input/frame_decoder.h"

namespace pgfk {
namespace {

class Lz4Decoder final : public FrameDecoder {
 public:
  Lz4Decoder() {
    if (LZ4F_isError(LZ4F_createDecompressionContext(&context_, LZ4F_VERSION))) context_ = nullptr;
  }
  ~Lz4Decoder() override { LZ4F_freeDecompressionContext(context_); }
  Lz4Decoder(const Lz4Decoder&) = delete;
  Lz4Decoder& operator=(const Lz4Decoder&) = delete;

  Step step(std::string_view in, std::span<char> out) override {
    if (context_ == nullptr) return {.trouble = "out of memory"};
    // Block by block: a call that fails does not tell what it had written before.
    std::size_t consumed = wanted_ > 0 ? std::min(in.size(), wanted_) : in.size();
    std::size_t produced = out.size();
    const std::size_t answer = LZ4F_decompress(context_, out.data(), &produced, in.data(), &consumed, nullptr);
    if (LZ4F_isError(answer)) return {.trouble = LZ4F_getErrorName(answer)};
    wanted_ = answer;
    return {consumed, produced, answer == 0};
  }

  void restart() override {
    LZ4F_resetDecompressionContext(context_);
    wanted_ = kFrameHeader;
  }

 private:
  static constexpr std::size_t kFrameHeader = 7;  // bytes, the shortest

  LZ4F_dctx* context_ = nullptr;
  std::size_t wanted_ = kFrameHeader;  // bytes up to the end of the next block
};

}  // namespace

std::unique_ptr<FrameDecoder> lz4_decoder() { return std::make_unique<Lz4Decoder>(); }

}  // namespace pgfk
