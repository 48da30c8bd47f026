// The data blocks of a custom archive: type, dumpId, chunks. The chunks of a block, put together, are one compressed stream.
//
//   block  := byte type, int dumpId, body          type 1 = rows, 3 = large objects
//   body 1 := chunk.. int 0
//   body 3 := (int oid, chunk.. int 0).. int 0
//
// A block is found by the entry's offset; where the archive was written to a pipe, by a scan over the chunks' lengths, once and when first needed.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "parsers/archive/header.h"
#include "parsers/archive/payloads.h"
#include "parsers/input/codec.h"
#include "parsers/input/source.h"

namespace pgfk {

class CustomBlocks : public Payloads {
 public:
  /// Blocks start at `first_block`, behind the table of contents. Keeps the source; of the entries only ids and offsets.
  CustomBlocks(const Source& source, const ArchiveHeader& header, const std::vector<TocEntry>& entries, std::uint64_t first_block);

  Result<std::unique_ptr<ByteStream>> open(const TocEntry& entry) const override;
  Result<std::vector<LargeObject>> large_objects(const TocEntry& entry) const override;
  Result<std::unique_ptr<ByteStream>> open(const LargeObject& object) const override;
  std::uint64_t stored_bytes(const TocEntry& entry) const override;
  std::string file_of(const TocEntry&) const override { return ""; }

 private:
  /// A block that only a scan can find.
  struct Sought {
    DumpId id{};
    bool found = false;
    std::uint64_t at = 0;
    std::uint64_t length = 0;
  };

  ArchiveReader reader_at(std::uint64_t position) const;
  /// Position of the block's body. An Error where no block of that type is at the entry's place.
  Result<std::uint64_t> body_of(const TocEntry& entry, std::uint8_t type) const;
  Result<std::uint64_t> block_of(const TocEntry& entry) const;
  /// Fills sought_, and stopped_ where the scan met its end early.
  void scan() const;
  const Sought* sought(DumpId id) const;
  Error damaged(const std::string& what, const ArchiveReader& in) const;
  std::unique_ptr<ByteStream> stream_at(std::uint64_t position, Codec codec) const;

  const Source& source_;
  const ArchiveHeader header_;
  const std::uint64_t first_block_;
  std::vector<std::uint64_t> offsets_;  // that entries tell, sorted
  mutable std::once_flag scanned_;
  mutable std::vector<Sought> sought_;  // sorted by id
  mutable std::string stopped_;         // why the scan could not go on: a sentence
};

}  // namespace pgfk
