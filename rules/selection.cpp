#include "rules/selection.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "rules/pages.h"

namespace pgfk {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool begins_with(std::string_view text, std::string_view word) {
  return word.size() <= text.size() && std::ranges::equal(word, text.substr(0, word.size()), {}, lower, lower);
}

/// Letters of the code that the word settles; empty where it does not stand for it.
std::optional<int> weight_of(std::string_view word, const Page& page) {
  const auto is = [&](std::string_view text) { return word.size() == text.size() && begins_with(text, word); };
  if (word.empty()) return std::nullopt;
  if (is("ALL")) return 0;
  if (is(name_of(page))) return static_cast<int>(page.code.size());
  if (begins_with(page.code, word)) return static_cast<int>(word.size());
  return std::nullopt;
}

}  // namespace

bool Selection::select(std::string_view word) {
  const bool known = raise(word, &Weight::selected);
  any_selected_ = any_selected_ || known;
  return known;
}

bool Selection::ignore(std::string_view word) { return raise(word, &Weight::ignored); }

bool Selection::raise(std::string_view word, int Weight::*side) {
  bool known = false;
  for (const Page& page : pages()) {
    const std::optional<int> letters = weight_of(word, page);
    if (!letters) continue;
    int& weight = weights_[page.code].*side;
    weight = std::max(weight, *letters);
    known = true;
  }
  return known;
}

bool Selection::tells(const Cause& cause) const {
  const auto found = weights_.find(std::string_view(cause.code));
  const Weight weight = found == weights_.end() ? Weight() : found->second;
  return (any_selected_ ? weight.selected : std::max(weight.selected, 0)) > weight.ignored;
}

void leave_out_unselected(const Selection& selection, Analysis& analysis) {
  for (Finding& finding : analysis.findings) {
    if (!selection.tells(cause_of(finding))) finding.left_out = true;
  }
  const std::span<const Cause> causes = all_causes();
  const auto note = std::ranges::find(causes, std::string_view("FK050"), &Cause::code);
  if (note == causes.end() || selection.tells(*note)) return;
  for (CycleSummary& cycle : analysis.cycles) cycle.left_out = cycle.left_out || cycle.harmless;
}

std::vector<std::string> selectable_words() {
  std::vector<std::string> words = {"ALL"};
  for (const Page& page : pages()) {
    words.emplace_back(page.code);
    words.emplace_back(name_of(page));
  }
  return words;
}

}  // namespace pgfk
