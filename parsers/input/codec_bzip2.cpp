// bzip2 streams with libbz2.
#include <bzlib.h>

#include "parsers/input/frame_decoder.h"

namespace pgfk {
namespace {

class Bzip2Decoder final : public FrameDecoder {
 public:
  Bzip2Decoder() { start(); }
  ~Bzip2Decoder() override { BZ2_bzDecompressEnd(&stream_); }
  Bzip2Decoder(const Bzip2Decoder&) = delete;
  Bzip2Decoder& operator=(const Bzip2Decoder&) = delete;

  Step step(std::string_view in, std::span<char> out) override {
    if (!ready_) return {.trouble = "out of memory"};
    stream_.next_in = const_cast<char*>(in.data());
    stream_.avail_in = static_cast<unsigned>(in.size());
    stream_.next_out = out.data();
    stream_.avail_out = static_cast<unsigned>(out.size());
    const int answer = BZ2_bzDecompress(&stream_);
    Step step{in.size() - stream_.avail_in, out.size() - stream_.avail_out};
    step.finished = answer == BZ_STREAM_END;
    if (answer == BZ_MEM_ERROR) step.trouble = "out of memory";
    else if (answer != BZ_OK && answer != BZ_STREAM_END) step.trouble = "invalid data, or a wrong checksum";
    return step;
  }

  void restart() override {
    BZ2_bzDecompressEnd(&stream_);
    start();
  }

 private:
  void start() {
    stream_ = {};
    ready_ = BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK;
  }

  bz_stream stream_{};
  bool ready_ = false;
};

}  // namespace

std::unique_ptr<FrameDecoder> bzip2_decoder() { return std::make_unique<Bzip2Decoder>(); }

}  // namespace pgfk
