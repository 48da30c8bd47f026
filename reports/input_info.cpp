#include "reports/input_info.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace pgfk {
namespace {

constexpr std::size_t kLook = 4096;

// The rest of the line behind `words`, or empty.
std::string after(std::string_view text, std::string_view words) {
  const std::size_t found = text.find(words);
  if (found == std::string_view::npos) return {};
  const std::string_view rest = text.substr(found + words.size());
  return std::string(rest.substr(0, rest.find_first_of("\r\n")));
}

// "15.18 (Debian 15.18-1)" -> "15.18"
std::string version_of(std::string_view text) { return std::string(text.substr(0, text.find(' '))); }

// Whether the text ends where a statement ends, comments and blank lines behind it apart.
bool ends_with_statement(std::string_view tail) {
  while (true) {
    const std::size_t last = tail.find_last_not_of(" \t\r\n");
    if (last == std::string_view::npos) return true;
    tail = tail.substr(0, last + 1);
    const std::size_t start = tail.rfind('\n') + 1;  // npos + 1 is 0
    const std::string_view line = tail.substr(start);
    if (!line.starts_with("--")) return line.ends_with(';') || line.starts_with('\\');
    tail = tail.substr(0, start);
  }
}

const char* kind_name(ArchiveKind kind) {
  switch (kind) {
    case ArchiveKind::custom: return "custom";
    case ArchiveKind::directory: return "directory";
    case ArchiveKind::tar: return "tar";
  }
  return "";
}

const char* compression_name(ArchiveCompression compression) {
  switch (compression) {
    case ArchiveCompression::none: return "";
    case ArchiveCompression::gzip: return "gzip";
    case ArchiveCompression::lz4: return "lz4";
    case ArchiveCompression::zstd: return "zstd";
  }
  return "";
}

}  // namespace

InputInfo describe_archive(const Source& source, const RestoreProgram& program) {
  const ArchiveHeader& header = program.archive->header();
  InputInfo info;
  info.path = source.path();
  info.dump = true;
  info.format = kind_name(header.kind);
  info.compression = source.compression() == Codec::none ? compression_name(header.compression) : codec_name(source.compression());
  info.archive_version = "1." + std::to_string(header.minor);
  info.bytes = header.kind == ArchiveKind::directory ? program.stored_bytes : source.text().size();
  info.server_version = version_of(header.server_version);
  info.pg_dump_version = version_of(header.pg_dump_version);
  return info;
}

InputInfo describe_input(const Source& source) {
  const std::string_view text = source.text();
  const std::string_view head = text.substr(0, kLook);
  const std::string_view tail = text.substr(text.size() - std::min(text.size(), kLook));
  InputInfo info;
  info.path = source.path();
  info.bytes = text.size();
  if (source.compression() != Codec::none) info.compression = codec_name(source.compression());
  const bool one = head.find("-- PostgreSQL database dump\n") != std::string_view::npos ||
                   head.find("-- PostgreSQL database dump\r\n") != std::string_view::npos;
  const bool cluster = head.find("-- PostgreSQL database cluster dump") != std::string_view::npos;
  info.dump = one || cluster;
  info.server_version = version_of(after(head, "-- Dumped from database version "));
  info.pg_dump_version = version_of(after(head, "-- Dumped by pg_dump version "));
  if (info.dump) {
    info.complete = tail.find(cluster ? "cluster dump complete" : "database dump complete") != std::string_view::npos;
    // pg_dump of today ends what it began with \restrict; without that somebody may have taken the last comment away.
    const bool restricted = head.find("\n\\restrict ") != std::string_view::npos && tail.find("\n\\unrestrict ") == std::string_view::npos;
    info.cut_off = !info.complete && (restricted || !ends_with_statement(tail));
  }
  return info;
}

}  // namespace pgfk
