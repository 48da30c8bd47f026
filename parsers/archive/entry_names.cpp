#include "parsers/archive/entry_names.h"

#include <algorithm>

namespace pgfk {
namespace {

/// prefix, digits, suffix.
bool is_numbered(std::string_view name, std::string_view prefix, std::string_view suffix) {
  if (name.size() <= prefix.size() + suffix.size() || !name.starts_with(prefix) || !name.ends_with(suffix)) return false;
  const std::string_view digits = name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
  return std::ranges::all_of(digits, [](char letter) { return letter >= '0' && letter <= '9'; });
}

}  // namespace

std::string entry_name(const TocEntry& entry) {
  std::string name(entry.kind);
  name += ' ';
  if (entry.schema && !entry.schema->empty()) name.append(*entry.schema) += '.';
  name += entry.tag;
  return name + " (dumpId " + std::to_string(static_cast<std::int32_t>(entry.id)) + ")";
}

bool is_data_file_name(std::string_view name) {
  return name == "blobs.toc" || is_numbered(name, "", ".dat") || is_numbered(name, "blob_", ".dat") || is_numbered(name, "blobs_", ".toc");
}

}  // namespace pgfk
