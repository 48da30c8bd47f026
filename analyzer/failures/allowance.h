// How much memory what is remembered of failures may take, in one sum for all groups: a hostile log has as many constraints, keys and
// users as it likes.
#pragma once

#include <cstdint>

namespace pgfk {

class Allowance {
 public:
  explicit Allowance(std::uint64_t bytes) : left_(bytes) {}
  /// False where there is not so much left; then nothing was taken.
  bool take(std::uint64_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }
  void give_back(std::uint64_t bytes) { left_ += bytes; }

 private:
  std::uint64_t left_;
};

}  // namespace pgfk
