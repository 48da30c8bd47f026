// An open file with one owner. Standard input, output and error stay open.
#pragma once

#include <unistd.h>

#include <string_view>
#include <utility>

namespace pgfk {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ > STDERR_FILENO) close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

/// Writes all of the bytes, however many calls it takes. 0, or an errno.
int write_all(int file, std::string_view bytes);

}  // namespace pgfk
