// Where compressed bytes come from when they are a whole input: a mapped file, or something that can only be read once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "parsers/input/byte_stream.h"
#include "parsers/input/mapping.h"

namespace pgfk {

/// A mapping in views of 1 MiB; pages behind the reader are released. The mapping outlives it.
class MappedPieces final : public PieceSource {
 public:
  explicit MappedPieces(const Mapping& mapping) : mapping_(mapping) {}
  Result<std::string_view> next() override;

 private:
  const Mapping& mapping_;
  std::size_t at_ = 0;
};

/// A pipe, a device, a file from where it stands. The descriptor outlives it; `name` is for messages.
class ReadPieces final : public PieceSource {
 public:
  ReadPieces(int file, std::string name) : file_(file), name_(std::move(name)), buffer_(kBuffer) {}
  Result<std::string_view> next() override;
  /// The first bytes, for a look at what this is: 64, unless there are fewer. Before the first next().
  Result<std::string_view> head();

 private:
  Result<std::size_t> read_into(std::size_t offset);

  static constexpr std::size_t kBuffer = 1u << 20;
  int file_;
  std::string name_;
  std::vector<char> buffer_;
  std::size_t ahead_ = 0;  // bytes that head() has read
};

}  // namespace pgfk
