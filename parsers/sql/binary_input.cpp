#include "parsers/sql/binary_input.h"

#include <algorithm>

namespace pgfk {
namespace {

struct Magic {
  std::size_t offset;
  std::string_view bytes;
  const char* what;
  const char* hint;
};

using namespace std::string_view_literals;

constexpr const char* kConvert = "psql would not read it either: convert it to UTF-8.";
constexpr const char* kUnpack = "psql would not read it either: unpack it first.";

constexpr Magic kMagics[] = {
    {0, "PGDMP"sv, "a custom-format dump", "pg_restore loads such archives, psql does not."},
    {0, "\xFF\xFE"sv, "UTF-16 text", kConvert},
    {0, "\xFE\xFF"sv, "UTF-16 text", kConvert},
    {0, "\x1F\x8B"sv, "a gzip file", kUnpack},
    {0, "\x28\xB5\x2F\xFD"sv, "a zstd file", kUnpack},
    {0, "\x04\x22\x4D\x18"sv, "an lz4 file", kUnpack},
    {0, "BZh"sv, "a bzip2 file", kUnpack},
    {0, "\xFD"
        "7zXZ\0"sv,
     "an xz file", kUnpack},
    {0, "PK\x03\x04"sv, "a zip file", kUnpack},
    {0, "\x7F"
        "ELF"sv,
     "a program", ""},
    {257, "ustar"sv, "a tar archive", kUnpack},
};

constexpr std::size_t kLookAt = 4096;      // bytes
constexpr std::size_t kTooManyNuls = 10;   // one in so many bytes: no text has them
constexpr std::size_t kTooManyControls = 20;  // likewise, characters that no editor writes; a short text may hold some
constexpr std::size_t kLeastForControls = 512;

bool is_control(char c) {
  const unsigned char byte = static_cast<unsigned char>(c);
  return byte == 0x7f || (byte < 0x20 && (byte < '\b' || byte > '\r') && byte != 0x1b);
}

}  // namespace

std::optional<BinaryInput> binary_input(std::string_view text) {
  for (const Magic& magic : kMagics) {
    if (text.size() > magic.offset && text.substr(magic.offset, magic.bytes.size()) == magic.bytes)
      return BinaryInput{magic.what, magic.hint};
  }
  const std::string_view head = text.substr(0, kLookAt);
  std::size_t nuls[2] = {0, 0};
  for (std::size_t at = 0; at < head.size(); ++at) nuls[at % 2] += head[at] == '\0';
  const auto is_most = [&head](std::size_t count) { return count * 4 > head.size(); };
  // Latin letters in UTF-16 have a NUL in every second byte, always on the same side.
  if (head.size() >= 4 && is_most(std::max(nuls[0], nuls[1])) && !is_most(std::min(nuls[0], nuls[1])))
    return BinaryInput{"UTF-16 text", kConvert};
  if (head.size() >= kTooManyNuls && (nuls[0] + nuls[1]) * kTooManyNuls > head.size())
    return BinaryInput{"a binary file", ""};
  const auto controls = static_cast<std::size_t>(std::count_if(head.begin(), head.end(), is_control));
  if (head.size() >= kLeastForControls && controls * kTooManyControls > head.size()) return BinaryInput{"a binary file", ""};
  return std::nullopt;
}

}  // namespace pgfk
