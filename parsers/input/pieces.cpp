#include "parsers/input/pieces.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace pgfk {

Result<std::string_view> MappedPieces::next() {
  constexpr std::size_t kPiece = 1u << 20;
  if (at_ >= kPiece) mapping_.release(at_ - kPiece, kPiece);
  const std::string_view piece = mapping_.text().substr(at_, kPiece);
  at_ += piece.size();
  return piece;
}

Result<std::size_t> ReadPieces::read_into(std::size_t offset) {
  for (;;) {
    const ssize_t length = read(file_, buffer_.data() + offset, buffer_.size() - offset);
    if (length >= 0) return static_cast<std::size_t>(length);
    if (errno != EINTR) return Error{"could not read " + name_ + ": " + std::strerror(errno), {}, {}, {}};
  }
}

Result<std::string_view> ReadPieces::head() {
  constexpr std::size_t kHead = 64;
  while (ahead_ < kHead) {
    const Result<std::size_t> length = read_into(ahead_);
    if (!length) return length.error();
    if (*length == 0) break;
    ahead_ += *length;
  }
  return std::string_view(buffer_.data(), ahead_);
}

Result<std::string_view> ReadPieces::next() {
  if (ahead_ > 0) return std::string_view(buffer_.data(), std::exchange(ahead_, 0));
  const Result<std::size_t> length = read_into(0);
  if (!length) return length.error();
  return std::string_view(buffer_.data(), *length);
}

}  // namespace pgfk
