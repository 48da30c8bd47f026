// A script with some of its bytes replaced: written out, or shown as a unified diff, without being whole in memory.
//
// All other bytes stay as they are, whatever their encoding and line ends.
// Invariants: edits lie in rising order and do not overlap; of two insertions at one place the one that was added first comes first.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pgfk {

/// `length` bytes at `offset` become `text`.
struct ScriptEdit {
  std::uint64_t offset = 0, length = 0;
  std::string text;
};

/// Takes a piece of output; false where it could not.
using TextSink = std::function<bool(std::string_view)>;

class ScriptEdits {
 public:
  /// In any order. Where a removed range overlaps another one, both are removed; a replacement that overlaps one is dropped with it.
  void replace(std::uint64_t offset, std::uint64_t length, std::string text);
  bool empty() const { return edits_.empty(); }
  std::size_t size() const { return edits_.size(); }
  const std::vector<ScriptEdit>& sorted() const;

  /// Writes the edited text; false where the sink refused.
  bool write(std::string_view original, const TextSink& sink) const;
  std::string apply(std::string_view original) const;

  /// The byte of the original that stands at `edited`; within inserted text the place where that was put. Then `inserted` is set.
  std::uint64_t original_of(std::uint64_t edited, bool* inserted = nullptr) const;

 private:
  void settle() const;

  mutable std::vector<ScriptEdit> edits_;
  mutable std::vector<std::uint64_t> places_;  // of each in the edited text, once settled
  mutable bool settled_ = true;
};

/// The edits as `diff -u` shows them, by lines, with three lines around; nothing where there are none. False where the sink refused.
bool write_unified_diff(const std::string& before, const std::string& after, std::string_view original, const ScriptEdits& edits,
                        const TextSink& sink);

}  // namespace pgfk
