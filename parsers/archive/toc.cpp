#include "parsers/archive/toc.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace pgfk {
namespace {

constexpr std::int64_t kLargestId = std::numeric_limits<std::int32_t>::max();

/// The section of an entry in archives up to 1.10, which do not say it.
Section section_by_kind(std::string_view kind) {
  constexpr std::array<std::string_view, 3> kNone = {"COMMENT", "ACL", "ACL LANGUAGE"};
  constexpr std::array<std::string_view, 3> kData = {"TABLE DATA", "BLOBS", "BLOB COMMENTS"};
  constexpr std::array<std::string_view, 6> kPost = {"CONSTRAINT", "CHECK CONSTRAINT", "FK CONSTRAINT", "INDEX", "RULE", "TRIGGER"};
  if (std::ranges::find(kNone, kind) != kNone.end()) return Section::none;
  if (std::ranges::find(kData, kind) != kData.end()) return Section::data;
  if (std::ranges::find(kPost, kind) != kPost.end()) return Section::post_data;
  return Section::pre_data;
}

/// The number at the front of a text, 0 where there is none: as sscanf reads it for pg_restore.
template <typename Number>
Number leading_number(std::string_view text) {
  Number number = 0;
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::uint32_t read_oid(ArchiveReader& in, const char* field) {
  return leading_number<std::uint32_t>(in.string(field).value_or(""));
}

TocEntry read_entry(ArchiveReader& in, const ArchiveHeader& header) {
  TocEntry entry;
  entry.position = in.at();
  entry.id = static_cast<DumpId>(in.integer("dumpId", 1, kLargestId));
  entry.has_data = in.integer("hadDumper") != 0;
  entry.catalog = read_oid(in, "catalog OID");
  entry.object = read_oid(in, "object OID");
  entry.tag = in.string("tag").value_or("");
  const std::uint64_t kind_at = in.at();
  const std::optional<std::string_view> kind = in.string("desc");
  if (!kind) in.fail("desc", kind_at, "it is missing");
  entry.kind = kind.value_or("");
  entry.section = header.minor >= 11 ? static_cast<Section>(in.integer("section", 1, 4)) : section_by_kind(entry.kind);
  entry.definition = in.string("defn");
  entry.drop_statement = in.string("dropStmt");
  entry.copy_statement = in.string("copyStmt");
  entry.schema = in.string("namespace");
  entry.tablespace = in.string("tablespace");
  if (header.minor >= 14) entry.access_method = in.string("table access method");
  if (header.minor >= 16) entry.relation_kind = in.integer("relkind");
  entry.owner = in.string("owner");
  entry.with_oids = in.string("withOids") == "true";
  while (const std::optional<std::string_view> dependency = in.string("dependency")) {
    entry.dependencies.push_back(static_cast<DumpId>(leading_number<std::int32_t>(*dependency)));
  }
  if (header.kind == ArchiveKind::custom) {
    entry.data_offset = in.offset("data offset");
  } else {
    entry.file_name = in.string("file name").value_or("");
  }
  entry.length = in.at() - entry.position;
  return entry;
}

}  // namespace

Result<std::vector<TocEntry>> read_toc(ArchiveReader& in, const ArchiveHeader& header, const std::string& name) {
  const std::uint64_t count_at = in.at();
  const std::int64_t count = in.integer("number of entries", 0, kLargestId);
  // The smallest entry: two integers, and a dozen texts that are NULL.
  const std::uint64_t smallest = std::uint64_t{14} * (header.integer_size + 1);
  if (!in.failed() && static_cast<std::uint64_t>(count) > in.left() / smallest) {
    in.fail("number of entries", count_at, std::to_string(count) + " entries do not fit the " + std::to_string(in.left()) + " bytes left");
  }
  if (in.failed()) return unusable_archive(name, "its table of contents", in);

  std::vector<TocEntry> entries;
  for (std::int64_t number = 1; number <= count; ++number) {
    TocEntry entry = read_entry(in, header);
    if (in.failed()) {
      return unusable_archive(name, "entry " + std::to_string(number) + " of " + std::to_string(count) + " of its table of contents", in);
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace pgfk
