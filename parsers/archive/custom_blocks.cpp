#include "parsers/archive/custom_blocks.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "parsers/archive/chunk_pieces.h"
#include "parsers/archive/entry_names.h"

namespace pgfk {
namespace {

constexpr std::uint8_t kRowsBlock = 1;
constexpr std::uint8_t kLargeObjectsBlock = 3;
constexpr std::int64_t kLargestOid = std::numeric_limits<std::uint32_t>::max();

Codec codec_of(ArchiveCompression compression) {
  switch (compression) {
    case ArchiveCompression::none: return Codec::none;
    case ArchiveCompression::gzip: return Codec::zlib;  // without the header of a gzip file
    case ArchiveCompression::lz4: return Codec::lz4;
    case ArchiveCompression::zstd: return Codec::zstd;
  }
  return Codec::none;
}

void skip_chunks(ArchiveReader& in) {
  while (const std::uint64_t length = read_chunk_length(in)) in.raw(length, "chunk");
}

/// OID of the next large object of a block, 0 at the block's end. As of 2 to the 31st they are written as negative numbers.
std::uint32_t read_object_oid(ArchiveReader& in) {
  return static_cast<std::uint32_t>(in.integer("large object OID", -kLargestOid, kLargestOid));
}

void skip_body(ArchiveReader& in, std::uint8_t type) {
  if (type == kRowsBlock) {
    skip_chunks(in);
  } else {
    while (read_object_oid(in) != 0) skip_chunks(in);
  }
}

std::string at_byte(std::uint64_t position) {
  return "byte " + std::to_string(position);
}

std::string in_words(const ArchiveDamage& damage) {
  return at_byte(damage.at) + ", " + damage.field + ": " + damage.complaint;
}

}  // namespace

CustomBlocks::CustomBlocks(const Source& source, const ArchiveHeader& header, const std::vector<TocEntry>& entries, std::uint64_t first_block)
    : source_(source), header_(header), first_block_(first_block) {
  for (const TocEntry& entry : entries) {
    if (!entry.has_data) continue;
    if (entry.data_offset.state == OffsetState::set) offsets_.push_back(entry.data_offset.position);
    if (entry.data_offset.state == OffsetState::unset) sought_.push_back({.id = entry.id});
  }
  std::ranges::sort(offsets_);
  std::ranges::sort(sought_, {}, &Sought::id);
}

ArchiveReader CustomBlocks::reader_at(std::uint64_t position) const {
  ArchiveReader in(source_.text(), position);
  in.use_sizes(header_.integer_size, header_.offset_size);
  return in;
}

Error CustomBlocks::damaged(const std::string& what, const ArchiveReader& in) const {
  return Error{what, in_words(in.damage()), "", std::nullopt};
}

const CustomBlocks::Sought* CustomBlocks::sought(DumpId id) const {
  const auto place = std::ranges::lower_bound(sought_, id, {}, &Sought::id);
  return place != sought_.end() && place->id == id ? &*place : nullptr;
}

void CustomBlocks::scan() const {
  ArchiveReader in = reader_at(first_block_);
  std::size_t missing = sought_.size();
  std::uint64_t block_at = first_block_;
  while (missing > 0) {
    block_at = in.at();
    if (in.left() == 0) {
      stopped_ = "The file ends at " + at_byte(block_at) + ", where its block could begin.";
      return;
    }
    const std::uint8_t type = in.byte("block type");
    // Behind the blocks of an archive that was appended to a file comes a second table of contents.
    if (type != kRowsBlock && type != kLargeObjectsBlock) {
      stopped_ = "Blocks were looked for up to " + at_byte(block_at) + ", where the block type " + std::to_string(type) + " is not known.";
      return;
    }
    const DumpId id = static_cast<DumpId>(in.integer("dumpId of a block", 1, std::numeric_limits<std::int32_t>::max()));
    skip_body(in, type);
    // A block with a damaged end is a place too: what is good of it is read, and then its damage is met.
    const auto wanted = std::ranges::lower_bound(sought_, id, {}, &Sought::id);
    if (wanted != sought_.end() && wanted->id == id && !wanted->found) {
      wanted->found = true;
      wanted->at = block_at;
      wanted->length = (in.failed() ? source_.text().size() : in.at()) - block_at;
      --missing;
    }
    if (in.failed()) {
      stopped_ = "Blocks behind " + at_byte(block_at) + " cannot be found, since that block is damaged: " + in_words(in.damage()) + ".";
      return;
    }
  }
}

Result<std::uint64_t> CustomBlocks::block_of(const TocEntry& entry) const {
  switch (entry.data_offset.state) {
    case OffsetState::no_data:
      return Error{"its data is missing", "The table of contents says that there is a dumper and no data.", "", std::nullopt};
    case OffsetState::set:
      if (entry.data_offset.position >= first_block_ && entry.data_offset.position < source_.text().size()) return entry.data_offset.position;
      return Error{"its data block is not in the file",
                   "Its offset is " + std::to_string(entry.data_offset.position) + ", and blocks lie from " + std::to_string(first_block_) +
                       " to " + std::to_string(source_.text().size()) + ".",
                   "", std::nullopt};
    case OffsetState::unset: break;
  }
  std::call_once(scanned_, [this] { scan(); });
  const Sought* block = sought(entry.id);
  if (block != nullptr && block->found) return block->at;
  return Error{"its data block is missing", stopped_, "", std::nullopt};
}

Result<std::uint64_t> CustomBlocks::body_of(const TocEntry& entry, std::uint8_t type) const {
  const Result<std::uint64_t> block = block_of(entry);
  if (!block) return block;
  ArchiveReader in = reader_at(*block);
  const std::uint8_t found_type = in.byte("block type");
  const std::int64_t found_id = in.integer("dumpId of a block");
  if (in.failed()) return damaged("its data block is cut", in);
  if (found_id != static_cast<std::int64_t>(entry.id)) {
    return Error{"another entry's data is at its place",
                 "At " + at_byte(*block) + " is the block of dumpId " + std::to_string(found_id) + ".", "", std::nullopt};
  }
  if (found_type != type) {
    return Error{"its data block is of another type",
                 "At " + at_byte(*block) + " is a block of type " + std::to_string(found_type) + ", where " + std::to_string(type) + " is expected.",
                 "", std::nullopt};
  }
  return in.at();
}

std::unique_ptr<ByteStream> CustomBlocks::stream_at(std::uint64_t position, Codec codec) const {
  return decode(codec, std::make_unique<ChunkPieces>(source_, reader_at(position)));
}

Result<std::unique_ptr<ByteStream>> CustomBlocks::open(const TocEntry& entry) const {
  const Result<std::uint64_t> body = body_of(entry, kRowsBlock);
  if (!body) return body.error();
  return stream_at(*body, codec_of(header_.compression));
}

Result<std::unique_ptr<ByteStream>> CustomBlocks::open(const LargeObject& object) const {
  // Without any chunk there is no frame either.
  ArchiveReader in = reader_at(object.position);
  const bool empty = read_chunk_length(in) == 0 && !in.failed();
  return stream_at(object.position, empty ? Codec::none : codec_of(header_.compression));
}

Result<std::vector<LargeObject>> CustomBlocks::large_objects(const TocEntry& entry) const {
  const Result<std::uint64_t> body = body_of(entry, kLargeObjectsBlock);
  if (!body) return body.error();
  ArchiveReader in = reader_at(*body);
  std::vector<LargeObject> objects;
  while (const std::uint32_t oid = read_object_oid(in)) {
    objects.push_back({oid, in.at(), ""});
    skip_chunks(in);
  }
  if (in.failed()) return damaged("its large objects are cut or wrongly framed", in);
  return objects;
}

std::uint64_t CustomBlocks::stored_bytes(const TocEntry& entry) const {
  if (!entry.has_data || entry.data_offset.state == OffsetState::no_data) return 0;
  if (entry.data_offset.state == OffsetState::unset) {
    std::call_once(scanned_, [this] { scan(); });
    const Sought* block = sought(entry.id);
    return block != nullptr ? block->length : 0;
  }
  // Blocks follow one another, so that the next offset is this block's end.
  const std::uint64_t size = source_.text().size();
  const auto next = std::ranges::upper_bound(offsets_, entry.data_offset.position);
  const std::uint64_t end = next == offsets_.end() ? size : std::min(*next, size);
  return end - std::min(entry.data_offset.position, end);
}

}  // namespace pgfk
