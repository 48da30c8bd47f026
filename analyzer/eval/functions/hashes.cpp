#include "analyzer/eval/functions/hashes.h"

#include <boost/uuid/detail/md5.hpp>
#include <boost/uuid/detail/sha1.hpp>

namespace pgfk {

namespace {

/// The digest's words are numbers of the host; its bytes are the words' in big-endian order.
template <typename Hash>
std::string digest(std::string_view bytes) {
  Hash hash;
  hash.process_bytes(bytes.data(), bytes.size());
  typename Hash::digest_type words;
  hash.get_digest(words);
  std::string result;
  for (const unsigned int word : words) {
    for (int shift = 24; shift >= 0; shift -= 8) result += static_cast<char>(word >> shift & 0xff);
  }
  return result;
}

}  // namespace

std::string md5_of(std::string_view bytes) { return digest<boost::uuids::detail::md5>(bytes); }
std::string sha1_of(std::string_view bytes) { return digest<boost::uuids::detail::sha1>(bytes); }

std::string hex_of(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    const unsigned int byte = static_cast<unsigned char>(c);
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

}  // namespace pgfk
