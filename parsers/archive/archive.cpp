#include "parsers/archive/archive.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "parsers/archive/custom_blocks.h"
#include "parsers/archive/directory_files.h"
#include "parsers/archive/entry_names.h"
#include "parsers/archive/member_payloads.h"
#include "parsers/archive/payload_end.h"
#include "parsers/archive/read_all.h"
#include "parsers/archive/tar_members.h"

namespace pgfk {
namespace {

constexpr std::string_view kMagic = "PGDMP";
constexpr const char* kToc = "toc.dat";
constexpr std::uint64_t kTocBytes = 2u << 30;  // decoded, of a table of contents; a million tables take about 1 GB

std::string quoted(const std::string& path) {
  return "archive \"" + path + "\"";
}

/// The text between the first two quotes of a SET statement.
std::optional<std::string_view> quoted_value(std::string_view statement) {
  const std::size_t start = statement.find('\'');
  if (start == std::string_view::npos) return std::nullopt;
  const std::size_t end = statement.find('\'', start + 1);
  if (end == std::string_view::npos) return std::nullopt;
  return statement.substr(start + 1, end - start - 1);
}

/// A stream whose errors name the data that they are about.
class NamedStream : public ByteStream {
 public:
  NamedStream(std::unique_ptr<ByteStream> inner, std::string place, std::string archive)
      : inner_(std::move(inner)), place_(std::move(place)), archive_(std::move(archive)) {}
  Result<std::size_t> read(std::span<char> into) override;

