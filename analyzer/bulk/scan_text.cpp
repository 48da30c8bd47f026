#include "analyzer/bulk/scan_text.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

// Highway compiles this file once per instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "analyzer/bulk/scan_text.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace pgfk {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Bytes = hn::CappedTag<std::uint8_t, 64>;
using Vector = hn::Vec<Bytes>;

/// 64 bytes, and the bit masks of those that pass a test.
class Window {
 public:
  HWY_INLINE explicit Window(const char* at) : at_(reinterpret_cast<const std::uint8_t*>(at)) {}

  HWY_INLINE std::uint64_t equal(char c) const {
    const Bytes d;
    const Vector wanted = hn::Set(d, static_cast<std::uint8_t>(c));
    std::uint64_t mask = 0;
    for (std::size_t lane = 0; lane < 64; lane += hn::Lanes(d)) mask |= bits(hn::Eq(hn::LoadU(d, at_ + lane), wanted)) << lane;
    return mask;
  }
  HWY_INLINE std::uint64_t high() const {
    const Bytes d;
    const Vector limit = hn::Set(d, std::uint8_t{0x7F});
    std::uint64_t mask = 0;
    for (std::size_t lane = 0; lane < 64; lane += hn::Lanes(d)) mask |= bits(hn::Gt(hn::LoadU(d, at_ + lane), limit)) << lane;
    return mask;
  }

 private:
  template <class Mask>
  static HWY_INLINE std::uint64_t bits(Mask mask) {
    std::uint64_t word = 0;
    hn::StoreMaskBits(Bytes(), mask, reinterpret_cast<std::uint8_t*>(&word));
    return word;
  }

  const std::uint8_t* at_;
};

/// The first `count` of 64 bits.
HWY_INLINE std::uint64_t first_bits(std::size_t count) { return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1; }

/// Writes base + the index of each set bit; up to eight at a time, so what lies behind the last is overwritten.
HWY_INLINE std::uint32_t* write_positions(std::uint64_t mask, std::uint32_t base, std::uint32_t* to) {
  const int count = std::popcount(mask);
  for (int done = 0; done < count; done += 4) {
    for (int next = 0; next < 4; ++next) {
      to[done + next] = base + static_cast<std::uint32_t>(std::countr_zero(mask));
      mask &= mask - 1;
    }
  }
  return to + count;
}

/// Backslashes as COPY reads them: each takes away the meaning of the character behind it.
class Escapes {
 public:
  Escapes(const char* base, char delimiter, bool plain_null) : base_(base), delimiter_(delimiter), plain_null_(plain_null) {}

  /// The characters taken away, of the 64 at `at`, whose backslashes are `backslashes`.
  HWY_INLINE std::uint64_t taken(std::size_t at, std::uint64_t backslashes) {
    std::uint64_t taken = carry_;
    backslashes &= ~carry_;
    carry_ = 0;
    while (backslashes != 0) {
      const unsigned bit = static_cast<unsigned>(std::countr_zero(backslashes));
      if (!is_null_mark(at + bit)) seen_ = true;
      if (bit == 63) {
        carry_ = 1;
        break;
      }
      const std::uint64_t behind = std::uint64_t{2} << bit;
      taken |= behind;
      backslashes &= backslashes - 1;
      backslashes &= ~behind;
    }
    return taken;
  }
  bool seen() const { return seen_; }

 private:
  HWY_INLINE bool ends_field(char c) const { return c == delimiter_ || c == '\n' || c == '\r'; }
  HWY_INLINE bool is_null_mark(std::size_t at) const {
    // A separator ahead that is itself taken away comes with an escape that has been seen.
    return plain_null_ && base_[at + 1] == 'N' && ends_field(base_[at + 2]) && (at == 0 || ends_field(base_[at - 1]));
  }

  const char* base_;
  char delimiter_;
  bool plain_null_;
  bool seen_ = false;
  std::uint64_t carry_ = 0;
};

