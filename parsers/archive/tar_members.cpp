#include "parsers/archive/tar_members.h"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

namespace pgfk {
namespace {

constexpr std::uint64_t kBlock = 512;
constexpr std::uint64_t kLongestExtension = 1u << 20;  // bytes of a pax header or a GNU long name

struct Field {
  std::size_t offset;
  std::size_t length;
};
constexpr Field kName{0, 100}, kSize{124, 12}, kChecksum{148, 8}, kMagic{257, 5}, kPrefix{345, 155};
constexpr std::size_t kTypeAt = 156;

std::string_view text_of(std::string_view block, Field field) {
  const std::string_view text = block.substr(field.offset, field.length);
  return text.substr(0, text.find('\0'));
}

/// Octal digits, or a big-endian number behind a byte 0x80 (GNU, for 8 GiB and more). Empty where it is neither.
std::optional<std::uint64_t> number_of(std::string_view block, Field field) {
  std::string_view digits = block.substr(field.offset, field.length);
  std::uint64_t value = 0;
  if (static_cast<unsigned char>(digits.front()) == 0x80) {
    for (const char byte : digits.substr(1)) {
      if (value >> 55 != 0) return std::nullopt;
      value = value << 8 | static_cast<unsigned char>(byte);
    }
    return value;
  }
  digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
  const std::from_chars_result result = std::from_chars(digits.data(), digits.data() + digits.size(), value, 8);
  if (result.ec != std::errc()) return std::nullopt;
  return value;
}

/// The sum of all bytes, the checksum's own taken as spaces.
bool checksum_right(std::string_view block) {
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at < kBlock; ++at) {
    const bool own = at >= kChecksum.offset && at < kChecksum.offset + kChecksum.length;
    sum += own ? ' ' : static_cast<unsigned char>(block[at]);
  }
  return number_of(block, kChecksum) == sum;
}

bool is_zero(std::string_view block) {
  return block.find_first_not_of('\0') == std::string_view::npos;
}

/// What a pax header says of the member behind it: lines `length key=value`.
struct Extension {
  std::string name;
  std::optional<std::uint64_t> size;
};

void read_pax(std::string_view records, Extension& extension) {
  while (!records.empty()) {
    std::size_t length = 0;
    const std::from_chars_result result = std::from_chars(records.data(), records.data() + records.size(), length);
    const std::size_t digits = static_cast<std::size_t>(result.ptr - records.data());
    if (result.ec != std::errc() || length <= digits + 1 || length > records.size()) return;
    std::string_view record = records.substr(digits + 1, length - digits - 2);
    records.remove_prefix(length);
    if (record.starts_with("path=")) extension.name = record.substr(5);
    if (!record.starts_with("size=")) continue;
    record.remove_prefix(5);
    std::uint64_t size = 0;
    if (std::from_chars(record.data(), record.data() + record.size(), size).ec == std::errc()) extension.size = size;
  }
}

/// The member's name, from where it stands in the header.
std::string full_name(std::string_view header, const Extension& extension) {
  if (!extension.name.empty()) return extension.name;
  const std::string_view prefix = header.substr(kMagic.offset, 6) == std::string_view("ustar\0", 6) ? text_of(header, kPrefix) : "";
  std::string name(prefix);
  if (!name.empty()) name += '/';
  return name.append(text_of(header, kName));
}

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? "" : path.substr(0, slash + 1);
}

bool is_toc(std::string_view path) {
  const std::string_view name = path.substr(folder_of(path).size());
  return name == "toc.dat" || name == "toc.dat.gz" || name == "toc.dat.lz4" || name == "toc.dat.zst";
}

}  // namespace

bool is_tar(std::string_view bytes) {
  return bytes.size() >= kBlock && looks_like_tar(bytes) && checksum_right(bytes.substr(0, kBlock));
}

bool looks_like_tar(std::string_view bytes) {
  if (bytes.starts_with(std::string_view("toc.dat\0", 8))) return true;
  return bytes.size() >= kMagic.offset + kMagic.length && bytes.substr(kMagic.offset, kMagic.length) == "ustar";
}

TarMembers::TarMembers(const Source& source) : source_(source) {
  index();
  // Names are those beside toc.dat.
  const auto toc = std::ranges::find_if(members_, is_toc, &Member::name);
  const std::string folder(toc == members_.end() ? "" : folder_of(toc->name));
  std::erase_if(members_, [&](const Member& member) { return folder_of(member.name) != folder; });
  for (Member& member : members_) member.name.erase(0, folder.size());
  std::ranges::sort(members_, [](const Member& a, const Member& b) { return std::tie(a.name, a.order) < std::tie(b.name, b.order); });
}

void TarMembers::index() {
  const std::string_view bytes = source_.text();
  Extension extension;
  bool end_mark = false;
  for (std::uint64_t at = 0; at < bytes.size();) {
    const std::string_view header = bytes.substr(at, kBlock);
    if (header.size() < kBlock) {
      ended_early_ = "The tar ends inside a member's header, at byte " + std::to_string(at) + ".";
      return;
    }
    end_mark = is_zero(header);  // pg_restore goes on behind it
    if (end_mark) {
      at += kBlock;
      continue;
    }
    std::optional<std::uint64_t> size = number_of(header, kSize);
    if (!checksum_right(header) || !size) {
      ended_early_ = "The member's header at byte " + std::to_string(at) + " is damaged (" + (size ? "checksum" : "size") +
                     "), and what is behind it cannot be found.";
      return;
    }
    const std::uint64_t data_at = at + kBlock;
    const std::uint64_t left = bytes.size() - data_at;
    const char type = header[kTypeAt];
    if (type == 'x' || type == 'g' || type == 'L') {
      const std::string_view text = bytes.substr(data_at, std::min({*size, left, kLongestExtension}));
      if (type == 'x') read_pax(text, extension);
      if (type == 'L') extension.name = text.substr(0, text.find('\0'));
    } else {
      if (extension.size) size = extension.size;
      const bool file = type == '0' || type == '\0';
      if (file) members_.push_back({full_name(header, extension), data_at, *size, members_.size()});
      extension = {};
    }
    if (*size > left) {
      ended_early_ = "The tar ends inside the member whose header is at byte " + std::to_string(at) + ".";
      return;
    }
    at = data_at + std::min((*size + kBlock - 1) / kBlock * kBlock, left);
  }
  if (!end_mark) ended_early_ = "The tar ends without an empty block: it was cut.";
}

const TarMembers::Member* TarMembers::find(std::string_view name) const {
  const auto place = std::ranges::lower_bound(members_, name, {}, [](const Member& member) { return std::string_view(member.name); });
  return place != members_.end() && place->name == name ? &*place : nullptr;
}

Result<MemberFiles::Bytes> TarMembers::open(const std::string& name) const {
  const Member& member = *find(name);
  const std::uint64_t left = source_.text().size() - member.offset;
  if (member.size > left) {
    return Error{"the tar ends inside " + path_of(name),
                 "The member begins at byte " + std::to_string(member.offset) + " and should have " + std::to_string(member.size) + " bytes; " +
                     std::to_string(left) + " are left.",
                 "", std::nullopt};
  }
  Bytes bytes;
  bytes.source = &source_;
  bytes.offset = member.offset;
  bytes.length = member.size;
  return bytes;
}

std::uint64_t TarMembers::size(const std::string& name) const {
  const Member* member = find(name);
  return member != nullptr ? std::min(member->size, source_.text().size() - member->offset) : 0;
}

}  // namespace pgfk
