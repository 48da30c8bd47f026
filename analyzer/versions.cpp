#include "analyzer/versions.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string_view>

namespace pgfk {
namespace {

constexpr std::size_t kHeaderBytes = 8192;  // of a dump: its comment about versions stands at the top

std::string word_after(std::string_view head, std::string_view lead) {
  const std::size_t at = head.find(lead);
  if (at == std::string_view::npos) return "";
  const std::size_t from = at + lead.size();
  std::size_t end = from;
  while (end < head.size() && !std::isspace(static_cast<unsigned char>(head[end]))) ++end;
  return std::string(head.substr(from, end - from));
}

int major_of(const std::string& version) {
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  return major;
}

}  // namespace

Versions versions_of(const Sources& sources, const AnalyzeOptions& options) {
  Versions out;
  for (const SourceId id : options.inputs) {
    if (const auto archive = options.archives.find(id); archive != options.archives.end()) {
      const ArchiveHeader& header = archive->second->archive->header();
      if (out.server.empty()) out.server = header.server_version;
      if (out.pg_dump.empty()) out.pg_dump = header.pg_dump_version;
      continue;
    }
    const std::string_view head = sources[id].text().substr(0, kHeaderBytes);
    if (out.server.empty()) out.server = word_after(head, "-- Dumped from database version ");
    if (out.pg_dump.empty()) out.pg_dump = word_after(head, "-- Dumped by pg_dump version ");
  }
  if (options.pg_version != 0) {
    out.target = options.pg_version;
  } else if (const int dumped = major_of(out.server); dumped != 0) {
    out.target = std::clamp(dumped, kOldestVersion, kNewestVersion);
    out.clamped = out.target != dumped;
  }
  return out;
}

}  // namespace pgfk
