// Zstandard frames with libzstd.
#include <algorithm>

#include <zstd.h>

#include "parsers/input/frame_decoder.h"

namespace pgfk {
namespace {

constexpr int kMostWindowLog = 27;  // 128 MB, as zstd --long takes it and zstd -d reads without being asked

class ZstdDecoder final : public FrameDecoder {
 public:
  ZstdDecoder() : context_(ZSTD_createDCtx()) {
    if (context_ != nullptr) ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kMostWindowLog);
  }
  ~ZstdDecoder() override { ZSTD_freeDCtx(context_); }
  ZstdDecoder(const ZstdDecoder&) = delete;
  ZstdDecoder& operator=(const ZstdDecoder&) = delete;

  Step step(std::string_view in, std::span<char> out) override {
    if (context_ == nullptr) return {.trouble = "out of memory"};
    // Block by block: a call that fails does not tell what it had written before.
    ZSTD_inBuffer from{in.data(), wanted_ > 0 ? std::min(in.size(), wanted_) : in.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const std::size_t answer = ZSTD_decompressStream(context_, &to, &from);
    if (ZSTD_isError(answer)) return {.trouble = ZSTD_getErrorName(answer)};
    wanted_ = answer;
    return {from.pos, to.pos, answer == 0};
  }

  void restart() override {
    ZSTD_DCtx_reset(context_, ZSTD_reset_session_only);
    wanted_ = 0;
  }

 private:
  ZSTD_DCtx* context_;
  std::size_t wanted_ = 0;  // bytes up to the end of the next block, 0: not known
};

}  // namespace

std::unique_ptr<FrameDecoder> zstd_decoder() { return std::make_unique<ZstdDecoder>(); }

}  // namespace pgfk
