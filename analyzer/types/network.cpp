// inet and cidr, held in output form. Source: network.c; inet_net_pton.c, inet_cidr_pton_ipv4; inet_net_ntop.c; fk-semantics 8.14.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "analyzer/types/family.h"

namespace pgfk {
namespace {

struct Address {
  bool v6 = false;
  int bits = 0;  // of the mask
  std::array<std::uint8_t, 16> bytes{};

  int full() const { return v6 ? 128 : 32; }
  std::size_t size() const { return v6 ? 16 : 4; }
};

/// "/24" at the end, or `full`; nullopt for what is no mask.
std::optional<int> read_mask(std::string_view text, int full, int missing) {
  if (text.empty()) return missing;
  text.remove_prefix(1);
  if (text.empty() || (full == 128 && text.size() > 1 && text[0] == '0')) return std::nullopt;
  int bits = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    bits = bits * 10 + (c - '0');
    if (bits > full) return std::nullopt;
  }
  return bits;
}

/// Decimal octets, at least so many. The number read.
std::optional<std::size_t> read_octets(std::string_view text, std::size_t least, std::uint8_t* bytes) {
  std::size_t count = 0;
  while (true) {
    int octet = 0;
    std::size_t digits = 0;
    while (!text.empty() && is_digit(text.front()) && octet <= 255) {
      octet = octet * 10 + (text.front() - '0');
      text.remove_prefix(1);
      ++digits;
    }
    if (digits == 0 || octet > 255 || count == 4) return std::nullopt;
    bytes[count++] = static_cast<std::uint8_t>(octet);
    if (text.empty()) break;
    if (text.front() != '.') return std::nullopt;
    text.remove_prefix(1);
  }
  return count >= least ? std::optional(count) : std::nullopt;
}

/// What a cidr without a mask gets: its old class, or as much as was written.
int class_bits(const Address& address, std::size_t octets) {
  const std::uint8_t first = address.bytes[0];
  const int by_class = first >= 240 ? 32 : first >= 224 ? 8 : first >= 192 ? 24 : first >= 128 ? 16 : 8;
  const int written = static_cast<int>(octets) * 8;
  int bits = by_class < written ? written : by_class;
  // A multicast net of one octet is all of them.
  if (bits == 8 && first == 224) bits = 4;
  return bits;
}

/// cidr may also be written in hexadecimal: 0x0a01.
std::optional<std::size_t> read_hex_octets(std::string_view digits, std::uint8_t* bytes) {
  if (digits.empty() || digits.size() > 8) return std::nullopt;
  for (std::size_t at = 0; at < digits.size(); ++at) {
    const int digit = hex_digit(digits[at]);
    if (digit < 0) return std::nullopt;
    bytes[at / 2] = static_cast<std::uint8_t>(bytes[at / 2] | (at % 2 == 0 ? digit << 4 : digit));
  }
  return (digits.size() + 1) / 2;
}

std::optional<Address> read_v4(std::string_view text, bool cidr) {
  Address address;
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string_view head = text.substr(0, slash);
  const std::size_t least = cidr || slash < text.size() ? 1 : 4;
  const bool hex = cidr && head.size() > 2 && head[0] == '0' && lower(head[1]) == 'x';
  const std::optional<std::size_t> octets =
      hex ? read_hex_octets(head.substr(2), address.bytes.data()) : read_octets(head, least, address.bytes.data());
  if (!octets) return std::nullopt;
  const std::optional<int> bits = read_mask(text.substr(slash), 32, cidr ? class_bits(address, *octets) : 32);
  if (!bits) return std::nullopt;
  address.bits = *bits;
  return address;
}

std::optional<Address> read_v6(std::string_view text) {
  Address address;
  address.v6 = true;
  const std::size_t slash = std::min(text.find('/'), text.size());
  std::string_view head = text.substr(0, slash);
  std::size_t at = 0, gap = 17;
  bool more = false;  // a colon was read: something must follow
  if (head.substr(0, 2) == "::") {
    gap = 0;
    head.remove_prefix(2);
  }
  while (!head.empty()) {
    std::size_t digits = 0;
    unsigned group = 0;
    while (digits < head.size() && hex_digit(head[digits]) >= 0) group = group << 4 | static_cast<unsigned>(hex_digit(head[digits++]));
    if (digits < head.size() && head[digits] == '.') {  // an IPv4 address ends it
      if (at + 4 > 16 || !read_octets(head, 4, address.bytes.data() + at)) return std::nullopt;
      at += 4;
      more = false;
      break;
    }
    if (digits == 0 || digits > 4 || at + 2 > 16) return std::nullopt;
    address.bytes[at++] = static_cast<std::uint8_t>(group >> 8);
    address.bytes[at++] = static_cast<std::uint8_t>(group & 0xff);
    head.remove_prefix(digits);
    more = false;
    if (head.empty()) break;
    if (head.front() != ':') return std::nullopt;
    head.remove_prefix(1);
    more = true;
    if (!head.empty() && head.front() == ':') {
      if (gap <= 16) return std::nullopt;
      gap = at;
      head.remove_prefix(1);
      more = false;
    }
  }
  if (more) return std::nullopt;
  if (gap <= 16) {
    if (at == 16) return std::nullopt;
    const std::size_t tail = at - gap;
    for (std::size_t byte = 0; byte < tail; ++byte) {
      address.bytes[15 - byte] = address.bytes[at - 1 - byte];
    }
    for (std::size_t byte = gap; byte < 16 - tail; ++byte) address.bytes[byte] = 0;
  } else if (at != 16) {
    return std::nullopt;
  }
  const std::optional<int> bits = read_mask(text.substr(slash), 128, 128);
  if (!bits) return std::nullopt;
  address.bits = *bits;
  return address;
}

std::optional<Address> read_address(std::string_view text, bool cidr) {
  return text.find(':') != std::string_view::npos ? read_v6(text) : read_v4(text, cidr);
}

bool bits_right_of_mask(const Address& address) {
  for (int bit = address.bits; bit < address.full(); ++bit) {
    if ((address.bytes[static_cast<std::size_t>(bit / 8)] >> (7 - bit % 8)) & 1) return true;
  }
  return false;
}

void write_v6(const Address& address, std::string& out) {
  std::array<unsigned, 8> words{};
  for (std::size_t word = 0; word < 8; ++word) words[word] = static_cast<unsigned>(address.bytes[word * 2] << 8 | address.bytes[word * 2 + 1]);
  // The longest run of zero words, the first of equals, becomes "::".
  std::size_t best = 8, best_length = 1;
  for (std::size_t word = 0; word < 8; ++word) {
    std::size_t length = 0;
    while (word + length < 8 && words[word + length] == 0) ++length;
    if (length > best_length) {
      best = word;
      best_length = length;
    }
  }
  for (std::size_t word = 0; word < 8; ++word) {
    if (best != 8 && word >= best && word < best + best_length) {
      if (word == best) out += ':';
      continue;
    }
    if (word != 0) out += ':';
    // An embedded IPv4 address is written as one.
    if (word == 6 && best == 0 && (best_length == 6 || (best_length == 7 && words[7] != 1) || (best_length == 5 && words[5] == 0xffff))) {
      for (std::size_t byte = 12; byte < 16; ++byte) out.append(byte == 12 ? "" : ".").append(std::to_string(address.bytes[byte]));
      return;
    }
    constexpr char kDigits[] = "0123456789abcdef";
    bool started = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
      const unsigned digit = (words[word] >> shift) & 15u;
      started = started || digit != 0 || shift == 0;
      if (started) out += kDigits[digit];
    }
  }
  if (best != 8 && best + best_length == 8) out += ':';
}

