#include "parsers/input/container.h"

#include <array>
#include <cstddef>

namespace pgfk {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::size_t offset;
  std::string_view bytes;
  Container container;
};

constexpr const char* kConvert = "Convert it first: pg_restore -f dump.sql ARCHIVE";

constexpr std::array kMagic = {
    Magic{0, "PGDMP"sv, {"a custom-format archive of pg_dump", kConvert}},
    Magic{257, "ustar"sv, {"a tar archive", kConvert}},
    Magic{0, "PK\x03\x04"sv, {"a zip archive", "Unpack it first: unzip -p FILE | pgfk -"}},
};

}  // namespace

std::optional<Container> container_of(std::string_view first_bytes) {
  for (const Magic& magic : kMagic) {
    if (first_bytes.size() >= magic.offset && first_bytes.substr(magic.offset).starts_with(magic.bytes)) return magic.container;
  }
  return std::nullopt;
}

}  // namespace pgfk
