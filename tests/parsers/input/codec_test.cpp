#include "parsers/input/codec.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "parsers/input/frame_decoder.h"
#include "tests/support/catch.h"
#include "tests/support/compress.h"

using namespace pgfk;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

constexpr std::size_t kWhole = 1u << 30;

/// A way to decode one format; gzip and zlib streams have two.
struct Way {
  const char* name;
  Codec codec;
  std::unique_ptr<FrameDecoder> (*make)();
};
const std::vector<Way>& ways() {
  static const std::vector<Way> all = {
      {"gzip with zlib", Codec::gzip, gzip_decoder_of_zlib},
      {"zlib with zlib", Codec::zlib, zlib_decoder_of_zlib},
#ifdef PGFK_ISAL
      {"gzip with ISA-L", Codec::gzip, gzip_decoder_of_isal},
      {"zlib with ISA-L", Codec::zlib, zlib_decoder_of_isal},
#endif
      {"lz4", Codec::lz4, lz4_decoder},
      {"zstd", Codec::zstd, zstd_decoder},
      {"xz", Codec::xz, xz_decoder},
      {"bzip2", Codec::bzip2, bzip2_decoder},
  };
  return all;
}

ReadBack decoded(const Way& way, const std::string& bytes, std::size_t piece = kWhole, std::size_t window = 64u << 10) {
  return read_back(*decode_with(way.make(), way.codec, pieces_of(bytes, piece)), window);
}

/// Rows that compress about as a dump does.
std::string rows(std::size_t size) {
  std::string text;
  for (std::uint64_t row = 1; text.size() < size; ++row) {
    text += std::to_string(row) + "\tcustomer " + std::to_string(row * 2654435761u % 1000003) + "\t\\N\n";
  }
  return text;
}

std::string skippable(char digit, std::string_view content) {
  std::string frame = "\x50\x2a\x4d\x18\0\0\0\0"s;
  frame[0] = static_cast<char>(frame[0] + digit);
  frame[4] = static_cast<char>(content.size());
  return frame.append(content);
}

std::string fixture(const std::string& name) {
  std::ifstream file(std::string(PGFK_SOURCE_DIR "/fixtures/archives/") + name, std::ios::binary);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Each dump has a key of its own.
std::string without_restrict_key(std::string text) {
  for (const char* word : {"\\restrict ", "\\unrestrict "}) {
    const std::size_t at = text.find(word);
    REQUIRE(at != std::string::npos);
    text.erase(at, text.find('\n', at) - at);
  }
  return text;
}

}  // namespace

TEST_CASE("what was compressed comes back, however it arrives and however it is taken", "[codec]") {
  const std::string text = rows(300'000);
  for (const Way& way : ways()) {
    const std::string bytes = compressed(way.codec, text);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, kWhole}) {
      for (const std::size_t window : {std::size_t{1}, std::size_t{1000}, std::size_t{1} << 20}) {
        CAPTURE(way.name, piece, window);
        const ReadBack back = decoded(way, bytes, piece, window);
        CHECK(back.error == "");
        CHECK((back.bytes == text));
      }
    }
    CAPTURE(way.name);
    CHECK(decoded(way, compressed(way.codec, "")).error == "");
    CHECK(decoded(way, compressed(way.codec, "")).bytes.empty());
  }
}

TEST_CASE("what is not compressed is passed on", "[codec]") {
  CHECK(read_back(*decode(Codec::none, pieces_of("one two three", 4)), 3).bytes == "one two three");
  CHECK(read_back(*decode(Codec::none, pieces_of("", 4))).error == "");
}

TEST_CASE("frames in a row are one stream", "[codec]") {
  for (const Way& way : ways()) {
    if (way.codec == Codec::zlib) continue;
    const std::string first = compressed(way.codec, "one "), second = compressed(way.codec, rows(5000)), empty = compressed(way.codec, "");
    for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, kWhole}) {
      CAPTURE(way.name, piece);
      const ReadBack back = decoded(way, first + empty + second, piece);
      CHECK(back.error == "");
      CHECK((back.bytes == "one " + rows(5000)));
    }
  }
}

