#include "analyzer/failures/distinct_count.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace pgfk {
namespace {

constexpr std::size_t kRegisters = 4096, kFewRegisters = 256;  // powers of two
constexpr std::uint64_t kBytesPerText = 56;                   // node, its bookkeeping and bucket

}  // namespace

void DistinctCount::add(std::string_view text, Allowance& allowance) {
  const TextHash hash = text_hash(text);
  if (!exact()) return note(hash);
  if (seen_.contains(hash)) return;
  if (seen_.size() < kMostExact && allowance.take(kBytesPerText)) {
    seen_.insert(hash);
    return;
  }
  allowance.give_back(kBytesPerText * seen_.size());
  registers_.assign(allowance.take(kRegisters) ? kRegisters : kFewRegisters, 0);
  for (const TextHash& each : seen_) note(each);
  note(hash);
  std::unordered_set<TextHash, TextHasher>().swap(seen_);
}

void DistinctCount::note(const TextHash& hash) {
  const std::size_t index = hash.high >> (64 - std::countr_zero(registers_.size()));
  const int rank = std::countl_zero(hash.low) + 1;
  registers_[index] = std::max(registers_[index], static_cast<std::uint8_t>(rank));
}

std::uint64_t DistinctCount::count() const {
  if (exact()) return seen_.size();
  const auto size = static_cast<double>(registers_.size());
  const double alpha = 0.7213 / (1 + 1.079 / size);
  double sum = 0;
  for (const std::uint8_t rank : registers_) sum += std::ldexp(1.0, -rank);
  const double estimate = alpha * size * size / sum;
  const auto zeros = static_cast<double>(std::ranges::count(registers_, std::uint8_t{0}));
  const bool few = estimate <= 2.5 * size && zeros > 0;
  return static_cast<std::uint64_t>(std::llround(few ? size * std::log(size / zeros) : estimate));
}

}  // namespace pgfk
