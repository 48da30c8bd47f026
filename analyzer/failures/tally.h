// How often each of many texts came: the users of a group of failures, its keys, its hours.
//
// Invariants: a text that is listed without `at_least` has its exact count; the counts of all listed texts and others() sum up to total().
// Memory: bounded by `most` texts and by the allowance. Once full, texts that came once make room for new ones; where too few did, the list is
// closed and new texts only count as others.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/failures/allowance.h"

namespace pgfk {

class Tally {
 public:
  explicit Tally(std::size_t most) : most_(most) {}

  void add(std::string_view text, Allowance& allowance);

  struct Entry {
    std::string_view text;  // lives as long as the tally, until the next add()
    std::uint64_t count = 0;
    bool at_least = false;  // it may have come before, too, and made room
  };
  /// The most frequent first, then in byte order.
  std::vector<Entry> entries() const;
  std::size_t size() const { return counts_.size(); }
  std::uint64_t total() const { return total_; }
  /// How many were not listed.
  std::uint64_t others() const { return others_; }

 private:
  struct Count {
    std::uint64_t count = 0;
    bool at_least = false;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  void make_room(Allowance& allowance);

  std::size_t most_;
  std::unordered_map<std::string, Count, Hash, std::equal_to<>> counts_;
  std::uint64_t total_ = 0, others_ = 0;
  bool swept_ = false, closed_ = false;
};

/// `text`, or where it is longer than names and keys are, its beginning and its hash.
std::string bounded_text(std::string_view text);

}  // namespace pgfk