TEST_CASE("skippable frames of LZ4 and zstd are skipped", "[codec]") {
  for (const Way& way : ways()) {
    if (way.codec != Codec::lz4 && way.codec != Codec::zstd) continue;
    const std::string frame = compressed(way.codec, "text");
    for (const std::size_t piece : {std::size_t{1}, kWhole}) {
      CAPTURE(way.name, piece);
      const ReadBack back = decoded(way, skippable(0, "abc") + frame + skippable(15, "") + frame + skippable(3, "xyz"), piece);
      CHECK(back.error == "");
      CHECK(back.bytes == "texttext");
    }
  }
}

TEST_CASE("a cut stream gives what it has and then names the byte where it ends", "[codec]") {
  const std::string text = rows(3000);
  for (const Way& way : ways()) {
    const std::string bytes = compressed(way.codec, text);
    const std::string name(codec_name(way.codec));
    for (std::size_t cut = 10; cut < bytes.size(); ++cut) {
      CAPTURE(way.name, cut);
      const ReadBack back = decoded(way, bytes.substr(0, cut), cut % 2 == 0 ? kWhole : 3);
      CHECK(back.error == name + " data end in the middle, at byte " + std::to_string(cut) + " of the compressed data");
      CHECK(text.starts_with(back.bytes));
    }
    CAPTURE(way.name);
    // All but the checksums: every row is delivered.
    if (way.codec != Codec::bzip2) CHECK((decoded(way, bytes.substr(0, bytes.size() - 1)).bytes == text));
  }
}

TEST_CASE("a flipped bit is noticed or harmless", "[codec]") {
  const std::string text = rows(400);
  for (const Way& way : ways()) {
    const std::string bytes = compressed(way.codec, text);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      std::string broken = bytes;
      broken[bit / 8] = static_cast<char>(broken[bit / 8] ^ (1 << bit % 8));
      const ReadBack back = decoded(way, broken);
      CAPTURE(way.name, bit, back.error);
      CHECK((!back.error.empty() || back.bytes == text));
    }
  }
}

TEST_CASE("what stands behind the end is named by its byte", "[codec]") {
  for (const Way& way : ways()) {
    const std::string bytes = compressed(way.codec, "text"), name(codec_name(way.codec)), place = std::to_string(bytes.size());
    for (const std::string more : {"?", "more", "more than that"}) {
      for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, kWhole}) {
        for (const std::size_t window : {std::size_t{1}, std::size_t{2}, std::size_t{1000}}) {
          CAPTURE(way.name, more, piece, window);
          const ReadBack back = decoded(way, bytes + more, piece, window);
          CHECK(back.bytes == "text");
          CHECK(back.error == name + " data are followed by something else, from byte " + place + " of the compressed data");
        }
      }
    }
  }
}

TEST_CASE("zero bytes behind gzip are harmless, other bytes behind them are not", "[codec]") {
  for (const Way& way : ways()) {
    if (way.codec != Codec::gzip) continue;
    const std::string bytes = compressed(way.codec, "text");
    for (const std::size_t piece : {std::size_t{1}, kWhole}) {
      CAPTURE(way.name, piece);
      CHECK(decoded(way, bytes + std::string(512, '\0'), piece).error == "");
      CHECK(decoded(way, bytes + std::string(512, '\0') + bytes, piece).error ==
            "gzip data are followed by something else, from byte " + std::to_string(bytes.size() + 512) + " of the compressed data");
    }
  }
}

TEST_CASE("zero bytes may stand between xz streams", "[codec]") {
  const std::string bytes = compressed(Codec::xz, "text");
  for (const std::size_t piece : {std::size_t{1}, kWhole}) {
    const ReadBack back = read_back(*decode(Codec::xz, pieces_of(bytes + std::string(8, '\0') + bytes + std::string(4, '\0'), piece)));
    CHECK(back.error == "");
    CHECK(back.bytes == "texttext");
  }
}

