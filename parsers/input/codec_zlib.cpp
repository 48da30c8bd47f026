// gzip and zlib streams with zlib: the fallback where ISA-L is missing.
#include <zlib.h>

#include "parsers/input/frame_decoder.h"

namespace pgfk {
namespace {

constexpr int kWindowBits = 15;
constexpr int kGzip = 16;  // added to the window bits: a gzip member, not a zlib stream

class ZlibDecoder final : public FrameDecoder {
 public:
  explicit ZlibDecoder(int window_bits) { ready_ = inflateInit2(&stream_, window_bits) == Z_OK; }
  ~ZlibDecoder() override { inflateEnd(&stream_); }
  ZlibDecoder(const ZlibDecoder&) = delete;
  ZlibDecoder& operator=(const ZlibDecoder&) = delete;

  Step step(std::string_view in, std::span<char> out) override {
    if (!ready_) return {.trouble = "out of memory"};
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    const int answer = inflate(&stream_, Z_NO_FLUSH);
    Step step{in.size() - stream_.avail_in, out.size() - stream_.avail_out};
    step.finished = answer == Z_STREAM_END;
    if (answer == Z_NEED_DICT) step.trouble = "it needs a dictionary";
    if (answer == Z_MEM_ERROR) step.trouble = "out of memory";
    if (answer == Z_DATA_ERROR) step.trouble = stream_.msg != nullptr ? stream_.msg : "invalid data";
    return step;
  }

  void restart() override { inflateReset(&stream_); }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

}  // namespace

std::unique_ptr<FrameDecoder> gzip_decoder_of_zlib() { return std::make_unique<ZlibDecoder>(kWindowBits + kGzip); }
std::unique_ptr<FrameDecoder> zlib_decoder_of_zlib() { return std::make_unique<ZlibDecoder>(kWindowBits); }

}  // namespace pgfk
