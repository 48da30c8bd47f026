#include "parsers/archive/payload_end.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

namespace pgfk {
namespace {

constexpr std::string_view kCopyEnd = "\\.\n\n\n";
constexpr std::string_view kInsertEnd = "\n\n";
constexpr std::size_t kSmallRead = 64;  // bytes; several times the longest terminator

class PayloadEnd : public ByteStream {
 public:
  PayloadEnd(std::unique_ptr<ByteStream> inner, PayloadKind kind)
      : inner_(std::move(inner)), kind_(kind), end_(kind == PayloadKind::copy ? kCopyEnd : kInsertEnd) {}

  Result<std::size_t> read(std::span<char> into) override {
    if (into.size() >= kSmallRead) return read_large(into);
    if (spare_given_ == spare_filled_) {
      const Result<std::size_t> filled = read_large(spare_);
      if (!filled || *filled == 0) return filled;
      spare_given_ = 0;
      spare_filled_ = *filled;
    }
    const std::size_t length = std::min(into.size(), spare_filled_ - spare_given_);
    std::memcpy(into.data(), spare_.data() + spare_given_, length);
    spare_given_ += length;
    return length;
  }

 private:
  /// What may be the terminator is held back until more comes.
  Result<std::size_t> read_large(std::span<char> into) {
    if (spare_given_ < spare_filled_) {  // a small read came before
      const std::size_t length = spare_filled_ - spare_given_;
      std::memcpy(into.data(), spare_.data() + spare_given_, length);
      spare_given_ = spare_filled_;
      return length;
    }
    for (;;) {
      std::memcpy(into.data(), held_.data(), held_length_);
      const Result<std::size_t> read = inner_->read(into.subspan(held_length_));
      if (!read) return read;
      if (*read == 0) return at_end();
      const std::size_t length = held_length_ + *read;
      held_length_ = std::min(length, end_.size());
      const std::size_t given = length - held_length_;
      std::memcpy(held_.data(), into.data() + given, held_length_);
      if (given == 0) continue;
      before_[1] = given >= 2 ? into[given - 2] : before_[0];
      before_[0] = into[given - 1];
      return given;
    }
  }

  Result<std::size_t> at_end() {
    const bool whole = std::string_view(held_.data(), held_length_) == end_;
    if (whole && before_is_whole()) return std::size_t{0};
    return Error{"its data does not end as pg_dump ends it",
                 kind_ == PayloadKind::copy ? "Behind the last row the line \\. and two empty lines are expected: rows are missing."
                                            : "Behind the last statement two empty lines are expected: statements are missing.",
                 "", std::nullopt};
  }

  /// Nothing, or the end of a row or a statement.
  bool before_is_whole() const {
    const bool nothing = before_[0] == '\0' && before_[1] == '\0';
    return nothing || (before_[0] == '\n' && (kind_ == PayloadKind::copy || before_[1] == ';'));
  }

  std::unique_ptr<ByteStream> inner_;
  const PayloadKind kind_;
  const std::string_view end_;
  std::array<char, kCopyEnd.size()> held_{};
  std::size_t held_length_ = 0;
  std::array<char, 2> before_{};  // the last byte given, and the one before it
  std::array<char, kSmallRead> spare_{};  // for readers that take less at a time
  std::size_t spare_filled_ = 0;
  std::size_t spare_given_ = 0;
};

}  // namespace

std::unique_ptr<ByteStream> without_terminator(std::unique_ptr<ByteStream> inner, PayloadKind kind) {
  return std::make_unique<PayloadEnd>(std::move(inner), kind);
}

}  // namespace pgfk
