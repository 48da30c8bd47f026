#include "parsers/input/stream_text.h"

#include <cstddef>
#include <span>

namespace pgfk {
namespace {

constexpr std::size_t kFirstRoom = 64u << 10;  // doubled as the text grows

}  // namespace

std::string_view StreamText::text() {
  std::call_once(once_, [this] { read(); });
  return text_;
}

std::optional<Error> StreamText::damage() {
  const std::lock_guard lock(mutex_);
  return damage_;
}

void StreamText::read() {
  const auto damaged = [this](Error error) {
    const std::lock_guard lock(mutex_);
    damage_ = std::move(error);
  };
  Result<std::unique_ptr<ByteStream>> stream = open_();
  if (!stream) return damaged(stream.error());
  std::size_t size = 0;
  text_.resize(kFirstRoom);
  for (;;) {
    if (size == text_.size()) text_.resize(text_.size() * 2);
    const Result<std::size_t> read = (*stream)->read(std::span(text_).subspan(size));
    if (!read) damaged(read.error());
    if (!read || *read == 0) break;
    size += *read;
  }
  text_.resize(size);
}

}  // namespace pgfk
