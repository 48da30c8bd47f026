#include "analyzer/analyze.h"

#include <cctype>
#include <charconv>
#include <string_view>

#include "analyzer/replay/replay.h"

namespace pgfk {

namespace {

constexpr std::size_t kHeaderBytes = 8192;  // of a dump: its comment about versions stands at the top
constexpr int kOldestVersion = 13;
constexpr int kNewestVersion = 18;
constexpr int kUsualVersion = 15;

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

Analysis analyze(Sources& sources, const AnalyzeOptions& options) {
  Analysis result;
  for (const SourceId id : options.inputs) {
    if (const auto archive = options.archives.find(id); archive != options.archives.end()) {
      const ArchiveHeader& header = archive->second->archive->header();
      if (result.server_version.empty()) result.server_version = header.server_version;
      if (result.pg_dump_version.empty()) result.pg_dump_version = header.pg_dump_version;
      continue;
    }
    const std::string_view head = sources[id].text().substr(0, kHeaderBytes);
    if (result.server_version.empty()) result.server_version = word_after(head, "-- Dumped from database version ");
    if (result.pg_dump_version.empty()) result.pg_dump_version = word_after(head, "-- Dumped by pg_dump version ");
  }
  result.target_version = options.pg_version;
  if (result.target_version == 0) {
    const int dumped = major_of(result.server_version);
    result.target_version = dumped == 0 ? kUsualVersion : std::clamp(dumped, kOldestVersion, kNewestVersion);
  }
  Replay replay(sources, options, result);
  for (const SourceId id : options.against) replay.load_against(id);
  replay.load(options.inputs);
  replay.finish();
  return result;
}

}  // namespace pgfk
