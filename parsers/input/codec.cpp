#include "parsers/input/codec.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "parsers/input/frame_decoder.h"

namespace pgfk {
namespace {

using namespace std::string_view_literals;

// How a frame begins. `head` has the codec's head_length, or less where the input is shorter.

bool begins_none(std::string_view) { return false; }
bool begins_gzip(std::string_view head) { return head.starts_with("\x1f\x8b\x08"sv); }
bool begins_xz(std::string_view head) { return head.starts_with("\xfd" "7zXZ\0"sv); }

// The check of RFC 1950; the window is at most 32 kB.
bool begins_zlib(std::string_view head) {
  if (head.size() < 2) return false;
  const unsigned first = static_cast<unsigned char>(head[0]), second = static_cast<unsigned char>(head[1]);
  return (first & 0x0f) == 8 && first >> 4 <= 7 && (first * 256 + second) % 31 == 0;
}

// Behind "BZh" and the size of its blocks comes the first block or the end.
bool begins_bzip2(std::string_view head) {
  if (head.size() < 10 || !head.starts_with("BZh"sv) || head[3] < '1' || head[3] > '9') return false;
  return head.substr(4).starts_with("1AY&SY"sv) || head.substr(4).starts_with("\x17\x72\x45\x38\x50\x90"sv);
}

// LZ4 and zstd share them.
bool begins_skippable(std::string_view head) {
  return head.size() >= 4 && (static_cast<unsigned char>(head[0]) & 0xf0) == 0x50 && head.substr(1, 3) == "\x2a\x4d\x18"sv;
}
bool begins_lz4(std::string_view head) { return head.starts_with("\x04\x22\x4d\x18"sv) || begins_skippable(head); }
bool begins_zstd(std::string_view head) { return head.starts_with("\x28\xb5\x2f\xfd"sv) || begins_skippable(head); }

#ifdef PGFK_ISAL
constexpr auto* kGzipDecoder = gzip_decoder_of_isal;
constexpr auto* kZlibDecoder = zlib_decoder_of_isal;
#else
constexpr auto* kGzipDecoder = gzip_decoder_of_zlib;
constexpr auto* kZlibDecoder = zlib_decoder_of_zlib;
#endif

enum class Zeros { refused, at_end, between_frames };  // zero bytes behind a frame

struct Format {
  Codec codec;
  std::string_view name;
  std::size_t head_length;  // bytes that tell a frame's beginning
  bool (*begins)(std::string_view head);
  std::unique_ptr<FrameDecoder> (*make)();
  bool several_frames;
  Zeros zeros;
};

constexpr std::array kFormats = {
    Format{Codec::none, "none", 0, begins_none, nullptr, false, Zeros::refused},
    Format{Codec::gzip, "gzip", 3, begins_gzip, kGzipDecoder, true, Zeros::at_end},
    Format{Codec::zlib, "zlib", 2, begins_zlib, kZlibDecoder, false, Zeros::refused},
    Format{Codec::lz4, "lz4", 4, begins_lz4, lz4_decoder, true, Zeros::refused},
    Format{Codec::zstd, "zstd", 4, begins_zstd, zstd_decoder, true, Zeros::refused},
    Format{Codec::xz, "xz", 6, begins_xz, xz_decoder, true, Zeros::between_frames},
    Format{Codec::bzip2, "bzip2", 10, begins_bzip2, bzip2_decoder, true, Zeros::refused},
};

const Format& format_of(Codec codec) { return *std::ranges::find(kFormats, codec, &Format::codec); }

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(std::unique_ptr<PieceSource> pieces) : pieces_(std::move(pieces)) {}

  Result<std::size_t> read(std::span<char> into) override {
    if (rest_.empty()) {
      Result<std::string_view> piece = pieces_->next();
      if (!piece) return std::move(piece).error();
      rest_ = *piece;
    }
    const std::size_t count = std::min(rest_.size(), into.size());
    if (count > 0) std::memcpy(into.data(), rest_.data(), count);
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::unique_ptr<PieceSource> pieces_;
  std::string_view rest_;
};

class DecodedStream final : public ByteStream {
 public:
  DecodedStream(std::unique_ptr<FrameDecoder> decoder, const Format& format, std::unique_ptr<PieceSource> pieces)
      : decoder_(std::move(decoder)), format_(format), pieces_(std::move(pieces)) {}

  // Fills all of `into` as long as there is something: pieces may be small, and whoever reads may work by windows.
  Result<std::size_t> read(std::span<char> into) override {
    std::size_t produced = 0;
    while (produced < into.size() && !over_ && !error_) {
      const bool ready = in_frame_ || begin_frame();
      if (ready) produced += advance(into.subspan(produced));
    }
    if (produced == 0 && error_) return *error_;
    return produced;
  }

 private:
  /// False at the end of the input, or where something else stands there.
  bool begin_frame() {
    const bool zeros = frames_ > 0 && format_.zeros != Zeros::refused && skip_zeros();
    gather_head();
    const std::string_view head = rest_.substr(0, format_.head_length);
    if (error_) return false;
    if (head.empty() && frames_ > 0) {
      over_ = true;
      return false;
    }
    const bool may_go_on = format_.several_frames && (!zeros || format_.zeros == Zeros::between_frames);
    if (frames_ > 0 && !(may_go_on && format_.begins(head))) {
      fail_behind_end();
      return false;
    }
    if (head.empty()) {
      fail("data are missing: the input is empty");
      return false;
    }
    if (!format_.begins(head)) {
      fail("data were expected, and the input begins with something else");
      return false;
    }
    if (frames_ > 0) decoder_->restart();
    ++frames_;
    in_frame_ = true;
    return true;
  }