CopyScan scan_copy(const char* base, std::size_t length, char delimiter, bool plain_null, std::uint32_t* positions) {
  CopyScan seen;
  Escapes escapes(base, delimiter, plain_null);
  std::uint32_t* to = positions;
  std::uint64_t returns = 0, nul = 0, high = 0, carried = 0;
  for (std::size_t at = 0; at < length; at += 64) {
    const Window window(base + at);
    const std::uint64_t valid = first_bits(length - at);
    std::uint64_t newlines = window.equal('\n') & valid;
    std::uint64_t marks = (window.equal(delimiter) & valid) | newlines;
    const std::uint64_t backslashes = window.equal('\\') & valid;
    if ((backslashes | carried) != 0) {
      const std::uint64_t taken = escapes.taken(at, backslashes);
      newlines &= ~taken;
      marks &= ~taken;
      carried = backslashes;  // a backslash at the end reaches into the next window
    }
    returns |= window.equal('\r') & valid;
    nul |= window.equal('\0') & valid;
    high |= window.high() & valid;
    seen.newlines += static_cast<std::size_t>(std::popcount(newlines));
    to = write_positions(marks, static_cast<std::uint32_t>(at), to);
  }
  seen.marks = static_cast<std::size_t>(to - positions);
  seen.escapes = escapes.seen();
  seen.returns = returns != 0;
  seen.nul = nul != 0;
  seen.high = high != 0;
  return seen;
}

/// Bit n of the result is the parity of bits 0 to n.
HWY_INLINE std::uint64_t running_parity(std::uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

ValuesScan scan_values(const char* base, std::size_t length, std::uint32_t* positions) {
  ValuesScan seen;
  std::uint32_t* to = positions;
  std::uint64_t backslash = 0, nul = 0, high = 0, inside = 0;
  for (std::size_t at = 0; at < length; at += 64) {
    const Window window(base + at);
    const std::uint64_t valid = first_bits(length - at);
    const std::uint64_t quotes = window.equal('\'') & valid;
    const std::uint64_t quoted = running_parity(quotes) ^ inside;
    inside = static_cast<std::uint64_t>(static_cast<std::int64_t>(quoted) >> 63);
    const std::uint64_t marks = (window.equal(',') | window.equal(';') | window.equal('(') | window.equal(')')) & valid & ~quoted;
    backslash |= window.equal('\\') & valid;
    nul |= window.equal('\0') & valid;
    high |= window.high() & valid;
    seen.quotes += static_cast<std::size_t>(std::popcount(quotes));
    to = write_positions(marks, static_cast<std::uint32_t>(at), to);
  }
  seen.marks = static_cast<std::size_t>(to - positions);
  seen.backslash = backslash != 0;
  seen.nul = nul != 0;
  seen.high = high != 0;
  return seen;
}

std::uint64_t count_newlines(const char* base, std::size_t length) {
  std::uint64_t count = 0;
  std::size_t at = 0;
  for (; at + 64 <= length; at += 64) count += static_cast<std::uint64_t>(std::popcount(Window(base + at).equal('\n')));
  return count + static_cast<std::uint64_t>(std::count(base + at, base + length, '\n'));
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pgfk
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pgfk {
namespace {

HWY_EXPORT(scan_copy);
HWY_EXPORT(scan_values);
HWY_EXPORT(count_newlines);

}  // namespace

CopyScan scan_copy(const char* base, std::size_t length, char delimiter, bool plain_null, std::uint32_t* positions) {
  return HWY_DYNAMIC_DISPATCH(scan_copy)(base, length, delimiter, plain_null, positions);
}

ValuesScan scan_values(const char* base, std::size_t length, std::uint32_t* positions) {
  return HWY_DYNAMIC_DISPATCH(scan_values)(base, length, positions);
}

std::uint64_t count_newlines(const char* base, std::size_t length) {
  return HWY_DYNAMIC_DISPATCH(count_newlines)(base, length);
}

}  // namespace pgfk
#endif
