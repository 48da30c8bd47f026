// Reads the primitives of pg_dump's archives: bytes, integers, strings and offsets (docs/formats/pg_dump-archives.md).
//
// The first failure sticks: from then on everything reads as zero or empty, left() is 0, and damage() tells which field it was, so that a
// reader of twenty fields asks once at its end. Nothing is allocated here: strings are views into the bytes given.
// Cost: O(1) per read. Threads: one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pgfk {

/// What an archive says about where an entry's data is.
enum class OffsetState : std::uint8_t { unset = 1, set = 2, no_data = 3 };

struct DataOffset {
  OffsetState state = OffsetState::no_data;
  std::uint64_t position = 0;  // of the block's type byte; where state is set
};

/// What could not be read.
struct ArchiveDamage {
  std::string field;      // "dumpId"
  std::uint64_t at = 0;   // byte position at which the field starts
  std::string complaint;  // "the file ends"
};

class ArchiveReader {
 public:
  /// `bytes` is the whole archive, so that positions are the file's.
  explicit ArchiveReader(std::string_view bytes, std::uint64_t at = 0) : bytes_(bytes), at_(at) {}

  /// From the header: bytes of an integer's value and of a position, both 1 to 8.
  void use_sizes(unsigned integer_size, unsigned offset_size) {
    integer_size_ = integer_size;
    offset_size_ = offset_size;
  }
  unsigned integer_size() const { return integer_size_; }

  std::uint8_t byte(const char* field);
  /// A sign and a value that fits 64 bits.
  std::int64_t integer(const char* field);
  /// The same, and outside of low..high it is damage.
  std::int64_t integer(const char* field, std::int64_t low, std::int64_t high);
  /// Empty for the NULL string. Ends at a NUL byte, as in pg_restore.
  std::optional<std::string_view> string(const char* field);
  DataOffset offset(const char* field);
  /// The next `length` bytes as they are.
  std::string_view raw(std::uint64_t length, const char* field);

  std::string_view whole() const { return bytes_; }
  std::uint64_t at() const { return at_; }
  std::uint64_t left() const { return failed() ? 0 : bytes_.size() - at_; }
  bool failed() const { return damage_.has_value(); }
  const ArchiveDamage& damage() const { return *damage_; }  // where failed()
  void fail(const char* field, std::uint64_t at, std::string complaint);

 private:
  /// Room for `length` more bytes, else the failure.
  bool has(std::uint64_t length, const char* field, std::uint64_t field_at);
  std::uint64_t little_endian(unsigned length);

  std::string_view bytes_;
  std::uint64_t at_;
  unsigned integer_size_ = 4;
  unsigned offset_size_ = 8;
  std::optional<ArchiveDamage> damage_;
};

}  // namespace pgfk
