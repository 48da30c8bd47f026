// How a text that was rewritten relates to the text that was given: which byte of the one is which
// of the other.
//
// Blanking out moves nothing; only insertions and replacements of another length do. A place inside
// a replacement is the replacement's first byte in the original.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pgfk {

/// One change: `length` bytes of the original at `offset` become `replacement`.
struct TextEdit {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string replacement;
};

class TextEdits {
 public:
  /// In any order. Edits must not overlap; where two do, the one that begins later is left out.
  void add(std::size_t offset, std::size_t length, std::string_view replacement);
  /// Turns the bytes into spaces.
  void blank(std::size_t offset, std::size_t length);
  bool empty() const { return edits_.empty(); }

  /// The rewritten text. Call once, after the last add.
  std::string apply(std::string_view original);

  /// A byte offset in the rewritten text as one in the original. Without edits it is the same.
  int original(int rewritten) const;
  /// The reverse; a place that was replaced is the replacement's first byte.
  int rewritten(int original) const;

 private:
  struct Segment {
    std::size_t rewritten;
    std::size_t original;
    std::size_t length;
  };
  std::vector<TextEdit> edits_;
  std::vector<Segment> segments_;  // kept bytes, ascending
};

}  // namespace pgfk
