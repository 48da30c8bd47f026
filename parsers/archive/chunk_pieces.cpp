#include "parsers/archive/chunk_pieces.h"

#include <algorithm>
#include <limits>

namespace pgfk {
namespace {

constexpr std::uint64_t kReleaseBytes = 8 * 1024 * 1024;  // of the mapping, at a time

}  // namespace

std::uint64_t read_chunk_length(ArchiveReader& in) {
  const std::uint64_t at = in.at();
  const std::int64_t length = in.integer("chunk length", 0, std::numeric_limits<std::int32_t>::max());
  if (!in.failed() && static_cast<std::uint64_t>(length) > in.left()) {
    in.fail("chunk length", at, "it is " + std::to_string(length) + ", and " + std::to_string(in.left()) + " bytes are left");
  }
  return in.failed() ? 0 : static_cast<std::uint64_t>(length);
}

bool ChunkPieces::next_chunk() {
  const std::uint64_t length = read_chunk_length(in_);
  ended_ = length == 0;
  chunk_ = in_.raw(length, "chunk");
  return !ended_;
}

void ChunkPieces::release_read() {
  const std::uint64_t read = in_.at() - chunk_.size();
  if (in_.failed() || read < released_ + kReleaseBytes) return;
  source_.release(released_, read - released_);
  released_ = read;
}

Result<std::string_view> ChunkPieces::next() {
  release_read();
  piece_.clear();
  while (!ended_ && piece_.size() < kPieceBytes) {
    if (chunk_.empty() && !next_chunk()) break;
    const std::size_t take = std::min(chunk_.size(), kPieceBytes - piece_.size());
    const std::string_view part = chunk_.substr(0, take);
    chunk_.remove_prefix(take);
    if (take == kPieceBytes) return part;  // no need to copy what lies together
    piece_.insert(piece_.end(), part.begin(), part.end());
  }
  // What came before the damage is good, and goes first.
  if (in_.failed() && piece_.empty()) {
    const ArchiveDamage& damage = in_.damage();
    return Error{"its framing is damaged", "Byte " + std::to_string(damage.at) + ", " + damage.field + ": " + damage.complaint + ".", "",
                 std::nullopt};
  }
  return std::string_view(piece_.data(), piece_.size());
}

}  // namespace pgfk
