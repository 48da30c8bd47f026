// A constant table from words to values: sorted, found by binary search, checked when compiled.
//
//   constexpr KeywordTable<JoinKind, 2> kJoins({{{"JOIN_FULL", JoinKind::full}, {"JOIN_INNER",
//   JoinKind::inner}}}); static_assert(kJoins.sorted());
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace pgfk {

template <typename Value, std::size_t kSize>
class KeywordTable {
 public:
  using Entry = std::pair<std::string_view, Value>;

  constexpr explicit KeywordTable(const std::array<Entry, kSize>& entries) : entries_(entries) {}

  constexpr bool sorted() const {
    for (std::size_t place = 1; place < kSize; ++place) {
      if (entries_[place - 1].first >= entries_[place].first) return false;
    }
    return true;
  }

  /// Null where the word is not in the table.
  constexpr const Value* find(std::string_view word) const {
    const auto entry =
        std::lower_bound(entries_.begin(), entries_.end(), word,
                         [](const Entry& a, std::string_view b) { return a.first < b; });
    return entry != entries_.end() && entry->first == word ? &entry->second : nullptr;
  }

  constexpr Value find_or(std::string_view word, Value otherwise) const {
    const Value* value = find(word);
    return value ? *value : otherwise;
  }

 private:
  std::array<Entry, kSize> entries_;
};

}  // namespace pgfk
