#include "analyzer/replay/row_cells.h"

#include <algorithm>
#include <iterator>

namespace pgfk {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f\v";

// Behind the quote that closes the one at `at`; doubled ones are inside. npos where none does.
std::size_t behind_quoted(std::string_view text, std::size_t at, bool escapes) {
  const char quote = text[at];
  for (++at; at < text.size(); ++at) {
    if (escapes && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      if (at + 1 == text.size() || text[at + 1] != quote) return at + 1;
      ++at;
    }
  }
  return std::string_view::npos;
}

}  // namespace

void WrittenForms::note(std::uint32_t statement, WrittenForm form) {
  if (!ranges_.empty() && statement < ranges_.back().last) return;
  const auto [known, fresh] = numbers_.emplace(std::move(form), static_cast<std::uint32_t>(forms_.size()));
  if (fresh) forms_.push_back(&known->first);
  const std::uint32_t number = known->second;
  if (!ranges_.empty() && ranges_.back().last == statement) {
    if (ranges_.back().form == number) return;
    if (ranges_.back().first == statement) {
      ranges_.back().form = kTwo;
    } else {
      --ranges_.back().last;
      ranges_.push_back({statement, statement, kTwo});
    }
  } else if (!ranges_.empty() && ranges_.back().last + 1 == statement && ranges_.back().form == number) {
    ++ranges_.back().last;
  } else {
    ranges_.push_back({statement, statement, number});
  }
}

const WrittenForm* WrittenForms::find(std::uint32_t statement) const {
  const auto behind = std::ranges::upper_bound(ranges_, statement, {}, &Range::first);
  if (behind == ranges_.begin()) return nullptr;
  const Range& range = *std::prev(behind);
  return range.last < statement || range.form == kTwo ? nullptr : forms_[range.form];
}

std::optional<Piece> field_of_line(std::string_view line, char delimiter, std::size_t position) {
  std::size_t from = 0;
  for (std::size_t at = 0; at <= line.size(); ++at) {
    if (at + 1 < line.size() && line[at] == '\\') {
      ++at;  // a backslash takes the next byte with it, a delimiter too
    } else if (at == line.size() || line[at] == delimiter) {
      if (position == 0) return Piece(from, at - from);
      --position;
      from = at + 1;
    }
  }
  return std::nullopt;
}

// Numbers, strings and simple expressions; a dollar quote or a comment ends the search, since its end would be a guess.
std::optional<Piece> value_of_list(std::string_view text, std::size_t position) {
  std::size_t at = text.starts_with('(') ? 1 : 0, from = at, depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    const std::string_view two = text.substr(at, 2);
    if (c == '$' || two == "--" || two == "/*") return std::nullopt;
    if (c == '\'' || c == '"') {
      const bool escapes = c == '\'' && at > 0 && (text[at - 1] == 'E' || text[at - 1] == 'e');
      at = behind_quoted(text, at, escapes);
      if (at == std::string_view::npos) return std::nullopt;
      continue;
    }
    if (depth == 0 && (c == ',' || c == ')')) {
      if (position == 0) {
        const std::string_view piece = text.substr(from, at - from);
        const std::size_t first = piece.find_first_not_of(kBlanks);
        if (first == std::string_view::npos) return std::nullopt;
        return Piece(from + first, piece.find_last_not_of(kBlanks) + 1 - first);
      }
      if (c == ')') return std::nullopt;
      --position;
      from = at + 1;
    } else if (c == '(' || c == '[') {
      ++depth;
    } else if (c == ')' || c == ']') {
      if (depth == 0) return std::nullopt;
      --depth;
    }
    ++at;
  }
  return std::nullopt;
}

}  // namespace pgfk
