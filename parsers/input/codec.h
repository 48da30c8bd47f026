// Decoding: what a byte stream is packed with, and the bytes inside.
//
//   mapped file or pipe --PieceSource--> compressed pieces --decode--> ByteStream --> spool (source.h), rows of an archive
//
// Strict, since the tools that people use are not all so: the stream has to reach its end, its checksums have to be right, and nothing may
// follow. Several gzip members, bzip2 or xz streams, lz4 or zstd frames in a row are one stream, skippable frames are skipped, and zero
// bytes behind gzip (tapes pad with them) and xz (its format says so) are harmless.
//
// Memory: no more than the library needs (gzip 64 kB, lz4 up to 8 MB, zstd and xz up to 128 MB), whatever the input says.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "parsers/input/byte_stream.h"

namespace pgfk {

enum class Codec { none, gzip, zlib, lz4, zstd, xz, bzip2 };

/// "gzip", as users name it; "none" for none.
std::string_view codec_name(Codec codec);
std::optional<Codec> codec_named(std::string_view name);

/// What the first bytes (64 are plenty) say; empty where they are no known compressed format. zlib is never the answer: its two bytes may be text.
std::optional<Codec> codec_of(std::string_view first_bytes);

/// The decoded bytes; none passes the pieces on. All that could be decoded is delivered before an Error, which names the byte of the
/// compressed data and repeats at each further read. No bytes at all are an Error too ("gzip data are missing: the input is empty"), except
/// under none: whoever reads empty large objects, for which pg_dump writes no frame, looks at the size before.
std::unique_ptr<ByteStream> decode(Codec codec, std::unique_ptr<PieceSource> pieces);

}  // namespace pgfk
