#include "parsers/input/mapping.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace pgfk {

Mapping::Mapping(int file, std::size_t size) {
  if (size == 0) return;
  void* const start = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  failed_ = start == MAP_FAILED;
  if (failed_) return;
  start_ = static_cast<char*>(start);
  size_ = size;
}

Mapping::Mapping(Mapping&& other) noexcept
    : start_(std::exchange(other.start_, nullptr)), size_(std::exchange(other.size_, 0)), failed_(other.failed_) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(start_, other.start_);
  std::swap(size_, other.size_);
  std::swap(failed_, other.failed_);
  return *this;
}

Mapping::~Mapping() {
  if (start_ != nullptr) munmap(start_, size_);
}

void Mapping::release(std::uint64_t offset, std::uint64_t length) const {
  if (start_ == nullptr || offset >= size_) return;
  const std::uint64_t page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  const std::uint64_t end = offset + std::min<std::uint64_t>(length, size_ - offset);
  // Only whole pages: the neighbours of the part may still be in use.
  const std::uint64_t first = (offset + page - 1) / page * page;
  const std::uint64_t last = end == size_ ? end : end / page * page;
  if (first >= last) return;
  madvise(start_ + first, last - first, MADV_DONTNEED);
}

}  // namespace pgfk
