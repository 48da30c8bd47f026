#include "analyzer/failures/text_hash.h"

#include "analyzer/bulk/mix.h"

namespace pgfk {

TextHash text_hash(std::string_view text) {
  constexpr std::uint64_t kOne = 0x243F6A8885A308D3u, kOther = 0x13198A2E03707344u;
  return {hash_bytes(text, kOne), hash_bytes(text, kOther)};
}

}  // namespace pgfk
