// The text of a stream, made when somebody first asks for it.
//
// Threads: any.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "parsers/input/result.h"
#include "parsers/input/source.h"

namespace pgfk {

class StreamText {
 public:
  explicit StreamText(Source::StreamOpener open) : open_(std::move(open)) {}

  Result<std::unique_ptr<ByteStream>> open() const { return open_(); }
  /// Everything up to the end, or to where the stream is damaged.
  std::string_view text();
  /// Set by text().
  std::optional<Error> damage();

 private:
  void read();

  Source::StreamOpener open_;
  std::once_flag once_;
  std::mutex mutex_;
  std::optional<Error> damage_;
  std::string text_;
};

}  // namespace pgfk
