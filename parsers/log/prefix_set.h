// The prefixes that a log's lines were seen with: the last one that fitted is tried first, others are learnt where none fits, since a reload
// can change log_line_prefix in the middle of a file.
#pragma once

#include <string_view>
#include <vector>

#include "parsers/log/prefix.h"

namespace pgfk {

class PrefixSet {
 public:
  PrefixSet() = default;
  explicit PrefixSet(std::vector<LinePrefix> prefixes) : prefixes_(std::move(prefixes)) {}

  bool match(std::string_view line, PrefixMatch& out);
  /// Adds what explains `line` out of itself and its neighbours; false where nothing does, or enough was learnt already.
  bool learn(std::string_view line, const std::vector<std::string_view>& neighbours);
  const std::vector<LinePrefix>& prefixes() const { return prefixes_; }

 private:
  static constexpr std::size_t kMost = 16;  // prefixes of one file; more are chance

  std::vector<LinePrefix> prefixes_;
  int lessons_left_ = 64;  // learning looks at many lines, and a hostile file may ask for it at each
};

}  // namespace pgfk
