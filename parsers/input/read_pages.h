// Gives the pages of a source back to the kernel as reading goes on, some megabytes at a time and the rest at the end.
//
// Views stay valid: what is looked at again is mapped again.
#pragma once

#include <cstdint>

#include "parsers/input/source.h"

namespace pgfk {

class ReadPages {
 public:
  /// `source` outlives this. Reading begins at `from`.
  ReadPages(const Source& source, std::uint64_t from) : source_(source), released_(from), read_(from) {}
  ~ReadPages() { source_.release(released_, read_ - released_); }
  ReadPages(const ReadPages&) = delete;
  ReadPages& operator=(const ReadPages&) = delete;

  /// All ahead of `offset` is read.
  void up_to(std::uint64_t offset) {
    if (offset <= read_) return;
    read_ = offset;
    if (read_ - released_ < kTogether) return;
    source_.release(released_, read_ - released_);
    released_ = read_;
  }

 private:
  static constexpr std::uint64_t kTogether = 4u << 20;  // bytes: a call is worth it
  const Source& source_;
  std::uint64_t released_, read_;
};

}  // namespace pgfk
