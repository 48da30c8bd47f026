#include "parsers/log/messages.h"

#include <algorithm>
#include <vector>

namespace pgfk {
namespace {

/// Labels by first byte, longest first.
class LabelIndex {
 public:
  LabelIndex() {
    for (const LogLabel& label : log_labels()) by_first_[static_cast<unsigned char>(label.text.front())].push_back(&label);
    for (std::vector<const LogLabel*>& labels : by_first_) {
      std::ranges::sort(labels, [](const LogLabel* left, const LogLabel* right) { return left->text.size() > right->text.size(); });
    }
  }
  const std::vector<const LogLabel*>& starting_with(char byte) const { return by_first_[static_cast<unsigned char>(byte)]; }

 private:
  std::array<std::vector<const LogLabel*>, 256> by_first_;
};

const LabelIndex& labels() {
  static const LabelIndex index;
  return index;
}

}  // namespace

const LogLabel* label_at(std::string_view text) {
  if (text.empty()) return nullptr;
  for (const LogLabel* label : labels().starting_with(text.front())) {
    if (text.starts_with(label->text)) return label;
  }
  return nullptr;
}

FoundLabel find_label(std::string_view text, std::size_t from) {
  // Every label has a colon; what stands before it is at most as long as the longest one.
  constexpr std::size_t kLongest = 40;
  for (std::size_t colon = text.find(':', from); colon != std::string_view::npos; colon = text.find(':', colon + 1)) {
    for (std::size_t at = colon > from + kLongest ? colon - kLongest : from; at < colon; ++at) {
      const LogLabel* label = label_at(text.substr(at));
      if (label != nullptr && label->text.find(':') == colon - at) return {label, at};
    }
  }
  return {};
}

}  // namespace pgfk
