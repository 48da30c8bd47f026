// Where the data of an archive's entries is: blocks of a custom archive, files of a directory, members of a tar.
//
// Threads: every function, from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "parsers/archive/toc.h"
#include "parsers/input/byte_stream.h"
#include "parsers/input/result.h"

namespace pgfk {

/// One large object of an entry BLOBS.
struct LargeObject {
  std::uint32_t oid = 0;
  std::uint64_t position = 0;  // custom archives: of its first chunk
  std::string file_name;       // directory and tar archives: without suffix
};

class Payloads {
 public:
  virtual ~Payloads() = default;
  /// The decoded rows of an entry TABLE DATA, or the decoded comments of BLOB COMMENTS.
  virtual Result<std::unique_ptr<ByteStream>> open(const TocEntry& entry) const = 0;
  /// The large objects of an entry BLOBS, in order; their framing is checked, their bytes are not.
  virtual Result<std::vector<LargeObject>> large_objects(const TocEntry& entry) const = 0;
  virtual Result<std::unique_ptr<ByteStream>> open(const LargeObject& object) const = 0;
  /// Bytes that the data takes in the archive, framing included; 0 where that is not known or there is none.
  virtual std::uint64_t stored_bytes(const TocEntry& entry) const = 0;
  /// The file that holds the data, as people find it: "shop/3634.dat.gz". Empty where that is the archive itself.
  virtual std::string file_of(const TocEntry& entry) const = 0;
};

}  // namespace pgfk
