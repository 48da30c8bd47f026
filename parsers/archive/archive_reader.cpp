#include "parsers/archive/archive_reader.h"

#include <cstddef>
#include <limits>
#include <utility>

namespace pgfk {

void ArchiveReader::fail(const char* field, std::uint64_t at, std::string complaint) {
  if (!failed()) damage_ = ArchiveDamage{field, at, std::move(complaint)};
}

bool ArchiveReader::has(std::uint64_t length, const char* field, std::uint64_t field_at) {
  if (failed()) return false;
  if (length <= bytes_.size() && at_ <= bytes_.size() - length) return true;
  fail(field, field_at, "the file ends inside it");
  return false;
}

std::uint64_t ArchiveReader::little_endian(unsigned length) {
  std::uint64_t value = 0;
  for (unsigned place = 0; place < length; ++place) {
    value |= std::uint64_t{static_cast<std::uint8_t>(bytes_[at_ + place])} << (8 * place);
  }
  at_ += length;
  return value;
}

std::uint8_t ArchiveReader::byte(const char* field) {
  return has(1, field, at_) ? static_cast<std::uint8_t>(bytes_[at_++]) : std::uint8_t{0};
}

std::int64_t ArchiveReader::integer(const char* field) {
  const std::uint64_t start = at_;
  if (!has(std::uint64_t{1} + integer_size_, field, start)) return 0;
  const bool negative = bytes_[at_++] != 0;
  const std::uint64_t magnitude = little_endian(integer_size_);
  if (magnitude > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    fail(field, start, "its value " + std::to_string(magnitude) + " is out of range");
    return 0;
  }
  const std::int64_t value = static_cast<std::int64_t>(magnitude);
  return negative ? -value : value;
}

std::int64_t ArchiveReader::integer(const char* field, std::int64_t low, std::int64_t high) {
  const std::uint64_t start = at_;
  const std::int64_t value = integer(field);
  if (failed()) return 0;
  if (value >= low && value <= high) return value;
  fail(field, start, "its value " + std::to_string(value) + " is out of range");
  return 0;
}

std::optional<std::string_view> ArchiveReader::string(const char* field) {
  const std::uint64_t start = at_;
  const std::int64_t length = integer(field);
  if (failed() || length == -1) return std::nullopt;
  if (length < 0) {
    fail(field, start, "its length is " + std::to_string(length));
    return std::nullopt;
  }
  if (static_cast<std::uint64_t>(length) > left()) {
    fail(field, start, "its length is " + std::to_string(length) + ", and " + std::to_string(left()) + " bytes are left");
    return std::nullopt;
  }
  const std::string_view whole = bytes_.substr(at_, static_cast<std::size_t>(length));
  at_ += whole.size();
  return whole.substr(0, whole.find('\0'));
}

DataOffset ArchiveReader::offset(const char* field) {
  const std::uint64_t start = at_;
  if (!has(std::uint64_t{1} + offset_size_, field, start)) return {};
  const std::uint8_t state = static_cast<std::uint8_t>(bytes_[at_++]);
  if (state < 1 || state > 3) {
    fail(field, start, "its state is " + std::to_string(state) + ", where 1 to 3 exist");
    return {};
  }
  return {static_cast<OffsetState>(state), little_endian(offset_size_)};
}

std::string_view ArchiveReader::raw(std::uint64_t length, const char* field) {
  if (!has(length, field, at_)) return {};
  const std::string_view bytes = bytes_.substr(at_, length);
  at_ += length;
  return bytes;
}

}  // namespace pgfk