Outcome<Value> read_network(const TypeContext&, TypeId type, std::int32_t, std::string_view text) {
  const bool cidr = type == TypeId::cidr;
  const std::optional<Address> address = read_address(text, cidr);
  if (!address) return invalid_input(cidr ? "cidr" : "inet", text);
  if (cidr && bits_right_of_mask(*address)) {
    return ServerError{"22P02", "invalid cidr value: \"" + std::string(text) + "\"", "Value has bits set to right of mask."};
  }
  std::string canonical;
  if (address->v6) {
    write_v6(*address, canonical);
  } else {
    for (std::size_t byte = 0; byte < 4; ++byte) canonical.append(byte == 0 ? "" : ".").append(std::to_string(address->bytes[byte]));
  }
  if (cidr || address->bits != address->full()) canonical += "/" + std::to_string(address->bits);
  return Value::of(type, std::move(canonical));
}

Address address_of(const Value& value) {
  return read_address(value.text(), false).value_or(Address{});
}

// inet and cidr compare alike: family, common bits, mask, then the whole address.
void network_key(const TypeContext&, const Value& value, std::string& out) {
  const Address address = address_of(value);
  std::string key;
  key += static_cast<char>(address.v6);
  key += static_cast<char>(address.bits);
  key.append(reinterpret_cast<const char*>(address.bytes.data()), address.size());
  append_bytes_key(key, out);
}

int network_compare(const TypeContext&, const Value& a, const Value& b) {
  const Address left = address_of(a), right = address_of(b);
  if (left.v6 != right.v6) return left.v6 ? 1 : -1;
  const int common = left.bits < right.bits ? left.bits : right.bits;
  for (int bit = 0; bit < common; ++bit) {
    const std::size_t byte = static_cast<std::size_t>(bit / 8);
    const int shift = 7 - bit % 8;
    const int order = three_way((left.bytes[byte] >> shift) & 1, (right.bytes[byte] >> shift) & 1);
    if (order != 0) return order;
  }
  if (left.bits != right.bits) return three_way(left.bits, right.bits);
  return three_way(left.bytes, right.bytes);
}

}  // namespace

const TypeOps kNetworkOps = {read_network, string_write, network_key, network_compare};

}  // namespace pgfk
