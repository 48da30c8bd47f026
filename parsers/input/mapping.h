// A file in the address space, read only, with one owner.
//
// Cost: pages are read when they are touched.
// Threads: every const function, from any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pgfk {

class Mapping {
 public:
  Mapping() = default;
  /// The whole of an open file, which may be closed afterwards. Not mapped where that fails: errno says why. Nothing to map is no failure.
  Mapping(int file, std::size_t size);
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  ~Mapping();

  bool failed() const { return failed_; }
  /// Valid as long as this lives, also where it was moved to.
  std::string_view text() const { return {start_, size_}; }

  /// Tells the kernel that these pages are not needed for now, so that a mapping larger than memory stays cheap.
  void release(std::uint64_t offset, std::uint64_t length) const;

 private:
  char* start_ = nullptr;
  std::size_t size_ = 0;
  bool failed_ = false;
};

}  // namespace pgfk
