// Which causes are told: --select and --ignore, as in ruff.
//
// A word is a code ("FK001"), a beginning of codes ("FK00"), a name ("orphan-row") or ALL; letters of either case. Where a cause is both
// selected and ignored, the longer beginning wins (a whole code or a name is longest), and ignoring wins a tie. Without --select all are.
// Threads: immutable once filled.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/finding.h"
#include "rules/diagnosis.h"

namespace pgfk {

class Selection {
 public:
  /// False where the word stands for no cause; nothing is changed then.
  [[nodiscard]] bool select(std::string_view word);
  [[nodiscard]] bool ignore(std::string_view word);

  bool tells(const Cause& cause) const;

 private:
  static constexpr int kNot = -1;
  struct Weight { int selected = kNot, ignored = kNot; };  // letters of the longest word that says so

  bool raise(std::string_view word, int Weight::*side);

  bool any_selected_ = false;
  std::map<std::string_view, Weight> weights_;             // by code
};

/// Marks what the selection does not tell: findings, and the cycles that are harmless (FK050).
void leave_out_unselected(const Selection& selection, Analysis& analysis);

/// What select() and ignore() know, to name the nearest.
std::vector<std::string> selectable_words();

}  // namespace pgfk
