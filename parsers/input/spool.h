// A stream written to a temporary file, since psql's script is read from more than one place at a time.
//
// The file has no name, so that it is gone with the program however that ends. It never fills the disk: a part of what was free stays free, so
// that a few kilobytes that decode to terabytes cost an error message and not the machine.
// Threads: none of its own. Decoding ahead of the writing was tried: the bytes are then out of the cache, and nothing is won (docs/notes/0008).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "parsers/input/byte_stream.h"
#include "parsers/input/descriptor.h"

namespace pgfk {

struct SpoolOptions {
  std::string directory;                  // empty: TMPDIR, else /tmp
  std::optional<std::uint64_t> reserve;   // bytes of the file system that stay free; empty: a twentieth of what is free, at least 64 MiB
};

struct Spooled {
  Descriptor file;
  std::uint64_t size = 0;        // bytes
  std::optional<Error> damage;   // what the stream ended with, if not with its end
};

/// `name` is for messages: file "x". An Error is about the temporary file, or about its room.
Result<Spooled> spool(ByteStream& stream, const std::string& name, const SpoolOptions& options);

}  // namespace pgfk
