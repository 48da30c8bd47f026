// The text of a stream, made when somebody first asks for it: in memory while it is small, else in an unlinked file that is mapped.
//
// Threads: any.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "parsers/input/mapping.h"
#include "parsers/input/result.h"
#include "parsers/input/source.h"
#include "parsers/input/spool.h"

namespace pgfk {

class StreamText {
 public:
  /// `name` is for messages: file "x".
  StreamText(std::string name, Source::StreamOpener open, SpoolOptions spool)
      : name_(std::move(name)), open_(std::move(open)), spool_(std::move(spool)) {}

  Result<std::unique_ptr<ByteStream>> open() const { return open_(); }
  /// Everything up to the end, or to where the stream is damaged.
  std::string_view text();
  /// Set by text().
  std::optional<Error> damage();
  /// Gives pages of a mapped text back.
  void release(std::uint64_t offset, std::uint64_t length) const;

 private:
  void read();
  void set_damage(Error error);

  std::string name_;
  Source::StreamOpener open_;
  SpoolOptions spool_;
  std::once_flag once_;
  std::mutex mutex_;
  std::optional<Error> damage_;
  std::string held_;
  Mapping mapping_;
  std::string_view text_;
};

}  // namespace pgfk
