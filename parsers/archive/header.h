// The header of an archive: at the start of a custom archive, and of toc.dat in a directory or a tar.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "parsers/archive/archive_reader.h"
#include "parsers/input/result.h"

namespace pgfk {

enum class ArchiveKind : std::uint8_t { custom, directory, tar };

enum class ArchiveCompression : std::uint8_t { none = 0, gzip = 1, lz4 = 2, zstd = 3 };

inline constexpr int kOldestArchiveMinor = 10;  // PostgreSQL 8.0
inline constexpr int kNewestArchiveMinor = 16;  // PostgreSQL 17 and 18

/// The dumping machine's local time; its zone is not told.
struct CreationTime {
  std::int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;  // month and day from 1
};

struct ArchiveHeader {
  ArchiveKind kind = ArchiveKind::custom;
  int minor = 0;  // the version is 1.minor
  int revision = 0;
  unsigned integer_size = 4;
  unsigned offset_size = 8;
  std::uint8_t format_byte = 0;  // 1 custom, 3 tar and directory
  ArchiveCompression compression = ArchiveCompression::none;
  std::optional<std::int64_t> compression_level;  // up to 1.14 the header has the level, as of 1.15 the algorithm
  CreationTime created;
  std::string database;
  std::string server_version;   // "15.18 (Debian 15.18-0+deb12u1)"
  std::string pg_dump_version;  // the same form
};

/// Reads the header at the front of `in`, which goes on with the sizes found there. `name` is how errors call the archive: archive "FILE".
/// An Error where there is none, or one of a version that is not known, or for another kind of archive than `kind`.
Result<ArchiveHeader> read_header(ArchiveReader& in, ArchiveKind kind, const std::string& name);

/// The Error for the damage that `in` met, where it makes the archive useless. `place` says where, as in "its header".
Error unusable_archive(const std::string& name, const std::string& place, const ArchiveReader& in);

}  // namespace pgfk