 private:
  std::unique_ptr<ByteStream> inner_;
  std::string place_;
  std::string archive_;
};

/// An Error about one entry's data. `cause` may have come from a decoder, which knows neither archive nor entry.
Error about_data(const std::string& place, const std::string& archive, Error cause) {
  Error error;
  error.message = "data of " + place + " in " + archive + " cannot be read: " + cause.message;
  error.detail = std::move(cause.detail);
  error.hint = cause.hint.empty() ? "Copy the archive again, or dump again; the other tables can be read." : std::move(cause.hint);
  return error;
}

Result<std::size_t> NamedStream::read(std::span<char> into) {
  Result<std::size_t> read = inner_->read(into);
  if (read) return read;
  return about_data(place_, archive_, std::move(read).error());
}

std::unique_ptr<ByteStream> named(std::unique_ptr<ByteStream> stream, std::string place, std::string archive) {
  return std::make_unique<NamedStream>(std::move(stream), std::move(place), std::move(archive));
}

/// Why bytes that are no archive may be none.
Error not_an_archive(const std::string& path, std::string_view bytes) {
  Error error{quoted(path) + " is no archive of pg_dump", "It starts neither with \"PGDMP\" nor with the header of a tar.",
              "Name a file or a folder that pg_dump wrote; if it is one, copy it again.", std::nullopt};
  if (bytes.empty()) {
    error.message = quoted(path) + " is empty";
    error.detail = "";
  } else if (kMagic.starts_with(bytes)) {
    error.message = quoted(path) + " is damaged in its header";
    error.detail = "Byte 0, magic: the file ends inside it.";
  } else if (looks_like_tar(bytes)) {
    error.message = quoted(path) + " is damaged in the header of its first member";
    error.detail = "Byte 0: " + std::string(bytes.size() >= 512 ? "the checksum is wrong." : "the file ends inside it.");
  }
  return error;
}

}  // namespace

std::optional<ArchiveKind> archive_kind(std::string_view bytes) {
  if (bytes.starts_with(kMagic)) return ArchiveKind::custom;
  if (is_tar(bytes)) return ArchiveKind::tar;
  return std::nullopt;
}

bool is_cut_magic(std::string_view bytes) { return bytes.size() > 1 && bytes.size() < kMagic.size() && kMagic.starts_with(bytes); }

bool is_archive_directory(const std::string& path) {
  return find_member(DirectoryFiles(path), kToc).has_value();
}

Archive::Archive(std::string path, ArchiveHeader header, std::vector<TocEntry> entries)
    : path_(std::move(path)), header_(std::move(header)), entries_(std::move(entries)) {}

Result<std::unique_ptr<Archive>> Archive::read(const std::string& path, ArchiveReader& in, ArchiveKind kind, const std::string& name) {
  Result<ArchiveHeader> header = read_header(in, kind, name);
  if (!header) return std::move(header).error();
  Result<std::vector<TocEntry>> entries = read_toc(in, *header, name);
  if (!entries) return std::move(entries).error();
  std::unique_ptr<Archive> archive(new Archive(path, std::move(*header), std::move(*entries)));
  if (std::optional<Error> error = archive->take_special_entries()) return std::move(*error);
  archive->index_ids();
  return archive;
}

Result<std::unique_ptr<Archive>> Archive::open_file(const Source& source) {
  const std::optional<ArchiveKind> kind = archive_kind(source.text());
  if (kind == ArchiveKind::custom) return open_custom(source);
  if (kind == ArchiveKind::tar) return open_tar(source);
  return not_an_archive(source.path(), source.text());
}

Result<std::unique_ptr<Archive>> Archive::open_custom(const Source& source) {
  ArchiveReader in(source.text());
  Result<std::unique_ptr<Archive>> archive = read(source.path(), in, ArchiveKind::custom, quoted(source.path()));
  if (!archive) return archive;
  Archive& opened = **archive;
  opened.payloads_ = std::make_unique<CustomBlocks>(source, opened.header_, opened.entries_, in.at());
  return archive;
}

namespace {

/// The table of contents of a directory or a tar.
Result<std::unique_ptr<Source>> open_toc(const MemberFiles& files, const std::string& path) {
  const std::optional<std::string> name = find_member(files, kToc);
  if (!name) {
    return Error{quoted(path) + " has no toc.dat", files.why_missing(), "Name the folder or the tar that pg_dump wrote; if it is one, copy it again.",
                 std::nullopt};
  }
  const auto damaged = [&](Error cause) {
    cause.message = quoted(path) + ": " + files.path_of(*name) + " cannot be read: " + cause.message;
    cause.hint = "Copy the archive again, or dump again.";
    return cause;
  };
  Result<std::unique_ptr<ByteStream>> stream = decode_member(files, *name);
  if (!stream) return damaged(std::move(stream).error());
  Result<std::string> text = read_all(**stream, kTocBytes);
  if (!text) return damaged(std::move(text).error());
  return Source::of_text(files.path_of(*name), std::move(*text));
}

}  // namespace

Result<std::unique_ptr<Archive>> Archive::open_members(const std::string& path, std::unique_ptr<MemberFiles> files, ArchiveKind kind) {
  Result<std::unique_ptr<Source>> toc = open_toc(*files, path);
  if (!toc) return std::move(toc).error();
  ArchiveReader in((*toc)->text());
  Result<std::unique_ptr<Archive>> archive = read(path, in, kind, quoted(path) + " (toc.dat)");
  if (!archive) return archive;
  (*archive)->own_toc_ = std::move(*toc);
  if (const std::string cut = files->why_missing(); !cut.empty()) {
    (*archive)->notes_.report({DiagnosticLevel::error, quoted(path) + " is cut or damaged", cut, std::nullopt});
  }
  (*archive)->payloads_ = std::make_unique<MemberPayloads>(std::move(files));
  return archive;
}

Result<std::unique_ptr<Archive>> Archive::open_tar(const Source& source) {
  return open_members(source.path(), std::make_unique<TarMembers>(source), ArchiveKind::tar);
}

Result<std::unique_ptr<Archive>> Archive::open_directory(const std::string& path) {
  return open_members(path, std::make_unique<DirectoryFiles>(path), ArchiveKind::directory);
}

std::optional<Error> Archive::take_special_entries() {
  const auto invalid = [this](const TocEntry& entry) {
    return Error{quoted(path_) + " has an invalid item " + std::string(entry.kind),
                 "Byte " + std::to_string(entry.position) + ", defn: " + std::string(entry.definition.value_or("NULL")),
                 "Copy the file again, or dump again.", std::nullopt};
  };
  for (const TocEntry& entry : entries_) {
    const std::optional<std::string_view> value = quoted_value(entry.definition.value_or(""));
    if (entry.kind == "ENCODING") {
      if (!value) return invalid(entry);
      encoding_ = *value;
    } else if (entry.kind == "STDSTRINGS") {
      if (value != "on" && value != "off") return invalid(entry);
      standard_strings_ = value == "on";
    } else if (entry.kind == "SEARCHPATH") {
      search_path_ = entry.definition.value_or("");
    }
  }
  return std::nullopt;
}

void Archive::index_ids() {
  for (std::size_t place = 0; place < entries_.size(); ++place) by_id_.emplace_back(entries_[place].id, place);
  std::ranges::sort(by_id_);
  for (std::size_t place = 0; place < by_id_.size();) {
    const TocEntry& first = entries_[by_id_[place].second];
    std::size_t with_data = 0;
    std::size_t next = place;
    for (; next < by_id_.size() && by_id_[next].first == first.id; ++next) with_data += entries_[by_id_[next].second].has_data;
    if (with_data > 1) ambiguous_.push_back(first.id);
    if (next - place > 1) {
      const TocEntry& second = entries_[by_id_[place + 1].second];
      notes_.report({DiagnosticLevel::error,
                     quoted(path_) + " has " + std::to_string(next - place) + " entries with one dumpId: " + entry_name(first) + " at byte " +
                         std::to_string(first.position) + ", " + entry_name(second) + " at byte " + std::to_string(second.position),
                     "Copy the archive again, or dump again.", std::nullopt});
    }
    place = next;
  }
}

std::optional<std::size_t> Archive::find(DumpId id) const {
  const auto behind = std::ranges::upper_bound(by_id_, id, {}, &std::pair<DumpId, std::size_t>::first);
  if (behind == by_id_.begin() || std::prev(behind)->first != id) return std::nullopt;
  return std::prev(behind)->second;
}

std::optional<std::size_t> Archive::table_of(const TocEntry& entry) const {
  if (entry.kind != "TABLE DATA" || entry.dependencies.empty()) return std::nullopt;
  const std::optional<std::size_t> table = find(entry.dependencies.front());
  return table && entries_[*table].kind == "TABLE" ? table : std::nullopt;
}

std::string Archive::place_of(const TocEntry& entry) const {
  if (header_.kind != ArchiveKind::directory) return entry_name(entry);
  const std::string file = payloads_->file_of(entry);
  return file.empty() ? entry_name(entry) : "\"" + file + "\"";
}

Result<std::unique_ptr<ByteStream>> Archive::open_payload(const TocEntry& entry) const {
  if (!entry.has_data) return Error{"it has none", "", "", std::nullopt};
  if (std::ranges::binary_search(ambiguous_, entry.id)) {
    return Error{"another entry with data has the same dumpId", "Entry at byte " + std::to_string(entry.position) + ".", "", std::nullopt};
  }
  return payloads_->open(entry);
}

Result<std::unique_ptr<ByteStream>> Archive::open_data(const TocEntry& entry) const {
  Result<std::unique_ptr<ByteStream>> stream = open_payload(entry);
  if (!stream) return about_data(entry_name(entry), quoted(path_), std::move(stream).error());
  return named(std::move(*stream), entry_name(entry), quoted(path_));
}

Result<std::unique_ptr<ByteStream>> Archive::open_rows(const TocEntry& entry) const {
  Result<std::unique_ptr<ByteStream>> stream = open_payload(entry);
  if (!stream) return about_data(entry_name(entry), quoted(path_), std::move(stream).error());
  const bool copy = entry.copy_statement && !entry.copy_statement->empty();
  return named(without_terminator(std::move(*stream), copy ? PayloadKind::copy : PayloadKind::insert), entry_name(entry), quoted(path_));
}

Result<std::vector<LargeObject>> Archive::large_objects(const TocEntry& entry) const {
  Result<std::vector<LargeObject>> objects = payloads_->large_objects(entry);
  if (!objects) return about_data(entry_name(entry), quoted(path_), std::move(objects).error());
  return objects;
}

Result<std::unique_ptr<ByteStream>> Archive::open_data(const LargeObject& object) const {
  const std::string name = "large object " + std::to_string(object.oid);
  Result<std::unique_ptr<ByteStream>> stream = payloads_->open(object);
  if (!stream) return about_data(name, quoted(path_), std::move(stream).error());
  return named(std::move(*stream), name, quoted(path_));
}

}  // namespace pgfk
