#include "parsers/archive/read_all.h"

#include <algorithm>

namespace pgfk {

Result<std::string> read_all(ByteStream& stream, std::uint64_t most) {
  constexpr std::size_t kFirst = 64 * 1024;
  std::string text;
  for (std::size_t length = 0;;) {
    if (length == text.size()) text.resize(std::max(kFirst, 2 * length));
    const Result<std::size_t> read = stream.read({text.data() + length, text.size() - length});
    if (!read) return read.error();
    length += *read;
    if (length > most) return Error{"it is larger than " + std::to_string(most) + " bytes", "", "", std::nullopt};
    if (*read == 0) {
      text.resize(length);
      return text;
    }
  }
}

}  // namespace pgfk
