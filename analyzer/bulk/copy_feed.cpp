#include "analyzer/bulk/copy_feed.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "analyzer/bulk/cells.h"

namespace pgfk {
namespace {

/// Whether the character at `at` is taken away by a backslash.
bool is_escaped(std::string_view text, std::size_t at) {
  std::size_t backslashes = 0;
  while (backslashes < at && text[at - backslashes - 1] == '\\') ++backslashes;
  return backslashes % 2 != 0;
}

/// Behind the first row end at or behind `at`.
std::size_t behind_row(std::string_view text, std::size_t at) {
  for (;;) {
    const std::size_t newline = text.find('\n', at);
    if (newline == std::string_view::npos) return text.size();
    if (!is_escaped(text, newline)) return newline + 1;
    at = newline + 1;
  }
}

/// Behind the last row end in `text`; 0 if there is none.
std::size_t behind_last_row(std::string_view text) {
  while (!text.empty()) {
    // memrchr, since rfind goes byte by byte and a row may be long.
    const void* newline = memrchr(text.data(), '\n', text.size());
    if (newline == nullptr) return 0;
    const std::size_t at = static_cast<std::size_t>(static_cast<const char*>(newline) - text.data());
    if (!is_escaped(text, at)) return at + 1;
    text = text.substr(0, at);
  }
  return 0;
}

class TextFeed : public CopyFeed {
 public:
  TextFeed(std::string_view text, std::uint64_t chunk) : text_(text), chunk_(std::clamp<std::uint64_t>(chunk, 1, kMaxChunkBytes)) {}

  bool next(CopyChunk& chunk) override {
    const std::lock_guard lock(mutex_);
    if (at_ == text_.size()) return false;
    const std::size_t end = text_.size() - at_ <= chunk_ ? text_.size() : behind_row(text_, at_ + chunk_ - 1);
    chunk.index = chunks_++;
    chunk.part = {at_, end - at_};
    chunk.text = text_.substr(at_, end - at_);
    chunk.readable = text_.size() - end;
    at_ = end;
    return true;
  }
  const std::optional<Error>& error() const override { return none_; }

 private:
  std::string_view text_;
  std::uint64_t chunk_;
  std::mutex mutex_;
  std::size_t at_ = 0;
  std::size_t chunks_ = 0;
  std::optional<Error> none_;
};

class StreamFeed : public CopyFeed {
 public:
  StreamFeed(std::unique_ptr<ByteStream> stream, std::uint64_t chunk)
      : stream_(std::move(stream)), chunk_(std::clamp<std::uint64_t>(chunk, 1, kMaxChunkBytes)) {}

  bool next(CopyChunk& chunk) override {
    const std::lock_guard lock(mutex_);
    if (over_) return false;
    std::vector<char>& buffer = chunk.buffer;
    std::size_t size = carry_.size();
    std::size_t wanted = std::max<std::size_t>(chunk_, 2 * size);
    buffer.resize(std::max(buffer.size(), wanted + kPadding));
    std::copy(carry_.begin(), carry_.end(), buffer.begin());
    std::size_t cut = 0;
    while (!over_) {
      const Result<std::size_t> read = stream_->read(std::span(buffer.data() + size, wanted - size));
      if (!read) error_ = read.error();
      over_ = !read || *read == 0;
      if (!over_) size += *read;
      if (over_ || size < wanted) continue;
      cut = behind_last_row({buffer.data(), size});
      if (cut > 0) break;
      if (wanted >= kMaxChunkBytes) {
        error_ = Error{"a row of more than 2 GB", "", "No server takes such a row.", std::nullopt};
        over_ = true;
      }
      wanted = std::min<std::size_t>(wanted * 2, kMaxChunkBytes);
      buffer.resize(wanted + kPadding);
    }
    if (over_) cut = size;
    if (error_ || size == 0) return false;
    carry_.assign(buffer.begin() + static_cast<std::ptrdiff_t>(cut), buffer.begin() + static_cast<std::ptrdiff_t>(size));
    chunk.index = chunks_++;
    chunk.part = {at_, cut};
    chunk.text = {buffer.data(), cut};
    chunk.readable = buffer.size() - cut;
    at_ += cut;
    return true;
  }
  const std::optional<Error>& error() const override { return error_; }

 private:
  std::unique_ptr<ByteStream> stream_;
  std::uint64_t chunk_;
  std::mutex mutex_;
  std::vector<char> carry_;
  std::uint64_t at_ = 0;
  std::size_t chunks_ = 0;
  bool over_ = false;
  std::optional<Error> error_;
};

}  // namespace

std::unique_ptr<CopyFeed> feed_of_text(std::string_view text, std::uint64_t chunk_bytes) { return std::make_unique<TextFeed>(text, chunk_bytes); }

std::unique_ptr<CopyFeed> feed_of_stream(std::unique_ptr<ByteStream> stream, std::uint64_t chunk_bytes) {
  return std::make_unique<StreamFeed>(std::move(stream), chunk_bytes);
}

}  // namespace pgfk
