#include "parsers/archive/header.h"

#include <string_view>

namespace pgfk {
namespace {

constexpr std::string_view kMagic = "PGDMP";
constexpr std::uint8_t kCustomFormat = 1;
constexpr std::uint8_t kTarFormat = 3;  // a directory's toc.dat says so too
constexpr unsigned kLargestSize = 8;    // bytes of an integer, and of an offset

ArchiveCompression read_compression(ArchiveReader& in, ArchiveHeader& header) {
  if (header.minor < 15) {
    header.compression_level = in.integer("compression level");
    return *header.compression_level == 0 ? ArchiveCompression::none : ArchiveCompression::gzip;
  }
  const std::uint64_t at = in.at();
  const std::uint8_t algorithm = in.byte("compression");
  if (algorithm > 3) in.fail("compression", at, "algorithm " + std::to_string(algorithm) + " is not known");
  return static_cast<ArchiveCompression>(algorithm & 3);
}

CreationTime read_time(ArchiveReader& in) {
  CreationTime time;
  time.second = in.integer("creation time");
  time.minute = in.integer("creation time");
  time.hour = in.integer("creation time");
  time.day = in.integer("creation time");
  const std::int64_t month = in.integer("creation time", -1'000'000, 1'000'000);
  const std::int64_t year = in.integer("creation time", -1'000'000, 1'000'000);
  in.integer("creation time");  // whether that is summer time
  time.month = month + 1;
  time.year = year + 1900;
  return time;
}

/// What follows the format byte, in the form of 1.10 and later.
void read_rest(ArchiveReader& in, ArchiveHeader& header) {
  header.compression = read_compression(in, header);
  header.created = read_time(in);
  header.database = in.string("database name").value_or("");
  header.server_version = in.string("server version").value_or("");
  header.pg_dump_version = in.string("pg_dump version").value_or("");
}

Error unknown_version(ArchiveReader& in, ArchiveHeader& header, int major, const std::string& name) {
  const std::string version = std::to_string(major) + "." + std::to_string(header.minor);
  Error error{name + " has version " + version + ", and pgfk reads 1." + std::to_string(kOldestArchiveMinor) + " to 1." +
                  std::to_string(kNewestArchiveMinor),
              "", "Write it again as plain text: pg_restore -f dump.sql ARCHIVE", std::nullopt};
  if (major < 1 || (major == 1 && header.minor < kOldestArchiveMinor)) {
    error.detail = "Such archives were written before PostgreSQL 8.0.";
    return error;
  }
  // Newer headers have so far had the old fields at the old place.
  read_rest(in, header);
  if (!in.failed() && !header.pg_dump_version.empty()) {
    error.detail = "It was written by pg_dump " + header.pg_dump_version + ".";
    error.hint = "Write it again as plain text, with the pg_restore of that version: pg_restore -f dump.sql ARCHIVE";
  }
  return error;
}

/// True where each line feed has a carriage return before it, as after a transfer in text mode. Of a binary file only one in 256 has.
bool went_through_text_mode(std::string_view bytes) {
  constexpr std::size_t kLook = 1u << 20;
  bytes = bytes.substr(0, kLook);
  std::size_t line_feeds = 0;
  for (std::size_t at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
    if (at == 0 || bytes[at - 1] != '\r') return false;
    ++line_feeds;
  }
  return line_feeds >= 4;
}

}  // namespace

Error unusable_archive(const std::string& name, const std::string& place, const ArchiveReader& in) {
  const ArchiveDamage& damage = in.damage();
  Error error{name + " is damaged in " + place, "Byte " + std::to_string(damage.at) + ", " + damage.field + ": " + damage.complaint + ".",
              "Copy the file again, or dump again.", std::nullopt};
  if (went_through_text_mode(in.whole())) {
    error.detail += " Each line feed has a carriage return before it: the file went through a transfer in text mode.";
    error.hint = "Transfer the file again, in binary mode.";
  }
  return error;
}

Result<ArchiveHeader> read_header(ArchiveReader& in, ArchiveKind kind, const std::string& name) {
  const auto damaged = [&]() { return unusable_archive(name, "its header", in); };
  const std::string_view magic = in.raw(kMagic.size(), "magic");
  if (in.failed()) return damaged();
  if (magic != kMagic) return Error{name + " does not start with \"PGDMP\"", "", "Name a file that pg_dump wrote.", std::nullopt};

  ArchiveHeader header;
  header.kind = kind;
  const int major = in.byte("version");
  header.minor = in.byte("version");
  header.revision = in.byte("version");
  header.integer_size = in.byte("integer size");
  header.offset_size = in.byte("offset size");
  header.format_byte = in.byte("format");
  if (in.failed()) return damaged();
  const auto sane = [](unsigned size) { return size >= 1 && size <= kLargestSize; };
  if (!sane(header.integer_size)) in.fail("integer size", 8, std::to_string(header.integer_size) + " bytes, where 1 to 8 can be");
  if (!sane(header.offset_size)) in.fail("offset size", 9, std::to_string(header.offset_size) + " bytes, where 1 to 8 can be");
  if (in.failed()) return damaged();
  in.use_sizes(header.integer_size, header.offset_size);
  if (major != 1 || header.minor < kOldestArchiveMinor || header.minor > kNewestArchiveMinor) {
    return unknown_version(in, header, major, name);
  }

  const std::uint8_t expected = kind == ArchiveKind::custom ? kCustomFormat : kTarFormat;
  if (header.format_byte != expected && kind == ArchiveKind::custom && header.format_byte == kTarFormat) {
    return Error{name + " is only the table of contents of a directory or tar archive",
                 "Byte 10, format: 3, where a custom archive has 1.", "Name the folder that toc.dat is in.", std::nullopt};
  }
  if (header.format_byte != expected) {
    in.fail("format", 10, std::to_string(header.format_byte) + ", where " + std::to_string(expected) + " is expected");
    return damaged();
  }
  read_rest(in, header);
  if (in.failed()) return damaged();
  return header;
}

}  // namespace pgfk
