#include "parsers/input/stream_text.h"

#include <algorithm>
#include <cstddef>
#include <span>

namespace pgfk {
namespace {

constexpr std::size_t kHeldBytes = 16u << 20;  // more goes to a file
constexpr std::size_t kFirstRoom = 64u << 10;  // doubled as the text grows

/// A stream whose beginning has been read already.
class ReadOn : public ByteStream {
 public:
  ReadOn(std::string_view beginning, ByteStream& rest) : beginning_(beginning), rest_(rest) {}

  Result<std::size_t> read(std::span<char> into) override {
    if (beginning_.empty()) return rest_.read(into);
    const std::size_t size = std::min(into.size(), beginning_.size());
    std::copy_n(beginning_.begin(), size, into.begin());
    beginning_.remove_prefix(size);
    return size;
  }

 private:
  std::string_view beginning_;
  ByteStream& rest_;
};

}  // namespace

std::string_view StreamText::text() {
  std::call_once(once_, [this] { read(); });
  return text_;
}

std::optional<Error> StreamText::damage() {
  const std::lock_guard lock(mutex_);
  return damage_;
}

void StreamText::release(std::uint64_t offset, std::uint64_t length) const { mapping_.release(offset, length); }

void StreamText::set_damage(Error error) {
  const std::lock_guard lock(mutex_);
  damage_ = std::move(error);
}

void StreamText::read() {
  Result<std::unique_ptr<ByteStream>> stream = open_();
  if (!stream) return set_damage(stream.error());
  std::size_t size = 0;
  bool over = false;
  held_.resize(kFirstRoom);
  while (!over && size < kHeldBytes) {
    if (size == held_.size()) held_.resize(held_.size() * 2);
    const Result<std::size_t> read = (*stream)->read(std::span(held_).subspan(size));
    if (!read) set_damage(read.error());
    over = !read || *read == 0;
    if (!over) size += *read;
  }
  held_.resize(size);
  text_ = held_;
  if (over) return;
  ReadOn whole(held_, **stream);
  Result<Spooled> spooled = spool(whole, name_, spool_);
  if (!spooled) return set_damage(spooled.error());
  if (spooled->damage) set_damage(*spooled->damage);
  mapping_ = Mapping(spooled->file.number(), spooled->size);
  if (mapping_.failed()) return set_damage({"could not map the decoded copy of " + name_, "", "", std::nullopt});
  text_ = mapping_.text();
  held_ = std::string();
}

}  // namespace pgfk
