#include "analyzer/failures/tally.h"

#include <algorithm>

#include <fmt/format.h>

#include "analyzer/failures/text_hash.h"

namespace pgfk {
namespace {

std::uint64_t bytes_of(std::string_view text) { return 96 + text.size(); }  // node, bucket and string

}  // namespace

void Tally::add(std::string_view text, Allowance& allowance) {
  ++total_;
  if (const auto found = counts_.find(text); found != counts_.end()) {
    ++found->second.count;
    return;
  }
  if (!closed_ && counts_.size() >= most_) make_room(allowance);
  if (closed_ || counts_.size() >= most_ || !allowance.take(bytes_of(text))) {
    ++others_;
    return;
  }
  counts_.emplace(text, Count{1, swept_});
}

void Tally::make_room(Allowance& allowance) {
  const std::size_t before = counts_.size();
  std::erase_if(counts_, [&](const auto& entry) {
    if (entry.second.count > 1) return false;
    allowance.give_back(bytes_of(entry.first));
    ++others_;
    return true;
  });
  swept_ = true;
  // A sweep looks at all texts: it has to pay for as many that come.
  closed_ = before - counts_.size() < before / 4 + 1;
}

std::vector<Tally::Entry> Tally::entries() const {
  std::vector<Entry> out;
  out.reserve(counts_.size());
  for (const auto& [text, count] : counts_) out.push_back({text, count.count, count.at_least});
  std::ranges::sort(out, [](const Entry& a, const Entry& b) { return a.count != b.count ? a.count > b.count : a.text < b.text; });
  return out;
}

std::string bounded_text(std::string_view text) {
  constexpr std::size_t kLongest = 512;
  if (text.size() <= kLongest) return std::string(text);
  const TextHash hash = text_hash(text);
  return fmt::format("{}...#{:016x}{:016x}", text.substr(0, kLongest), hash.high, hash.low);
}

}  // namespace pgfk
