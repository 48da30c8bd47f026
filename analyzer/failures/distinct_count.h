// How many different texts were seen: exact up to a bound, an estimate beyond it.
//
// Cost: O(length of the text). Memory: some 56 bytes for each text while exact, then 4 kB, or 256 bytes where the allowance has no more.
// Source of the estimate: Flajolet et al., HyperLogLog (2007), with linear counting for small numbers; 4096 registers, standard error 1.6 %; 256: 6.5 %.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "analyzer/failures/allowance.h"
#include "analyzer/failures/text_hash.h"

namespace pgfk {

class DistinctCount {
 public:
  static constexpr std::size_t kMostExact = 65'536;

  /// Goes over to estimating when `allowance` has no more, too.
  void add(std::string_view text, Allowance& allowance);
  std::uint64_t count() const;
  /// Whether count() is certain.
  bool exact() const { return registers_.empty(); }

 private:
  void note(const TextHash& hash);

  std::unordered_set<TextHash, TextHasher> seen_;
  std::vector<std::uint8_t> registers_;  // empty: exact
};

}  // namespace pgfk