  /// One step of the decoder; says how many bytes it wrote.
  std::size_t advance(std::span<char> into) {
    if (rest_.empty()) pull();
    if (error_) return 0;
    constexpr std::size_t kMost = FrameDecoder::kMostAtOnce;
    const FrameDecoder::Step step =
        decoder_->step(rest_.substr(0, kMost), into.first(std::min(into.size(), kMost)));
    rest_.remove_prefix(step.consumed);
    consumed_ += step.consumed;
    if (step.trouble != nullptr) {
      fail("data cannot be decoded at byte " + place() + " of the compressed data: " + step.trouble);
    } else if (step.finished) {
      in_frame_ = false;
      consumed_ -= step.read_ahead;
      if (step.read_ahead > 0) fail_behind_end();
    } else if (step.consumed == 0 && step.produced == 0 && ++idle_ > kMostIdle) {
      fail(rest_.empty() ? "data end in the middle, at byte " + place() + " of the compressed data"
                         : "data cannot be decoded at byte " + place() + " of the compressed data: it leads nowhere");
    }
    if (step.consumed > 0 || step.produced > 0) idle_ = 0;
    return step.produced;
  }

  void pull() {
    if (input_over_) return;
    Result<std::string_view> piece = pieces_->next();
    if (!piece) {
      error_ = std::move(piece).error();
      return;
    }
    rest_ = *piece;
    input_over_ = rest_.empty();
  }

  /// Makes `rest_` as long as a frame's head, unless the input ends before.
  void gather_head() {
    if (rest_.empty()) pull();
    if (rest_.size() >= format_.head_length || input_over_) return;
    std::string head(rest_);
    while (head.size() < format_.head_length && !input_over_ && !error_) {
      pull();
      head += rest_;
    }
    head_ = std::move(head);
    rest_ = head_;
  }

  /// Whether there were any.
  bool skip_zeros() {
    const std::uint64_t before = consumed_;
    while (!error_ && !input_over_) {
      const std::size_t zeros = std::min(rest_.find_first_not_of('\0'), rest_.size());
      rest_.remove_prefix(zeros);
      consumed_ += zeros;
      if (!rest_.empty()) break;
      pull();
    }
    return consumed_ > before;
  }

  void fail_behind_end() { fail("data are followed by something else, from byte " + place() + " of the compressed data"); }
  void fail(const std::string& what) { error_ = Error{std::string(format_.name) + " " + what, {}, {}, {}}; }
  std::string place() const { return std::to_string(consumed_); }

  static constexpr int kMostIdle = 2;  // steps without anything read or written before we stop; libraries take one at most

  std::unique_ptr<FrameDecoder> decoder_;
  const Format& format_;
  std::unique_ptr<PieceSource> pieces_;
  std::string head_;        // where a frame's head lay across pieces
  std::string_view rest_;   // of the piece at hand, or of head_
  std::uint64_t consumed_ = 0;
  std::uint64_t frames_ = 0;
  int idle_ = 0;
  bool in_frame_ = false;
  bool input_over_ = false;
  bool over_ = false;
  std::optional<Error> error_;
};

// A skippable frame may come before either of two formats: what follows it decides.
std::optional<Codec> behind_skippable(std::string_view bytes) {
  constexpr std::size_t kHeader = 8;
  while (bytes.size() >= kHeader && begins_skippable(bytes)) {
    std::uint64_t length = 0;
    for (std::size_t digit = 0; digit < 4; ++digit) length |= std::uint64_t{static_cast<unsigned char>(bytes[4 + digit])} << (8 * digit);
    bytes.remove_prefix(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), kHeader + length)));
  }
  return begins_lz4(bytes) && !begins_skippable(bytes) ? Codec::lz4 : Codec::zstd;
}

}  // namespace

std::string_view codec_name(Codec codec) { return format_of(codec).name; }

std::optional<Codec> codec_named(std::string_view name) {
  const auto found = std::ranges::find(kFormats, name, &Format::name);
  return found == kFormats.end() ? std::nullopt : std::optional(found->codec);
}

std::optional<Codec> codec_of(std::string_view first_bytes) {
  if (begins_skippable(first_bytes)) return behind_skippable(first_bytes);
  for (const Format& format : kFormats) {
    if (format.codec != Codec::zlib && format.begins(first_bytes)) return format.codec;
  }
  return std::nullopt;
}

std::unique_ptr<ByteStream> decode_with(std::unique_ptr<FrameDecoder> decoder, Codec codec, std::unique_ptr<PieceSource> pieces) {
  return std::make_unique<DecodedStream>(std::move(decoder), format_of(codec), std::move(pieces));
}

std::unique_ptr<ByteStream> decode(Codec codec, std::unique_ptr<PieceSource> pieces) {
  if (codec == Codec::none) return std::make_unique<PlainStream>(std::move(pieces));
  return decode_with(format_of(codec).make(), codec, std::move(pieces));
}

}  // namespace pgfk