TEST_CASE("no bytes, or bytes of another kind, are refused", "[codec]") {
  for (const Way& way : ways()) {
    CAPTURE(way.name);
    const std::string name(codec_name(way.codec));
    CHECK(decoded(way, "").error == name + " data are missing: the input is empty");
    CHECK(decoded(way, "SELECT 1;\n").error == name + " data were expected, and the input begins with something else");
  }
}

TEST_CASE("an error repeats, and one of the pieces is passed on", "[codec]") {
  class Broken final : public PieceSource {
    Result<std::string_view> next() override { return Error{"could not read it", "", "", std::nullopt}; }
  };
  for (const Codec codec : {Codec::none, Codec::gzip}) {
    const std::unique_ptr<ByteStream> stream = decode(codec, std::make_unique<Broken>());
    CHECK(read_back(*stream).error == "could not read it");
    CHECK(read_back(*stream).error == "could not read it");
  }
}

TEST_CASE("a distance to before the beginning is an error, whatever has been read ahead", "[codec]") {
  // Found by fuzzing: ISA-L 2.30 then says that more input is left than there was.
  const std::string bytes = "x\x01\x02\x01\0\0\0\0\0\0\0\xff\x01\xfa\x08\xef\x08M"s;
  for (const Way& way : ways()) {
    if (way.codec != Codec::zlib) continue;
    for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, kWhole}) {
      CAPTURE(way.name, piece);
      const std::string error = decoded(way, bytes, piece).error;
      CHECK(error.starts_with("zlib data cannot be decoded at byte "));
      CHECK(error.ends_with(": invalid distance too far back"));
    }
  }
}

TEST_CASE("windows that would take too much memory are refused", "[codec]") {
  // A frame header alone: window of 2^28 bytes.
  const ReadBack zstd = read_back(*decode(Codec::zstd, pieces_of("\x28\xb5\x2f\xfd\x00\x90\x00\x00\x00"s, kWhole)));
  CHECK(zstd.error == "zstd data cannot be decoded at byte 0 of the compressed data: Frame requires too much memory for decoding");
}

TEST_CASE("the first bytes tell the codec", "[codec]") {
  struct Case { std::string_view bytes; const char* codec; };
  const auto c = GENERATE(values<Case>({
      {"\x1f\x8b\x08\x00"sv, "gzip"},
      {"\x1f\x8b"sv, "-"},
      {"\x04\x22\x4d\x18"sv, "lz4"},
      {"\x28\xb5\x2f\xfd"sv, "zstd"},
      {"\x5a\x2a\x4d\x18\x02\0\0\0ab\x04\x22\x4d\x18"sv, "lz4"},
      {"\x50\x2a\x4d\x18\x02\0\0\0ab\x28\xb5\x2f\xfd"sv, "zstd"},
      {"\x50\x2a\x4d\x18\xff\xff\xff\xff"sv, "zstd"},
      {"\xfd" "7zXZ\0"sv, "xz"},
      {"BZh91AY&SY"sv, "bzip2"},
      {"BZh9\x17\x72\x45\x38\x50\x90"sv, "bzip2"},
      {"BZh91 is a name"sv, "-"},
      {"\x78\x9c"sv, "-"},
      {"x = 1"sv, "-"},
      {"PGDMP"sv, "-"},
      {""sv, "-"},
  }));
  CAPTURE(c.bytes);
  const std::optional<Codec> codec = codec_of(c.bytes);
  CHECK((codec ? codec_name(*codec) : "-") == c.codec);
  CHECK(codec_named("bzip2") == Codec::bzip2);
  CHECK(codec_named("rar") == std::nullopt);
}

TEST_CASE("files of the tools decode to what they were made of", "[codec]") {
  const std::string text = without_restrict_key(fixture("v18-small-plain.sql"));
  for (const char* ending : {"gz", "lz4", "zst", "xz", "bz2"}) {
    CAPTURE(ending);
    const std::string bytes = fixture(std::string("v18-small-plain.sql.") + ending);
    const std::optional<Codec> codec = codec_of(bytes);
    REQUIRE(codec);
    const ReadBack back = read_back(*decode(*codec, pieces_of(bytes, 4096)));
    CHECK(back.error == "");
    CHECK((without_restrict_key(back.bytes) == text));
  }
}
