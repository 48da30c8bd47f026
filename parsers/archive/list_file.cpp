#include "parsers/archive/list_file.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>

namespace pgfk {
namespace {

constexpr std::size_t kShown = 200;  // bytes of a line in a warning
constexpr std::string_view kBlank = " \t\r\n";

/// The number at the front, as strtol reads it and pg_restore narrows it; empty where there is none.
std::optional<std::int32_t> leading_id(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n\v\f\r"), text.size()));
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  const std::from_chars_result result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    value = negative ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
  } else if (negative) {
    value = -value;
  }
  return static_cast<std::int32_t>(value);
}

/// Line breaks would end a comment, or the entry's line.
std::string on_one_line(std::string_view text) {
  std::string line(text);
  std::ranges::replace_if(line, [](char letter) { return letter == '\n' || letter == '\r'; }, ' ');
  return line;
}

const char* kind_name(ArchiveKind kind) {
  switch (kind) {
    case ArchiveKind::custom: return "CUSTOM";
    case ArchiveKind::directory: return "DIRECTORY";
    case ArchiveKind::tar: return "TAR";
  }
  return "UNKNOWN";
}

const char* compression_name(ArchiveCompression compression) {
  switch (compression) {
    case ArchiveCompression::none: return "none";
    case ArchiveCompression::gzip: return "gzip";
    case ArchiveCompression::lz4: return "lz4";
    case ArchiveCompression::zstd: return "zstd";
  }
  return "none";
}

}  // namespace

std::string list_line(const TocEntry& entry) {
  std::string line = std::to_string(static_cast<std::int32_t>(entry.id)) + "; " + std::to_string(entry.catalog) + " " +
                     std::to_string(entry.object) + " ";
  line.append(entry.kind) += ' ';
  line += on_one_line(entry.schema.value_or("-")) + " " + on_one_line(entry.tag) + " " + on_one_line(entry.owner.value_or(""));
  return line;
}

std::string list_header(const Archive& archive) {
  const ArchiveHeader& header = archive.header();
  const CreationTime& time = header.created;
  char created[160];
  std::snprintf(created, sizeof created, "%04lld-%02lld-%02lld %02lld:%02lld:%02lld", static_cast<long long>(time.year),
                static_cast<long long>(time.month), static_cast<long long>(time.day), static_cast<long long>(time.hour),
                static_cast<long long>(time.minute), static_cast<long long>(time.second));
  std::string text = std::string(";\n; Archive created at ") + created + "\n;     dbname: " + on_one_line(header.database) +
                     "\n;     TOC Entries: " + std::to_string(archive.entries().size()) + "\n;     Compression: ";
  text += header.compression_level ? std::to_string(*header.compression_level) : std::string(compression_name(header.compression));
  text += "\n;     Dump Version: 1." + std::to_string(header.minor) + "-" + std::to_string(header.revision);
  text += std::string("\n;     Format: ") + kind_name(header.kind);
  text += "\n;     Integer: " + std::to_string(header.integer_size) + " bytes\n;     Offset: " + std::to_string(header.offset_size) + " bytes";
  text += "\n;     Dumped from database version: " + header.server_version;
  text += "\n;     Dumped by pg_dump version: " + header.pg_dump_version;
  return text + "\n;\n;\n; Selected TOC Entries:\n;\n";
}

Result<ListFile> parse_list(std::string_view text, const Archive& archive) {
  std::int32_t largest = 0;
  for (const TocEntry& entry : archive.entries()) largest = std::max(largest, static_cast<std::int32_t>(entry.id));
  std::vector<bool> wanted(archive.entries().size());

  ListFile list;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    line = line.substr(0, line.find_first_of(std::string_view(";\0", 2)));
    if (line.find_first_not_of(kBlank) == std::string_view::npos) continue;

    const std::optional<std::int32_t> id = leading_id(line);
    const bool in_range = id && *id > 0 && *id <= largest;
    const std::optional<std::size_t> place = in_range ? archive.find(static_cast<DumpId>(*id)) : std::nullopt;
    if (!in_range || (place && wanted[*place])) {
      list.warnings.report({DiagnosticLevel::warning, "line " + std::to_string(number) + " of the list is ignored: " + on_one_line(line.substr(0, kShown)),
                               "A line begins with the dumpId of an entry, and each may come once.", std::nullopt});
      continue;
    }
    if (!place) {
      return Error{"could not find entry for ID " + std::to_string(*id) + ", in line " + std::to_string(number) + " of the list", "",
                   "Make the list from this archive: pg_restore -l", std::nullopt};
    }
    wanted[*place] = true;
    list.entries.push_back(static_cast<DumpId>(*id));
  }
  return list;
}

}  // namespace pgfk
