// xz streams with liblzma.
#include <lzma.h>

#include "parsers/input/frame_decoder.h"

namespace pgfk {
namespace {

constexpr std::uint64_t kMostMemory = 128u << 20;  // bytes; xz -9 takes half of it

const char* trouble_of(lzma_ret answer) {
  switch (answer) {
    case LZMA_OK:
    case LZMA_STREAM_END:
    case LZMA_BUF_ERROR:  // no more input: the stream is cut
      return nullptr;
    case LZMA_MEM_ERROR: return "out of memory";
    case LZMA_MEMLIMIT_ERROR: return "decoding it takes more than 128 MB of memory";
    case LZMA_OPTIONS_ERROR: return "it needs a newer liblzma";
    default: return "invalid data";
  }
}

class XzDecoder final : public FrameDecoder {
 public:
  XzDecoder() { start(); }
  ~XzDecoder() override { lzma_end(&stream_); }
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;

  Step step(std::string_view in, std::span<char> out) override {
    if (!ready_) return {.trouble = "out of memory"};
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream_.avail_out = out.size();
    const lzma_ret answer = lzma_code(&stream_, LZMA_RUN);
    return {in.size() - stream_.avail_in, out.size() - stream_.avail_out, answer == LZMA_STREAM_END, 0, trouble_of(answer)};
  }

  void restart() override { start(); }

 private:
  void start() { ready_ = lzma_stream_decoder(&stream_, kMostMemory, 0) == LZMA_OK; }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool ready_ = false;
};

}  // namespace

std::unique_ptr<FrameDecoder> xz_decoder() { return std::make_unique<XzDecoder>(); }

}  // namespace pgfk
