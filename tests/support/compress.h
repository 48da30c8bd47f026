// Compressed data for tests, made by the libraries that the tools use.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "parsers/input/codec.h"

namespace pgfk {

/// `text` in one frame; with a checksum of the content where the format has one.
std::string compressed(Codec codec, std::string_view text);

/// Gives `bytes` in pieces of `piece` bytes and overwrites each before it gives the next: views live until then.
std::unique_ptr<PieceSource> pieces_of(std::string bytes, std::size_t piece);

/// All that `stream` gives, read `window` bytes at a time; `error` is the message it ended with, or empty.
struct ReadBack {
  std::string bytes;
  std::string error;
};
ReadBack read_back(ByteStream& stream, std::size_t window = 64u << 10);

}  // namespace pgfk
