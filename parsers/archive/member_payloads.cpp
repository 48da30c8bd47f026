#include "parsers/archive/member_payloads.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "parsers/archive/entry_names.h"
#include "parsers/archive/read_all.h"

namespace pgfk {
namespace {

using namespace std::string_view_literals;

struct Suffix {
  std::string_view text;
  Codec codec;
};

constexpr std::array kSuffixes = {Suffix{"", Codec::none}, Suffix{".gz", Codec::gzip}, Suffix{".lz4", Codec::lz4}, Suffix{".zst", Codec::zstd}};

constexpr std::uint64_t kObjectListBytes = 256u << 20;  // decoded; ten million large objects

Codec codec_of(std::string_view name, std::string_view bytes) {
  const auto suffix = std::ranges::find_if(kSuffixes.rbegin(), kSuffixes.rend(), [&](const Suffix& each) { return name.ends_with(each.text); });
  if (suffix->codec == Codec::gzip && !bytes.starts_with("\x1f\x8b"sv)) return Codec::none;
  // An empty large object is a file of no bytes, without any frame.
  if (bytes.empty()) return Codec::none;
  return suffix->codec;
}

/// A part of a source in pieces; tells the kernel what was read.
class SourcePieces : public PieceSource {
 public:
  explicit SourcePieces(MemberFiles::Bytes bytes) : bytes_(std::move(bytes)) {}

  Result<std::string_view> next() override {
    constexpr std::uint64_t kPiece = 1u << 20;
    bytes_.source->release(released_ + bytes_.offset, read_ - released_);
    released_ = read_;
    const std::string_view piece = bytes_.source->text().substr(bytes_.offset + read_, std::min(kPiece, bytes_.length - read_));
    read_ += piece.size();
    return piece;
  }

 private:
  MemberFiles::Bytes bytes_;
  std::uint64_t read_ = 0;
  std::uint64_t released_ = 0;
};

/// The lines `oid blob_oid.dat` of a list of large objects.
Result<std::vector<LargeObject>> parse_object_list(std::string_view text) {
  std::vector<LargeObject> objects;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view name = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    LargeObject object;
    const std::from_chars_result oid = std::from_chars(name.data(), name.data() + name.size(), object.oid);
    name.remove_prefix(static_cast<std::size_t>(oid.ptr - name.data()));
    if (oid.ec != std::errc() || !name.starts_with(' ') || !is_data_file_name(name.substr(1))) {
      return Error{"its list of large objects is damaged", "Line " + std::to_string(line) + " is not an OID and the name of a file.", "",
                   std::nullopt};
    }
    object.file_name = name.substr(1);
    objects.push_back(std::move(object));
  }
  return objects;
}

/// The files that may list an entry's large objects. A tar's table of contents names N.dat, which does not exist.
std::array<std::string, 3> object_lists(const TocEntry& entry) {
  return {std::string(entry.file_name.ends_with(".toc") ? entry.file_name : ""),
          "blobs_" + std::to_string(static_cast<std::int32_t>(entry.id)) + ".toc", "blobs.toc"};
}

Error name_refused(std::string_view name) {
  return Error{"its file name is none that pg_dump writes",
               "The table of contents says \"" + std::string(name) + "\", where digits and .dat are expected.", "", std::nullopt};
}

}  // namespace

std::optional<std::string> find_member(const MemberFiles& files, const std::string& name) {
  for (const Suffix& suffix : kSuffixes) {
    std::string candidate = name + std::string(suffix.text);
    if (files.has(candidate)) return candidate;
  }
  return std::nullopt;
}

Result<std::unique_ptr<ByteStream>> decode_member(const MemberFiles& files, const std::string& name) {
  Result<MemberFiles::Bytes> bytes = files.open(name);
  if (!bytes) return std::move(bytes).error();
  const Codec codec = codec_of(name, bytes->source->text().substr(bytes->offset, bytes->length));
  return decode(codec, std::make_unique<SourcePieces>(std::move(*bytes)));
}

Result<std::unique_ptr<ByteStream>> MemberPayloads::open_named(const std::string& name) const {
  if (!is_data_file_name(name)) return name_refused(name);
  const std::optional<std::string> member = find_member(*files_, name);
  if (!member) return Error{"its file " + files_->path_of(name) + " is missing", files_->why_missing(), "", std::nullopt};
  return decode_member(*files_, *member);
}

Result<std::unique_ptr<ByteStream>> MemberPayloads::open(const TocEntry& entry) const {
  return open_named(std::string(entry.file_name));
}

Result<std::unique_ptr<ByteStream>> MemberPayloads::open(const LargeObject& object) const {
  return open_named(object.file_name);
}

Result<std::vector<LargeObject>> MemberPayloads::large_objects(const TocEntry& entry) const {
  for (const std::string& name : object_lists(entry)) {
    if (!is_data_file_name(name)) continue;
    const std::optional<std::string> member = find_member(*files_, name);
    if (!member) continue;
    const Result<std::unique_ptr<ByteStream>> stream = decode_member(*files_, *member);
    if (!stream) return stream.error();
    const Result<std::string> text = read_all(**stream, kObjectListBytes);
    if (!text) return text.error();
    return parse_object_list(*text);
  }
  return Error{"its list of large objects is missing", files_->why_missing(), "", std::nullopt};
}

std::uint64_t MemberPayloads::stored_bytes(const TocEntry& entry) const {
  if (!entry.has_data || !is_data_file_name(entry.file_name)) return 0;
  const std::optional<std::string> member = find_member(*files_, std::string(entry.file_name));
  return member ? files_->size(*member) : 0;
}

std::string MemberPayloads::file_of(const TocEntry& entry) const {
  if (!is_data_file_name(entry.file_name)) return "";
  const std::string name(entry.file_name);
  return files_->path_of(find_member(*files_, name).value_or(name));
}

}  // namespace pgfk
