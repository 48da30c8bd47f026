#include "tests/support/compress.h"

#include <algorithm>
#include <utility>

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "tests/support/catch.h"

namespace pgfk {
namespace {

std::string deflated(std::string_view text, int window_bits) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string lz4_frame(std::string_view text) {
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
  preferences.frameInfo.blockChecksumFlag = LZ4F_blockChecksumEnabled;
  std::string out(LZ4F_compressFrameBound(text.size(), &preferences), '\0');
  out.resize(LZ4F_compressFrame(out.data(), out.size(), text.data(), text.size(), &preferences));
  return out;
}

std::string zstd_frame(std::string_view text) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return out;
}

std::string xz_stream(std::string_view text) {
  std::string out(lzma_stream_buffer_bound(text.size()), '\0');
  std::size_t length = 0;
  REQUIRE(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                  reinterpret_cast<std::uint8_t*>(out.data()), &length, out.size()) == LZMA_OK);
  out.resize(length);
  return out;
}

std::string bzip2_stream(std::string_view text) {
  std::string out(text.size() + text.size() / 50 + 600, '\0');
  unsigned length = static_cast<unsigned>(out.size());
  REQUIRE(BZ2_bzBuffToBuffCompress(out.data(), &length, const_cast<char*>(text.data()), static_cast<unsigned>(text.size()), 9, 0, 0) == BZ_OK);
  out.resize(length);
  return out;
}

class Pieces final : public PieceSource {
 public:
  Pieces(std::string bytes, std::size_t piece) : bytes_(std::move(bytes)), piece_(piece) {}

  Result<std::string_view> next() override {
    std::ranges::fill(window_, '!');
    window_ = bytes_.substr(at_, piece_);
    at_ += window_.size();
    return std::string_view(window_);
  }

 private:
  std::string bytes_;
  std::string window_;
  std::size_t piece_;
  std::size_t at_ = 0;
};

}  // namespace

std::string compressed(Codec codec, std::string_view text) {
  constexpr int kZlibWindow = 15, kGzipWindow = 15 + 16;
  switch (codec) {
    case Codec::none: return std::string(text);
    case Codec::gzip: return deflated(text, kGzipWindow);
    case Codec::zlib: return deflated(text, kZlibWindow);
    case Codec::lz4: return lz4_frame(text);
    case Codec::zstd: return zstd_frame(text);
    case Codec::xz: return xz_stream(text);
    case Codec::bzip2: return bzip2_stream(text);
  }
  return {};
}

std::unique_ptr<PieceSource> pieces_of(std::string bytes, std::size_t piece) { return std::make_unique<Pieces>(std::move(bytes), piece); }

ReadBack read_back(ByteStream& stream, std::size_t window) {
  ReadBack back;
  std::string buffer(window, '\0');
  for (;;) {
    const Result<std::size_t> count = stream.read(buffer);
    if (!count) back.error = count.error().message;
    if (!count || *count == 0) return back;
    back.bytes.append(buffer, 0, *count);
  }
}

}  // namespace pgfk
