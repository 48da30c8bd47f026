#include "parsers/log/scan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

// Highway compiles this file once per instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "parsers/log/scan.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef PGFK_LOG_SCAN_ONCE
#define PGFK_LOG_SCAN_ONCE
namespace pgfk {

inline constexpr std::size_t kWindow = 4;  // bytes

/// Which buckets have a needle with this nibble at this place of its window: a bit per bucket.
struct NibbleTables {
  alignas(16) std::array<std::array<std::uint8_t, 16>, kWindow> low{};
  alignas(16) std::array<std::array<std::uint8_t, 16>, kWindow> high{};

  NibbleTables() {
    for (const Needle& needle : violation_needles()) {
      for (std::size_t place = 0; place < kWindow; ++place) {
        const auto byte = static_cast<unsigned char>(needle.text[needle.window + place]);
        low[place][byte & 0x0F] = static_cast<std::uint8_t>(low[place][byte & 0x0F] | (1u << needle.bucket));
        high[place][byte >> 4] = static_cast<std::uint8_t>(high[place][byte >> 4] | (1u << needle.bucket));
      }
    }
  }
};

inline const NibbleTables& nibble_tables() {
  static const NibbleTables tables;
  return tables;
}

inline std::uint32_t window_at(const char* at) {
  std::uint32_t bytes = 0;
  std::memcpy(&bytes, at, kWindow);
  return bytes;
}

/// The needles of each bucket, with their windows as numbers.
struct BucketIndex {
  struct Entry {
    std::uint32_t window;
    const Needle* needle;
  };
  std::array<std::vector<Entry>, 8> buckets;

  BucketIndex() {
    for (const Needle& needle : violation_needles()) buckets[needle.bucket].push_back({window_at(needle.text.data() + needle.window), &needle});
  }
};

inline const BucketIndex& bucket_index() {
  static const BucketIndex index;
  return index;
}

/// The needle of these buckets whose window begins at `at`, and which begins in [from, to); null where none does.
inline const Needle* needle_at(std::string_view text, std::size_t at, std::size_t from, std::size_t to, unsigned buckets) {
  const std::uint32_t window = window_at(text.data() + at);
  const BucketIndex& index = bucket_index();
  for (; buckets != 0; buckets &= buckets - 1) {
    for (const BucketIndex::Entry& entry : index.buckets[static_cast<std::size_t>(std::countr_zero(buckets))]) {
      if (entry.window != window) continue;
      const Needle& needle = *entry.needle;
      if (at < from + needle.window || at - needle.window >= to) continue;
      if (text.substr(at - needle.window).starts_with(needle.text)) return &needle;
    }
  }
  return nullptr;
}

}  // namespace pgfk
#endif

HWY_BEFORE_NAMESPACE();
namespace pgfk {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Bytes = hn::CappedTag<std::uint8_t, 64>;
using Vector = hn::Vec<Bytes>;

/// The bytes' nibbles looked up, as bits of buckets.
HWY_INLINE Vector buckets_of(Vector bytes, Vector low, Vector high) {
  const Bytes d;
  const Vector nibble = hn::Set(d, std::uint8_t{0x0F});
  return hn::And(hn::TableLookupBytes(low, hn::And(bytes, nibble)), hn::TableLookupBytes(high, hn::ShiftRight<4>(bytes)));
}

std::size_t scan_blocks(std::string_view text, std::size_t from, std::size_t to, ScanResult& result) {
  const Bytes d;
  const std::size_t lanes = hn::Lanes(d);
  const NibbleTables& tables = nibble_tables();
  const Vector low0 = hn::LoadDup128(d, tables.low[0].data()), high0 = hn::LoadDup128(d, tables.high[0].data());
  const Vector low1 = hn::LoadDup128(d, tables.low[1].data()), high1 = hn::LoadDup128(d, tables.high[1].data());
  const Vector low2 = hn::LoadDup128(d, tables.low[2].data()), high2 = hn::LoadDup128(d, tables.high[2].data());
  const Vector low3 = hn::LoadDup128(d, tables.low[3].data()), high3 = hn::LoadDup128(d, tables.high[3].data());
  const Vector newline = hn::Set(d, std::uint8_t{'\n'});
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  std::size_t newlines = result.newline_count;
  auto nuls = hn::MaskFromVec(hn::Zero(d));
  std::size_t at = from;
  for (; at + lanes <= to && at + lanes + kWindow <= text.size(); at += lanes) {
    const Vector first = hn::LoadU(d, bytes + at);
    const Vector found = hn::And(hn::And(buckets_of(first, low0, high0), buckets_of(hn::LoadU(d, bytes + at + 1), low1, high1)),
                                 hn::And(buckets_of(hn::LoadU(d, bytes + at + 2), low2, high2), buckets_of(hn::LoadU(d, bytes + at + 3), low3, high3)));
    const auto lines = hn::Eq(first, newline);
    nuls = hn::Or(nuls, hn::Eq(first, hn::Zero(d)));
    const auto nonzero = hn::Ne(found, hn::Zero(d));
    if (HWY_UNLIKELY(!hn::AllFalse(d, nonzero))) {
      std::uint64_t candidates = 0, line_bits = 0;
      HWY_ALIGN std::uint8_t buckets[64];
      hn::Store(found, d, buckets);
      hn::StoreMaskBits(d, nonzero, reinterpret_cast<std::uint8_t*>(&candidates));
      hn::StoreMaskBits(d, lines, reinterpret_cast<std::uint8_t*>(&line_bits));
      for (; candidates != 0; candidates &= candidates - 1) {
        const auto bit = static_cast<std::size_t>(std::countr_zero(candidates));
        const Needle* needle = needle_at(text, at + bit, from, to, buckets[bit]);
        if (needle == nullptr) continue;
        // A needle has no newline, so that all of it is on the line of its window.
        result.hits.push_back(at + bit - needle->window);
        result.newlines.push_back(newlines + static_cast<std::size_t>(std::popcount(line_bits & ((std::uint64_t{1} << bit) - 1))));
      }
    }
    newlines += hn::CountTrue(d, lines);
  }
  result.newline_count = newlines;
  result.has_nul = !hn::AllFalse(d, nuls);
  return at;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pgfk
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pgfk {
HWY_EXPORT(scan_blocks);

ScanResult scan_for_violations(std::string_view text, std::size_t from, std::size_t to) {
  ScanResult result;
  to = std::min(to, text.size());
  std::size_t at = HWY_DYNAMIC_DISPATCH(scan_blocks)(text, from, to, result);
  // The rest byte by byte, and the windows of needles that begin before `to` and lie behind it.
  constexpr std::size_t kLongestNeedle = 128;
  constexpr unsigned kAllBuckets = 0xFF;
  const std::size_t last = std::min(text.size(), to + kLongestNeedle);
  for (; at < last; ++at) {
    if (text.size() - at >= kWindow) {
      if (const Needle* needle = needle_at(text, at, from, to, kAllBuckets)) {
        result.hits.push_back(at - needle->window);
        // Behind `to` no newline is counted: the needle begins before, and has none.
        result.newlines.push_back(result.newline_count);
      }
    }
    if (at < to && text[at] == '\n') ++result.newline_count;
    if (at < to && text[at] == '\0') result.has_nul = true;
  }
  return result;
}

}  // namespace pgfk
#endif
