#include "analyzer/bulk/spill.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace pgfk {
namespace {

constexpr std::uint64_t kPieceBytes = 64u << 20;  // mapped at a time: few mappings, and little of a piece left over
// A read of one page may map those around it, up to this many bytes.
constexpr std::uint64_t kMappedAround = 64u << 10;
// Columns take this share; key tables, which cannot be stored, need the rest.
constexpr std::uint64_t kColumnsOf = 2;

bool write_at(int file, std::span<const std::uint8_t> bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return true;
}

std::string usual_folder() {
  const char* folder = std::getenv("TMPDIR");
  return folder != nullptr && *folder != '\0' ? folder : "/tmp";
}

}  // namespace

SpillArea::SpillArea(std::uint64_t limit, std::string folder) : limit_(limit), folder_(folder.empty() ? usual_folder() : std::move(folder)) {}

SpillArea::~SpillArea() {
  for (const Piece& piece : pieces_) munmap(piece.mapping, piece.length);
  if (file_ >= 0) close(file_);
}

bool SpillArea::hold(std::uint64_t bytes, std::uint64_t most) {
  std::uint64_t held = held_.load(std::memory_order_relaxed);
  do {
    if (bytes > most || held > most - bytes) return false;
  } while (!held_.compare_exchange_weak(held, held + bytes, std::memory_order_relaxed));
  return true;
}

void SpillArea::fail(const std::string& what, int code) {
  if (!trouble_) {
    trouble_ = Error{"could not " + what + " a temporary file in \"" + folder_ + "\": " + std::strerror(code),
                     "Keys that belong there stay in memory, which may then need more than --memory.", "--tmpdir=DIR names another folder.",
                     std::nullopt};
  }
}

bool SpillArea::open_file() {
  if (file_ >= 0) return true;
  file_ = open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file_ < 0) {  // not every file system makes files without a name
    std::string name = folder_ + "/pgfk.XXXXXX";
    file_ = mkostemp(name.data(), O_CLOEXEC);
    if (file_ >= 0) unlink(name.c_str());
  }
  if (file_ < 0) fail("create", errno);
  return file_ >= 0;
}

SpillArea::Piece* SpillArea::piece_for(std::uint64_t length) {
  if (!pieces_.empty() && pieces_.back().length - pieces_.back().used >= length) return &pieces_.back();
  if (!open_file()) return nullptr;
  Piece piece;
  piece.length = (std::max(length, kPieceBytes) + kPieceBytes - 1) / kPieceBytes * kPieceBytes;
  piece.offset = pieces_.empty() ? 0 : pieces_.back().offset + pieces_.back().length;
  void* mapping = MAP_FAILED;
  if (ftruncate(file_, static_cast<off_t>(piece.offset + piece.length)) == 0) {
    mapping = mmap(nullptr, piece.length, PROT_READ, MAP_SHARED, file_, static_cast<off_t>(piece.offset));
  }
  if (mapping == MAP_FAILED) {
    fail("extend", errno);
    return nullptr;
  }
  piece.mapping = static_cast<std::uint8_t*>(mapping);
  pieces_.push_back(piece);
  return &pieces_.back();
}

const std::uint8_t* SpillArea::store(std::span<const std::uint8_t> bytes) {
  std::uint64_t offset = 0;
  const std::uint8_t* stored = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (trouble_) return nullptr;
    Piece* const piece = piece_for(bytes.size());
    if (piece == nullptr) return nullptr;
    offset = piece->offset + piece->used;
    stored = piece->mapping + piece->used;
    piece->used = std::min(piece->length, piece->used + (bytes.size() + 7) / 8 * 8);
  }
  // Written, not copied into the mapping: a full disk is then an error and not a signal.
  if (write_at(file_, bytes, offset)) return stored;
  const int code = errno;
  const std::lock_guard lock(mutex_);
  fail("write", code);
  return nullptr;
}

void SpillArea::release(const std::uint8_t* stored, std::size_t length) const {
  const std::lock_guard lock(mutex_);
  for (const Piece& piece : pieces_) {
    if (stored < piece.mapping || stored >= piece.mapping + piece.length) continue;
    // Wider than the bytes: neighbours that were mapped along are read anew from the page cache.
    const std::uint64_t at = static_cast<std::uint64_t>(stored - piece.mapping);
    const std::uint64_t first = at / kMappedAround * kMappedAround;
    const std::uint64_t last = std::min(piece.length, (at + length + kMappedAround - 1) / kMappedAround * kMappedAround);
    madvise(piece.mapping + first, last - first, MADV_DONTNEED);
    return;
  }
}

std::uint64_t SpillArea::stored() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t bytes = 0;
  for (const Piece& piece : pieces_) bytes += piece.used;
  return bytes;
}

std::optional<Error> SpillArea::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

HeldBytes::HeldBytes(std::span<const std::uint8_t> bytes, SpillArea* area) : size_(bytes.size()), area_(area) {
  if (bytes.empty()) return;
  if (area_ != nullptr && !area_->hold(size_, area_->limit() / kColumnsOf)) {
    data_ = area_->store(bytes);
    if (data_ != nullptr) return;
    area_->add_held(size_);
  }
  owned_ = std::make_unique_for_overwrite<std::uint64_t[]>((size_ + 7) / 8);
  std::memcpy(owned_.get(), bytes.data(), size_);
  data_ = reinterpret_cast<const std::uint8_t*>(owned_.get());
}

HeldBytes::HeldBytes(HeldBytes&& other) noexcept { *this = std::move(other); }

HeldBytes& HeldBytes::operator=(HeldBytes&& other) noexcept {
  std::swap(owned_, other.owned_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(area_, other.area_);
  return *this;
}

HeldBytes::~HeldBytes() {
  if (owned_ && area_ != nullptr) area_->give_back(size_);
}

void HeldBytes::release() const {
  if (data_ != nullptr && !owned_) area_->release(data_, size_);
}

}  // namespace pgfk
